"""Some rules over coded stays: what they say is worked out once for all that they tell apart.

Rules that are linked ask about few facts, and tell few values of each apart: some hundred or
thousand combinations, where there are a million stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine.decision.past import NO_DAY, PastStays
from engine.domain.cues import Value
from engine.domain.rules import Rule, Test
from engine.rules.columns import UNKNOWN, Column, Columns
from engine.rules.conditions import holds
from engine.rules.evaluate import tests_of

MOST_COMBINATIONS = 65_536
"""More of them are not laid out: then the stays themselves are looked at."""

Keys = NDArray[np.int32]
Period = tuple[date | None, date | None]
"""First and last day on which a rule speaks."""
Speaking = dict[Period, NDArray[np.bool_]]
"""Whether rules of a period speak, for each stay."""


def period_of(rule: Rule) -> Period:
    """Return the days on which a rule speaks."""
    return rule.valid_from, rule.valid_until


def speaks(period: Period, days: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether rules of a period speak on each day; where no day is told, all do."""
    first, last = period
    found = np.ones(len(days), dtype=np.bool_)
    if first is not None:
        found &= days >= first.toordinal()
    if last is not None:
        found &= days <= last.toordinal()
    return np.asarray(found | (days == NO_DAY))


class Part:
    """Every combination of facts and days that some rules tell apart.

    Parameters
    ----------
    rules : sequence of Rule
        Of one version of the rules, or of two.
    columns : Columns
        Facts of the stays that they look at.

    Attributes
    ----------
    size : int
        How many combinations there are.
    """

    def __init__(self, rules: Sequence[Rule], columns: Columns) -> None:
        self._columns = columns
        self._kinds = {
            fact: _kinds(_tests_on(fact, rules), columns.by_fact[fact].values)
            for fact in dict.fromkeys(test.fact for rule in rules for test in tests_of(rule))
            if fact in columns.by_fact
        }
        periods = dict.fromkeys(period_of(rule) for rule in rules)
        self._periods = [period for period in periods if period != (None, None)]
        self._sizes = [len(firsts) for _, firsts in self._kinds.values()]
        self._sizes += [2] * len(self._periods)
        self.size = prod(self._sizes)

    def keys(self, past: PastStays, rows: slice) -> Keys:
        """Combination of each of some stays."""
        found = np.zeros(len(range(past.n_stays)[rows]), dtype=np.int32)
        strides = self._strides()
        for (fact, (kinds, _)), stride in zip(self._kinds.items(), strides, strict=False):
            codes = past.columns.by_fact[fact].codes[rows]
            found += (kinds * np.int32(stride)).take(codes, mode="wrap")  # -1 is the last entry
        for period, stride in zip(self._periods, strides[len(self._kinds) :], strict=True):
            found += speaks(period, past.days[rows]) * np.int32(stride)
        return found

    def combinations(self) -> tuple[Columns, Speaking]:
        """One made-up stay for each combination, and which rules speak of it."""
        places = np.arange(self.size)
        strides = self._strides()
        by_fact = {
            fact: Column(self._columns.by_fact[fact].values, firsts[places // stride % len(firsts)])
            for (fact, (_, firsts)), stride in zip(self._kinds.items(), strides, strict=False)
        }
        pairs = zip(self._periods, strides[len(self._kinds) :], strict=True)
        speaking = {period: (places // stride % 2).astype(np.bool_) for period, stride in pairs}
        return Columns(self.size, by_fact), speaking

    def _strides(self) -> list[int]:
        return [prod(self._sizes[:k]) for k in range(len(self._sizes))]


def _tests_on(fact: str, rules: Sequence[Rule]) -> list[Test]:
    return [test for rule in rules for test in tests_of(rule) if test.fact == fact]


def _kinds(tests: Sequence[Test], values: Sequence[Value]) -> tuple[Keys, NDArray[np.int32]]:
    """Kind of each value, the last one for unknown; and for each kind the code of one such value.

    Values on which every test says the same are of one kind.
    """
    told = [tuple(holds(test, value) for test in tests) for value in values]
    places = {said: k for k, said in enumerate(dict.fromkeys(told))}
    firsts = [told.index(said) for said in places]
    kinds = [places[said] for said in told]
    return (
        np.array([*kinds, len(places)], dtype=np.int32),
        np.array([*firsts, UNKNOWN], dtype=np.int32),
    )

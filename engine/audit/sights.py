"""Counted patterns of a house, seen with its rules and its catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.advise import Adviser
from engine.decision.compiled import may_be_learned
from engine.inference import bands
from engine.inference.grid import Array
from engine.inference.patterns import NONE, Grades, StayPatterns
from engine.inference.stats import Pattern, Stats
from engine.inference.weight_step import stay_variances

WeightOfWeek = Callable[[str], float]
"""From an ISO week to how much each of its stays counts, 0 or more."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Counted patterns as numbers, with what each rule says of them."""

    patterns: StayPatterns
    known: NDArray[np.bool_]
    """Shape (n_patterns, n_rules): which rules are decided."""
    trait_variance: Array
    """Shape (n_patterns,): what is still unknown of the person."""


def patterns_from(
    stats: Stats, adviser: Adviser, weight_of_week: WeightOfWeek | None = None
) -> StayPatterns:
    """Return counted patterns as the learner takes them; see `sight_of`."""
    return sight_of(stats, adviser, weight_of_week).patterns


def sight_of(stats: Stats, adviser: Adviser, weight_of_week: WeightOfWeek | None = None) -> Sight:
    """Let every rule look at every pattern, and lay out what its guests said.

    What the seed asks or offers no longer is left out. Rules with dates are looked at on the
    Monday of the week.

    Parameters
    ----------
    stats : Stats
        Of one house.
    adviser : Adviser
        Rules and catalogue; the owner's own weights give v0, whatever was learned before.
    weight_of_week : callable, optional
        How much a stay of a week, as in 2026-W24, counts; 1 each otherwise.
    """
    rows = list(stats)
    told = [pattern for pattern, _ in rows]
    catalogue, owner = adviser.catalogue, adviser.rules.owner
    expected, known = _looks(told, adviser)
    traits = [bands.trait_of(pattern.trait) for pattern in told]
    trait_variance = _column([trait.variance for trait in traits])
    constants = catalogue.model.prior
    variance = stay_variances(known, trait_variance, owner, constants)
    styles = {id: k for k, id in enumerate(catalogue.styles)}
    style = _whole([styles.get(pattern.style, NONE) for pattern in told])
    chance = _whole([pattern.propensity for pattern in told])
    patterns = StayPatterns(
        counts=_counts(rows, weight_of_week),
        distance=expected - owner.reference,
        trait_mean=_column([trait.mean for trait in traits]),
        # However well a person is known, the occasion is not.
        variance=np.maximum(variance, constants.occasion_variance),
        answers=_grades([pattern.answers for pattern in told], list(catalogue.questions)),
        reactions=_grades([pattern.reactions for pattern in told], list(catalogue.offers)),
        style=style,
        is_logged=(chance < bands.CERTAIN) & (style != NONE),
        outcome=_whole([pattern.outcome - 1 for pattern in told]),
        z=_givens(told),
    )
    return Sight(patterns, known, trait_variance)


def _counts(rows: Sequence[tuple[Pattern, int]], weight_of_week: WeightOfWeek | None) -> Array:
    counts = _column([n for _, n in rows])
    if weight_of_week is None:
        return counts
    weeks = {pattern.week for pattern, _ in rows}
    weight = {week: weight_of_week(week) for week in weeks}
    return counts * _column([weight[pattern.week] for pattern, _ in rows])


def _looks(told: Sequence[Pattern], adviser: Adviser) -> tuple[Array, NDArray[np.bool_]]:
    """What each rule expects of each pattern, and whether that is decided."""
    cues = [id for id, fact in adviser.catalogue.cues.items() if may_be_learned(fact)]
    shape = (len(told), len(adviser.rules.rules))
    expected, known = np.empty(shape), np.empty(shape, dtype=np.bool_)
    for row, pattern in enumerate(told):
        day = bands.monday_of(pattern.week) if pattern.week else None
        seen = adviser.rules.look(pattern.known(cues), frozenset(pattern.set_aside), day)
        expected[row], known[row] = seen.expected, seen.known
    return expected, known


def _grades(told: Sequence[tuple[tuple[str, int], ...]], ids: Sequence[str]) -> Grades:
    """One column per id, -1 where nothing was said."""
    place = {id: k for k, id in enumerate(ids)}
    grades = np.full((len(told), len(ids)), NONE, dtype=np.int64)
    for row, pairs in enumerate(told):
        for id, grade in pairs:
            if id in place:
                grades[row, place[id]] = grade
    return grades


def _givens(told: Sequence[Pattern]) -> Array:
    """One column of 0 and 1 per value of each given but its first; not told counts as that one."""
    values: dict[str, set[object]] = {}
    for pattern in told:
        for id, value in pattern.z:
            values.setdefault(id, set()).add(value)
    columns = [(id, each) for id in sorted(values) for each in sorted(values[id], key=str)[1:]]
    givens: list[Mapping[str, object]] = [dict(pattern.z) for pattern in told]
    rows = [[float(given.get(id) == value) for id, value in columns] for given in givens]
    return np.array(rows, dtype=np.float64).reshape(len(told), len(columns))


def _column(values: Sequence[float]) -> Array:
    return np.array(values, dtype=np.float64)


def _whole(values: Sequence[int]) -> Grades:
    return np.array(values, dtype=np.int64)

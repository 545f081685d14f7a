"""What a whole rule set says that no single rule shows: exact, because the language is closed.

What is compared is where rules *fire*: the combinations of values, *unknown* being one of them,
for which all their tests pass for certain. The conventions:

- A rule that is off says nothing: it is left out, and what it mentions is not mentioned.
- The day of looking does not matter: a rule whose days are over still speaks of past stays.
- `dead`: no combination makes it fire; it is not compared with other rules.
  `always`: no combination keeps it silent. That is everybody of whom its facts are known; of others
  it cannot tell, unless it asks for *unknown* too and so fires whatever is known.
- Of all that can fire, those that always do among them, each pair that shares a day is looked at:
  `duplicate` fire for the same guests on the same days, with the same weight and scope;
  `inseparable` the same, with another weight or scope: data cannot tell whose weight is right;
  `subsumed` one fires only where and when the other does, with weights of one sign, not none;
  `opposed` weights of opposite signs, and at least one combination for which both fire. Rules that
  ask about nothing in common always have one: they meet by chance, which the finding says, unless
  one of them fires whatever is known.
- What is said of a pair hangs on the pair alone, not on the rules beside it.
- With stays, `never_fired` tells which rules were of no use, dead ones aside, and `inseparable`
  also which pairs these stays cannot tell apart.
- `unmentioned`: for facts with listed values and for yes or no, the values that no rule names; for
  all others, facts that no rule asks a value of. Of a cue only the yes counts: nobody taps a no.
  Dead rules mention nothing, and to ask whether a fact is known names no value. Culture and facts
  that are never scored are passed over: nobody should be led to write rules about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Rule
from engine.rules import findings as say
from engine.rules.axes import named
from engine.rules.boxes import Boxed, Space
from engine.rules.counting import meetings
from engine.rules.evaluate import tests_of
from engine.rules.findings import Finding, FindingKind, order_of
from engine.rules.pairs import compare, is_one_to_stays
from engine.rules.vectorised import RuleTable

CULTURE_FAMILY = "culture"
"""Facts that may break a tie and no more; a rule about them is not to be suggested."""

YES, NO = "yes", "no"
"""What the values true and false are called."""

Fired = NDArray[np.bool_]
"""Shape (n_stays, n_rules)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was known of one past stay."""

    facts: Mapping[str, Value]
    """Facts and cues; what is absent was unknown."""
    day: date


def analyse(
    rules: Sequence[Rule], facts: Mapping[str, Fact], stays: Sequence[Seen] = ()
) -> tuple[Finding, ...]:
    """Look at a whole rule set.

    Parameters
    ----------
    rules : sequence of Rule
        With ids that differ; those that are off are left out.
    facts : mapping of str to Fact
        Facts and cues of the catalogue.
    stays : sequence of Seen
        Past stays; without them nothing is said about stays.

    Returns
    -------
    tuple of Finding
        By kind in the order of `FindingKind`; `opposed` ones by how often they meet; then in the
        order of the rules.
    """
    spoken = [rule for rule in rules if rule.is_on]
    space = Space(spoken, facts)
    boxed = [space.boxed(rule) for rule in spoken]
    table = fired(spoken, stays)
    found = [
        *_of_single_rules(space, boxed),
        *_of_pairs(space, boxed, table),
        *_never_fired(boxed, stays, table),
        *_unmentioned([one.rule for one in boxed if one.may_fire], facts),
    ]
    return tuple(sorted(found, key=order_of))


def fired(rules: Sequence[Rule], stays: Sequence[Seen]) -> Fired:
    """Return which rules fired in which stays, shape (n_stays, n_rules)."""
    told = np.zeros((len(stays), len(rules)), dtype=np.bool_)
    if not rules or not stays:
        return told
    table = RuleTable(rules, {})
    for row, stay in enumerate(stays):
        told[row] = table.look(stay.facts).fires
    return told & _valid(rules, stays)


def _valid(rules: Sequence[Rule], stays: Sequence[Seen]) -> Fired:
    """Return which rules spoke on the days of which stays, shape (n_stays, n_rules)."""
    days = sorted({stay.day for stay in stays})
    of_day = {day: [rule.is_valid_on(day) for rule in rules] for day in days}
    return np.array([of_day[stay.day] for stay in stays], dtype=np.bool_)


def _of_single_rules(space: Space, boxed: Sequence[Boxed]) -> Iterator[Finding]:
    for one in boxed:
        if not one.may_fire:
            yield say.dead(one.rule, sorted(space.in_the_way(one.rule)))
        elif one.fires_unasked:
            yield say.always_unasked(one.rule)
        elif not one.silent:
            yield say.always(one.rule, sorted(one.cuts))


def _of_pairs(space: Space, boxed: Sequence[Boxed], table: Fired) -> Iterator[Finding]:
    compared = [place for place, one in enumerate(boxed) if one.may_fire]
    together = (table.T.astype(np.float64) @ table.astype(np.float64)).astype(int).tolist()
    n_seen = len(table)
    for first, second, met in meetings([boxed[place] for place in compared], space.axes):
        k, m = compared[first], compared[second]
        one, other, n_both = boxed[k], boxed[m], together[k][m]
        told = [*compare(one, other, met, (n_both, n_seen) if n_seen else None)]
        yield from told
        if is_one_to_stays(together[k][k], together[m][m], n_both) and not any(
            finding.kind in CERTAIN for finding in told
        ):
            yield say.inseparable_in_stays(one.rule, other.rule, n_both, n_seen)


CERTAIN = (FindingKind.DUPLICATE, FindingKind.INSEPARABLE)
"""Pairs that no stay can tell apart: nothing is added by what stays have shown."""


def _never_fired(boxed: Sequence[Boxed], stays: Sequence[Seen], table: Fired) -> Iterator[Finding]:
    if not stays:
        return
    spoke = _valid([one.rule for one in boxed], stays).sum(axis=0)
    for place, one in enumerate(boxed):
        if one.may_fire and spoke[place] and not table[:, place].any():
            yield say.never_fired(one.rule, int(spoke[place]))


def _unmentioned(rules: Sequence[Rule], facts: Mapping[str, Fact]) -> Iterator[Finding]:
    tests = [test for rule in rules for test in tests_of(rule)]
    told = {id: named(test for test in tests if test.fact == id) for id in facts}
    for fact in facts.values():
        if fact.is_scored and fact.family != CULTURE_FAMILY:
            yield from _unmentioned_of(fact, told[fact.id])


def _unmentioned_of(fact: Fact, told: Sequence[Value]) -> Iterator[Finding]:
    missing = [name for value, name in _listed(fact) if value not in told]
    if fact.kind is not FactKind.ONE_OF and not told:
        yield say.unmentioned(fact)
    elif missing:
        yield say.unmentioned(fact, missing)


def _listed(fact: Fact) -> Sequence[tuple[Value, str]]:
    """Values that a fact can have with their names, where they can be told one by one."""
    if fact.kind is FactKind.YES_NO:
        return ((True, YES),) if fact.is_cue else ((True, YES), (False, NO))
    return [(value, value) for value in fact.values]

"""How two rules stand to each other: the same, one inside the other, or against each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.domain.rules import Rule
from engine.rules import findings as say
from engine.rules.boxes import Boxed
from engine.rules.counting import Meeting
from engine.rules.findings import Finding

LEAST_TOGETHER = 20
"""Times that two rules must have fired before "always together" is taken for more than chance: at
20, two rules that part in a seventh of their stays would have parted with 95 % probability."""


def compare(
    one: Boxed, other: Boxed, met: Meeting, stays: tuple[int, int] | None
) -> Iterator[Finding]:
    """Say how two rules stand to each other.

    What is said hangs on the two rules and the stays alone, not on the rules beside them.

    Parameters
    ----------
    one, other : Boxed
        Of one space; each may fire.
    met : Meeting
        What was counted of the two.
    stays : (int, int) or None
        Those in which both fired, and all; None without stays.

    Yields
    ------
    Finding
        `duplicate`, or `subsumed`, or `opposed` and `inseparable` alone or together; or nothing.
    """
    if not met.both or not _share_a_day(one.rule, other.rule):
        return
    if _are_opposed(one.rule, other.rule):
        figure, by_chance = (met.both, met.total), _meet_by_chance(one, other)
        yield say.opposed(one.rule, other.rule, figure, stays, by_chance=by_chance)
    yield from _of_one_inside_the_other(one.rule, other.rule, met)


def _meet_by_chance(one: Boxed, other: Boxed) -> bool:
    """Whether nothing ties two rules together: no fact, nor that one of them is for everybody."""
    is_tied = one.fires_unasked or other.fires_unasked
    return not is_tied and one.cuts.keys().isdisjoint(other.cuts)


def _of_one_inside_the_other(one: Rule, other: Rule, met: Meeting) -> Iterator[Finding]:
    is_inside = met.both == met.one and _lies_within(one, other)
    is_around = met.both == met.other and _lies_within(other, one)
    if is_inside and is_around:
        yield _of_the_same_guests(one, other)
    elif is_inside and _lean_alike(one, other):
        yield say.subsumed(one, other)
    elif is_around and _lean_alike(one, other):
        yield say.subsumed(other, one)


def _of_the_same_guests(one: Rule, other: Rule) -> Finding:
    """Say that they are equal, or else that data cannot tell which of them is right."""
    is_equal = (one.weight, one.scope) == (other.weight, other.scope)
    return say.duplicate(one, other) if is_equal else say.inseparable(one, other)


def is_one_to_stays(n_one: int, n_other: int, n_both: int) -> bool:
    """Whether stays in which two rules fired so often cannot tell the rules apart."""
    return n_one == n_other == n_both >= LEAST_TOGETHER


def _are_opposed(one: Rule, other: Rule) -> bool:
    return one.weight * other.weight < 0


def _lean_alike(one: Rule, other: Rule) -> bool:
    return one.weight * other.weight > 0


def _days(rule: Rule) -> tuple[date, date]:
    return rule.valid_from or date.min, rule.valid_until or date.max


def _share_a_day(one: Rule, other: Rule) -> bool:
    (first, last), (others_first, others_last) = _days(one), _days(other)
    return max(first, others_first) <= min(last, others_last)


def _lies_within(narrow: Rule, wide: Rule) -> bool:
    """Whether `wide` speaks on all days of `narrow`."""
    (first, last), (wide_first, wide_last) = _days(narrow), _days(wide)
    return wide_first <= first and last <= wide_last

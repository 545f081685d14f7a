"""How two rules stand to each other: the same, one inside the other, or against each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.domain.rules import Rule
from engine.rules import findings as say
from engine.rules.boxes import Boxed, count, joint_cuts, meeting, size
from engine.rules.findings import Finding

LEAST_TOGETHER = 20
"""Times that two rules must have fired before "always together" is taken for more than chance: at
20, two rules that part in a seventh of their stays would have parted with 95 % probability."""


def compare(one: Boxed, other: Boxed, stays: tuple[int, int] | None) -> Iterator[Finding]:
    """Say how two rules stand to each other.

    What is said hangs on the two rules and the stays alone, not on the rules beside them.

    Parameters
    ----------
    one, other : Boxed
        Of one space; each may fire, and may be silent.
    stays : (int, int) or None
        Those in which both fired, and all; None without stays.

    Yields
    ------
    Finding
        `duplicate`, or `subsumed`, or `opposed` and `inseparable` alone or together; or nothing.
    """
    if not _share_a_day(one.rule, other.rule):
        return
    if one.facts & other.facts:
        yield from _of_common_facts(one, other, stays)
    elif _are_opposed(one.rule, other.rule):
        # No guest can be kept from both: each fires somewhere, and nothing ties the two together.
        (fires, of), (others_fires, others_of) = one.share, other.share
        met = fires * others_fires, of * others_of
        yield say.opposed(one.rule, other.rule, met, stays, by_chance=True)


def _of_common_facts(one: Boxed, other: Boxed, stays: tuple[int, int] | None) -> Iterator[Finding]:
    cuts = joint_cuts(one, other)
    both = count(meeting(one, other), cuts)
    if not both:
        return
    if _are_opposed(one.rule, other.rule):
        yield say.opposed(one.rule, other.rule, (both, size(cuts)), stays)
    is_inside = both == count(one.fires, cuts) and _lies_within(one.rule, other.rule)
    is_around = both == count(other.fires, cuts) and _lies_within(other.rule, one.rule)
    if is_inside and is_around:
        yield _of_the_same_guests(one.rule, other.rule)
    elif is_inside and _lean_alike(one.rule, other.rule):
        yield say.subsumed(one.rule, other.rule)
    elif is_around and _lean_alike(one.rule, other.rule):
        yield say.subsumed(other.rule, one.rule)


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

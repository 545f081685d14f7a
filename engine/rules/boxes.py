"""Rules as boxes of bits: everything that rules can tell apart, counted exactly.

Each fact has finitely many classes of values that the rules at hand can tell apart, and *unknown*
is one of them. A box allows some classes of each fact, one bit a class. Where a rule fires is a
union of boxes that share nothing, so that containing, meeting and counting are products of small
whole numbers: exact, with nothing drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

from engine.domain.cues import Fact, Value
from engine.domain.rules import Rule, Test
from engine.rules.axes import axis_of
from engine.rules.conditions import Truth
from engine.rules.evaluate import tests_of

Box = Mapping[str, int]
"""Fact to the bits of its allowed classes; a fact that is absent may be anything."""

Cuts = Mapping[str, int]
"""Fact to the bits of the classes that are counted: one for each class that some rules alone can
tell apart, however finely the others cut the fact."""


@dataclass(frozen=True, slots=True)
class Boxed:
    """Where one rule fires and where it is silent; elsewhere it cannot tell."""

    rule: Rule
    facts: frozenset[str]
    """What its tests ask about."""
    cuts: Cuts
    """What this rule alone tells apart of them."""
    share: tuple[int, int]
    """Of the combinations of classes that it tells apart: where it fires, and all."""
    fires: tuple[Box, ...]
    """No two of them share a guest."""
    silent: tuple[Box, ...]

    def verdict(self, point: Box, day: date | None = None) -> Truth:
        """Whether the rule fires for a guest, given as `Space.point`, on a day.

        The day does not matter where it is None.
        """
        if day is not None and not self.rule.is_valid_on(day):
            return False
        if any(_holds_point(box, point) for box in self.fires):
            return True
        return False if any(_holds_point(box, point) for box in self.silent) else None


class Space:
    """All guests that some rules can tell apart.

    Parameters
    ----------
    rules : sequence of Rule
        Their tests cut each fact into classes.
    facts : mapping of str to Fact
        Facts and cues of the catalogue. A fact that is gone by now is cut by its tests alone.
    """

    def __init__(self, rules: Sequence[Rule], facts: Mapping[str, Fact]) -> None:
        tests: dict[str, list[Test]] = {}
        for rule in rules:
            for test in tests_of(rule):
                tests.setdefault(test.fact, []).append(test)
        self.axes = {id: axis_of(id, facts.get(id), told) for id, told in tests.items()}

    def boxed(self, rule: Rule) -> Boxed:
        """Return one of the rules as boxes."""
        cuts = self._cuts(tests_of(rule))
        fires = tuple(box for box in self.candidates(rule) if all(box.values()))
        silent = tuple(box for box in self._silent(rule) if all(box.values()))
        share = count(fires, cuts), size(cuts)
        return Boxed(rule, frozenset(cuts), cuts, share, fires, silent)

    def candidates(self, rule: Rule) -> Iterator[dict[str, int]]:
        """Yield the boxes where a rule may fire, the empty ones included.

        The group `any` is split into: the first test passes; the first does not and the second
        does; and so on. The group `unless` alike, by the first test that fails.
        """
        whole = self._box((test, self._bits(test, True)) for test in rule.when)
        for first in self._firsts(rule.any, True):
            for failing in self._firsts(rule.unless, False):
                yield _met(_met(whole, first), failing)

    def point(self, facts: Mapping[str, Value]) -> Box:
        """Return one guest as a box of one class for each fact.

        Raises
        ------
        ValueError
            If a fact cannot have its value.
        """
        return {id: 1 << axis.place(facts.get(id)) for id, axis in self.axes.items()}

    def _cuts(self, tests: Sequence[Test]) -> dict[str, int]:
        of_fact: dict[str, list[Test]] = {}
        for test in tests:
            of_fact.setdefault(test.fact, []).append(test)
        return {fact: self.axes[fact].told_apart(asked) for fact, asked in of_fact.items()}

    def _silent(self, rule: Rule) -> Iterator[dict[str, int]]:
        yield from (self._box([(test, self._bits(test, False))]) for test in rule.when)
        if rule.any:
            yield self._box((test, self._bits(test, False)) for test in rule.any)
        if rule.unless:
            yield self._box((test, self._bits(test, True)) for test in rule.unless)

    def _firsts(self, tests: Sequence[Test], truth: bool) -> Iterator[dict[str, int]]:
        """Split by the first test that answers `truth`; without tests nothing is asked."""
        if not tests:
            yield {}
        before: dict[str, int] = {}
        for test in tests:
            bits = self._bits(test, truth)
            yield _met(before, {test.fact: bits})
            before = _met(before, {test.fact: self.axes[test.fact].everything & ~bits})

    def _bits(self, test: Test, truth: bool) -> int:
        return self.axes[test.fact].passing(test, truth)

    def _box(self, parts: Iterable[tuple[Test, int]]) -> dict[str, int]:
        box: dict[str, int] = {}
        for test, bits in parts:
            box[test.fact] = box.get(test.fact, -1) & bits
        return box


def joint_cuts(one: Boxed, other: Boxed) -> Cuts:
    """Return what two rules tell apart: a property of the two, whatever rules stand beside them."""
    return {**one.cuts, **{id: one.cuts.get(id, 0) | bits for id, bits in other.cuts.items()}}


def size(cuts: Cuts) -> int:
    """Return how many combinations of classes there are."""
    return prod(bits.bit_count() for bits in cuts.values())


def count(boxes: Iterable[Box], cuts: Cuts) -> int:
    """Return how many combinations of classes lie in boxes that share nothing.

    Parameters
    ----------
    boxes : iterable of Box
        Of rules whose classes `cuts` tell apart.
    cuts : mapping of str to int
        Of all facts that the boxes speak of.
    """
    return sum(_volume(box, cuts) for box in boxes)


def meeting(one: Boxed, other: Boxed) -> list[Box]:
    """Return the boxes, sharing nothing, where both rules fire."""
    met = (_met(mine, theirs) for mine in one.fires for theirs in other.fires)
    return [box for box in met if all(box.values())]


def _volume(box: Box, cuts: Cuts) -> int:
    return prod((box.get(fact, -1) & bits).bit_count() for fact, bits in cuts.items())


def _met(one: Box, other: Box) -> dict[str, int]:
    return {**one, **{fact: one.get(fact, -1) & bits for fact, bits in other.items()}}


def _holds_point(box: Box, point: Box) -> bool:
    return all(point[fact] & bits for fact, bits in box.items())

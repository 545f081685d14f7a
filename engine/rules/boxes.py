"""Rules as boxes of bits: everything that rules can tell apart, counted exactly.

Each fact has finitely many classes of values that the rules at hand can tell apart, and *unknown*
is one of them. A box allows some classes of each fact, one bit a class.

Where a rule fires is one box, what `when` asks, without two others: the guests who pass no test of
`any`, and those who fail no test of `unless`. Each of the three is a box, however many tests stand
in a group, so that a rule is at most four boxes with a sign, by inclusion and exclusion, and where
two rules meet at most sixteen. Containing, meeting and counting are sums of products of small whole
numbers: exact, with nothing drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from engine.domain.cues import Fact, Value
from engine.domain.rules import Rule, Test
from engine.rules.axes import axis_of
from engine.rules.conditions import Truth
from engine.rules.evaluate import tests_of

Box = Mapping[str, int]
"""Fact to the bits of its allowed classes; a fact that is absent may be anything."""

Signed = tuple[int, Box]
"""A box that is added (+1) or taken away (-1); over those of a rule each guest sums to 0 or 1."""

Cuts = Mapping[str, int]
"""Fact to the bits of the classes that are counted: one for each class that some rules alone can
tell apart, however finely the others cut the fact."""


@dataclass(frozen=True, slots=True)
class Boxed:
    """Where one rule fires and where it is silent; elsewhere it cannot tell."""

    rule: Rule
    cuts: Cuts
    """What this rule alone tells apart of the facts that its tests ask about."""
    share: tuple[int, int]
    """Of the combinations of classes that it tells apart: where it fires, and all."""
    fires: tuple[Signed, ...]
    """At most four; none of them is empty."""
    silent: tuple[Box, ...]
    """They may overlap; none of them is empty."""

    @property
    def may_fire(self) -> bool:
        """Whether there is a guest for whom it fires."""
        return self.share[0] > 0

    @property
    def fires_unasked(self) -> bool:
        """Whether it fires for every guest, even for one of whom nothing is known."""
        return self.share[0] == self.share[1]

    def verdict(self, point: Box, day: date | None = None) -> Truth:
        """Whether the rule fires for a guest, given as `Space.point`, on a day.

        The day does not matter where it is None.
        """
        if day is not None and not self.rule.is_valid_on(day):
            return False
        if sum(sign for sign, box in self.fires if _holds_point(box, point)):
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
        fires, silent = tuple(self._fires(rule)), tuple(filter(_has_room, self._silent(rule)))
        return Boxed(rule, cuts, (count(fires, cuts), size(cuts)), fires, silent)

    def in_the_way(self, rule: Rule) -> set[str]:
        """Facts for which a rule that never fires cannot fire.

        Those of which `when` leaves no value; else those of a group whose tests are all out of
        reach; else those of which `any` and `unless` each leave what the other takes.
        """
        whole = self._box(rule.when, True)
        if empty := {fact for fact, bits in whole.items() if not bits}:
            return empty
        passing = [self._left(whole, test, True) for test in rule.any]
        failing = [self._left(whole, test, False) for test in rule.unless]
        for group in (passing, failing):
            if group and not any(bits for _, bits in group):
                return {fact for fact, _ in group}
        pairs = product((left for left in passing if left[1]), failing)
        return {fact for (fact, bits), (other, more) in pairs if fact == other and not bits & more}

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

    def _fires(self, rule: Rule) -> Iterator[Signed]:
        """Yield what `when` asks, without those who pass no `any`, nor those who pass all `unless`.

        Who is in both holes was taken away twice and is added once.
        """
        signed: list[Signed] = [(1, self._box(rule.when, True))]
        for group, truth in ((rule.any, True), (rule.unless, False)):
            if group:
                hole = self._box(group, truth, is_turned=True)
                signed += [(-sign, _met(box, hole)) for sign, box in signed]
        yield from (one for one in signed if _has_room(one[1]))

    def _silent(self, rule: Rule) -> Iterator[Box]:
        yield from (self._box([test], False) for test in rule.when)
        if rule.any:
            yield self._box(rule.any, False)
        if rule.unless:
            yield self._box(rule.unless, True)

    def _left(self, whole: Box, test: Test, truth: bool) -> tuple[str, int]:
        return test.fact, whole.get(test.fact, -1) & self._bits(test, truth)

    def _bits(self, test: Test, truth: bool) -> int:
        return self.axes[test.fact].passing(test, truth)

    def _box(self, tests: Iterable[Test], truth: bool, *, is_turned: bool = False) -> Box:
        """Return for whom all `tests` answer `truth`; turned, for whom none of them does."""
        box: dict[str, int] = {}
        for test in tests:
            everything, bits = self.axes[test.fact].everything, self._bits(test, truth)
            bits = everything & ~bits if is_turned else bits
            box[test.fact] = box.get(test.fact, everything) & bits
        return box


def size(cuts: Cuts) -> int:
    """Return how many combinations of classes there are."""
    return prod(bits.bit_count() for bits in cuts.values())


def count(signed: Iterable[Signed], cuts: Cuts) -> int:
    """Return how many combinations of classes lie in boxes, those of sign -1 taken away.

    Parameters
    ----------
    signed : iterable of (int, Box)
        Of rules whose classes `cuts` tell apart.
    cuts : mapping of str to int
        Of all facts that the boxes speak of.
    """
    return sum(sign * _volume(box, cuts) for sign, box in signed)


def _volume(box: Box, cuts: Cuts) -> int:
    return prod((box.get(fact, -1) & bits).bit_count() for fact, bits in cuts.items())


def _met(one: Box, other: Box) -> Box:
    return {**one, **{fact: one.get(fact, -1) & bits for fact, bits in other.items()}}


def _has_room(box: Box) -> bool:
    return all(box.values())


def _holds_point(box: Box, point: Box) -> bool:
    return all(point[fact] & bits for fact, bits in box.items())

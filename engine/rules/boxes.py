"""Rules as boxes of bits: everything that rules can tell apart, counted exactly.

Each fact has finitely many classes of values that the rules at hand can tell apart, and *unknown*
is one of them. A box allows some classes of each fact, one bit a class. Where a rule fires is a
union of boxes that share nothing, so that containing, meeting and counting are products of small
whole numbers: exact, with nothing drawn at random.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.conditions import Truth, holds
from engine.rules.evaluate import tests_of

Box = Mapping[str, int]
"""Fact to the bits of its allowed classes; a fact that is absent may be anything."""

OTHER_TAG = ""
"""Stands for every tag that no rule names; no tag is empty."""

UNKNOWN_PLACE = 0
"""Place of *unknown* among the classes of every fact."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One fact, cut into the classes that the tests on it can tell apart."""

    fact: str
    kind: FactKind
    classes: tuple[Value | None, ...]
    """One value of each class, None first; of whole numbers the smallest, rising."""

    @property
    def everything(self) -> int:
        """Bits of all classes."""
        return (1 << len(self.classes)) - 1

    def passing(self, test: Test, truth: Truth) -> int:
        """Bits of the classes to which `test` answers `truth`."""
        places = enumerate(self.classes)
        return sum(1 << place for place, value in places if holds(test, value) is truth)

    def place(self, value: Value | None) -> int:
        """Return the place of the class of a value.

        Raises
        ------
        ValueError
            If the fact cannot have this value.
        """
        if value is None:
            return UNKNOWN_PLACE
        if self.kind is FactKind.WHOLE and not isinstance(value, str):
            return self._place_of_number(int(value))
        if value in self.classes:
            return self.classes.index(value)
        if self.kind is FactKind.TAG:
            return self.classes.index(OTHER_TAG)
        raise ValueError(f"{value!r} is no value of {self.fact}")

    def _place_of_number(self, number: int) -> int:
        starts = [int(start) for start in self.classes[1:] if start is not None]
        return max(1, bisect_right(starts, number))


@dataclass(frozen=True, slots=True)
class Boxed:
    """Where one rule fires and where it is silent; elsewhere it cannot tell."""

    rule: Rule
    facts: frozenset[str]
    """What its tests ask about."""
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
        self.axes = {id: _axis(id, facts.get(id), told) for id, told in tests.items()}

    def boxed(self, rule: Rule) -> Boxed:
        """Return one of the rules as boxes."""
        named = frozenset(test.fact for test in tests_of(rule))
        fires = tuple(box for box in self.candidates(rule) if all(box.values()))
        silent = tuple(box for box in self._silent(rule) if all(box.values()))
        return Boxed(rule, named, fires, silent)

    def candidates(self, rule: Rule) -> Iterator[dict[str, int]]:
        """Yield the boxes where a rule may fire, the empty ones included.

        The group `any` is split into: the first test passes; the first does not and the second
        does; and so on. The group `unless` alike, by the first test that fails.
        """
        whole = self._box((test, self._bits(test, True)) for test in rule.when)
        for first in self._firsts(rule.any, True):
            for failing in self._firsts(rule.unless, False):
                yield self._met(self._met(whole, first), failing)

    def point(self, facts: Mapping[str, Value]) -> Box:
        """Return one guest as a box of one class for each fact.

        Raises
        ------
        ValueError
            If a fact cannot have its value.
        """
        return {id: 1 << axis.place(facts.get(id)) for id, axis in self.axes.items()}

    def size(self, facts: Iterable[str]) -> int:
        """Return how many combinations of classes some facts have."""
        return prod(len(self.axes[fact].classes) for fact in facts)

    def count(self, boxes: Iterable[Box], facts: frozenset[str]) -> int:
        """Return how many combinations of classes of `facts` lie in boxes that share nothing.

        `facts` hold all that the boxes speak of.
        """
        return sum(self._volume(box, facts) for box in boxes)

    def meeting(self, one: Boxed, other: Boxed) -> list[Box]:
        """Return the boxes, sharing nothing, where both rules fire."""
        met = (self._met(mine, theirs) for mine in one.fires for theirs in other.fires)
        return [box for box in met if all(box.values())]

    def _volume(self, box: Box, facts: frozenset[str]) -> int:
        return prod(
            box[fact].bit_count() if fact in box else len(self.axes[fact].classes) for fact in facts
        )

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
            yield self._met(before, {test.fact: bits})
            before = self._met(before, {test.fact: self.axes[test.fact].everything & ~bits})

    def _bits(self, test: Test, truth: bool) -> int:
        return self.axes[test.fact].passing(test, truth)

    def _box(self, parts: Iterable[tuple[Test, int]]) -> dict[str, int]:
        box: dict[str, int] = {}
        for test, bits in parts:
            box[test.fact] = box.get(test.fact, -1) & bits
        return box

    @staticmethod
    def _met(one: Box, other: Box) -> dict[str, int]:
        return {**one, **{fact: one.get(fact, -1) & bits for fact, bits in other.items()}}


def _holds_point(box: Box, point: Box) -> bool:
    return all(point[fact] & bits for fact, bits in box.items())


def _axis(id: str, fact: Fact | None, tests: Sequence[Test]) -> Axis:
    kind = fact.kind if fact else _kind(tests)
    values: tuple[Value, ...] = fact.values if fact else ()
    if kind is FactKind.YES_NO:
        values = (False, True)
    elif kind is FactKind.WHOLE:
        values = _cuts(tests, fact)
    elif kind is FactKind.TAG:
        values = (*_named(tests), OTHER_TAG)
    return Axis(id, kind, (None, *values))


def _kind(tests: Sequence[Test]) -> FactKind:
    """How a fact that is gone was written, by what is asked of it."""
    types = {type(value) for value in _named(tests)}
    if types <= {bool} and types:
        return FactKind.YES_NO
    return FactKind.WHOLE if types <= {int} and types else FactKind.TAG


def _named(tests: Sequence[Test]) -> tuple[Value, ...]:
    """Values that tests name, each once, in order."""
    asked = [test.operand for test in tests if test.operator is not Operator.KNOWN]
    operands = [operand if isinstance(operand, tuple) else (operand,) for operand in asked]
    return tuple(dict.fromkeys(value for operand in operands for value in operand))


def _cuts(tests: Sequence[Test], fact: Fact | None) -> tuple[int, ...]:
    """Smallest number of each class of whole numbers that `tests` can tell apart.

    No test changes its answer but at a number that it names, or right behind it.
    """
    named = [int(value) for value in _named(tests)]
    lowest, highest = (fact.lowest, fact.highest) if fact else (min(named) - 1, max(named) + 1)
    edges = {edge for number in named for edge in (number, number + 1)}
    starts = sorted({lowest, *(edge for edge in edges if lowest < edge <= highest)})
    told = [tuple(holds(test, start) for test in tests) for start in starts]
    return tuple(s for k, s in enumerate(starts) if k == 0 or told[k] != told[k - 1])

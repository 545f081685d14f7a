"""Facts cut into finitely many classes of values: what tests can tell apart, and no more.

*Unknown* is a class of every fact. Of whole numbers a class is a run of neighbours for which each
test answers alike; of tags all that no test names are one class; other values stand alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator, Test
from engine.rules.conditions import Truth, holds

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

    def told_apart(self, tests: Sequence[Test]) -> int:
        """Bits of one class for each of those that `tests` alone can tell apart.

        Other tests may have cut the fact finer: of the pieces of what is one class to `tests`, one
        counts, so that what is counted does not hang on tests that are none of the matter.
        """
        if self.kind is FactKind.WHOLE:
            return _bits(0, 1, *self._changes(tests))
        if self.kind is FactKind.TAG:
            return _bits(*(self.place(value) for value in (None, OTHER_TAG, *named(tests))))
        return self.everything

    def _changes(self, tests: Sequence[Test]) -> Iterator[int]:
        """Places of numbers at which a test answers otherwise than right before."""
        told = [tuple(holds(test, value) for test in tests) for value in self.classes[1:]]
        return (
            place for place in range(2, len(self.classes)) if told[place - 1] != told[place - 2]
        )

    def _place_of_number(self, number: int) -> int:
        starts = [int(start) for start in self.classes[1:] if start is not None]
        return max(1, bisect_right(starts, number))


def _bits(*places: int) -> int:
    return sum(1 << place for place in set(places))


def axis_of(id: str, fact: Fact | None, tests: Sequence[Test]) -> Axis:
    """Cut a fact into the classes that `tests` can tell apart.

    A fact that is gone from the catalogue (None) is cut by its tests alone.
    """
    kind = fact.kind if fact else _kind(tests)
    values: tuple[Value, ...] = fact.values if fact else ()
    if kind is FactKind.YES_NO:
        values = (False, True)
    elif kind is FactKind.WHOLE:
        values = _cuts(tests, fact)
    elif kind is FactKind.TAG:
        values = (*named(tests), OTHER_TAG)
    return Axis(id, kind, (None, *values))


def _kind(tests: Sequence[Test]) -> FactKind:
    """How a fact that is gone was written, by what is asked of it."""
    types = {type(value) for value in named(tests)}
    if types <= {bool} and types:
        return FactKind.YES_NO
    return FactKind.WHOLE if types <= {int} and types else FactKind.TAG


def named(tests: Iterable[Test]) -> tuple[Value, ...]:
    """Return the values that tests name, each once, in order; to ask if one is known names none."""
    asked = [test.operand for test in tests if test.operator is not Operator.KNOWN]
    operands = [operand if isinstance(operand, tuple) else (operand,) for operand in asked]
    return tuple(dict.fromkeys(value for operand in operands for value in operand))


def _cuts(tests: Sequence[Test], fact: Fact | None) -> tuple[int, ...]:
    """Smallest number of each class of whole numbers that `tests` can tell apart.

    No test changes its answer but at a number that it names, or right behind it.
    """
    numbers = [int(value) for value in named(tests)]
    lowest, highest = (fact.lowest, fact.highest) if fact else (min(numbers) - 1, max(numbers) + 1)
    edges = {edge for number in numbers for edge in (number, number + 1)}
    starts = sorted({lowest, *(edge for edge in edges if lowest < edge <= highest)})
    told = [tuple(holds(test, start) for test in tests) for start in starts]
    return tuple(s for k, s in enumerate(starts) if k == 0 or told[k] != told[k - 1])

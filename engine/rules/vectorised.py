"""Many rules at once: one small table of test truths, multiplied group by group.

Every rule is a product of factors, and every factor a product over one group of tests: `when`
as it is, `any` and `unless` as complements. Three rows are kept for each stay: unknown tests at
their usual share, unknowns as bad as can be, unknowns as good as can be. Where the last two
agree the rule is decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.domain.cues import Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.conditions import holds, share
from engine.rules.evaluate import Usual

Array = NDArray[np.float64]

EXPECTED, LOWEST, HIGHEST = range(3)
"""Rows of the table."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One test in one group of one rule."""

    test: Test
    is_complement: bool
    """Inside `any` the complement is multiplied."""
    falls: bool
    """A yes makes the rule less likely: inside `unless`."""

    def written(self, truth: float) -> float:
        return 1.0 - truth if self.is_complement else truth


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What all rules say of one stay."""

    expected: Array
    """Shape (n_rules,): chance to fire, unknowns at their usual share."""
    known: NDArray[np.bool_]
    """Shape (n_rules,): decided one way or the other."""
    fires: NDArray[np.bool_]
    """Shape (n_rules,): decided, and true."""


class RuleTable:
    """Rules laid out so that one stay costs a handful of array operations.

    Parameters
    ----------
    rules : sequence of Rule
        At least one.
    usual : mapping
        Fact id to the share of each value among guests.
    """

    def __init__(self, rules: Sequence[Rule], usual: Usual) -> None:
        self._cells: list[_Cell] = []
        self._group_starts: list[int] = []
        self._rule_starts: list[int] = []
        self._is_turned: list[bool] = []
        for rule in rules:
            self._lay_out(rule)
        self._base = self._unknown(usual)
        self._group_starts_array = np.array(self._group_starts, dtype=np.intp)
        self._rule_starts_array = np.array(self._rule_starts, dtype=np.intp)
        self._sign = np.where(self._is_turned, -1.0, 1.0)
        self._offset = np.where(self._is_turned, 1.0, 0.0)
        self._columns: dict[str, list[int]] = {}
        for place, cell in enumerate(self._cells):
            self._columns.setdefault(cell.test.fact, []).append(place)
        self._told: dict[tuple[str, type, Value], tuple[list[int], list[float]]] = {}

    def look(self, facts: Mapping[str, Value]) -> Verdicts:
        """Evaluate every rule for one stay; absent facts are unknown."""
        places: list[int] = []
        truths: list[float] = []
        for fact, value in facts.items():
            if fact in self._columns:
                told = self._told.get((fact, type(value), value)) or self._tell(fact, value)
                places += told[0]
                truths += told[1]
        table = self._base.copy()
        if places:
            table[:, places] = truths
        expected, lowest, highest = self._multiply(table)
        known = lowest == highest
        return Verdicts(expected, known, known & (lowest > 0.5))

    def _multiply(self, table: Array) -> Array:
        """Shape (3, n_tests) to (3, n_rules)."""
        factors = np.multiply.reduceat(table, self._group_starts_array, axis=1)
        factors = self._offset + self._sign * factors  # 1 - factor where a group is turned
        return np.asarray(np.multiply.reduceat(factors, self._rule_starts_array, axis=1))

    def _lay_out(self, rule: Rule) -> None:
        self._rule_starts.append(len(self._group_starts))
        always = (Test("", Operator.KNOWN, False),)
        self._add_group([_Cell(test, False, False) for test in rule.when or always], False)
        if rule.any:
            self._add_group([_Cell(test, True, False) for test in rule.any], True)
        if rule.unless:
            self._add_group([_Cell(test, False, True) for test in rule.unless], True)

    def _add_group(self, cells: list[_Cell], is_turned: bool) -> None:
        self._group_starts.append(len(self._cells))
        self._is_turned.append(is_turned)
        self._cells += cells

    def _unknown(self, usual: Usual) -> Array:
        """Rows of a stay about which nothing is known; `known` tests are decided even then."""
        columns = []
        for cell in self._cells:
            truth = holds(cell.test, None)
            chance = share(cell.test, usual.get(cell.test.fact, {}))
            low, high = (float(truth),) * 2 if truth is not None else (0.0, 1.0)
            if cell.falls:
                low, high = high, low
            columns.append([cell.written(row) for row in (chance, low, high)])
        return np.array(columns, dtype=np.float64).T.copy()

    def _tell(self, fact: str, value: Value) -> tuple[list[int], list[float]]:
        """Truth of every test on `fact` for one value, remembered by value and type."""
        places = self._columns[fact]
        cells = [self._cells[place] for place in places]
        told = (places, [cell.written(float(bool(holds(cell.test, value)))) for cell in cells])
        if len(self._told) < 10_000:  # values of free tags must not grow without end
            self._told[fact, type(value), value] = told
        return told

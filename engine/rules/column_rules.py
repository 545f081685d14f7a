"""Every rule looking at many coded stays.

A test becomes a table with one entry for each value of its column: what one stay would be told by
`engine.rules.conditions` is looked up for thousands. Truths are two bits, "yes" and "may be", on
which AND and OR are those of Kleene's logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.domain.cues import Value
from engine.domain.rules import Rule, Test
from engine.rules.columns import UNKNOWN, Columns, chunks
from engine.rules.conditions import holds, negation, share
from engine.rules.evaluate import Usual

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

NO, MAYBE, YES = 0b00, 0b10, 0b11
"""Truths as bits: the lower one says yes, the upper one that it cannot be ruled out."""

_BITS = {False: NO, None: MAYBE, True: YES}


@dataclass(frozen=True, slots=True)
class Looks:
    """What all rules say of some stays; each of shape (n_stays, n_rules)."""

    expected: Array
    """Chance to fire, unknowns at their usual share."""
    known: NDArray[np.bool_]
    """Decided one way or the other."""
    fires: NDArray[np.bool_]
    """Decided, and true."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Tests that are multiplied, then taken from 1 where the group is turned."""

    tests: tuple[Test, ...]
    is_turned: bool
    is_negated: bool = False
    """Of `unless`: what must not all be true, so one that is not will do."""

    def truth(self, test: Test, value: Value | None) -> int:
        told = holds(test, value)
        return _BITS[negation(told) if self.is_negated else told]

    def chance(self, test: Test, value: Value | None, usual: Usual) -> float:
        told = holds(test, value)
        chance = share(test, usual.get(test.fact, {})) if value is None else float(bool(told))
        return 1.0 - chance if self.is_turned and not self.is_negated else chance


@dataclass(frozen=True, slots=True)
class _Table:
    """One test over one column: an entry for each value, the last one for unknown."""

    fact: str
    truths: NDArray[np.uint8]
    chances: Array


_Tables = tuple[tuple[_Group, tuple[_Table, ...]], ...]


class ColumnRules:
    """Rules laid out so that a thousand stays cost little more than one.

    They say what `engine.rules.vectorised.RuleTable` says of each stay, to the same bit.

    Parameters
    ----------
    rules : sequence of Rule
        In the order wanted; dates are not looked at.
    usual : mapping
        Fact id to the share of each value among guests.
    """

    def __init__(self, rules: Sequence[Rule], usual: Usual) -> None:
        self._groups = [_groups_of(rule) for rule in rules]
        self._usual = usual
        self._laid_out: tuple[Columns, list[_Tables]] | None = None

    def look(self, columns: Columns, rows: slice = slice(None)) -> Looks:
        """Let every rule look at some stays."""
        tables = self._tables_over(columns)
        n_stays = len(range(columns.n_stays)[rows])
        shape = (len(tables), n_stays)
        truths, expected = np.empty(shape, dtype=np.uint8), np.empty(shape)
        codes = _codes_of(columns, rows, tables, n_stays)
        for k, rule in enumerate(tables):
            truths[k], expected[k] = _truth_of(rule, codes), _chance_of(rule, codes)
        return Looks(expected.T, (truths != MAYBE).T, (truths == YES).T)

    def fires(self, columns: Columns, rows: slice = slice(None)) -> NDArray[np.uint8]:
        """Say of some stays whether each rule fires; shape (n_rules, n_stays), `NO` to `YES`."""
        tables = self._tables_over(columns)
        n_stays = len(range(columns.n_stays)[rows])
        codes = _codes_of(columns, rows, tables, n_stays)
        truths = np.empty((len(tables), n_stays), dtype=np.uint8)
        for k, rule in enumerate(tables):
            truths[k] = _truth_of(rule, codes)
        return truths

    def _tables_over(self, columns: Columns) -> list[_Tables]:
        """Return the tables over these columns, made once for those looked at last."""
        laid_out = self._laid_out  # looked up once: another thread may lay out others meanwhile
        if laid_out is None or laid_out[0] is not columns:
            laid_out = (
                columns,
                [
                    tuple((group, self._tables(group, columns)) for group in groups)
                    for groups in self._groups
                ],
            )
            self._laid_out = laid_out
        return laid_out[1]

    def _tables(self, group: _Group, columns: Columns) -> tuple[_Table, ...]:
        return tuple(self._table(group, test, columns) for test in group.tests)

    def _table(self, group: _Group, test: Test, columns: Columns) -> _Table:
        column = columns.by_fact.get(test.fact)
        values = (*(column.values if column else ()), None)
        truths = [group.truth(test, value) for value in values]
        chances = [group.chance(test, value, self._usual) for value in values]
        return _Table(test.fact, np.array(truths, dtype=np.uint8), np.array(chances))


def co_firing(rules: ColumnRules, columns: Columns) -> Counts:
    """Count the stays in which two rules fire together; on the diagonal, each alone.

    Returns
    -------
    ndarray of int, shape (n_rules, n_rules)
    """
    total: Counts = np.zeros((1, 1), dtype=np.int64)
    for rows in chunks(columns.n_stays):
        fires = (rules.fires(columns, rows) == YES).astype(np.float32)  # counts below 2^24: exact
        total = total + (fires @ fires.T).astype(np.int64)
    return total


def counts(rules: ColumnRules, columns: Columns, n_rules: int) -> tuple[Counts, Counts]:
    """Count for each rule the stays in which it fires, and those of which it cannot tell."""
    fired, unsure = np.zeros((2, n_rules), dtype=np.int64)
    for rows in chunks(columns.n_stays):
        truths = rules.fires(columns, rows)
        fired += (truths == YES).sum(axis=1)
        unsure += (truths == MAYBE).sum(axis=1)
    return fired, unsure


def _groups_of(rule: Rule) -> tuple[_Group, ...]:
    groups = (
        _Group(rule.when, is_turned=False),
        _Group(rule.any, is_turned=True),
        _Group(rule.unless, is_turned=True, is_negated=True),
    )
    return tuple(group for group in groups if group.tests)


def _codes_of(
    columns: Columns, rows: slice, rules: Iterable[_Tables], n_stays: int
) -> dict[str, NDArray[np.intp]]:
    """Codes of the facts that are asked about, ready to look up with."""
    asked = {table.fact for rule in rules for _, tables in rule for table in tables}
    nobody = np.full(n_stays, UNKNOWN, dtype=np.intp)
    told = {id: columns.by_fact.get(id) for id in asked}
    return {id: c.codes[rows].astype(np.intp) if c else nobody for id, c in told.items()}


def _truth_of(rule: _Tables, codes: Mapping[str, NDArray[np.intp]]) -> Any:
    """Kleene's logic on two bits: all of `when`, one of `any`, one of `unless` that is not so."""
    whole: Any = YES
    for group, tables in rule:
        fold = np.bitwise_or if group.is_turned else np.bitwise_and
        truth: Any = None
        for table in tables:
            one = table.truths.take(codes[table.fact], mode="wrap")  # -1 is the last entry
            truth = one if truth is None else fold(truth, one, out=one)
        whole = truth if whole is YES else np.bitwise_and(whole, truth, out=truth)
    return whole


def _chance_of(rule: _Tables, codes: Mapping[str, NDArray[np.intp]]) -> Any:
    """Products in the order of the rule, so that every bit is that of one stay alone."""
    whole: Any = None
    for group, tables in rule:
        factor: Any = None
        for table in tables:
            one = table.chances.take(codes[table.fact], mode="wrap")
            factor = one if factor is None else np.multiply(factor, one, out=one)
        if group.is_turned:
            np.subtract(1.0, factor, out=factor)
        whole = factor if whole is None else np.multiply(whole, factor, out=factor)
    return 1.0 if whole is None else whole

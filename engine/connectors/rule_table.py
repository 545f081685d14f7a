"""A rule set as a decision table, out to a spreadsheet and in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.connectors.base import Refused
from engine.connectors.csv_mapping import near
from engine.connectors.csv_text import Row
from engine.connectors.table_cells import RowReader
from engine.connectors.table_csv import csv_of, csv_rows
from engine.connectors.table_layout import (
    AFTER,
    BEFORE,
    GROUPS,
    NEEDED,
    Cell,
    group_and_fact,
    laid_out,
)
from engine.connectors.table_xlsx import MAGIC, xlsx_of, xlsx_rows
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Rule
from engine.errors import Problem
from engine.sentences import Sentence

FORMATS: Mapping[str, Callable[[Sequence[str], Sequence[Sequence[Cell]]], bytes]] = {
    "csv": csv_of,
    "xlsx": xlsx_of,
}
"""Name of a format, and what writes it."""


def write_table(rules: Sequence[Rule], catalogue: Catalogue, kind: str = "csv") -> bytes:
    """Return a rule set as a decision table; `read_table` gives back equal rules.

    Parameters
    ----------
    rules : sequence of Rule
        With ids that differ.
    catalogue : Catalogue
        Gives the order of the columns.
    kind : str
        One of `FORMATS`. XLSX leaves out control signs and knows one kind of line break.
    """
    return FORMATS[kind](*laid_out(rules, catalogue))


def read_table(data: bytes, catalogue: Catalogue) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the rules of a decision table, and every cell that cannot be used.

    A row with a problem gives no rule; the others are read all the same. Limits of weights, and
    what a house may ask at all, are told by `engine.catalogue.rules.rule_problems`.

    Parameters
    ----------
    data : bytes
        CSV or XLSX, told apart by how they begin.
    catalogue : Catalogue
        What rules may ask about.

    Returns
    -------
    rules : tuple of Rule
        In the order of the rows.
    problems : tuple of Problem
        `file` names the row, `id` the rule, `key` the column.

    Raises
    ------
    UnreadableError
        If the file is neither CSV nor XLSX.
    """
    placed, problems = read_rows(data, catalogue)
    return tuple(rule for _, rule in placed), problems


def read_rows(
    data: bytes, catalogue: Catalogue
) -> tuple[tuple[tuple[str, Rule], ...], tuple[Problem, ...]]:
    """Return what `read_table` does, each rule behind the name of its row."""
    header, rows = (xlsx_rows if data.startswith(MAGIC) else csv_rows)(data)
    problems = _header_problems(header, catalogue)
    if problems:
        return (), tuple(problems)
    rules: dict[str, tuple[str, Rule]] = {}
    for row in rows:
        problems += _read_row(row, catalogue, rules)
    return tuple(rules.values()), tuple(problems)


def _read_row(
    row: Row | Refused, catalogue: Catalogue, rules: dict[str, tuple[str, Rule]]
) -> list[Problem]:
    if isinstance(row, Refused):
        return [Problem(row.record, "", "", row.message)]
    reader = RowReader(_place(row.line), row.cells, catalogue.facts)
    rule = reader.rule()
    if rule and rule.id in rules:
        return [Problem(_place(row.line), rule.id, "id", "Another row has the same id.")]
    if rule:
        rules[rule.id] = _place(row.line), rule
    return reader.problems


def _header_problems(header: Sequence[str], catalogue: Catalogue) -> list[Problem]:
    named = [column for column in header if column]
    twice = sorted({column for column in named if named.count(column) > 1})
    problems = [
        *(
            _of_header(column, "This column is missing.")
            for column in NEEDED
            if column not in named
        ),
        *(_of_header(column, "This column is there twice.") for column in twice),
    ]
    return problems + [told for column in named for told in _unknown_column(column, catalogue)]


def _unknown_column(column: str, catalogue: Catalogue) -> list[Problem]:
    found = group_and_fact(column)
    askable = [id for id, fact in catalogue.facts.items() if fact.is_scored]
    if column in (*BEFORE, *AFTER) or column.startswith("because."):
        return []
    if found and found[1] in askable:
        return []
    if found:
        known = [f"{found[0]}.{fact}" for fact in askable]
    else:
        known = [
            *BEFORE,
            *AFTER,
            "because.en",
            *(f"{group}.{fact}" for group in GROUPS for fact in askable),
        ]
    told = Sentence(
        "{column} is no column of a rule table.{near}", column=column, near=near(column, known)
    )
    return [_of_header(column, told, *known)]


def _of_header(column: str, message: str, *allowed: str) -> Problem:
    return Problem(_place(1), "", column, message, allowed)


def _place(row: int) -> Sentence:
    return Sentence("row {row}", row=row)

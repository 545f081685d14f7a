"""Reading the mapping file, and telling all that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.connectors.csv_mapping import (
    CELL_KEYS,
    DATE_KEYS,
    FILE_KEYS,
    STAY_KEYS,
    SUM_KEYS,
    Cell,
    Cells,
    CsvMapping,
    allowed_of,
    fold,
    near,
    unfit,
)
from engine.connectors.csv_text import DELIMITERS, ENCODINGS
from engine.connectors.denied import is_denied, tells_origin
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.stays import StayStatus
from engine.errors import MappingError, Problem
from engine.sentences import Sentence


def read_mapping(text: str, facts: Mapping[str, Fact], *, name: str = "mapping") -> CsvMapping:
    """Return the mapping written in `text` (TOML).

    Parameters
    ----------
    text : str
        The tables `[file]`, `[stay]` and `[facts]`.
    facts : mapping of str to Fact
        What the catalogue knows; nothing else can be filled.
    name : str
        Name of the file, for messages.

    Raises
    ------
    MappingError
        Names file, key, what is allowed and the nearest name, for everything that is wrong.
    """
    reading = _Reading(name, facts)
    mapping = reading.mapping(_parsed(text, name))
    if reading.problems:
        told = " ".join(problem.sentence() for problem in reading.problems)
        raise MappingError(told, reading.problems)
    return mapping


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        wrong = Sentence("this is not valid TOML: {reason}.", reason=error)
        problem = Problem(name, "", "", wrong)
        raise MappingError(problem.sentence(), (problem,)) from error


class _Reading:
    """Reads one mapping and gathers all that is wrong with it."""

    def __init__(self, name: str, facts: Mapping[str, Fact]) -> None:
        self.name = name
        self.facts = facts
        self.date_format = "%Y-%m-%d"
        self.problems: list[Problem] = []

    def mapping(self, tree: dict[str, Any]) -> CsvMapping:
        self._known_keys("", tree, ("file", "stay", "facts"))
        file, stay, facts = (self._table(tree, key) for key in ("file", "stay", "facts"))
        self._known_keys("file", file, FILE_KEYS)
        self._known_keys("stay", stay, STAY_KEYS)
        self.date_format = self._date("file.date", file.get("date", "%Y-%m-%d"))
        self._needed(stay)
        return CsvMapping(
            stay={key: self._stay_cells(key, stay[key]) for key in STAY_KEYS if key in stay},
            facts={key: self._fact_cells(key, entry) for key, entry in facts.items()},
            encoding=self._encoding(file.get("encoding", "auto")),
            delimiter=self._choice("file.delimiter", file.get("delimiter", ""), ("", *DELIMITERS)),
            decimal=self._choice("file.decimal", file.get("decimal", "auto"), ("auto", ".", ",")),
        )

    def _wrong(self, key: str, message: str, allowed: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem(self.name, "", key, message, allowed))

    def _table(self, tree: dict[str, Any], key: str) -> dict[str, Any]:
        table = tree.get(key, {})
        if isinstance(table, dict):
            return table
        self._wrong(key, Sentence("must be a table, written [{key}].", key=key))
        return {}

    def _known_keys(self, where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in (key for key in table if key not in known):
            path = f"{where}.{key}" if where else key
            self._wrong(path, Sentence("there is no such key.{hint}", hint=near(key, known)), known)

    def _needed(self, stay: dict[str, Any]) -> None:
        for key in (key for key in ("ref", "arrival") if key not in stay):
            self._wrong(f"stay.{key}", "is needed: name its column.")
        if ("nights" in stay) == ("departure" in stay):
            self._wrong("stay", "needs either 'nights' or 'departure', one of the two.")

    def _choice(self, key: str, value: Any, allowed: tuple[str, ...]) -> str:
        if value in allowed:
            return str(value)
        shown = tuple(repr(choice) for choice in allowed if choice)
        self._wrong(key, Sentence("{value} cannot be used.", value=repr(value)), shown)
        return allowed[0]

    def _encoding(self, value: Any) -> str:
        plain = str(value).lower().replace("windows-", "cp").replace("_", "-")
        plain = {"utf8": "utf-8", "latin-1": "iso8859-1", "iso-8859-1": "iso8859-1"}.get(
            plain, plain
        )
        return self._choice("file.encoding", plain, ENCODINGS)

    def _date(self, key: str, value: Any) -> str:
        probe = datetime(2024, 2, 29)
        try:
            is_whole = datetime.strptime(probe.strftime(value), value).date() == probe.date()
        except (TypeError, ValueError, re.error):  # a directive given twice is a regex fault
            is_whole = False
        if not is_whole:
            wrong = Sentence(
                "{value} is no date format with year, month and day.", value=repr(value)
            )
            self._wrong(key, wrong, ("%d-%m-%Y",))
        return value if is_whole else "%Y-%m-%d"

    def _stay_cells(self, key: str, entry: Any) -> Cells:
        path = f"stay.{key}"
        check = self._check_status if key == "status" else self._check_text
        cells = self._cells(path, entry, check)
        for cell in cells:
            if cell.is_sum and key not in SUM_KEYS:
                self._wrong(f"{path}.sum", "only numbers can be summed.", ("stay.nights",))
            self._refuse_denied(path, cell)
        return cells

    def _fact_cells(self, key: str, entry: Any) -> Cells:
        path = f"facts.{key}"
        fact = self.facts.get(key)
        if fact is None:
            denied = Sentence(" It is never taken in.")
            hint = denied if is_denied(key) else near(key, self.facts)
            wrong = Sentence("there is no such fact.{hint}", hint=hint)
            self._wrong(path, wrong, tuple(self.facts))
            return ()
        cells = self._cells(path, entry, lambda at, value: self._check_value(at, value, fact))
        for cell in cells:
            self._refuse_denied(path, cell)
            self._refuse_origin(path, cell, key)
            if cell.is_sum and fact.kind is not FactKind.WHOLE:
                self._wrong(f"{path}.sum", "only whole numbers can be summed.")
        return cells

    def _cells(self, path: str, entry: Any, check: Callable[[str, Any], Value | None]) -> Cells:
        entries = entry if isinstance(entry, list) else [entry]
        found = tuple(self._cell(path, one, check) for one in entries)
        return tuple(cell for cell in found if cell is not None)

    def _cell(
        self, path: str, entry: Any, check: Callable[[str, Any], Value | None]
    ) -> Cell | None:
        entry = {"column": entry} if isinstance(entry, str) else entry
        if not isinstance(entry, dict):
            self._wrong(path, "must be the name of a column, or a table with 'column'.", CELL_KEYS)
            return None
        self._known_keys(path, entry, CELL_KEYS)
        columns = self._columns(path, entry)
        if not columns:
            return None
        return Cell(
            columns=columns,
            is_sum="sum" in entry,
            date_format=self._cell_date(path, entry),
            values=self._values(path, entry.get("values"), check),
            missing=frozenset(map(fold, self._texts(f"{path}.missing", entry.get("missing", [])))),
        )

    def _columns(self, path: str, entry: dict[str, Any]) -> tuple[str, ...]:
        ways = [key for key in ("column", "columns", "sum") if key in entry]
        if len(ways) != 1:
            self._wrong(path, "needs exactly one way to a column.", ("column", "columns", "sum"))
            return ()
        value = entry[ways[0]]
        texts = self._texts(f"{path}.{ways[0]}", [value] if ways[0] == "column" else value)
        return tuple(" ".join(text.split()) for text in texts)

    def _cell_date(self, path: str, entry: dict[str, Any]) -> str:
        if "date" not in entry:
            return self.date_format
        if path.removeprefix("stay.") not in DATE_KEYS:
            self._wrong(f"{path}.date", "only dates have a date format.", tuple(sorted(DATE_KEYS)))
        return self._date(f"{path}.date", entry["date"])

    def _texts(self, path: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        self._wrong(path, "must be written as text, or a list of texts.")
        return ()

    def _values(
        self, path: str, table: Any, check: Callable[[str, Any], Value | None]
    ) -> Mapping[str, Value] | None:
        if table is None:
            return None
        if not isinstance(table, dict):
            self._wrong(f"{path}.values", "must be a table from text to value.")
            return None
        checked = {fold(key): check(f"{path}.values", value) for key, value in table.items()}
        return {key: value for key, value in checked.items() if value is not None}

    def _check_text(self, path: str, value: Any) -> Value | None:
        if isinstance(value, str | int):
            return str(value)
        self._wrong(path, Sentence("{value} must be a text.", value=repr(value)))
        return None

    def _check_status(self, path: str, value: Any) -> Value | None:
        known = tuple(status.value for status in StayStatus)
        if value in known:
            return str(value)
        hint = near(str(value), known)
        wrong = Sentence("{value} is no status.{hint}", value=repr(value), hint=hint)
        self._wrong(path, wrong, known)
        return None

    def _check_value(self, path: str, value: Any, fact: Fact) -> Value | None:
        problem = unfit(value, fact)
        if problem:
            self._wrong(path, problem, allowed_of(fact))
            return None
        return value  # type: ignore[no-any-return]  # unfit() has just said that it is a Value

    def _refuse_denied(self, path: str, cell: Cell) -> None:
        for column in cell.columns:
            if is_denied(column):
                wrong = Sentence(
                    "column '{column}' is a protected trait and is never taken in.", column=column
                )
                self._wrong(path, wrong)

    def _refuse_origin(self, path: str, cell: Cell, key: str) -> None:
        for column in cell.columns:
            if key != "home_market" and tells_origin(column):
                wrong = Sentence("column '{column}' tells origin.", column=column)
                self._wrong(path, wrong, ("facts.home_market",))

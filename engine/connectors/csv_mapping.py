"""What a mapping file says: which columns become which fields of a stay and which facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.domain.cues import Fact, FactKind, Value
from engine.sentences import Sentence

STAY_KEYS = (
    "ref",
    "arrival",
    "nights",
    "departure",
    "guest_name",
    "guest_key",
    "language",
    "email",
    "unit",
    "status",
    "expected_hour",
    "booked_on",
)
"""Fields of a stay that a column may fill."""

DATE_KEYS = frozenset({"arrival", "departure", "booked_on"})
SUM_KEYS = frozenset({"nights"})
FILE_KEYS = ("encoding", "delimiter", "decimal", "date")
CELL_KEYS = ("column", "columns", "sum", "date", "values", "missing")


@dataclass(frozen=True, slots=True)
class Cell:
    """One way to get a value out of a row."""

    columns: tuple[str, ...]
    is_sum: bool = False
    date_format: str = "%Y-%m-%d"
    values: Mapping[str, Value] | None = None
    """Folded text of the cell to value; None = the text itself. What is not listed is unknown."""
    missing: frozenset[str] = frozenset()
    """Folded texts that mean 'not told'."""


Cells = tuple[Cell, ...]
"""Ways in order; the first that tells something counts."""


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How to read one kind of CSV file."""

    stay: Mapping[str, Cells]
    facts: Mapping[str, Cells] = field(default_factory=dict)
    encoding: str = "auto"
    delimiter: str = ""
    """Empty: found out from the header."""
    decimal: str = "auto"

    def columns(self) -> dict[str, str]:
        """Return every column that is read, with the key that reads it."""
        groups = (("stay", self.stay), ("facts", self.facts))
        return {
            column: f"{table}.{key}"
            for table, group in groups
            for key, cells in group.items()
            for cell in cells
            for column in cell.columns
        }


def fold(text: str) -> str:
    """Return `text` as it is compared: outer and double space and case do not count."""
    return " ".join(text.split()).casefold()


def near(wanted: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' where one of `known` is close to `wanted`, else nothing."""
    close = get_close_matches(wanted, list(known), n=1)
    return Sentence(" Did you mean '{name}'?", name=close[0]) if close else ""


def unfit(value: object, fact: Fact) -> str:
    """Return why `value` cannot be a value of `fact`; empty where it can."""
    if fact.kind is FactKind.YES_NO:
        is_fit = isinstance(value, bool)
    elif fact.kind is FactKind.WHOLE:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        is_fit = is_whole and fact.lowest <= int(str(value)) <= fact.highest
    elif fact.kind is FactKind.ONE_OF:
        is_fit = value in fact.values
    else:
        is_fit = isinstance(value, str) and _TAG.fullmatch(value) is not None
    hint = near(str(value), fact.values) if fact.values else ""
    if is_fit:
        return ""
    return Sentence(
        "{value} is no value of '{fact}'.{hint}", value=repr(value), fact=fact.id, hint=hint
    )


def allowed_of(fact: Fact) -> tuple[str, ...]:
    """Return what may be said of `fact`, in words."""
    return {
        FactKind.YES_NO: ("true", "false"),
        FactKind.WHOLE: (
            Sentence(
                "whole numbers from {lowest} to {highest}",
                lowest=fact.lowest,
                highest=fact.highest,
            ),
        ),
        FactKind.ONE_OF: fact.values,
        FactKind.TAG: ("a tag such as 'de' or 'DK'",),
    }[fact.kind]


_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

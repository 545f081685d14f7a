"""From the cells of one row to values: texts, dates, whole numbers, facts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from engine.connectors.base import RecordError
from engine.connectors.csv_mapping import Cell, Cells, allowed_of, fold, unfit
from engine.domain.cues import Fact, FactKind, Value
from engine.sentences import Sentence

YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j"})
NO = frozenset({"no", "n", "false", "0", "nein", "nej"})

MOST_TEXT = 200
"""Characters of a name or reference; more is a sign of columns that slipped."""

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_HOUR = re.compile(
    r"(\d{1,2})(?:[:.h]\d{2})?(?::\d{2})?\s*(am|pm)?(?:\s*(?:h|uhr))?", re.IGNORECASE
)
_SHOWN = 40

Texts = Mapping[str, str]
"""Column to the text of its cell."""


def text_of(row: Texts, cells: Cells, joiner: str = "-") -> str:
    """Return the first text that is told, tidied; empty where none is.

    Raises
    ------
    RecordError
        Longer than `MOST_TEXT` characters.
    """
    for cell in cells:
        text = _told(row, cell, joiner)
        if text and cell.values is not None:
            text = str(cell.values.get(fold(text), ""))
        if len(text) > MOST_TEXT:
            raise RecordError(
                Sentence(
                    "column '{column}' holds more than {most} characters",
                    column=cell.columns[0],
                    most=MOST_TEXT,
                )
            )
        if text:
            return text
    return ""


def date_of(row: Texts, cells: Cells) -> date | None:
    """Return the first date that is told, or None.

    Raises
    ------
    RecordError
        The text is no date in the format of its mapping.
    """
    for cell in cells:
        text = _told(row, cell, "-")
        if text:
            return _date(text, cell)
    return None


def number_of(row: Texts, cells: Cells, decimal: str) -> int | None:
    """Return the first whole number that is told, or None; a sum needs all its parts.

    Raises
    ------
    RecordError
        The text is no whole number.
    """
    for cell in cells:
        number = _number(row, cell, decimal)
        if number is not None:
            return number
    return None


def hour_of(row: Texts, cells: Cells) -> int | None:
    """Return the first hour from 0 to 23 that is told, such as `14:30` or `2 pm`, or None."""
    text = text_of(row, cells)
    if not text:
        return None
    match = _HOUR.fullmatch(text)
    hour = _clock(int(match[1]), match[2]) if match else 24
    if hour > 23:
        raise RecordError(Sentence("{text} is no time of day such as 14:30", text=_shown(text)))
    return hour


def fact_of(row: Texts, cells: Cells, fact: Fact, decimal: str) -> Value | None:
    """Return the value of `fact` that the row tells, or None where it stays unknown.

    Raises
    ------
    RecordError
        The text cannot be a value of the fact.
    """
    for cell in cells:
        value = _fact_value(row, cell, fact, decimal)
        if value is None:
            continue
        if unfit(value, fact):
            raise RecordError(
                Sentence(
                    "{text} cannot be '{fact}'; allowed: {allowed}",
                    text=_shown(str(value)),
                    fact=fact.id,
                    allowed=", ".join(allowed_of(fact)),
                )
            )
        return value
    return None


def _fact_value(row: Texts, cell: Cell, fact: Fact, decimal: str) -> Value | None:
    if cell.values is not None:
        return cell.values.get(fold(_told(row, cell, "-")))
    if fact.kind is FactKind.WHOLE:
        return _number(row, cell, decimal)
    text = _told(row, cell, "-")
    if fact.kind is FactKind.YES_NO:
        return _yes_no(text)
    return (fold(text) if fact.kind is FactKind.ONE_OF else text) or None


def _yes_no(text: str) -> Value | None:
    folded = fold(text)
    return True if folded in YES else False if folded in NO else text or None


def _told(row: Texts, cell: Cell, joiner: str) -> str:
    """Return the text of all columns of `cell`; empty where one of them says 'not told'."""
    texts = [tidy(row[column]) for column in cell.columns]
    told = [text for text in texts if text and fold(text) not in cell.missing]
    is_enough = len(told) == len(texts) or (joiner == " " and told)
    return joiner.join(told) if is_enough else ""


def tidy(text: str) -> str:
    """Return `text` in composed form, without control characters and double space."""
    composed = unicodedata.normalize("NFC", text)
    printable = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(printable.split())


def _date(text: str, cell: Cell) -> date:
    try:
        return datetime.strptime(text, cell.date_format).date()
    except ValueError:
        raise RecordError(
            Sentence(
                "{text} is no date written as {format} (column '{column}')",
                text=_shown(text),
                format=cell.date_format,
                column=cell.columns[0],
            )
        ) from None


def _number(row: Texts, cell: Cell, decimal: str) -> int | None:
    total = 0
    for column in cell.columns:
        text = tidy(row[column])
        if not text or fold(text) in cell.missing:
            return None
        total += _whole(text, column, decimal)
    return total


def _whole(text: str, column: str, decimal: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise RecordError(
            Sentence(
                "{text} is no whole number (column '{column}'); "
                "if it means 'not told', name it under 'missing'",
                text=_shown(text),
                column=column,
            )
        )
    number = float(_with_point(text, column, decimal))
    if number != int(number) or abs(number) > 1_000_000:
        raise _no_whole(text, column)
    return int(number)


def _no_whole(text: str, column: str) -> RecordError:
    return RecordError(
        Sentence("{text} is no whole number (column '{column}')", text=_shown(text), column=column)
    )


def _with_point(text: str, column: str, decimal: str) -> str:
    """Return the number as Python reads it: thousands marks gone, decimal point."""
    marks = [sign for sign in text if sign in ".,"]
    if decimal == "auto":
        if len(marks) > 1 or (marks and len(text) - text.index(marks[0]) == 4):
            raise RecordError(
                Sentence(
                    "{text} (column '{column}') can be read in two ways; "
                    'say in [file] whether decimal = "," or "."',
                    text=_shown(text),
                    column=column,
                )
            )
        return text.replace(",", ".")
    thousands = "," if decimal == "." else "."
    whole, mark, rest = text.partition(decimal)
    if decimal in rest or thousands in rest:
        raise _no_whole(text, column)
    return whole.replace(thousands, "") + ("." if mark else "") + rest


def _clock(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return 24
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")

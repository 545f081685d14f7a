"""Learn questions and cues from a table of answers: a CSV file in, numbers and places out."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine.connectors.base import Refused
from engine.connectors.csv_mapping import near
from engine.connectors.csv_text import Row, Sheet, open_sheet
from engine.errors import BadInputError, EnvironmentFaultError, UnreadableError
from engine.inference.calibration import Calibration, ItemDoubt, Priors, calibrate
from engine.inference.responses import LEAST_ITEMS, UNANSWERED, Responses

MISSING = frozenset({"", "NA"})
"""What stands in a cell that was not answered."""

MOST_TOLD = 5
"""Cells named in one message; a whole column of words would else fill the screen."""

_GRADE = re.compile(r"\+?(\d{1,6})(?:\.0*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WORDS = {"true": 1.0, "false": 0.0}

T = TypeVar("T")


def calibrate_csv(
    data: bytes,
    items: Sequence[str],
    cues: Sequence[str] = (),
    *,
    with_priors: bool = False,
    standardise: bool = False,
) -> Calibration:
    """Learn from the answers in a CSV file.

    Parameters
    ----------
    data : bytes
        The file; its first line names the columns.
    items : sequence of str
        Columns of answers: whole grades from 0 or from 1; blank or NA = not answered.
    cues : sequence of str
        Columns of numbers, none of them missing.
    with_priors : bool
        Whether mild priors hold, see `Priors`.
    standardise : bool
        Whether the scale is that of the engine, see `calibrate`.

    Raises
    ------
    UnreadableError
        The file is not CSV text, cells hold no grade or number, or nothing can be learned of a
        column: names row and column.
    BadInputError
        Too few items were named, one of them twice, or one that the file has not.
    """
    if len(items) < LEAST_ITEMS:
        raise BadInputError(f"At least {LEAST_ITEMS} items are needed; {len(items)} are named.")
    responses = read_responses(data, items, cues)
    priors = Priors() if with_priors else None
    try:
        return calibrate(responses, priors=priors, standardise=standardise)
    except BadInputError as error:
        # the names were right, so what is wrong stands in the file
        raise UnreadableError(error.message) from error


def refuse_place_of_scores(file: Path, scores: Path) -> None:
    """Refuse a place that the scores cannot be written to, before anything is learned.

    Raises
    ------
    BadInputError
        It holds the answers themselves.
    EnvironmentFaultError
        It is no file that may be written, or its folder is not there.
    """
    if scores.exists() and file.exists() and scores.samefile(file):
        raise BadInputError(f"{scores} holds the answers; write the scores to another file.")
    if scores.is_dir():
        raise EnvironmentFaultError(f"{scores} is a folder; name a file for the scores.")
    if not scores.parent.is_dir():
        raise EnvironmentFaultError(f"{scores} cannot be written: its folder is not there.")
    if not os.access(scores if scores.exists() else scores.parent, os.W_OK):
        raise EnvironmentFaultError(f"{scores} cannot be written: it is not allowed.")


def read_responses(data: bytes, items: Sequence[str], cues: Sequence[str]) -> Responses:
    """Read answers and cues; row 1 is the first one after the header."""
    sheet = open_sheet(data)
    _refuse_columns(sheet, [*items, *cues])
    table = _Table(tuple(items), tuple(cues))
    for number, row in enumerate(sheet.rows(), start=1):
        table.take(number, row)
    return table.responses()


def document_of(calibration: Calibration, cues: Sequence[str]) -> dict[str, Any]:
    """Return what was learned in the JSON shape of `tact calibrate`.

    `warnings` is there only if there are any.
    """
    told = warnings_of(calibration)
    return {
        "loglik": calibration.log_likelihood,
        "items": [
            {
                "id": item.id,
                "discrimination": item.discrimination,
                "thresholds": list(item.thresholds),
            }
            for item in calibration.items
        ],
        "beta": dict(zip(cues, calibration.weights, strict=True)),
        "iterations": calibration.iterations,
        "converged": calibration.is_converged,
        **({"warnings": told} if told else {}),
    }


WORDS = {
    "tells_nothing": "it tells no more of a guest than chance{numbers}. Leave it out.",
    "runs_against": "it runs against the other items{numbers}. Turn its grades round, or leave it "
    "out.",
    "has_no_end": "the steeper it is taken, the likelier all answers{numbers}: too few of them "
    "tell how items hang together. Leave it out, gather more, or use --priors.",
}
"""Of each kind of doubt."""


def warnings_of(calibration: Calibration) -> list[str]:
    """Return one sentence for each item that should not be used as it was learned."""
    return [_worded(doubt) for doubt in calibration.doubts]


def _worded(doubt: ItemDoubt) -> str:
    error = doubt.standard_error
    width = "" if error is None else f", standard error {error:.2f}"
    numbers = f" (discrimination {doubt.discrimination:.2f}{width})"
    return f"column '{doubt.id}': {WORDS[doubt.kind].format(numbers=numbers)}"


def scores_csv(calibration: Calibration) -> str:
    """Return the place of every guest as CSV: `row, eap, sd`, rows counted from 1."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "eap", "sd"))
    places = zip(calibration.means.tolist(), calibration.sds.tolist(), strict=True)
    writer.writerows((row, mean, sd) for row, (mean, sd) in enumerate(places, start=1))
    return text.getvalue()


def _refuse_columns(sheet: Sheet, wanted: Sequence[str]) -> None:
    if twice := [name for name, n in Counter(wanted).items() if n > 1]:
        raise BadInputError(f"Column '{twice[0]}' is named twice among items and cues.")
    counts = Counter(sheet.header)
    for name in wanted:
        if not counts[name]:
            exist = ", ".join(f"'{column}'" for column in sheet.header if column)
            hint = near(name, list(counts))
            raise BadInputError(f"The file has no column '{name}'.{hint} It has: {exist}.")
        if counts[name] > 1:
            raise UnreadableError(f"The file has {counts[name]} columns named '{name}'.")


class _Table:
    """Rows as they come in, and what was wrong with them."""

    def __init__(self, items: tuple[str, ...], cues: tuple[str, ...]) -> None:
        self._items, self._cues = items, cues
        self._answers: list[list[int]] = []
        self._values: list[list[float]] = []
        self._wrong: list[str] = []

    def take(self, number: int, row: Row | Refused) -> None:
        """Add one row."""
        if isinstance(row, Refused):
            self._wrong.append(f"row {number} ({row.record}): {row.message}")
            return
        where = f"row {number} ({row.record})"
        self._answers.append(self._read(where, row, self._items, grade_of, UNANSWERED))
        self._values.append(self._read(where, row, self._cues, value_of, 0.0))

    def _read(
        self, where: str, row: Row, names: Sequence[str], read: Callable[[str], T], otherwise: T
    ) -> list[T]:
        values = []
        for name in names:
            try:
                values.append(read(row.cells[name].strip()))
            except ValueError as error:
                self._wrong.append(f"{where}, column '{name}': {error}")
                values.append(otherwise)
        return values

    def responses(self) -> Responses:
        """Return all rows, or refuse the file with the first things that are wrong."""
        if self._wrong:
            more = len(self._wrong) - MOST_TOLD
            rest = f"; and {more} more." if more > 0 else "."
            raise UnreadableError("; ".join(self._wrong[:MOST_TOLD]) + rest)
        return Responses.of(self._items, self._cues, self._answers, self._values)


def grade_of(text: str) -> int:
    """Read one answer.

    Raises
    ------
    ValueError
        It is no whole number from 0.
    """
    if text in MISSING:
        return UNANSWERED
    match = _GRADE.fullmatch(text)
    if not match:
        raise ValueError(f"{text[:40]!r} is no grade; allowed: 0, 1, 2 …, blank or NA")
    return int(match[1])


def value_of(text: str) -> float:
    """Read the value of one cue.

    Raises
    ------
    ValueError
        It is missing or no finite number.
    """
    if text in MISSING:
        raise ValueError("a cue is missing; every row needs a number, or leave the row out")
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]!r} is no finite number")
    return value

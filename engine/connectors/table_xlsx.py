"""The decision table of a rule set as XLSX, the format of spreadsheet programs."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from engine.connectors.csv_text import Row
from engine.connectors.table_csv import quoted, unquoted
from engine.connectors.table_layout import Cell
from engine.errors import UnreadableError
from engine.sentences import Sentence

MOST_BYTES = 64 * 1024 * 1024
"""Largest content that is unpacked: a packed file may be a thousand times smaller."""

MOST_ROWS = 10_000
MOST_COLUMNS = 2_000
"""Far more than rules and facts; sheets that claim a million empty rows end here."""

MAGIC = b"PK\x03\x04"
"""How every packed file begins; no CSV does."""


def xlsx_of(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return a sheet as XLSX: the header stands still, weights are numbers, all else is text.

    Signs that no such file can hold, such as NUL, are left out.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "rules"
    for place, row in enumerate([header, *rows], start=1):
        for column, cell in enumerate(row, start=1):
            _write(sheet.cell(place, column), quoted(cell))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(cell: Any, value: Cell) -> None:
    """Put a value into a cell; a text stays a text, whatever it looks like."""
    # The file keeps 16 digits of a number; the few weights that need 17 go as text.
    kept = repr(value) if isinstance(value, float) and float(f"{value:.16g}") != value else value
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", kept) if isinstance(kept, str) else kept
    if isinstance(kept, str):
        cell.data_type = "s"


def xlsx_rows(data: bytes) -> tuple[tuple[str, ...], list[Row]]:
    """Return the header and the rows of the first sheet; rows without a word are left out.

    A formula counts as the value that it had when the file was saved.

    Raises
    ------
    UnreadableError
        If it is no XLSX, or unpacks to more than anybody writes by hand.
    """
    header, *lines = _lines(data) or [()]
    names = tuple(" ".join(str(cell).split()) for cell in header)
    if not any(names):
        raise UnreadableError("The sheet has no header: its first row must name the columns.")
    rows = [
        Row(place, {name: unquoted(cell) for name, cell in zip(names, line, strict=False) if name})
        for place, line in enumerate(lines, start=2)
    ]
    return names, [row for row in rows if any(cell.strip() for cell in row.cells.values())]


def _lines(data: bytes) -> list[tuple[str, ...]]:
    _refuse_bombs(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write them wrong
            rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
            return [tuple(map(_text, row)) for row in islice(rows, MOST_ROWS)]
    except Exception as error:  # damaged files fail in any way inside the reader
        raise UnreadableError(
            Sentence("The file cannot be read as XLSX: {reason}.", reason=type(error).__name__)
        ) from error


def _refuse_bombs(data: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError(
            "The file is no XLSX; save it as XLSX or CSV and try again."
        ) from error
    if sum(part.file_size for part in parts) > MOST_BYTES:
        most = MOST_BYTES // (1024 * 1024)
        raise UnreadableError(Sentence("The file unpacks to more than {most} MB.", most=most))


def _text(value: object) -> str:
    """Return a cell as the CSV of the same sheet would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)

"""The decision table of a rule set as CSV: written so that no spreadsheet runs a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from engine.connectors.base import Refused
from engine.connectors.csv_text import Row, open_sheet
from engine.connectors.table_layout import NOTHING, Cell

RUN = tuple("=+-@\t\r\n＝＋－＠")
"""First signs that make a spreadsheet take a cell for a formula; the wide ones count in Japan."""

QUOTE = "'"
"""Before such a cell it makes a text of it."""


def quoted(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs; `unquoted` gives back the same text.

    Numbers and a lonely dash are no formulas and stay as they are.
    """
    if not isinstance(cell, str) or cell == NOTHING or _is_number(cell):
        return cell
    return QUOTE + cell if cell.startswith((*RUN, QUOTE)) else cell


def unquoted(cell: str) -> str:
    """Return a cell without the apostrophe that `quoted` put before it."""
    return cell[1:] if cell.startswith(QUOTE) and cell[1:].startswith((*RUN, QUOTE)) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def csv_of(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return a sheet as CSV in UTF-8, with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([quoted(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_rows(data: bytes) -> tuple[tuple[str, ...], list[Row | Refused]]:
    """Return the header and the rows of a CSV file; rows without a word are left out.

    Raises
    ------
    UnreadableError
        If it cannot be read as CSV.
    """
    sheet = open_sheet(data)
    rows = [_unquoted(row, place) for place, row in enumerate(sheet.rows(), start=2)]
    return sheet.header, [row for row in rows if isinstance(row, Refused) or _says(row)]


def _unquoted(row: Row | Refused, place: int) -> Row | Refused:
    """Return a row as it was meant, numbered as a spreadsheet does: a cell may hold many lines."""
    if isinstance(row, Refused):
        return row
    return Row(place, {column: unquoted(cell) for column, cell in row.cells.items()})


def _says(row: Row) -> bool:
    return any(cell.strip() for cell in row.cells.values())

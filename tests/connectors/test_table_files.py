"""No spreadsheet runs a cell that we wrote, and no file that we are given does harm."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from engine.catalogue import load_catalogue
from engine.connectors import table_xlsx
from engine.connectors.rule_table import FORMATS, read_table, write_table
from engine.connectors.table_csv import RUN, quoted, unquoted
from engine.domain.cues import Scope
from engine.domain.rules import Operator, Rule, Sureness, Test
from engine.errors import UnreadableError

CATALOGUE = load_catalogue()
NIGHTS = (Test("nights", Operator.AT_MOST, 2),)
RULE = Rule("short", Scope.STATE, -0.8, {"en": "Short", "de": "Kurz"}, "the desk", when=NIGHTS)


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
STARTS = st.sampled_from(["", *RUN, "'", "''", "'=", "-", "-1", "=cmd|' /C calc'!A0"])
SAID = st.builds(str.__add__, STARTS, WORDS).filter(lambda text: bool(text.strip()))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SAID, SAID, st.floats(-3, 3), st.sampled_from(list(Sureness)))
def test_any_words_come_back_from_csv(
    because: str, source: str, weight: float, sure: Sureness
) -> None:
    rule = replace(RULE, because={"en": because}, source=source, weight=weight, sure=sure)
    rules, problems = read_table(write_table([rule], CATALOGUE), CATALOGUE)
    assert (rules, problems) == ((rule,), ())


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SAID.filter(lambda text: not set(text) & set("\t\r\n")), st.floats(-3, 3))
def test_any_words_come_back_from_xlsx(source: str, weight: float) -> None:
    rule = replace(RULE, source=source, weight=weight)
    assert read_table(write_table([rule], CATALOGUE, "xlsx"), CATALOGUE) == ((rule,), ())


@given(st.text(alphabet="=+-@'\t\r\n＝1.a", max_size=6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_text_cell_begins_like_a_formula(text: str) -> None:
    told = str(quoted(text))
    assert unquoted(told) == text
    is_number = told.removeprefix("-").replace(".", "", 1).isdecimal()
    assert told == "-" or is_number or not told.startswith(RUN)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_formula_in_words_reaches_the_spreadsheet_as_a_text(kind: str) -> None:
    attack = '=HYPERLINK("http://evil.example","see")'
    rule = replace(RULE, because={"en": attack}, source="@SUM(1)")
    data = write_table([rule], CATALOGUE, kind)
    cells = (
        _cells(data)
        if kind == "xlsx"
        else next(csv.reader([data.decode("utf-8-sig").split("\r\n")[1]]))
    )
    assert "'" + attack in cells
    assert "'@SUM(1)" in cells
    assert attack not in cells


def _cells(data: bytes) -> list[object]:
    sheet = load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    return [cell.value for row in sheet.iter_rows() for cell in row]


def test_weights_are_numbers_in_the_spreadsheet() -> None:
    assert -0.8 in _cells(write_table([RULE], CATALOGUE, "xlsx"))


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 nothing packed", b"", b"\xff\xfe\x00", table_xlsx.xlsx_of([], [])],
)
def test_a_file_that_is_no_table_cannot_be_read(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_table(data, CATALOGUE)


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in parts.items():
            packing.writestr(name, content)
    return file.getvalue()


def test_another_packed_file_is_no_spreadsheet() -> None:
    with pytest.raises(UnreadableError, match="cannot be read as XLSX"):
        read_table(packed(word=b"document"), CATALOGUE)


def test_a_file_that_unpacks_without_end_is_refused_unopened() -> None:
    with pytest.raises(UnreadableError, match="64 MB"):
        read_table(packed(sheet=b"\0" * (table_xlsx.MOST_BYTES + 1)), CATALOGUE)


def test_entities_in_a_spreadsheet_do_not_grow() -> None:
    data = write_table([RULE], CATALOGUE, "xlsx")
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"ha" * 100
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8))
        + b"]>"
    )
    source, file = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as packing:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = bomb + content[content.index(b"<worksheet") :].replace(
                    b">id</t>", b">&i;</t>", 1
                )
            packing.writestr(name, content)
    with pytest.raises(UnreadableError, match="ParseError"):
        read_table(file.getvalue(), CATALOGUE)

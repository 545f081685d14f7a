"""A rule set goes out to a spreadsheet and comes back, and no cell of it is ever run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from engine.catalogue import load_catalogue
from engine.connectors.rule_table import FORMATS, read_table, write_table
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Scope
from engine.domain.rules import Operator, Rule, RuleExample, Sureness, Test
from engine.errors import Problem

CATALOGUE = load_catalogue()

RULE = Rule(
    id="short_work_trip",
    scope=Scope.STATE,
    weight=-0.8,
    because={"en": "Short work trip", "de": "Kurze Arbeitsreise"},
    source="the desk",
    sure=Sureness.FIRM,
    when=(
        Test("purpose", Operator.IS, "business"),
        Test("nights", Operator.BETWEEN, (1, 2)),
        Test("channel", Operator.ANY_OF, ("web",)),
    ),
    any=(
        Test("party", Operator.NONE_OF, ("group", "family")),
        Test("queue", Operator.MORE_THAN, 0),
    ),
    unless=(Test("asks_questions", Operator.KNOWN, False),),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    is_on=False,
    examples=(
        RuleExample({"purpose": "leisure", "nights": 3, "delayed": True}, "silent"),
        RuleExample({"purpose": "business"}, "unknown", ("nights", "channel")),
    ),
)


def changed(kind: str, row: int, **cells: object) -> bytes:
    """The table of `RULE` with some cells of a row (1 is the first rule) written anew."""
    names = {name.replace("__", "."): value for name, value in cells.items()}
    data = write_table([RULE, replace(RULE, id="other")], CATALOGUE, kind)
    return (_changed_csv if kind == "csv" else _changed_xlsx)(data, row, names)


def _changed_csv(data: bytes, row: int, cells: dict[str, Any]) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for name, value in cells.items():
        rows[row][rows[0].index(name)] = value
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("cp1252")


def _changed_xlsx(data: bytes, row: int, cells: dict[str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        sheet.cell(row + 1, header.index(name) + 1).value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def problems_of(data: bytes) -> list[Problem]:
    return list(read_table(data, CATALOGUE)[1])


@pytest.mark.parametrize("kind", FORMATS)
def test_every_rule_of_the_seed_goes_out_and_comes_back_the_same(
    kind: str, catalogue: Catalogue
) -> None:
    rules, problems = read_table(write_table(catalogue.rules, catalogue, kind), catalogue)
    assert problems == ()
    assert rules == catalogue.rules
    assert {next(iter(rule.because)) for rule in rules} == {"en"}


@pytest.mark.parametrize("kind", FORMATS)
def test_everything_that_a_rule_may_say_comes_back(kind: str) -> None:
    assert read_table(write_table([RULE], CATALOGUE, kind), CATALOGUE) == ((RULE,), ())


@pytest.mark.parametrize("kind", FORMATS)
def test_tests_keep_an_order_that_no_row_of_columns_can_have(kind: str) -> None:
    turned = replace(RULE, id="turned", when=RULE.when[::-1])
    mixed = replace(RULE, id="mixed", when=(RULE.when[1], RULE.when[0], RULE.when[2]))
    data = write_table([RULE, turned, mixed], CATALOGUE, kind)
    assert read_table(data, CATALOGUE)[0] == (RULE, turned, mixed)


def test_an_empty_rule_set_is_a_table_without_rows() -> None:
    assert read_table(write_table([], CATALOGUE), CATALOGUE) == ((), ())


@pytest.mark.parametrize("kind", FORMATS)
def test_an_edit_in_the_spreadsheet_changes_that_rule_alone(kind: str) -> None:
    data = changed(
        kind, 2, when__nights="<= 3", weight="-0.6", on="TRUE", unless__asks_questions=""
    )
    rules, problems = read_table(data, CATALOGUE)
    assert problems == ()
    when = (RULE.when[0], Test("nights", Operator.AT_MOST, 3), RULE.when[2])
    edited = replace(RULE, id="other", when=when, weight=-0.6, is_on=True, unless=())
    assert rules == (RULE, edited)


def test_a_spreadsheet_may_hold_real_numbers_days_and_truths() -> None:
    data = changed(
        "xlsx",
        1,
        when__nights=2,
        on=True,
        weight=1,
        valid__from=datetime(2026, 2, 3),
        valid__until=None,
    )
    (rule, _), problems = read_table(data, CATALOGUE)
    assert problems == ()
    assert rule.when[1] == Test("nights", Operator.IS, 2)
    assert (rule.is_on, rule.weight) == (True, 1.0)
    assert (rule.valid_from, rule.valid_until) == (date(2026, 2, 3), None)


def test_a_weight_may_have_a_decimal_comma() -> None:
    assert read_table(changed("csv", 1, weight="-0,35"), CATALOGUE)[0][0].weight == -0.35


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("column", "cell", "told", "allowed"),
    [
        ("when.purpose", '"busines"', 'did you mean "business"?', '"business"'),
        ("when.purpose", "business", 'did you mean "business"?', "-"),
        ("when.nights", "< 3, > 9", "A rule cannot ask", "[1..3]"),
        ("any.queue", "1000", "not a value", "0 to 99"),
        ("unless.asks_questions", "maybe", "At column 1", "-"),
        ("id", "Short Trip", "lower-case", ""),
        ("scope", "states", "did you mean state?", "state"),
        ("sure", "certain", "not known", "firm"),
        ("on", "perhaps", "not known", "true"),
        ("weight", "much", "no number", "-0.8"),
        ("weight", "nan", "no number", "-0.8"),
        ("weight", "", "no number", "-0.8"),
        ("because.en", " ", "may not be empty", ""),
        ("source", "", "may not be empty", ""),
        ("valid.from", "01.02.2026", "no day", "2026-06-12"),
        ("valid.until", "2025-01-01", "ends before", ""),
        ("test", "{guest = {nights = 1}}", "One example", "{guest"),
        ("test", '{guest = {}, expect = "perhaps"}', "One example", "{guest"),
        ("test", '{guest = {}, expect = "fires", more = 1}', "One example", "{guest"),
        ("test", '{guest = {}, expect = "fires"}\nmore = 1', "One example", "{guest"),
        ("test", "guest", "One example", "{guest"),
    ],
)
def test_a_cell_that_cannot_be_used_is_told_with_row_column_and_what_is_allowed(
    kind: str, column: str, cell: str, told: str, allowed: str
) -> None:
    rules, problems = read_table(changed(kind, 1, **{column: cell}), CATALOGUE)
    (problem,) = problems
    assert [rule.id for rule in rules] == ["other"]
    assert (problem.file, problem.key) == ("row 2", column)
    assert told in problem.message
    assert not allowed or any(one.startswith(allowed) for one in problem.allowed)


def test_every_problem_is_told_at_once() -> None:
    data = changed("csv", 1, weight="x", scope="y", when__nights=">", source="")
    assert [problem.key for problem in problems_of(data)] == [
        "when.nights",
        "scope",
        "weight",
        "source",
    ]


def test_a_rule_without_a_test_is_refused() -> None:
    rule = replace(RULE, when=(), any=(), unless=())
    other = replace(RULE, id="other")
    (problem,) = problems_of(write_table([rule, other], CATALOGUE))
    assert (problem.id, problem.key) == (RULE.id, "when")


def test_an_id_stands_in_one_row_only() -> None:
    (problem,) = problems_of(changed("csv", 2, id=RULE.id))
    assert (problem.file, problem.key) == ("row 3", "id")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("when.nights", "when.nigths", "Did you mean 'when.nights'?"),
        ("when.nights", "nights", "no column"),
        ("when.nights", "when.home_market", "no column"),
        ("when.nights", "when.purpose", "twice"),
        ("weight", "wieght", "missing"),
    ],
)
def test_a_header_that_is_not_known_is_told_before_any_row(old: str, new: str, told: str) -> None:
    data = write_table([RULE], CATALOGUE).replace(old.encode(), new.encode(), 1)
    rules, problems = read_table(data, CATALOGUE)
    assert rules == ()
    assert any(told in problem.message for problem in problems)
    assert {str(problem.file) for problem in problems} == {"row 1"}


def test_a_row_with_a_cell_too_many_is_told_and_the_rest_read() -> None:
    data = write_table([RULE], CATALOGUE) + b"a,b\r\n"
    rules, (problem,) = read_table(data, CATALOGUE)
    assert rules == (RULE,)
    assert "cells where the header has" in problem.message


def test_empty_rows_and_columns_of_a_spreadsheet_do_not_count() -> None:
    book = load_workbook(io.BytesIO(write_table([RULE], CATALOGUE, "xlsx")))
    book.active.insert_rows(2)
    book.active.insert_cols(3)
    book.active.cell(500, 1).value = " "
    assert read_table(saved(book), CATALOGUE) == ((RULE,), ())


def test_a_formula_typed_by_the_owner_is_never_run() -> None:
    rules, problems = read_table(changed("xlsx", 1, source="=1+1"), CATALOGUE)
    assert [problem.key for problem in problems] == ["source"]  # no value was saved with it
    assert [rule.id for rule in rules] == ["other"]


def test_a_group_tests_a_fact_only_once() -> None:
    turned = replace(RULE, id="turned", when=RULE.when[::-1])
    data = write_table([RULE, turned], CATALOGUE).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    first, again = rows[0].index("when.nights"), rows[0].index("when.nights 2")
    rows[1][first] = rows[1][again] = "2"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    (problem,) = problems_of(text.getvalue().encode())
    assert (problem.file, problem.key) == ("row 2", "when.nights 2")

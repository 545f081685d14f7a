"""Cells of a decision table mean what DMN says, and what they cannot mean they say where."""

from __future__ import annotations

import json
import operator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import BadInputError, UnreadableTestError
from engine.rules.unary import (
    Months,
    between,
    conjunction,
    disjunction,
    evaluate,
    evaluate_table,
    negation,
    parse_literal,
    parse_unary,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "reference" / "dmn_unary_tests.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
FOLDS = {"and": conjunction, "or": disjunction}


def is_excepted(case: dict[str, Any]) -> bool:
    """PRIORITY needs an order of outputs, which the cases do not carry."""
    return case["kind"] == "table" and case["hit_policy"] == "PRIORITY"


def value_of(text: str, context: dict[str, Any]) -> object:
    value = context[text] if text in context else parse_literal(text)
    return float(value) if isinstance(value, Decimal) else value


def answer(case: dict[str, Any]) -> object:
    """What we say to one case of the compatibility kit."""
    if case["kind"] == "table":
        return evaluate_table(case, case["context"])
    if case["kind"] == "in":
        return evaluate(parse_unary(case["test"]), value_of(case["value"], {}))
    if case["kind"] == "between":
        return between(*(value_of(case[key], {}) for key in ("value", "lo", "hi")))
    expression = case["expression"]
    if expression.startswith("not("):
        return negation(value_of(expression[4:-1], case["context"]))
    one, fold, other = expression.split()
    return FOLDS[fold](*(value_of(name, case["context"]) for name in (one, other)))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not is_excepted(case)],
    ids=lambda case: f"{case['suite']}-{case['case']}-{case['decision']}",
)
def test_every_case_of_the_compatibility_kit_has_its_answer(case: dict[str, Any]) -> None:
    expected = case["expected"]
    told = answer(case)
    assert told is expected if isinstance(expected, bool | None) else told == expected


def test_only_tables_by_priority_are_excepted_and_they_say_so() -> None:
    excepted = [case for case in CASES if is_excepted(case)]
    assert (len(CASES), len(excepted)) == (107, 6)
    for case in excepted:
        with pytest.raises(BadInputError, match="PRIORITY"):
            answer(case)


JUNE = date(2026, 6, 12)
NOON = datetime(2026, 6, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("", 3, True),
        (" - ", "x", True),
        ("  1 ,  2 ", 2, True),
        ("-1.5", Decimal("-1.5"), True),
        ("- 3", -3, True),
        ("[-3..-1]", -2, True),
        (".5", 0.5, True),
        ("0.1", 0.1, True),
        ("[0.1..0.3]", 0.1 + 0.2, False),
        ("1e3", 1000, True),
        ("1.5E-1", 0.15, True),
        ("]1..3[", 1, False),
        ("]1..3[", 2, True),
        ("]1..3]", 3, True),
        ("[1..3[", 1, True),
        ("(1..3]", 1, False),
        ("[ 1 .. 3 ]", 3, True),
        ("[3..1]", 2, False),
        ('["a".."c"]', "b", True),
        ("[1..3], > 10", 11, True),
        ("[1..3], > 10", 5, False),
        ("[[1..3], 10]", 10, True),
        ("[2,3,1]", 4, False),
        ("(2, 3), 4", 4, True),
        ("not(1, 2)", 3, True),
        ("not([1..3])", 2, False),
        ('not("x")', "x", False),
        ('not(not("x"))', "x", True),
        ("not( > 5 )", 5, True),
        ("not(1, 2)", None, None),
        ("null", None, True),
        ("null", 0, False),
        ("not(null)", None, False),
        ("not(null)", "x", True),
        ("= null", None, True),
        ("!= null", None, False),
        ('"a", null', None, True),
        ("> 5", None, None),
        ("5", None, None),
        ("!= 5", None, None),
        ("[1..3]", None, None),
        ("[1, 2]", None, None),
        ("> 5", "x", None),
        ("5", "5", None),
        ("1", True, None),
        ("true", 1, None),
        ("> true", True, None),
        ("[null..3]", 5, False),
        ("[null..3]", 2, None),
        ("> 5", float("nan"), None),
        ("> 5", float("inf"), None),
        ("[1, 2]", float("nan"), None),
        ("not([1, 2])", float("nan"), None),
        ("null", float("nan"), True),
        ("not(null)", float("nan"), False),
        ("!= null", Decimal("nan"), False),
        ("[null, 1]", float("nan"), True),
        ("-", float("nan"), True),
        ("[1, 2]", "x", False),
        ("true, false", False, True),
        ('"Zoë", "東京"', "東京", True),
        (r'"a\"b"', 'a"b', True),
        (r'"a\\b\n\t"', "a\\b\n\t", True),
        (r'"\u00e9\U01F600"', "é😀", True),
        ('"a, b", "c)"', "c)", True),
        ('""', "", True),
        ('date("2026-06-12")', JUNE, True),
        ('@"2026-06-12"', JUNE, True),
        ('> date("2026-06-11")', JUNE, True),
        ('[date("2026-06-01")..date("2026-06-30")]', JUNE, True),
        ('date("2026-06-12")', datetime(2026, 6, 12), None),
        ('>= time("12:00:00")', time(12), True),
        ('date  and time("2026-06-12T12:00:00Z")', NOON, True),
        ('> date and time("2026-06-12T12:00:00")', NOON, None),
        ('date and time("2026-06-12T12:00:00")', NOON, None),
        ('!= date and time("2026-06-12T12:00:00")', NOON, None),
        ('[date and time("2026-06-12T12:00:00")]', NOON, None),
        ('date and time("2026-06-12T14:00:00+02:00")', NOON, True),
        ('time("12:00:00Z")', time(12), None),
        ('>= time("12:00:00Z")', time(12), None),
        ('<= duration("P1DT2H")', timedelta(days=1, hours=2), True),
        ('duration("PT0.000001S")', timedelta(microseconds=1), True),
        ('> duration("-P1D")', timedelta(0), True),
        ('@"P1Y2M"', Months(14), True),
        ('> duration("P1Y")', timedelta(days=700), None),
    ],
)
def test_a_cell_answers_yes_no_or_cannot_tell(text: str, value: object, expected: object) -> None:
    assert evaluate(parse_unary(text), value) is expected


@pytest.mark.parametrize(
    ("text", "column", "found", "near"),
    [
        ("business", 1, "business", '"business"'),
        ('"a", b', 6, "b", '"b"'),
        ("ture", 1, "ture", "true"),
        ("TRUE", 1, "TRUE", "true"),
        ("Not(1)", 1, "Not", "not"),
        ("“web”", 1, "“", '"'),
        ("≥ 3", 1, "≥", ">="),
        ("[1…3]", 3, "…", ".."),
        ("1; 2", 2, ";", ","),
        ("== 3", 1, "==", "= 3"),
        ("=> 5", 1, "=>", ">= 5"),
        ("=< 5", 1, "=<", "<= 5"),
        ("<> 5", 1, "<>", "not(5)"),
        ('<> "web"', 1, "<>", 'not("web")'),
        ("! true", 1, "!", "not(true)"),
        ("1, =>-3", 4, "=>", ">= -3"),
        ("> = 5", 3, "=", ">= 5"),
        ("nan", 1, "nan", "null"),
        ("> NaN", 3, "NaN", "null"),
        ("None", 1, "None", "null"),
        ("yes", 1, "yes", "true"),
        ("nein", 1, "nein", "false"),
        ("any", 1, "any", "-"),
        ("5..7", 2, "..", "[5..7]"),
        ("1, -5..-2", 6, "..", "[-5..-2]"),
        ('"a".."c"', 4, "..", '["a".."c"]'),
        ("5-7", 2, "-", "[5..7]"),
        ("5 to 7", 3, "to", "[5..7]"),
        ("[5-7]", 3, "-", ".."),
        ("not(5..7)", 6, "..", "[5..7]"),
        ("between 5 and 7", 1, "between", "[5..7]"),
        ("> 5 and <= 9", 5, "and", "(5..9]"),
        ('"a" or "b"', 5, "or", '"a", "b"'),
        ('"a" or', 5, "or", ","),
        ('"a" | "b"', 5, "|", ","),
        ("5...7", 4, ".", ".."),
        ("> ", 3, "", ""),
        ("[1..3", 6, "", ""),
        ("[1..", 5, "", ""),
        ("[1 3]", 4, "3", ""),
        ("1 2", 3, "2", ""),
        ("1,", 3, "", ""),
        ("-, 1", 2, ",", ""),
        ("not(-)", 6, ")", ""),
        ("not 1", 5, "1", "not(1)"),
        ('"open', 1, '"open', ""),
        (r'"a\q"', 3, r"\q", ""),
        (r'"\ud800"', 2, r"\ud800", ""),
        ('date("2026-02-30")', 6, "2026-02-30", ""),
        ('duration("P")', 10, "P", ""),
        ('duration("P1DT")', 10, "P1DT", ""),
        ('@"soon"', 2, "soon", ""),
        ("date(5)", 6, "5", ""),
        ("1e999999999", 1, "1e999999999", ""),
        ("1e99999999999999999999999", 1, "1e99999999999999999999999", ""),
        ("12abc", 1, "1", ""),
        ("? > 3", 1, "?", ""),
        ("or", 1, "or", '"or"'),
        ("to 5", 1, "to", '"to"'),
        ("> 5 and", 5, "and", '"and"'),
        ("between 5", 1, "between", '"between"'),
    ],
)
def test_an_unreadable_cell_says_where_and_what_was_meant(
    text: str, column: int, found: str, near: str
) -> None:
    with pytest.raises(UnreadableTestError) as caught:
        parse_unary(text)
    error = caught.value
    assert (error.column, error.found, error.near) == (column, found, near)
    assert error.expected
    assert f"column {column}" in error.message
    assert near in error.message


def test_brackets_without_end_are_refused_before_the_stack_is_full() -> None:
    for opening in ("(", "[", "not("):
        with pytest.raises(UnreadableTestError, match="fewer brackets"):
            parse_unary(opening * 100_000)


def test_a_long_cell_is_read_in_moments() -> None:
    text = ", ".join(["[" * 20 + "1..2" + "]" + ", 3]" * 19] * 500)
    assert evaluate(parse_unary(text), 3) is True


def test_what_is_neither_true_nor_false_cannot_be_told() -> None:
    assert conjunction([True, 123]) is None
    assert conjunction(False, "yes") is False
    assert disjunction(True, None) is disjunction([None, True]) is True
    assert negation("no") is None
    assert (conjunction(), disjunction([])) == (True, False)


def test_one_side_that_says_no_decides_between() -> None:
    assert between(11, None, 10) is False
    assert between(5, None, 10) is None
    assert between(5, "a", 10) is None
    assert between(JUNE, date(2026, 6, 1), JUNE) is True


def test_order_of_numbers_is_exact_beyond_the_machine() -> None:
    small, large = Decimal("0.1000000000000000000001"), Decimal("0.1000000000000000000002")
    for sign, means in ((">", operator.gt), ("<=", operator.le)):
        assert evaluate(parse_unary(f"{sign} {small}"), large) is means(large, small)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("[1..3]", np.float64(2.5), True),
        ("0.1", np.float64(0.1), True),
        ("0.1", np.float32(0.1), True),
        ("5", np.int64(5), True),
        ("> 5", np.int8(5), False),
        ("[1, 2]", np.uint16(2), True),
        ("9007199254740993", np.int64(9007199254740993), True),
        ("> 5", np.float64("nan"), None),
        ("5", np.array(5), True),
        ("5.1", np.array(5.1, dtype=np.float32), True),
        ("true", np.array(True), True),
        ('"a"', np.array("a"), True),
        ("null", np.array(np.nan), True),
        ("1", np.timedelta64(1, "D"), None),
        ('duration("P1D")', np.timedelta64(1, "D"), True),
        ("1", np.timedelta64(1, "Y"), None),
        ("0.25", Fraction(1, 4), True),
        ("true", np.bool_(True), True),
        ("true", np.bool_(False), False),
        ("not(true)", np.bool_(False), True),
        ("1", np.bool_(True), None),
        ('"a"', np.str_("a"), True),
        ("5", np.array([5]), None),
    ],
)
def test_numbers_and_truths_of_other_libraries_are_numbers_and_truths(
    text: str, value: object, expected: object
) -> None:
    assert evaluate(parse_unary(text), value) is expected


def test_logic_takes_the_truths_of_other_libraries() -> None:
    assert conjunction(np.bool_(True), True) is True
    assert disjunction([np.bool_(False), None]) is None
    assert negation(np.bool_(False)) is True
    assert between(np.int64(3), 1, np.int32(3)) is True
    assert conjunction(np.array(True)) is True
    assert disjunction(np.array(False), np.array(True)) is True
    assert conjunction(np.array([True, False])) is False


def test_a_cell_without_text_is_empty_and_what_is_no_text_is_refused() -> None:
    assert parse_unary(None) == parse_unary("") == parse_unary("-")
    for cell, told in ((5, "the text 5"), (True, "the text true"), ([1], "a text such as < 5")):
        with pytest.raises(UnreadableTestError, match=told) as caught:
            parse_unary(cell)  # type: ignore[arg-type]  # what spreadsheets hand over
        assert caught.value.column == 1
    with pytest.raises(UnreadableTestError, match="cannot stand here"):
        parse_literal(None)  # type: ignore[arg-type]  # as above


def test_three_dots_are_no_span() -> None:
    with pytest.raises(UnreadableTestError) as refused:
        parse_unary("[1...3]")
    assert refused.value.column == 5

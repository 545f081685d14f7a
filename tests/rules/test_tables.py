"""Rows of a decision table: which match, and what the table makes of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.domain.catalogue import Catalogue
from engine.errors import BadInputError
from engine.rules.evaluate import truth_of
from engine.rules.unary import DecisionTable, TableRow, evaluate_table, parse_unary, to_unary


def table(
    *rows: tuple[str, str], policy: str = "UNIQUE", of: str | None = None, inputs: str = "n"
) -> dict[str, Any]:
    """A table whose rows are 'test; test' and an output."""
    written = [{"tests": tests.split(";"), "out": out} for tests, out in rows]
    names = inputs.split(";")
    return {"inputs": names, "rows": written, "hit_policy": policy, "aggregation": of}


def test_unique_says_the_one_row_that_matches() -> None:
    one = table(("< 5", '"few"'), (">= 5", '"many"'))
    assert evaluate_table(one, {"n": 3}) == "few"
    assert evaluate_table(one, {"n": 5}) == "many"


def test_no_row_says_nothing() -> None:
    for policy in ("UNIQUE", "ANY", "FIRST"):
        assert evaluate_table(table(("> 5", "1"), policy=policy), {"n": 3}) is None


def test_a_row_that_cannot_be_told_does_not_match() -> None:
    one = table(("> 5", "1"), ("null", "2"), policy="COLLECT")
    assert evaluate_table(one, {}) == [2]
    assert evaluate_table(one, {"n": "text"}) == []


def test_unique_refuses_two_rows_and_names_them_with_what_they_say() -> None:
    one = table(("> 1", '"a"'), ("> 9", '"b"'), ("> 2", '"a"'))
    with pytest.raises(BadInputError, match=r"Rows 1, 3 match at once and say a, a; UNIQUE"):
        evaluate_table(one, {"n": 5})


def test_a_row_that_matches_and_says_null_is_told_from_none_that_matches() -> None:
    rows = (("> 1", "null"), ("> 9", "1"))
    assert evaluate_table(table(*rows, policy="COLLECT"), {"n": 5}) == [None]
    assert evaluate_table(table(*rows, policy="COLLECT"), {"n": 0}) == []


def test_any_takes_rows_that_say_the_same_and_no_others() -> None:
    one = table(("> 1", '"a"'), ("> 2", '"a"'), ("> 9", "1"), ("> 9", "true"), policy="ANY")
    assert evaluate_table(one, {"n": 5}) == "a"
    with pytest.raises(BadInputError, match="Rows 1, 2, 3, 4 "):
        evaluate_table(one, {"n": 10})


def test_first_takes_the_upper_row() -> None:
    one = table(("> 9", '"many"'), ("-", '"some"'), ("> 1", '"few"'), policy="FIRST")
    assert evaluate_table(one, {"n": 10}) == "many"
    assert evaluate_table(one, {"n": 5}) == "some"


@pytest.mark.parametrize("policy", ["COLLECT", "collect", "C"])
def test_collect_lists_all_in_the_order_of_the_rows(policy: str) -> None:
    one = table(("> 1", "3"), ("> 9", "9"), ("> 2", "1"), policy=policy)
    assert evaluate_table(one, {"n": 5}) == [3, 1]
    assert evaluate_table(one, {"n": 0}) == []


@pytest.mark.parametrize(
    ("of", "some", "none"),
    [("SUM", 0.3, None), ("MIN", 0.1, None), ("MAX", 0.2, None), ("COUNT", 2, 0)],
)
def test_collect_adds_up_or_picks(of: str, some: float, none: object) -> None:
    one = table(("> 1", "0.1"), ("> 2", "0.2"), ("> 9", "5"), policy="COLLECT", of=of)
    assert evaluate_table(one, {"n": 5}) == some
    assert evaluate_table(one, {"n": 0}) == none


@pytest.mark.parametrize(
    ("short", "full", "of"),
    [
        ("U", "UNIQUE", None),
        ("A", "ANY", None),
        ("F", "FIRST", None),
        ("C", "COLLECT", None),
        ("R", "RULE ORDER", None),
        ("R", "COLLECT", None),
        ("C+", "COLLECT", "SUM"),
        ("C<", "COLLECT", "MIN"),
        ("C>", "COLLECT", "MAX"),
        ("C#", "COLLECT", "COUNT"),
        ("COLLECT SUM", "COLLECT", "SUM"),
        ("c", "COLLECT", "#"),
        (None, "UNIQUE", None),
    ],
)
def test_a_short_hit_policy_says_what_the_long_one_says(
    short: Any, full: str, of: str | None
) -> None:
    rows = (("> 1", "3"), ("> 9", "3"), ("< 1", "7"))
    others = () if full == "UNIQUE" else (("> 2", "3"),)
    given_of = of if short == "c" else None
    for n in (0, 1, 5):
        told = evaluate_table(table(*rows, *others, policy=short, of=given_of), {"n": n})
        assert told == evaluate_table(table(*rows, *others, policy=full, of=of), {"n": n})


@pytest.mark.parametrize(
    ("short", "full", "near"),
    [
        ("P", "PRIORITY", "FIRST"),
        ("O", "OUTPUT ORDER", "RULE ORDER"),
        ("COLECT", "COLECT", "COLLECT"),
    ],
)
def test_other_hit_policies_are_refused_by_name(short: str, full: str, near: str) -> None:
    for policy in (short, full):
        with pytest.raises(BadInputError) as caught:
            evaluate_table(table(("-", "1"), policy=policy), {})
        assert full in caught.value.message
        allowed = "Allowed: UNIQUE, ANY, FIRST, RULE ORDER, COLLECT, U, A, F, R, C, C+"
        assert allowed in caught.value.message
        assert f"Did you mean {near}?" in caught.value.message or not near


@pytest.mark.parametrize(("policy", "of"), [("U", "SUM"), ("C+", "MIN"), ("FIRST", "COUNT")])
def test_an_aggregation_belongs_to_collect_and_is_said_once(policy: str, of: str) -> None:
    with pytest.raises(BadInputError, match=f"{policy[0]}.* does not go with {of}"):
        evaluate_table(table(("-", "1"), policy=policy, of=of), {})


def test_numbers_of_other_libraries_find_their_row() -> None:
    one = table(("[1..3];true", "1"), ("> 3;-", "2"), policy="C", inputs="n;late")
    assert evaluate_table(one, {"n": np.int64(3), "late": np.bool_(True)}) == [1]
    assert evaluate_table(one, {"n": np.float64(3.5), "late": np.bool_(True)}) == [2]


def test_days_have_a_first_and_a_last_but_no_sum() -> None:
    rows = (("-", 'date("2026-06-12")'), ("-", 'date("2026-01-01")'))
    assert evaluate_table(table(*rows, policy="COLLECT", of="MIN"), {}) == date(2026, 1, 1)
    with pytest.raises(BadInputError, match="added up"):
        evaluate_table(table(*rows, policy="COLLECT", of="SUM"), {})


def test_outputs_without_an_order_have_no_smallest_one() -> None:
    one = table(("-", "1"), ("-", '"a"'), policy="COLLECT", of="MIN")
    with pytest.raises(BadInputError, match="no order"):
        evaluate_table(one, {})


def test_all_inputs_of_a_row_must_pass() -> None:
    one = table(('> 1;"a","b"', "1"), ("-;not(null)", "2"), policy="COLLECT", inputs="n;word")
    assert evaluate_table(one, {"n": 2, "word": "b"}) == [1, 2]
    assert evaluate_table(one, {"n": 2, "word": "c"}) == [2]
    assert evaluate_table(one, {"n": 2}) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (table(("-", "1"), policy="PRIORITY"), "PRIORITY is no hit policy.*UNIQUE, ANY, FIRST"),
        (table(("-", "1"), policy="COLLECT", of="MEAN"), "MEAN is no aggregation.*SUM, MIN"),
        (table(("> 1;2", "1")), "Row 1 has 2 tests for 1 inputs"),
        (table(("-", "1"), ("> x", "1")), "Row 2, n: At column 3: x "),
        (table(("-", "yes")), "Row 1, out: At column 1: yes .*did you mean true"),
        ({"rows": []}, "The table: inputs must be a list, not None"),
        ({"inputs": [], "rows": "-"}, "The table: rows must be a list, not -"),
        ({"inputs": ["n"], "rows": [{"tests": None}]}, "Row 1: tests must be a list, not None"),
        ({"inputs": ["n"], "rows": [{"tests": [5]}]}, "Row 1, n: At column 1: 5 .*the text 5"),
    ],
)
def test_a_table_that_cannot_be_read_says_row_and_input(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        evaluate_table(wrong, {"n": 5})


def test_a_cell_that_is_none_is_empty() -> None:
    one = {"inputs": ["n"], "rows": [{"tests": [None], "out": "1"}]}
    assert evaluate_table(one, {"n": 5}) == evaluate_table(one, {}) == 1


def test_an_empty_table_says_nothing() -> None:
    assert evaluate_table(DecisionTable((), ()), {}) is None


def test_the_rules_of_the_house_are_a_table_that_collects_a_sum(catalogue: Catalogue) -> None:
    plain = [rule for rule in catalogue.rules if not rule.any and not rule.unless]
    facts = tuple(dict.fromkeys(test.fact for rule in plain for test in rule.when))
    rows = []
    for rule in plain:
        cells = {test.fact: to_unary(test) for test in rule.when}
        tests = tuple(parse_unary(cells.get(fact, "-")) for fact in facts)
        rows.append(TableRow(tests, rule.weight))
    whole = DecisionTable(facts, tuple(rows), "COLLECT", "SUM")
    rng = np.random.default_rng(20261121)
    for _ in range(200):
        guest = {
            fact: list(catalogue.facts[fact].usual)[rng.integers(len(catalogue.facts[fact].usual))]
            for fact in facts
            if rng.random() < 0.6
        }
        expected = sum(rule.weight for rule in plain if truth_of(rule, guest))
        assert (evaluate_table(whole, guest) or 0.0) == pytest.approx(expected)


def test_any_takes_one_and_one_point_nought_for_the_same_number() -> None:
    both = {"inputs": ["n"], "hit_policy": "ANY"}
    rows = [{"tests": ["-"], "out": 1}, {"tests": ["-"], "out": 1.0}]
    assert evaluate_table({**both, "rows": rows}, {}) == 1
    with pytest.raises(BadInputError, match="Rows 1, 2"):
        evaluate_table({**both, "rows": [*rows[:1], {"tests": ["-"], "out": True}]}, {})


@pytest.mark.parametrize(
    ("outs", "total"),
    [
        (("1e31", "1"), 10**31 + 1),
        (("10000000000000000.5", "-10000000000000000"), 0.5),
        (("1e250", "0.5", "-1e250"), 0.5),
        (("0.1", "0.2"), 0.3),
    ],
)
def test_a_sum_is_exact_whatever_the_size_of_its_parts(
    outs: tuple[str, ...], total: object
) -> None:
    one = table(*(("-", out) for out in outs), policy="C+")
    assert evaluate_table(one, {}) == total


def test_a_sum_that_nobody_could_write_out_is_refused() -> None:
    rows = [{"tests": [], "out": Decimal(out)} for out in ("1e999999", "1")]
    with pytest.raises(BadInputError, match="more than 2000 digits"):
        evaluate_table({"inputs": [], "rows": rows, "hit_policy": "C+"}, {})


ROW = {"tests": ["-"], "out": "1"}


@pytest.mark.parametrize(
    ("written", "context", "told"),
    [
        ({"inputs": ["n"], "rows": [ROW, {"tests": ["-"]}]}, {}, "Row 2 has no out. Allowed"),
        ({"inputs": ["n"], "rows": [ROW, {**ROW, "tests": ["-", "-"]}]}, {}, "Row 2 has 2 tests"),
        ({"inputs": ["n"], "rows": [None]}, {}, "Row 1: tests must be a list"),
        ({"inputs": [["n"]], "rows": [ROW]}, {}, "Input 1 is .* Allowed: a text"),
        ({"inputs": [None], "rows": [ROW]}, {}, "Input 1 is None. Allowed: a text"),
        ({"inputs": ["n"], "rows": [ROW]}, None, "The case is None. Allowed"),
        (None, {}, "The table: inputs must be a list"),
    ],
)
def test_a_malformed_table_is_refused_with_what_is_allowed(
    written: Any, context: Any, told: str
) -> None:
    with pytest.raises(BadInputError, match=told):
        evaluate_table(written, context)


def test_a_table_made_by_hand_has_one_test_per_input() -> None:
    anything = parse_unary("-")
    with pytest.raises(BadInputError, match="Row 1 has 2 tests for 1 inputs"):
        DecisionTable(("n",), (TableRow((anything, anything), 1),))

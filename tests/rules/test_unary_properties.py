"""What holds of every test that can be written, and of every text that somebody may type."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import UnreadableTestError
from engine.rules import unary
from engine.rules.unary import (
    Anything,
    Compared,
    Either,
    Listed,
    Months,
    Not,
    Within,
    evaluate,
    negation,
    parse_unary,
    text_of,
)

LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9),
    st.text(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.timedeltas(),
    st.builds(Months, st.integers(-10_000, 10_000)),
)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
ONE = st.one_of(
    st.builds(Compared, SIGNS, LITERALS),
    st.builds(Within, LITERALS, LITERALS, st.booleans(), st.booleans()),
)


def in_brackets(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple).map(Either)
    listed = st.lists(inner, min_size=1, max_size=4).map(tuple).map(Listed)
    return st.one_of(listed, st.builds(Not, st.one_of(inner, several)))


PARTS = st.recursive(ONE, in_brackets, max_leaves=8)
TESTS = st.one_of(
    st.just(Anything()), PARTS, st.lists(PARTS, min_size=2, max_size=4).map(tuple).map(Either)
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(TESTS, LITERALS)
def test_a_test_that_is_written_is_read_as_the_same_test(test: unary.Test, value: object) -> None:
    text = text_of(test)
    again = parse_unary(text)
    assert again == test
    assert text_of(again) == text
    assert evaluate(again, value) is evaluate(test, value)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.text(alphabet='0123.,()[]-<>=!@"\\ anotuledxrbiw', max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        test = parse_unary(text)
    except UnreadableTestError as error:
        column = error.column
    else:
        assert parse_unary(text_of(test)) == test
        return
    assert 1 <= column <= len(text) + 1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TESTS, LITERALS)
def test_not_turns_every_answer_that_can_be_told(test: unary.Test, value: object) -> None:
    assume(not isinstance(test, Anything))
    assert evaluate(Not(test), value) is negation(evaluate(test, value))

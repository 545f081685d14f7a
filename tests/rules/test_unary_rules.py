"""What a rule asks can be said in a cell, and a cell that no rule can say is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue import load_catalogue
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator
from engine.domain.rules import Test as RuleTest
from engine.errors import FormError
from engine.rules.conditions import holds
from engine.rules.unary import evaluate, from_unary, parse_unary, to_unary

FACTS = load_catalogue().facts
SCORED = [fact for fact in FACTS.values() if fact.is_scored]


def values_of(fact: Fact) -> st.SearchStrategy[Value]:
    if fact.kind is FactKind.YES_NO:
        return st.booleans()
    if fact.kind is FactKind.WHOLE:
        return st.integers(fact.lowest, min(fact.highest, fact.lowest + 6))
    return st.sampled_from(fact.values or ("de", "en", "pt-BR"))


@st.composite
def rule_tests(draw: st.DrawFn) -> tuple[RuleTest, Fact, Value | None]:
    """A test that a rule may hold, its fact, and a guest of whom the fact may be unknown."""
    fact = draw(st.sampled_from(SCORED))
    values = values_of(fact)
    operators = [Operator.IS, Operator.KNOWN]
    if fact.kind is not FactKind.YES_NO:
        operators += [Operator.ANY_OF, Operator.NONE_OF]
    if fact.kind is FactKind.WHOLE:
        operators = list(Operator)
    asked = draw(st.sampled_from(operators))
    operand: Any = draw(values)
    if asked is Operator.KNOWN:
        operand = draw(st.booleans())
    elif asked in (Operator.ANY_OF, Operator.NONE_OF):
        operand = tuple(draw(st.lists(values, min_size=1, max_size=4, unique=True)))
    elif asked is Operator.BETWEEN:
        operand = tuple(sorted(draw(st.tuples(values, values))))
    return RuleTest(fact.id, asked, operand), fact, draw(st.one_of(st.none(), values))


@settings(max_examples=600, deadline=None, derandomize=True)
@given(rule_tests())
def test_cell_and_rule_agree_on_every_guest_with_unknowns(
    drawn: tuple[RuleTest, Fact, Value | None],
) -> None:
    test, fact, value = drawn
    text = to_unary(test)
    assert from_unary(text, fact) == test
    assert evaluate(parse_unary(text), value) is holds(test, value)


@pytest.mark.parametrize(
    ("fact", "text", "asked", "operand"),
    [
        ("nights", "(1..4)", Operator.BETWEEN, (2, 3)),
        ("nights", "]1..4[", Operator.BETWEEN, (2, 3)),
        ("nights", "1e1", Operator.IS, 10),
        ("nights", "= 2.0", Operator.IS, 2),
        ("nights", "!= 2", Operator.NONE_OF, (2,)),
        ("nights", "not(< 3)", Operator.AT_LEAST, 3),
        ("nights", "not(not(3, 4))", Operator.ANY_OF, (3, 4)),
        ("tired", "not(true)", Operator.IS, False),
        ("tired", "!= null", Operator.KNOWN, True),
        ("purpose", '"group", "other"', Operator.ANY_OF, ("group", "other")),
        ("tired", "[true]", Operator.IS, True),
        ("tired", "not([true])", Operator.IS, False),
        ("nights", "not([1..3])", Operator.NONE_OF, (1, 2, 3)),
        ("nights", "not((1..3], 5)", Operator.NONE_OF, (2, 3, 5)),
        ("nights", "[1..3], 5", Operator.ANY_OF, (1, 2, 3, 5)),
        ("nights", "not(< 1, > 3)", Operator.BETWEEN, (1, 3)),
        ("nights", "not(<= 1, >= 4)", Operator.BETWEEN, (2, 3)),
    ],
)
def test_a_cell_may_say_a_test_of_a_rule_in_other_words(
    fact: str, text: str, asked: Operator, operand: Any
) -> None:
    found = from_unary(text, FACTS[fact])
    assert found == RuleTest(fact, asked, operand)
    values = {"nights": range(12), "tired": (True, False), "purpose": FACTS["purpose"].values}[fact]
    for value in (*values, None):
        assert evaluate(parse_unary(text), value) is holds(found, value)


@pytest.mark.parametrize(
    ("fact", "text", "asked", "operand"),
    [
        ("nights", "< 0", Operator.LESS_THAN, 0),
        ("nights", "<= -1", Operator.LESS_THAN, 0),
        ("nights", "> -1", Operator.AT_LEAST, 0),
        ("nights", "not(<= -1)", Operator.AT_LEAST, 0),
        ("arrival_hour", "> 23", Operator.MORE_THAN, 23),
        ("arrival_hour", ">= 24", Operator.MORE_THAN, 23),
        ("arrival_hour", "< 24", Operator.AT_MOST, 23),
        ("arrival_hour", "(-1..24)", Operator.BETWEEN, (0, 23)),
    ],
)
def test_one_step_past_the_range_means_the_same_at_both_ends(
    fact: str, text: str, asked: Operator, operand: Any
) -> None:
    found = from_unary(text, FACTS[fact])
    assert found == RuleTest(fact, asked, operand)
    for value in (*range(24), None):
        assert evaluate(parse_unary(text), value) is holds(found, value)


@pytest.mark.parametrize("sign", [">", ">=", "<", "<="])
def test_further_past_the_range_is_a_slip_at_both_ends(sign: str) -> None:
    for end, near in (("-5", "0"), ("30", "23")):
        with pytest.raises(FormError, match=f"{end} is not a value.* mean {near}") as caught:
            from_unary(f"{sign} {end}", FACTS["arrival_hour"])
        assert caught.value.problems[0].allowed == ("0 to 23",)


def test_a_cell_that_asks_nothing_is_no_test_of_a_rule() -> None:
    assert from_unary(None, FACTS["nights"]) is None
    assert from_unary("-", FACTS["nights"]) is None
    assert from_unary(" ", FACTS["nights"]) is None


@pytest.mark.parametrize(
    ("fact", "text", "told", "allowed"),
    [
        ("purpose", '"busines"', 'did you mean "business"?', '"business"'),
        ("purpose", '> "a"', "cannot ask", 'not("business")'),
        ("purpose", '["a".."c"]', "cannot ask", "null"),
        ("purpose", "3", "not a value", '"business"'),
        ("nights", "1.5", "cannot ask 1.5", ">= 2"),
        ("nights", "> 1.5", "did you mean >= 2?", ">= 2"),
        ("nights", "< 1.5", "did you mean <= 1?", "<= 2"),
        ("nights", "< 3, > 9", "two rules may say it together: < 3; > 9", "[1..3]"),
        ("nights", "not([1..30])", "two rules may say it together: < 1; > 30", "[1..3]"),
        ("nights", "[1..30], 40", "two rules may say it together: [1..30]; 40", "[1..3]"),
        ("nights", "[3..1]", "did you mean [1..3]?", "[1..3]"),
        ("nights", "(1..2)", "did you mean [1..2]?", "[1..3]"),
        ("nights", "[1.5..3]", "did you mean [2..3]?", "[1..3]"),
        ("nights", "[1..null]", "did you mean >= 1?", "[1..3]"),
        ("nights", "(null..3)", "did you mean < 3?", "[1..3]"),
        ("nights", "1, 1", "1 stands here twice", "1, 2"),
        ("nights", "[1..3], 2", "2 stands here twice", "1, 2"),
        ("nights", '"2"', "did you mean 2?", "0 to"),
        ("nights", "2, null", "cannot ask", "null"),
        ("nights", "true", "not a value", "0 to"),
        ("arrival_hour", "24", "not a value", "0 to 23"),
        ("tired", "true, false", "did you mean not(null)?", "true"),
        ("tired", "not(true, false)", "did you mean null?", "true"),
        ("tired", '"yes"', "did you mean true?", "true"),
        ("tired", "0", "did you mean false?", "true"),
        ("tired", "> true", "cannot ask", "true"),
        ("language", '""', "not a value", '"de", "pt-BR"'),
        ("delayed", 'date("2026-06-12")', "cannot ask", "false"),
    ],
)
def test_a_cell_that_no_rule_can_say_is_refused_with_what_is_allowed(
    fact: str, text: str, told: str, allowed: str
) -> None:
    with pytest.raises(FormError) as caught:
        from_unary(text, FACTS[fact])
    (problem,) = caught.value.problems
    assert told in problem.message
    assert problem.key == fact
    assert any(one.startswith(allowed) for one in problem.allowed)


def test_examples_of_what_is_allowed_are_allowed() -> None:
    for fact in SCORED:
        with pytest.raises(FormError) as caught:
            from_unary('not(date("2026-06-12"), 3)', fact)
        for example in caught.value.problems[0].allowed:
            from_unary(example, fact)

"""Between the cells of a decision table and the typed tests of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator
from engine.domain.rules import Test as RuleTest
from engine.rules.sfeel.refusals import must_fit, said_twice, unsayable
from engine.rules.sfeel.tests import Anything, Compared, Either, Listed, Not, Test, Within
from engine.rules.sfeel.text import parse_unary
from engine.rules.sfeel.values import Literal
from engine.rules.sfeel.words import text_of

_SIGNS: Mapping[str, Operator] = {
    ">=": Operator.AT_LEAST,
    "<=": Operator.AT_MOST,
    ">": Operator.MORE_THAN,
    "<": Operator.LESS_THAN,
}
_SIGN_OF = {operator: sign for sign, operator in _SIGNS.items()}
_TURNED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""What `not(…)` makes of a sign."""

MOST_NAMED = 12
"""Longer spans are not told number by number: nobody would read such a list."""


def to_unary(test: RuleTest) -> str:
    """Return a test of a rule as the text of a cell; `from_unary` gives back an equal test."""
    return text_of(_as_unary(test))


def _as_unary(test: RuleTest) -> Test:
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    values: tuple[Literal, ...] = tuple(_literal(value) for value in operands)
    alternatives = tuple(Compared("=", value) for value in values)
    match test.operator:
        case Operator.IS:
            return alternatives[0]
        case Operator.ANY_OF:
            return Either(alternatives) if len(values) > 1 else Listed(alternatives)
        case Operator.NONE_OF:
            return Not(Either(alternatives) if len(values) > 1 else alternatives[0])
        case Operator.BETWEEN:
            return Within(values[0], values[1])
        case Operator.KNOWN:
            return Not(Compared("=", None)) if test.operand else Compared("=", None)
        case operator:
            return Compared(_SIGN_OF[operator], values[0])


def _literal(value: Value) -> Literal:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def from_unary(text: str | None, fact: Fact) -> RuleTest | None:
    """Return the test of a rule that a cell holds; None where the cell asks nothing.

    A test that reaches one step past the range of a fact means what it says: `> -1` of a number
    that is at least 0 is `>= 0`, and `<= -1` is `< 0`, which nobody passes.

    Parameters
    ----------
    text : str or None
        The cell.
    fact : Fact
        What the column asks about.

    Raises
    ------
    UnreadableTestError
        If the text is no test.
    FormError
        If it is one, but no test of a rule, or one that the fact cannot pass; with what is
        allowed and what was probably meant.
    """
    found = _as_rule(_turned(parse_unary(text)), fact)
    if found is None:
        return None
    operator, operand = found
    if operator is not Operator.KNOWN:
        for value in operand if isinstance(operand, tuple) else (operand,):
            must_fit(value, fact)
    return RuleTest(fact.id, operator, operand)


def _turned(test: Test) -> Test:
    """Return the same test without a `not` that a sign can say, or that another one undoes."""
    match test:
        case Not(Compared(sign, literal)):
            return Compared(_TURNED[sign], literal)
        case Not(Not(inner)):
            return _turned(inner)
        case Not(Either((Compared("<" | "<=" as below, low), Compared(">" | ">=" as above, high)))):
            return Within(low, high, with_low=below == "<", with_high=above == ">")
    return test


Said = tuple[Operator, Value | tuple[Value, ...]]


def _as_rule(test: Test, fact: Fact) -> Said | None:
    match test:
        case Anything():
            return None
        case Compared(sign, literal):
            return _one(sign, literal, fact)
        case Within() if fact.kind is FactKind.WHOLE:
            return Operator.BETWEEN, _span(test, fact)
        case Either(tests) | Listed(tests):
            return _several(Operator.ANY_OF, test, tests, fact)
        case Not(Either(tests) | Listed(tests)):
            return _several(Operator.NONE_OF, test, tests, fact)
        case Not(Within() as inner) if fact.kind is FactKind.WHOLE:
            return _several(Operator.NONE_OF, test, (inner,), fact)
    raise unsayable(test, fact)


def _one(sign: str, literal: Literal, fact: Fact) -> Said:
    test = Compared(sign, literal)
    if literal is None:
        if sign in ("=", "!="):
            return Operator.KNOWN, sign == "!="
        raise unsayable(test, fact)
    value = _value(literal, test, fact)
    if sign == "=":
        return Operator.IS, value
    if sign == "!=":
        return (Operator.IS, not value) if isinstance(value, bool) else (Operator.NONE_OF, (value,))
    if fact.kind is not FactKind.WHOLE:
        raise unsayable(test, fact)
    return _one_sided(sign, value, fact)


def _one_sided(sign: str, value: Value, fact: Fact) -> Said:
    """Whole numbers up to an end; one step past the range the end is moved back into it."""
    just_past = {">": fact.lowest - 1, "<=": fact.lowest - 1, "<": fact.highest + 1}
    just_past[">="] = just_past["<"]
    if not isinstance(value, int) or value != just_past[sign]:
        return _SIGNS[sign], value
    # of whole numbers, `> -1` is `>= 0`, and `<= -1` is `< 0`
    closed = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}[sign]
    return _SIGNS[closed], value + (1 if sign in (">", "<=") else -1)


def _span(test: Within, fact: Fact) -> tuple[int, int]:
    """Whole numbers from one to another; an end that is left out moves by one."""
    low, high = _value(test.low, test, fact), _value(test.high, test, fact)
    if isinstance(low, str) or isinstance(high, str):
        raise unsayable(test, fact)
    low, high = low + (not test.with_low), high - (not test.with_high)
    if low > high:
        raise unsayable(test, fact)
    return low, high


def _several(operator: Operator, whole: Test, tests: Iterable[Test], fact: Fact) -> Said:
    values = tuple(value for test in tests for value in _named(test, whole, fact))
    if len(set(values)) < len(values):
        raise said_twice(values, fact)
    if fact.kind is not FactKind.YES_NO:
        return operator, values
    if len(values) > 1:
        raise unsayable(whole, fact)
    return Operator.IS, values[0] is (operator is Operator.ANY_OF)


def _named(test: Test, whole: Test, fact: Fact) -> Iterator[Value]:
    """Yield the values that a test names: one, or all whole numbers of a short span."""
    match test:
        case Compared("=", literal):
            yield _value(literal, whole, fact)
        case Within() if fact.kind is FactKind.WHOLE:
            low, high = _span(test, fact)
            if high - low >= MOST_NAMED:
                raise unsayable(whole, fact)
            yield from range(low, high + 1)
        case _:
            raise unsayable(whole, fact)


def _value(literal: Literal, test: Test, fact: Fact) -> Value:
    """Return a literal as rules have it: a text, a whole number, yes or no."""
    if isinstance(literal, bool | str):
        return literal
    if isinstance(literal, Decimal) and literal == literal.to_integral_value():
        return int(literal)
    raise unsayable(test, fact)

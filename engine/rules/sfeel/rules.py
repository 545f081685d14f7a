"""Between the cells of a decision table and the typed tests of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches

from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator
from engine.domain.rules import Test as RuleTest
from engine.errors import FormError, Problem
from engine.rules.sfeel.tests import Anything, Compared, Either, Listed, Not, Test, Within
from engine.rules.sfeel.text import parse_unary
from engine.rules.sfeel.values import Literal
from engine.rules.sfeel.words import literal_text, text_of
from engine.sentences import Sentence

_SIGNS: Mapping[str, Operator] = {
    ">=": Operator.AT_LEAST,
    "<=": Operator.AT_MOST,
    ">": Operator.MORE_THAN,
    "<": Operator.LESS_THAN,
}
_SIGN_OF = {operator: sign for sign, operator in _SIGNS.items()}
_TURNED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""What `not(…)` makes of a sign."""

_EXAMPLES: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.YES_NO: ("true", "false"),
    FactKind.ONE_OF: ("{0}", "{0}, {1}", "not({0})"),
    FactKind.TAG: ('"de"', '"de", "pt-BR"', 'not("de")'),
    FactKind.WHOLE: ("2", "1, 2", "not(1)", ">= 2", "<= 2", "> 2", "< 2", "[1..3]"),
}
_ALWAYS = ("-", "null", "not(null)")


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


def from_unary(text: str, fact: Fact) -> RuleTest | None:
    """Return the test of a rule that a cell holds; None where the cell asks nothing.

    Parameters
    ----------
    text : str
        The cell.
    fact : Fact
        What the column asks about.

    Raises
    ------
    UnreadableTestError
        If the text is no test.
    FormError
        If it is one, but no test of a rule, or one that the fact cannot pass; with what is
        allowed.
    """
    found = _as_rule(_turned(parse_unary(text)), fact)
    if found is None:
        return None
    operator, operand = found
    if operator is not Operator.KNOWN:
        for value in operand if isinstance(operand, tuple) else (operand,):
            _must_fit(value, fact)
    return RuleTest(fact.id, operator, operand)


def _turned(test: Test) -> Test:
    """Return the same test without a `not` that a sign can say, or that another one undoes."""
    match test:
        case Not(Compared(sign, literal)):
            return Compared(_TURNED[sign], literal)
        case Not(Not(inner)):
            return _turned(inner)
    return test


Said = tuple[Operator, Value | tuple[Value, ...]]


def _as_rule(test: Test, fact: Fact) -> Said | None:
    match test:
        case Anything():
            return None
        case Compared(sign, literal):
            return _one(sign, literal, fact)
        case Within() if fact.kind is FactKind.WHOLE:
            return _span(test, fact)
        case Either(tests) | Listed(tests):
            return _several(Operator.ANY_OF, tests, fact)
        case Not(Either(tests) | Listed(tests)):
            return _several(Operator.NONE_OF, tests, fact)
    raise _unsayable(test, fact)


def _one(sign: str, literal: Literal, fact: Fact) -> Said:
    test = Compared(sign, literal)
    if literal is None:
        if sign in ("=", "!="):
            return Operator.KNOWN, sign == "!="
        raise _unsayable(test, fact)
    value = _value(literal, test, fact)
    if sign == "=":
        return Operator.IS, value
    if sign == "!=":
        return (Operator.IS, not value) if isinstance(value, bool) else (Operator.NONE_OF, (value,))
    if fact.kind is not FactKind.WHOLE:
        raise _unsayable(test, fact)
    return _SIGNS[sign], value


def _span(test: Within, fact: Fact) -> Said:
    """Whole numbers from one to another; an end that is left out moves by one."""
    low, high = _value(test.low, test, fact), _value(test.high, test, fact)
    if isinstance(low, str) or isinstance(high, str):
        raise _unsayable(test, fact)
    low, high = low + (not test.with_low), high - (not test.with_high)
    if low > high:
        raise _unsayable(test, fact)
    return Operator.BETWEEN, (low, high)


def _several(operator: Operator, tests: Iterable[Test], fact: Fact) -> Said:
    values: list[Value] = []
    for test in tests:
        if not isinstance(test, Compared) or test.sign != "=" or fact.kind is FactKind.YES_NO:
            raise _unsayable(test, fact)
        values.append(_value(test.literal, test, fact))
    if len(set(values)) < len(values):
        message = "The same value stands here twice."
        raise FormError(Problem("", "", fact.id, message, _examples(fact)))
    return operator, tuple(values)


def _value(literal: Literal, test: Test, fact: Fact) -> Value:
    """Return a literal as rules have it: a text, a whole number, yes or no."""
    if isinstance(literal, bool | str):
        return literal
    if isinstance(literal, Decimal) and literal == literal.to_integral_value():
        return int(literal)
    raise _unsayable(test, fact)


_FITS: Mapping[FactKind, Callable[[Fact, Value], bool]] = {
    FactKind.YES_NO: lambda _fact, value: isinstance(value, bool),
    FactKind.ONE_OF: lambda fact, value: isinstance(value, str) and value in fact.values,
    FactKind.TAG: lambda _fact, value: isinstance(value, str) and bool(value),
    FactKind.WHOLE: lambda fact, value: type(value) is int and fact.lowest <= value <= fact.highest,
}


def _must_fit(value: Value, fact: Fact) -> None:
    if _FITS[fact.kind](fact, value):
        return
    said = literal_text(_literal(value))
    told = Sentence("{value} is not a value of {fact}.", value=said, fact=fact.id)
    nearest = get_close_matches(str(value).casefold(), fact.values, n=1)
    if nearest:
        near = literal_text(nearest[0])
        told = Sentence(
            "{value} is not a value of {fact}; did you mean {near}?",
            value=said,
            fact=fact.id,
            near=near,
        )
    raise FormError(Problem("", "", fact.id, told, _values(fact)))


def _unsayable(test: Test, fact: Fact) -> FormError:
    told = Sentence(
        "A rule cannot ask {test} of {fact}; two rules may say it together.",
        test=text_of(test),
        fact=fact.id,
    )
    return FormError(Problem("", "", fact.id, told, _examples(fact)))


def _examples(fact: Fact) -> tuple[str, ...]:
    """What a cell under this fact may hold."""
    first, *others = [literal_text(value) for value in fact.values] or ['""']
    second = others[0] if others else first
    return (*(text.format(first, second) for text in _EXAMPLES[fact.kind]), *_ALWAYS)


def _values(fact: Fact) -> tuple[str, ...]:
    if fact.kind is FactKind.WHOLE:
        return (f"{fact.lowest} to {fact.highest}",)
    return tuple(literal_text(value) for value in fact.values) or _examples(fact)

"""Tests that no rule can ask of a fact: said in words, with what is allowed and what was meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from difflib import get_close_matches

from engine.domain.cues import Fact, FactKind, Value
from engine.errors import FormError, Problem
from engine.rules.sfeel.tests import Compared, Either, Listed, Not, Test, Within
from engine.rules.sfeel.values import order
from engine.rules.sfeel.words import literal_text, text_of
from engine.sentences import Sentence

_EXAMPLES: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.YES_NO: ("true", "false"),
    FactKind.ONE_OF: ("{0}", "{0}, {1}", "not({0})"),
    FactKind.TAG: ('"de"', '"de", "pt-BR"', 'not("de")'),
    FactKind.WHOLE: ("2", "1, 2", "not(1)", ">= 2", "<= 2", "> 2", "< 2", "[1..3]"),
}
_YES_NO: Mapping[str, str] = {
    **dict.fromkeys(("true", "yes", "ja", "1"), "true"),
    **dict.fromkeys(("false", "no", "nein", "0"), "false"),
}
_ALWAYS = ("-", "null", "not(null)")

_FITS: Mapping[FactKind, Callable[[Fact, Value], bool]] = {
    FactKind.YES_NO: lambda _fact, value: isinstance(value, bool),
    FactKind.ONE_OF: lambda fact, value: isinstance(value, str) and value in fact.values,
    FactKind.TAG: lambda _fact, value: isinstance(value, str) and bool(value),
    FactKind.WHOLE: lambda fact, value: type(value) is int and fact.lowest <= value <= fact.highest,
}


def must_fit(value: Value, fact: Fact) -> None:
    """Refuse a value that the fact cannot have.

    Raises
    ------
    FormError
        With the values that it can have, and the nearest one.
    """
    if _FITS[fact.kind](fact, value):
        return
    said, near = _literal_text(value), _near_value(value, fact)
    told = Sentence("{value} is not a value of {fact}.", value=said, fact=fact.id)
    if near:
        told = Sentence(
            "{value} is not a value of {fact}; did you mean {near}?",
            value=said,
            fact=fact.id,
            near=near,
        )
    raise FormError(Problem("", "", fact.id, told, _values(fact)))


def said_twice(values: Sequence[Value], fact: Fact) -> FormError:
    """Return the error of a list that names a value twice."""
    twice = next(value for place, value in enumerate(values) if value in values[:place])
    told = Sentence("{value} stands here twice.", value=_literal_text(twice))
    return FormError(Problem("", "", fact.id, told, _examples(fact)))


def unsayable(test: Test, fact: Fact) -> FormError:
    """Return the error of a test that no rule can ask of the fact."""
    said, near = text_of(test), _near_test(test, fact)
    told = Sentence("A rule cannot ask {test} of {fact}.", test=said, fact=fact.id)
    if near:
        told = Sentence(
            "A rule cannot ask {test} of {fact}; did you mean {near}?",
            test=said,
            fact=fact.id,
            near=near,
        )
    elif parts := _in_two_rules(test):
        told = Sentence(
            "A rule cannot ask {test} of {fact}; two rules may say it together: {parts}.",
            test=said,
            fact=fact.id,
            parts="; ".join(parts),
        )
    return FormError(Problem("", "", fact.id, told, _examples(fact)))


def _near_value(value: Value, fact: Fact) -> str:
    """The value with the most letters in common, without its marks, or the nearest end."""
    text = str(value).strip().casefold()
    if fact.kind is FactKind.WHOLE and isinstance(value, str) and text.lstrip("-").isdecimal():
        return _near_value(int(text), fact) or text
    if fact.kind is FactKind.WHOLE and type(value) is int:
        nearest = min(max(value, fact.lowest), fact.highest)
        return "" if nearest == value else str(nearest)
    if fact.kind is FactKind.YES_NO:
        return _YES_NO.get(text, "")
    similar = get_close_matches(text, fact.values, n=1)
    return literal_text(similar[0]) if similar else ""


def _near_test(test: Test, fact: Fact) -> str:
    if fact.kind is FactKind.YES_NO:
        return _near_of_both(test)
    match test if fact.kind is FactKind.WHOLE else None:
        case Compared(sign, Decimal() as number) if sign in _WHOLE_SIGNS:
            return _near_of_half(sign, number)
        case Within() as span:
            return _near_span(span)
    return ""


def _near_span(test: Within) -> str:
    match test:
        case Within(low, high) if low is None or high is None:
            return _near_of_open(test)
        case Within(low, high) if order(low, high) == 1:
            return text_of(Within(high, low, test.with_high, test.with_low))
        case Within(Decimal() as low, Decimal() as high):
            return _near_of_hollow(low, high)
    return ""


def _near_of_both(test: Test) -> str:
    """Yes or no in one cell is all that can be known."""
    match test:
        case Either(tests) | Listed(tests) if set(tests) == _BOTH:
            return "not(null)"
        case Not(Either(tests) | Listed(tests)) if set(tests) == _BOTH:
            return "null"
    return ""


def _near_of_half(sign: str, number: Decimal) -> str:
    """Of whole numbers, `> 1.5` says `>= 2`."""
    closed, rounding = _WHOLE_SIGNS[sign]
    return f"{closed} {number.to_integral_value(rounding)}"


def _near_of_open(test: Within) -> str:
    """A span without an end is one sign."""
    if test.high is None and test.low is not None:
        return f"{'>=' if test.with_low else '>'} {literal_text(test.low)}"
    if test.low is None and test.high is not None:
        return f"{'<=' if test.with_high else '<'} {literal_text(test.high)}"
    return "not(null)"


def _near_of_hollow(low: Decimal, high: Decimal) -> str:
    """The whole numbers of a span, its ends among them."""
    first, last = low.to_integral_value(ROUND_CEILING), high.to_integral_value(ROUND_FLOOR)
    return text_of(Within(first, last)) if first <= last else ""


def _in_two_rules(test: Test) -> tuple[str, ...]:
    """The tests of rules that fire together for the guests whom this one is about."""
    match test:
        case Either(tests) if not any(isinstance(one, Not) for one in tests):
            return tuple(text_of(one) for one in tests)
        case Not(Within(low, high, with_low, with_high)) if order(low, high) in (-1, 0):
            below = Compared("<" if with_low else "<=", low)
            above = Compared(">" if with_high else ">=", high)
            return text_of(below), text_of(above)
    return ()


_BOTH = {Compared("=", True), Compared("=", False)}

_WHOLE_SIGNS: Mapping[str, tuple[str, str]] = {
    ">": (">=", ROUND_CEILING),
    ">=": (">=", ROUND_CEILING),
    "<": ("<=", ROUND_FLOOR),
    "<=": ("<=", ROUND_FLOOR),
}


def _literal_text(value: Value) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else literal_text(value)  # type: ignore[arg-type]  # is_number


def _examples(fact: Fact) -> tuple[str, ...]:
    """What a cell under this fact may hold."""
    first, *others = [literal_text(value) for value in fact.values] or ['""']
    second = others[0] if others else first
    return (*(text.format(first, second) for text in _EXAMPLES[fact.kind]), *_ALWAYS)


def _values(fact: Fact) -> tuple[str, ...]:
    if fact.kind is FactKind.WHOLE:
        return (f"{fact.lowest} to {fact.highest}",)
    return tuple(literal_text(value) for value in fact.values) or _examples(fact)

"""One test as people write it, in a row of a form: what of, how compared, with which values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from engine.catalogue.cues import allowed_values, may_be
from engine.catalogue.tags import usual_tag
from engine.connectors.csv_mapping import near
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator, Test
from engine.errors import FormError, Problem
from engine.sentences import Sentence

GROUPS = ("when", "any", "unless")
"""All of these; at least one of these; unless all of these."""

YES, NO, KNOWN, UNKNOWN = "yes", "no", "known", "unknown"
ASKED: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.YES_NO: (YES, NO, KNOWN, UNKNOWN),
    FactKind.ONE_OF: ("any_of", "none_of", KNOWN, UNKNOWN),
    FactKind.TAG: ("any_of", "none_of", KNOWN, UNKNOWN),
    FactKind.WHOLE: (
        *("at_least", "at_most", "more_than", "less_than", "between"),
        *("any_of", "none_of", KNOWN, UNKNOWN),
    ),
}
"""What may be asked, by how the value is written; the first one is the usual."""

ALONE = (YES, NO, KNOWN, UNKNOWN)
"""What needs no value."""

MOST_DIGITS = 9
"""No fact counts to a billion; longer ones are typing errors."""

_LISTS = ("any_of", "none_of")
_PAIR = 2
_SPAN = re.compile(r"(?<=\d)\s*(?:\.\.|-|\N{EN DASH}|to|bis)\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One row as it was written, right or wrong."""

    group: str
    fact: str
    operator: str
    values: tuple[str, ...] = ()
    """One text for each value that was ticked, or one text with all of them."""


def written_test(group: str, test: Test) -> WrittenTest:
    """Return a test of a rule as a row; `as_test` gives back one that says the same."""
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    (first, *_) = operands
    if test.operator is Operator.KNOWN:
        return WrittenTest(group, test.fact, KNOWN if first else UNKNOWN)
    if test.operator is Operator.IS and isinstance(first, bool):
        return WrittenTest(group, test.fact, YES if first else NO)
    operator = Operator.ANY_OF if test.operator is Operator.IS else test.operator
    return WrittenTest(group, test.fact, operator.value, tuple(str(one) for one in operands))


def as_test(written: WrittenTest, facts: Mapping[str, Fact], place: int) -> Test:
    """Return the test that a row says.

    Parameters
    ----------
    written : WrittenTest
    facts : mapping of str to Fact
    place : int
        Of the row: the keys of its problems end in it.

    Raises
    ------
    FormError
        With the key `fact-<place>`, `operator-<place>` or `value-<place>`.
    """
    fact = facts.get(written.fact)
    if fact is None or not fact.is_scored:
        known = [id for id, one in facts.items() if one.is_scored]
        hint = near(written.fact, known)
        told = Sentence("Rules cannot ask about {fact}.{hint}", fact=written.fact, hint=hint)
        _refuse(f"fact-{place}", told)
    if written.group not in GROUPS:
        _refuse(f"fact-{place}", "Choose one of these.", *GROUPS)
    if written.operator not in ASKED[fact.kind]:
        _refuse(f"operator-{place}", "This cannot be asked here.", *ASKED[fact.kind])
    if written.operator in (KNOWN, UNKNOWN):
        return Test(fact.id, Operator.KNOWN, written.operator == KNOWN)
    if written.operator in (YES, NO):
        return Test(fact.id, Operator.IS, written.operator == YES)
    return _with_values(written.operator, fact, _values(written, fact, place), place)


def _with_values(operator: str, fact: Fact, values: Sequence[Value], place: int) -> Test:
    key = f"value-{place}"
    if operator in _LISTS:
        is_one = operator == "any_of" and len(values) == 1
        return Test(fact.id, *((Operator.IS, values[0]) if is_one else _list(operator, values)))
    if operator == Operator.BETWEEN.value:
        if len(values) != _PAIR or not int(values[0]) <= int(values[1]):
            _refuse(key, "Write two numbers, the smaller one first.", "1 - 3")
        return Test(fact.id, Operator.BETWEEN, tuple(values))
    if len(values) > 1:
        _refuse(key, "Write one number here.", "2")
    return Test(fact.id, Operator(operator), values[0])


def _list(operator: str, values: Sequence[Value]) -> tuple[Operator, tuple[Value, ...]]:
    return Operator(operator), tuple(values)


def _values(written: WrittenTest, fact: Fact, place: int) -> list[Value]:
    """Return what was ticked or written, each value once."""
    key, allowed = f"value-{place}", allowed_values(fact)
    texts = _texts(written.values, fact)
    if not texts:
        message = "Choose at least one." if fact.values else "Write a value."
        _refuse(key, message, *(() if fact.values else allowed))
    for text in texts:
        is_no_tag = _is_language(fact) and usual_tag(text) is None
        if is_no_tag or not may_be(fact, _value(text, fact)):
            hint = near(text, fact.values)
            told = Sentence(
                "{value} is no value of '{fact}'.{hint}", value=text, fact=fact.id, hint=hint
            )
            _refuse(key, told, *allowed)
    return [_value(text, fact) for text in texts]


def _texts(values: Iterable[str], fact: Fact) -> list[str]:
    """Return single values; those of lists come one by one, others may share a text."""
    if fact.kind is FactKind.ONE_OF:
        return list(dict.fromkeys(text for text in values if text))
    spelled = (_SPAN.sub(",", text) if fact.kind is FactKind.WHOLE else text for text in values)
    return list(dict.fromkeys(one for text in spelled for one in re.split(r"[\s,;]+", text) if one))


def _value(text: str, fact: Fact) -> Value:
    if fact.kind is FactKind.WHOLE:
        is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return int(text) if is_number else text
    return usual_tag(text) or text if _is_language(fact) else text


def _is_language(fact: Fact) -> bool:
    return fact.kind is FactKind.TAG and fact.is_scored


def _refuse(key: str, message: str, *allowed: str) -> NoReturn:
    raise FormError(Problem(file="", id="", key=key, message=message, allowed=allowed))


def kept(new: Sequence[Test], old: Sequence[Test]) -> tuple[Test, ...]:
    """Return `new`, each test that says the same as one of `old` in the words of that one.

    Who opens a rule and saves it as it is changes nothing.
    """
    known = {_meaning(test): test for test in old}
    return tuple(known.get(_meaning(test), test) for test in new)


def _meaning(test: Test) -> tuple[str, str, frozenset[str]]:
    row = written_test("when", test)
    return row.fact, row.operator, frozenset(row.values)

"""Typed tests as they are written: `when.nights = { at_most = 2 }`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.catalogue.cues import allowed_values, may_be
from engine.catalogue.shape import Fault, unknown
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.rules import Operator, Test

Tell = Callable[[str, Fault], None]
"""Takes the key below the group, and what is wrong there."""

OPERATORS: Mapping[FactKind, tuple[Operator, ...]] = {
    FactKind.YES_NO: (Operator.IS, Operator.KNOWN),
    FactKind.ONE_OF: (Operator.IS, Operator.ANY_OF, Operator.NONE_OF, Operator.KNOWN),
    FactKind.TAG: (Operator.IS, Operator.ANY_OF, Operator.NONE_OF, Operator.KNOWN),
    FactKind.WHOLE: tuple(Operator),
}
"""What may be asked of a value, by how the value is written."""

_LISTS = (Operator.ANY_OF, Operator.NONE_OF)
_PAIR = 2


def tests_of(group: object, tell: Tell) -> tuple[Test, ...]:
    """Return the tests of one group, such as the table `when`, in the order written."""
    if not isinstance(group, Mapping):
        tell("", Fault("must be a table of tests, such as nights = { at_most = 2 }"))
        return ()
    tests = [_test(str(fact), written, tell) for fact, written in group.items()]
    return tuple(test for test in tests if test is not None)


def written_tests(tests: Sequence[Test]) -> dict[str, object]:
    """Return tests as they are written; the opposite of `tests_of`.

    Raises
    ------
    ValueError
        If two tests ask about one fact: the format has one test per fact and group.
    """
    written = {test.fact: _written(test) for test in tests}
    if len(written) != len(tests):
        raise ValueError("a group asks about one fact twice")
    return written


def test_faults(test: Test, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Fault]]:
    """Yield key and message of what is wrong with a test of a known fact."""
    fact = facts[test.fact]
    if not fact.is_scored:
        yield test.fact, Fault(f"{test.fact!r} is never scored: it says where somebody comes from")
    elif test.operator not in OPERATORS[fact.kind]:
        allowed = [operator.value for operator in OPERATORS[fact.kind]]
        message = f"{test.operator.value!r} cannot be asked of a fact of kind {fact.kind.value}"
        yield test.fact, Fault(message, allowed)
    elif test.operator is not Operator.KNOWN:
        for value in test.operand if isinstance(test.operand, tuple) else (test.operand,):
            if not may_be(fact, value):
                yield test.fact, value_fault(fact, value)


def value_fault(fact: Fact, value: object) -> Fault:
    """Return the message for a value that the fact cannot have."""
    return unknown("value", _spelled(value), allowed_values(fact))


def is_value(value: object) -> bool:
    """Return whether `value` is a text, a whole number, or true or false."""
    return isinstance(value, str | int)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _test(fact: str, written: object, tell: Tell) -> Test | None:
    operator, operand = _parts(written)
    if operator not in [known.value for known in Operator]:
        tell(fact, unknown("operator", operator, [known.value for known in Operator]))
        return None
    wrong = _operand_fault(Operator(operator), operand)
    if wrong:
        tell(fact, Fault(wrong))
        return None
    whole = tuple(operand) if isinstance(operand, list | tuple) else operand
    return Test(fact, Operator(operator), whole)  # type: ignore[arg-type]  # operands were checked


def _parts(written: object) -> tuple[str, object]:
    """Return operator and operand; a bare value means `is`."""
    if isinstance(written, Mapping) and len(written) == 1:
        operator, operand = next(iter(written.items()))
        return str(operator), operand
    if isinstance(written, Mapping):
        return " and ".join(map(str, written)) or "nothing", None
    return Operator.IS.value, written


def _operand_fault(operator: Operator, operand: object) -> str:
    """Return what is wrong with an operand, or nothing."""
    if operator in _LISTS:
        return "" if _is_list_of_values(operand) else "needs a list of different values"
    if operator is Operator.BETWEEN:
        return "" if _is_span(operand) else "needs two whole numbers, the smaller one first"
    if operator is Operator.KNOWN:
        return "" if isinstance(operand, bool) else "known needs true or false"
    if operator is Operator.IS:
        return "" if is_value(operand) else "needs one value; for several write any_of"
    is_whole = isinstance(operand, int) and not isinstance(operand, bool)
    return "" if is_whole else f"{operator.value} needs a whole number"


def _is_list_of_values(operand: object) -> bool:
    if not isinstance(operand, list | tuple) or not all(map(is_value, operand)):
        return False
    return 0 < len(operand) == len({(type(value), value) for value in operand})


def _is_span(operand: object) -> bool:
    if not isinstance(operand, list | tuple) or len(operand) != _PAIR:
        return False
    low, high = operand
    return type(low) is int and type(high) is int and low <= high


def _written(test: Test) -> object:
    if test.operator is Operator.IS:
        return test.operand
    operand: Value | list[Value]
    operand = list(test.operand) if isinstance(test.operand, tuple) else test.operand
    return {test.operator.value: operand}

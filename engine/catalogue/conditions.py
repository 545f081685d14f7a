"""Typed tests as they are written: `when.nights = { at_most = 2 }`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from engine.catalogue.cues import allowed_values, may_be
from engine.catalogue.near import did_you_mean, spelled
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
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_YES_NO = {"yes": "true", "true": "true", "no": "false", "false": "false"}


def tests_of(
    group: object,
    tell: Tell,
    facts: Mapping[str, Fact] | None,
    unread: Collection[str],
) -> tuple[Test, ...]:
    """Return the tests of one group, such as the table `when`, in the order written.

    Parameters
    ----------
    group : object
        As it stands in the file.
    tell : callable
        Takes everything that is wrong; a test about which it was called is left out.
    facts : mapping of str to Fact or None
        What may be asked about. None where facts may be gone by now: then only the form counts.
    unread : collection of str
        Ids of facts that exist but are broken themselves: nothing is said of them.
    """
    if not isinstance(group, Mapping):
        example = "nights = { at_most = 2 }"
        tell("", Fault(f"must be a table of tests, such as {example}, not {spelled(group)}"))
        return ()
    tests = []
    for name, written in group.items():
        fact = facts.get(name) if facts is not None else None
        told = list(_faults(written, fact))
        if facts is not None and fact is None and name not in unread:
            told.insert(0, unknown("fact or cue", str(name), facts))
        for one in told:
            tell(str(name), one)
        if not told:
            tests.append(_test(str(name), written))
    return tuple(tests)


def written_tests(tests: Sequence[Test]) -> dict[str, object]:
    """Return tests as they are written; the opposite of `tests_of`.

    Raises
    ------
    ValueError
        If two tests ask about one fact: the format has one test per fact and group.
    """
    written = {test.fact: written_test(test) for test in tests}
    if len(written) != len(tests):
        raise ValueError("a group asks about one fact twice")
    return written


def written_test(test: Test) -> object:
    """Return one test as it stands behind the fact that it asks about."""
    if test.operator is Operator.IS:
        return test.operand
    operand: Value | list[Value]
    operand = list(test.operand) if isinstance(test.operand, tuple) else test.operand
    return {test.operator.value: operand}


def value_fault(fact: Fact, value: object) -> Fault:
    """Return the message for a value that the fact cannot have."""
    told = f"{spelled(value)} is not a known value{_near_value(fact, value)}"
    return Fault(told, sorted(allowed_values(fact)))


def is_value(value: object) -> bool:
    """Return whether `value` is a text, a whole number, or true or false."""
    return isinstance(value, str | int)


def _near_value(fact: Fact, value: object) -> str:
    """Return '; did you mean 2?': without quotation marks, or the nearest end of the range."""
    if fact.kind is FactKind.YES_NO:
        near = _YES_NO.get(str(value).strip().casefold())
        return f"; did you mean {near}?" if near else ""
    whole = _as_whole(value)
    if fact.kind is FactKind.WHOLE and whole is not None:
        return f"; did you mean {min(max(whole, fact.lowest), fact.highest)}?"
    return did_you_mean(value, fact.values) if isinstance(value, str) else ""


def _as_whole(value: object) -> int | None:
    """Return the whole number that a value is, or that is written in it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value.strip()) else None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def _test(fact: str, written: object) -> Test:
    operator, operand = _parts(written)
    whole = tuple(operand) if isinstance(operand, list | tuple) else operand
    return Test(fact, Operator(operator), whole)  # type: ignore[arg-type]  # operands were checked


def _parts(written: object) -> tuple[str, object]:
    """Return operator and operand; a bare value means `is`."""
    if isinstance(written, Mapping):
        operator, operand = next(iter(written.items()))
        return str(operator), operand
    return Operator.IS.value, written


def _faults(written: object, fact: Fact | None) -> Iterator[Fault]:
    """Yield all that is wrong with one test; of an unknown fact, its form alone is looked at."""
    allowed = [operator.value for operator in (OPERATORS[fact.kind] if fact else Operator)]
    if fact and not fact.is_scored:
        yield Fault(f"{fact.id!r} is never scored: it says where somebody comes from")
    elif isinstance(written, Mapping) and len(written) != 1:
        yield _not_one_operator(written, allowed)
    elif (operator := _parts(written)[0]) not in [known.value for known in Operator]:
        yield unknown("operator", operator, allowed)
    elif fact and operator not in allowed:
        told = f"{operator!r} cannot be asked of a fact of kind {fact.kind.value}"
        yield Fault(f"{told}: {spelled(written)}", allowed)
    else:
        yield from _operand_faults(Operator(operator), _parts(written)[1], fact)


def _not_one_operator(written: Mapping[object, object], allowed: Sequence[str]) -> Fault:
    if not written:
        return Fault("needs an operator, not {}", allowed)
    low, high = written.get("at_least"), written.get("at_most")
    near = f"; did you mean {{ between = [{low}, {high}] }}?" if _is_span((low, high)) else ""
    return Fault(f"needs one operator, not {' and '.join(map(str, written))}{near}", allowed)


def _operand_faults(operator: Operator, operand: object, fact: Fact | None) -> Iterator[Fault]:
    allowed = sorted(allowed_values(fact)) if fact else ()
    if operator is Operator.KNOWN:
        if not isinstance(operand, bool):
            told = f"known needs true or false, not {spelled(operand)}"
            near = _YES_NO.get(str(operand).strip().casefold())
            yield Fault(f"{told}; did you mean {near}?" if near else told, ("true", "false"))
    elif operator in _LISTS:
        yield from _list_faults(operator, operand, fact, allowed)
    elif operator is Operator.BETWEEN:
        yield from _span_faults(operand, fact, allowed)
    elif isinstance(operand, list | tuple | Mapping) and operator is Operator.IS:
        near = "; did you mean { any_of = " + spelled(operand) + " }?"
        told = f"needs one value, not {spelled(operand)}"
        yield Fault(told + (near if isinstance(operand, list | tuple) else ""), allowed)
    elif operator is not Operator.IS and type(operand) is not int:
        yield _no_whole(operator, operand, allowed)
    else:
        yield from _value_faults(operand, fact, allowed)


def _no_whole(operator: Operator, operand: object, allowed: Sequence[str]) -> Fault:
    told = f"{operator.value} needs a whole number, not {spelled(operand)}"
    return Fault(told + _near_whole(operand), allowed)


def _list_faults(
    operator: Operator, operand: object, fact: Fact | None, allowed: Sequence[str]
) -> Iterator[Fault]:
    if not isinstance(operand, list | tuple) or not operand:
        near = f"; did you mean [{spelled(operand)}]?" if is_value(operand) else ""
        told = f"{operator.value} needs a list of different values, not {spelled(operand)}{near}"
        yield Fault(told, allowed)
        return
    seen: list[tuple[type, object]] = []
    for value in operand:
        if (type(value), value) in seen:
            told = f"{operator.value} needs a list of different values: {spelled(value)} is twice"
            yield Fault(told, allowed)
        else:
            yield from _value_faults(value, fact, allowed)
        seen.append((type(value), value))


def _span_faults(operand: object, fact: Fact | None, allowed: Sequence[str]) -> Iterator[Fault]:
    if _is_span(operand):
        for end in operand:  # type: ignore[attr-defined]  # a span
            yield from _value_faults(end, fact, allowed)
        return
    turned = list(reversed(operand)) if isinstance(operand, list | tuple) else operand
    near = f"; did you mean {spelled(turned)}?" if _is_span(turned) else ""
    told = "between needs two whole numbers, the smaller one first"
    yield Fault(f"{told}, not {spelled(operand)}{near}", allowed)


def _is_span(operand: object) -> bool:
    if not isinstance(operand, list | tuple) or len(operand) != _PAIR:
        return False
    low, high = operand
    return type(low) is int and type(high) is int and low <= high


def _value_faults(value: object, fact: Fact | None, allowed: Sequence[str]) -> Iterator[Fault]:
    if fact and not may_be(fact, value):
        yield value_fault(fact, value)
    elif not is_value(value):
        told = f"needs a text, a whole number, or true or false, not {spelled(value)}"
        yield Fault(told + _near_whole(value), allowed)


def _near_whole(value: object) -> str:
    whole = _as_whole(value)
    return "" if whole is None else f"; did you mean {whole}?"

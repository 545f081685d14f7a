"""Typed tests with three answers: yes, no, cannot tell (DMN 1.5, S-FEEL unary tests)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.domain.cues import Value
from engine.domain.rules import Operator, Test

Truth = bool | None
"""None: cannot tell."""


def _number(value: Value) -> int:
    if isinstance(value, str):
        raise TypeError(f"{value!r} is not a number")
    return int(value)


def _bounds(operand: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


_HOLDS: Mapping[Operator, Callable[[Value, tuple[Value, ...]], bool]] = {
    Operator.IS: lambda value, of: value == of[0],
    Operator.ANY_OF: lambda value, of: value in of,
    Operator.NONE_OF: lambda value, of: value not in of,
    Operator.AT_LEAST: lambda value, of: _number(value) >= _number(of[0]),
    Operator.AT_MOST: lambda value, of: _number(value) <= _number(of[0]),
    Operator.MORE_THAN: lambda value, of: _number(value) > _number(of[0]),
    Operator.LESS_THAN: lambda value, of: _number(value) < _number(of[0]),
    Operator.BETWEEN: lambda value, of: _number(of[0]) <= _number(value) <= _number(of[1]),
}


def holds(test: Test, value: Value | None) -> Truth:
    """Whether `value` passes `test`; None where the value is unknown."""
    if test.operator is Operator.KNOWN:
        return (value is not None) == bool(test.operand)
    if value is None:
        return None
    return _HOLDS[test.operator](value, _bounds(test.operand))


def conjunction(truths: Iterable[Truth]) -> Truth:
    """AND in Kleene's logic: one no decides, then one cannot tell."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def disjunction(truths: Iterable[Truth]) -> Truth:
    """OR in Kleene's logic: one yes decides, then one cannot tell."""
    return negation(conjunction(negation(truth) for truth in truths))


def negation(truth: Truth) -> Truth:
    """NOT in Kleene's logic."""
    return None if truth is None else not truth


def share(test: Test, usual: Mapping[Value, float]) -> float:
    """Share of guests who pass `test` when nothing is known of them.

    Parameters
    ----------
    test : Test
        Any test; `known` counts as a test that an unknown value fails.
    usual : mapping
        Value to its share among guests, summing to 1.

    Returns
    -------
    float
        Between 0 and 1.
    """
    if test.operator is Operator.KNOWN:
        return float(not test.operand)
    return sum(part for value, part in usual.items() if holds(test, value))

"""Unary tests as objects, and their three-valued answer to a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.rules import conditions
from engine.rules.sfeel.values import Literal, Truth, equal, exact, kind_of, order, own


@dataclass(frozen=True, slots=True)
class Anything:
    """`-`: passes whatever the value is, known or not."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`> 5`, `!= "x"`; a bare literal is compared by `=`."""

    sign: str
    """One of `=`, `!=`, `<`, `<=`, `>`, `>=`."""
    literal: Literal


@dataclass(frozen=True, slots=True)
class Within:
    """`[1..3]`; a round bracket, or one turned outwards, leaves its end out."""

    low: Literal
    high: Literal
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Either:
    """`"a", "b"`: passes where one of them passes."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """`["a", "b"]`: whether the value is in the list; a member of another type is just not it."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not("a", "b")`: passes where none of them passes."""

    test: Test


Test = Anything | Compared | Within | Either | Listed | Not
"""What one cell asks of a value."""

_BY_ORDER: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def evaluate(test: Test, value: object) -> Truth:
    """Whether `value` passes `test`.

    Parameters
    ----------
    test : Test
        As `parse_unary` returns it.
    value : object
        A number, text, yes or no, day, time, moment or duration; None, or a number that is none
        (NaN), where it is unknown. It may be numpy's, also an array of no dimension.

    Returns
    -------
    bool or None
        None where it cannot be told: the value is unknown, or of another type than the test.
    """
    return _answer(test, exact(value))


def _answer(test: Test, value: object) -> Truth:
    """Answer for a value whose numbers are exact, and which is None where nothing is known."""
    match test:
        case Anything():
            return True
        case Compared(sign, literal):
            return compare(sign, value, literal)
        case Within():
            return _within(test, value)
        case Not(inner):
            return negation(_answer(inner, value))
        case Either(tests):
            return disjunction(_answer(one, value) for one in tests)
        case Listed(tests):
            return disjunction(_of_member(one, value) for one in tests)


def _of_member(test: Test, value: object) -> Truth:
    """Whether a value is this member of a list: one that is of another type is it not."""
    truth = _answer(test, value)
    if truth is not None or value is None:
        return truth
    is_alike = isinstance(test, Compared) and kind_of(test.literal) == kind_of(value)
    return None if is_alike else False


def compare(sign: str, value: object, literal: Literal) -> Truth:
    """Whether `value` stands to `literal` as `sign` says; only `=` and `!=` speak of null."""
    if sign in ("=", "!="):
        same = exact(value) is None if literal is None else equal(value, literal)
        return same if sign == "=" else negation(same)
    place = order(value, literal)
    return None if place is None else _BY_ORDER[sign](place)


def _within(test: Within, value: object) -> Truth:
    low = compare(">=" if test.with_low else ">", value, test.low)
    high = compare("<=" if test.with_high else "<", value, test.high)
    return conjunction(low, high)


def between(value: object, low: object, high: object) -> Truth:
    """Whether `low` ≤ `value` ≤ `high`; one side that says no decides, unknown or not the other."""
    places = order(value, low), order(value, high)
    return conjunction(
        None if places[0] is None else places[0] >= 0,
        None if places[1] is None else places[1] <= 0,
    )


def conjunction(*truths: object) -> Truth:
    """AND in Kleene's logic: one no decides, then one cannot tell.

    Parameters
    ----------
    *truths
        Truths, or one iterable of them. What is neither true nor false cannot be told.
    """
    return conditions.conjunction(_truths(truths))


def disjunction(*truths: object) -> Truth:
    """OR in Kleene's logic: one yes decides, then one cannot tell; takes what AND takes."""
    return conditions.disjunction(_truths(truths))


def negation(truth: object) -> Truth:
    """NOT in Kleene's logic; of what is neither true nor false, nothing can be told."""
    return conditions.negation(_truth(truth))


def _truths(given: tuple[object, ...]) -> Iterable[Truth]:
    (first, *others) = map(own, given or ((),))
    is_one_iterable = not others and isinstance(first, Iterable) and not isinstance(first, str)
    whole: Iterable[object] = first if is_one_iterable else given  # type: ignore[assignment]  # asked just now
    return (_truth(one) for one in whole)


def _truth(given: object) -> Truth:
    truth = own(given)
    return truth if isinstance(truth, bool) else None

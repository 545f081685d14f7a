"""Values that a cell of a decision table can speak of, and how two of them compare.

The types of S-FEEL [1]_: numbers, texts, yes and no, days, times, moments, durations and null.
Values of two types have no order and no likeness: the answer is None, cannot tell.

References
----------
.. [1] OMG (2024), Decision Model and Notation 1.5, chapters 9 and 10.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral, Rational, Real
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months; it has no fixed number of days."""

    n: int


Literal = Decimal | str | bool | date | datetime | time | timedelta | Months | None
"""What is written in a cell; numbers are exact."""

Truth = bool | None
"""None: cannot tell."""

_KINDS: Sequence[tuple[str, type | tuple[type, ...]]] = (
    ("yes_no", bool),  # before numbers: to Python, true is one
    ("number", (int, float, Decimal)),
    ("text", str),
    ("moment", datetime),  # before days: to Python, a moment is a day
    ("day", date),
    ("time", time),
    ("duration", timedelta),
    ("months", Months),
)


def kind_of(value: object) -> str | None:
    """Return the type of a value as S-FEEL sees it; None for null and for anything else."""
    return next((name for name, types in _KINDS if isinstance(value, types)), None)


def exact(value: object) -> Any:
    """Return a number as it is written, without the tail of its binary form.

    Numbers, and yes or no, of other libraries, such as numpy's, count as Python's own. A number
    that is none, or has no end, stands for nothing known: None.
    """
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal | Real):
        number = _as_decimal(value)
        return number if number.is_finite() else None
    return own(value)


def _as_decimal(value: Decimal | Real) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Integral):
        return Decimal(int(value))
    if isinstance(value, Rational):
        return Decimal(int(value.numerator)) / Decimal(int(value.denominator))
    # numbers of other libraries are floats with a repr of their own, or no floats at all
    is_float = issubclass(type(value), float)
    return Decimal(float.__repr__(value) if is_float else str(value))


def own(value: object) -> object:
    """Return a yes or no of another library as Python's own; all else as it is.

    Yes and no have no abstract class to be known by. Arrays that hold one value call it an item.
    """
    item = getattr(value, "item", None)
    if not callable(item) or getattr(value, "ndim", None) != 0:
        return value
    plain = item()
    return plain if isinstance(plain, bool) else value


def plain_number(number: Decimal) -> int | float:
    """Return an exact number as Python's own, whole where it is whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def equal(one: object, other: object) -> Truth:
    """Whether two values are the same; None where their types differ or one is null."""
    one, other = exact(one), exact(other)
    kind = kind_of(one)
    return one == other if kind is not None and kind == kind_of(other) else None


def order(one: object, other: object) -> int | None:
    """Return -1, 0 or 1 as `one` is below, at or above `other`; None where they have no order.

    Yes and no have none, nor has a moment with a time zone beside one without.
    """
    left, right = exact(one), exact(other)
    kind = kind_of(left)
    if kind in (None, "yes_no") or kind != kind_of(right):
        return None
    try:
        return int(left > right) - int(left < right)
    except TypeError:  # one of two moments has a time zone, the other has none
        return None

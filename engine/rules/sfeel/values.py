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

_TIMES = "mM"
"""Letters by which numpy marks spans and moments."""


class _Untold:
    """A value of a type that no cell can speak of."""


def kind_of(value: object) -> str | None:
    """Return the type of a value as S-FEEL sees it; None for null and for anything else."""
    return next((name for name, types in _KINDS if isinstance(value, types)), None)


def exact(value: object) -> Any:
    """Return a number as it is written, without the tail of its binary form.

    Numbers, and yes or no, of other libraries, such as numpy's, count as Python's own, and so do
    their arrays of no dimension. A number that is none, or has no end, stands for nothing known:
    None.
    """
    plain = own(value)
    if isinstance(plain, bool | str) or not isinstance(plain, Decimal | Real):
        return plain
    number = _as_decimal(plain)
    return number if number.is_finite() else None


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
    """Return what an array of no dimension holds, or a scalar of another library, as Python's own.

    A float keeps the width that it had: of 5.1 in 32 bits, Python would make 5.099999904632568.
    A day or span in units that Python does not know would become a bare number: it is made
    something that no cell can speak of.
    """
    item = getattr(value, "item", None)
    if not callable(item) or getattr(value, "ndim", None) != 0:
        return value
    plain, width = item(), getattr(value, "dtype", None)
    if isinstance(plain, float):
        return getattr(width, "type", float)(plain)
    is_time = getattr(width, "kind", "") in _TIMES
    return _Untold() if is_time and isinstance(plain, int) else plain


def plain_number(number: Decimal) -> int | float | Decimal:
    """Return an exact number as Python's own, whole where it is whole.

    It stays a Decimal where a float would round it.
    """
    if number == number.to_integral_value():
        return int(number)
    near = float(number)
    return near if Decimal(repr(near)) == number else number


def equal(one: object, other: object) -> Truth:
    """Whether two values are the same.

    None where their types differ, one is null, or only one of two moments or times has a zone.
    """
    left, right = exact(one), exact(other)
    kind = kind_of(left)
    if kind is None or kind != kind_of(right) or _is_zoned(left) != _is_zoned(right):
        return None
    return bool(left == right)


def _is_zoned(value: object) -> bool:
    return isinstance(value, datetime | time) and value.utcoffset() is not None


def order(one: object, other: object) -> int | None:
    """Return -1, 0 or 1 as `one` is below, at or above `other`; None where they have no order.

    Yes and no have none, nor has a moment or time with a zone beside one without.
    """
    left, right = exact(one), exact(other)
    kind = kind_of(left)
    if kind in (None, "yes_no") or kind != kind_of(right) or _is_zoned(left) != _is_zoned(right):
        return None
    return int(left > right) - int(left < right)

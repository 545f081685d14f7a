"""Unary tests as text: one way of writing each, which reads back as the same test."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.rules.sfeel.tests import Anything, Compared, Either, Listed, Not, Test, Within
from engine.rules.sfeel.values import Literal, Months

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})

SECONDS_OF_DAY = 86_400


def text_of(test: Test) -> str:
    """Return a test as it is written in a cell; `parse_unary` gives back an equal test."""
    match test:
        case Anything():
            return "-"
        case Compared("=", literal):
            return literal_text(literal)
        case Compared(sign, literal):
            return f"{sign} {literal_text(literal)}"
        case Within():
            return _within_text(test)
        case Either(tests) | Listed(tests):
            told = ", ".join(text_of(one) for one in tests)
            return f"[{told}]" if isinstance(test, Listed) else told
        case Not(inner):
            return f"not({text_of(inner)})"


def literal_text(literal: Literal) -> str:
    """Return a value as it is written in a cell."""
    if literal is None:
        return "null"
    if isinstance(literal, bool):
        return "true" if literal else "false"
    if isinstance(literal, str):
        return f'"{literal.translate(_ESCAPES)}"'
    if isinstance(literal, Decimal):
        return str(literal)
    return _moment_text(literal)


def _moment_text(literal: date | datetime | time | timedelta | Months) -> str:
    if isinstance(literal, Months):
        sign, months = "-" if literal.n < 0 else "", abs(literal.n)
        return f'duration("{sign}P{months // 12}Y{months % 12}M")'
    if isinstance(literal, timedelta):
        return f'duration("{_duration(literal)}")'
    if isinstance(literal, datetime):
        return f'date and time("{literal.isoformat()}")'
    kind = "date" if isinstance(literal, date) else "time"
    return f'{kind}("{literal.isoformat()}")'


def _duration(span: timedelta) -> str:
    """Days and seconds, such as `-P1DT0.5S`."""
    sign, size = ("-", -span) if span < timedelta(0) else ("", span)
    fraction = f".{size.microseconds:06d}" if size.microseconds else ""
    return f"{sign}P{size.days}DT{size.seconds}{fraction}S"


def _within_text(test: Within) -> str:
    opening, closing = "[" if test.with_low else "(", "]" if test.with_high else ")"
    return f"{opening}{literal_text(test.low)}..{literal_text(test.high)}{closing}"

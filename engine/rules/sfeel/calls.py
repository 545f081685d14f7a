"""Values that are written as a text: days, times, moments, durations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.errors import UnreadableTestError
from engine.rules.sfeel.tokens import Token
from engine.rules.sfeel.values import Literal, Months

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?"
_MONTHS = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?\Z")
_SPAN = re.compile(
    r"(?P<sign>-?)P(?=\d|T\d)(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?\Z"
)
_MICROSECONDS = 1_000_000


def unescaped(token: Token) -> str:
    r"""Return a quoted text without its marks, `\"` and `\u00e9` made what they stand for."""

    def plain(found: re.Match[str]) -> str:
        code = found.group(1)
        if len(code) > 1:
            return _letter(code, Token("text", found.group(), token.column + 1 + found.start()))
        if code not in _PLAIN:
            expected = [rf"\{known}" for known in _PLAIN]
            raise UnreadableTestError(token.column + 1 + found.start(), found.group(), expected)
        return _PLAIN[code]

    return _ESCAPE.sub(plain, token.text[1:-1])


def _letter(code: str, at: Token) -> str:
    number = int(code[1:], 16)
    # Halves of a pair are no letters of their own, and no database or file takes them.
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise UnreadableTestError(at.column, at.text, ["the number of a letter"])
    return chr(number)


def called(name: str, token: Token) -> Literal:
    """Return the value that `name` makes of a text; `@` takes the first that fits.

    Raises
    ------
    UnreadableTestError
        With an example of what the text must be like.
    """
    text = unescaped(token)
    for call, (pattern, make, example) in _CALLS.items():
        if name not in (call, "@"):
            continue
        if re.fullmatch(pattern, text):
            try:
                return make(text)
            except (ValueError, OverflowError) as error:  # the 30th of February
                raise UnreadableTestError(token.column, text, [example]) from error
        if name == call:
            raise UnreadableTestError(token.column, text, [example])
    raise UnreadableTestError(token.column, text, [example for *_, example in _CALLS.values()])


def _duration(text: str) -> Months | timedelta:
    found = _MONTHS.match(text)
    if found:
        n = 12 * int(found["years"] or 0) + int(found["months"] or 0)
        return Months(-n if found["sign"] else n)
    found = _SPAN.match(text)
    if found is None:
        raise ValueError(text)
    span = timedelta(
        days=int(found["days"] or 0),
        hours=int(found["hours"] or 0),
        minutes=int(found["minutes"] or 0),
        # in whole microseconds: a float would lose the last of many
        microseconds=int(Decimal(found["seconds"] or 0) * _MICROSECONDS),
    )
    return -span if found["sign"] else span


_CALLS: Mapping[str, tuple[str, Callable[[str], Literal], str]] = {
    "date and time": (f"{_DAY}T{_TIME}", datetime.fromisoformat, "2026-06-12T15:00:00"),
    "date": (_DAY, date.fromisoformat, "2026-06-12"),
    "time": (_TIME, time.fromisoformat, "15:00:00"),
    "duration": (r"-?P.+", _duration, "P1DT2H"),
}
"""What the text must be like, what is made of it, an example."""

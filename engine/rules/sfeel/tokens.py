"""A cell cut into its pieces, each with the column where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from engine.errors import UnreadableTestError

CALLS = ("date and time", "date", "time", "duration")
"""What makes a value of a text: `date("2026-06-12")`."""

WORDS = ("true", "false", "null", "not", *CALLS)
"""Every word that a cell may hold outside quotation marks."""

A_VALUE = ("5", '"web"', "true", "false", "null", 'date("2026-06-12")')
A_TEST = ("-", "< 5", "[1..3]", 'not("web")', *A_VALUE)
"""Examples of what a cell may hold."""

_PIECES = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>(?:\d+(?:\.\d+)?|(?<!\.)\.\d+)(?:[eE][+-]?\d+)?(?!\w))
    | (?P<word>date\s+and\s+time\b|[^\W\d]\w*)
    | (?P<slip>=>|=<|==|<>|><|!(?!=))
    | (?P<sign><=|>=|!=|<|>|=)
    | (?P<mark>\.\.|[,()\[\]@-])
    """,
    re.VERBOSE | re.DOTALL,
)

_MEANT = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "'": '"', "‘": '"', "’": '"',
    "≤": "<=", "≥": ">=", "≠": "!=", "…": "..", "–": "-", "—": "-", "−": "-", ";": ",",
    "|": ",", ".": "..",
}  # fmt: skip
"""What spreadsheets and typists make of our signs, and the sign itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a cell."""

    kind: str
    """`text`, `number`, `word`, `sign`, `mark` or `end`; `slip` is the sign of another language."""
    text: str
    column: int
    """Counted from 1."""


def tokens_of(cell: str) -> tuple[Token, ...]:
    """Return the pieces of a cell, and its end.

    Raises
    ------
    UnreadableTestError
        At the first sign that no test holds, or where the cell is no text at all.
    """
    if not isinstance(cell, str):
        raise _no_text(cell)
    return tuple(_tokens(cell))


def _no_text(cell: object) -> UnreadableTestError:
    """Spreadsheets and JSON hand over numbers, and true or false, as what they are."""
    found = str(cell).lower() if isinstance(cell, bool) else str(cell)
    is_plain = isinstance(cell, bool | int | float)
    expected = f"the text {found}" if is_plain else f"a text such as {A_TEST[1]}"
    return UnreadableTestError(1, found, [expected])


def _tokens(cell: str) -> Iterator[Token]:
    place = 0
    while place < len(cell):
        found = _PIECES.match(cell, place)
        if found is None:
            raise _strange(cell, place)
        if found.lastgroup != "space":
            text = " ".join(found.group().split()) if found.lastgroup == "word" else found.group()
            yield Token(str(found.lastgroup), text, place + 1)
        place = found.end()
    yield Token("end", "", len(cell) + 1)


def _strange(cell: str, place: int) -> UnreadableTestError:
    if cell[place] == '"':
        return UnreadableTestError(place + 1, cell[place:], ['a closing "'])
    return UnreadableTestError(place + 1, cell[place], A_TEST, _MEANT.get(cell[place], ""))


def near_word(word: str, known: Sequence[str] = WORDS) -> str:
    """Return the word that was probably meant; a word that is none lacks its quotation marks."""
    nearest = get_close_matches(word.casefold(), known, n=1, cutoff=0.75)
    return nearest[0] if nearest else f'"{word}"'

"""A TOML text as its lines: what each one says, and how one is written anew.

The text is cut, not parsed into a tree and printed: what nobody changed stays to the letter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import tomlkit

Keys = tuple[str, ...]
"""Where a value stands, from the outermost key inwards."""

_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[{]|[\]}]|\n"
    r"|[^\"'\#\[\]{}\n]+",
    re.DOTALL,
)
_NAME = r'(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
_KEY = re.compile(rf"\s*{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*[ \t]*=")
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_DEEPER: Mapping[str, int] = {"[": 1, "{": 1, "]": -1, "}": -1}

Sort = Literal["note", "table", "array", "value"]
"""A blank or comment line, `[…]`, `[[…]]`, or `key = value`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line with its line end, or several where a value goes over several."""

    text: str
    sort: Sort = "note"
    keys: Keys = ()
    """As written in the line."""
    above: Keys = ()
    """Of the header that it stands under."""
    value: Any = None
    n_before: int = 0
    """Letters up to the value: the key, the sign and the spaces."""
    n_after: int = 0
    """Letters after it: spaces, a comment, the line end."""

    @property
    def path(self) -> Keys:
        """Where its value stands in the whole table."""
        return self.above + self.keys

    @property
    def is_comment(self) -> bool:
        """Whether it is a comment on a line of its own."""
        return self.sort == "note" and bool(self.text.strip())

    def saying(self, value: Any) -> Piece:
        """Return the same line with another value."""
        before, after = self.text[: self.n_before], self.text[len(self.text) - self.n_after :]
        return replace(self, text=before + value_text(value) + after, value=value)

    def under(self, above: Keys) -> Piece:
        """Return the same line as it stands under a header."""
        return replace(self, above=above)


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield the lines of a text that `tomllib` could read."""
    start, depth, note = 0, 0, -1
    for token in _TOKENS.finditer(text):
        said = token.group()
        depth += _DEEPER.get(said, 0)
        if said.startswith("#") and depth == 0:
            note = token.start() - start
        if said == "\n" and depth == 0:
            yield _piece(text[start : token.end()], note)
            start, note = token.end(), -1
    if start < len(text):
        yield _piece(text[start:], note)


def line(keys: Sequence[str], value: Any, newline: str) -> Piece:
    """Return a new line `key = value`."""
    name = ".".join(map(_name_text, keys))
    return _piece(f"{name} = {value_text(value)}{newline}", -1)


def value_text(value: Any) -> str:
    """Return a value as it stands in one line, in the spacing of our own files."""
    if isinstance(value, Mapping):
        parts = [f"{_name_text(key)} = {value_text(part)}" for key, part in value.items()]
        return f"{{ {', '.join(parts)} }}" if parts else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    text: str = tomlkit.item(value).as_string()
    return text


def _name_text(name: str) -> str:
    return name if _BARE.match(name) else value_text(name)


def _piece(text: str, note: int) -> Piece:
    plain = text.strip()
    if not plain or plain.startswith("#"):
        return Piece(text)
    if plain.startswith("["):
        keys, found = _walked(tomllib.loads(text))
        return Piece(text, "array" if isinstance(found, list) else "table", keys)
    key = _KEY.match(text)
    if key is None:
        raise ValueError(text)
    keys, _ = _walked(tomllib.loads(f"{key.group()} 0"))
    behind = text[key.end() :]
    end = len(text[: note if note >= 0 else None].rstrip())
    n_before = key.end() + len(behind) - len(behind.lstrip())
    value = _value_at(tomllib.loads(text), keys)
    return Piece(text, "value", keys, (), value, n_before, len(text) - end)


def _walked(data: Any) -> tuple[Keys, Any]:
    """Return the keys of a table that has one way inwards, and what stands at its end."""
    keys: list[str] = []
    while isinstance(data, dict) and data:
        ((key, data),) = data.items()
        keys.append(key)
    return tuple(keys), data


def _value_at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data

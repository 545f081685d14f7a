"""The script lint: words that flatter, sell, press or act familiar, found in what guests read.

Its lexicons stand in `seed/lint/<language>.toml`, so that each language warns of its own traps.
It only points: nothing is refused and nothing changed, since a word can be right in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from marshmallow import fields

from engine.catalogue.houses import IN_ALL_LANGUAGES
from engine.catalogue.reading import Reading
from engine.catalogue.shape import OneOf, SeedFile, Shape, Text
from engine.catalogue.texts import text_tables

FOLDER = "lint"
LINTED = ("questions", "offers", "styles", "packs", "houses")
"""Folders whose texts guests hear or read."""


class Trap(StrEnum):
    """What a well-meant sentence can turn into."""

    FLATTERY = "flattery"
    UPSELLING = "upselling"
    PRESSURE = "pressure"
    FALSE_FAMILIARITY = "false_familiarity"


@dataclass(frozen=True, slots=True)
class Sign:
    """Words of one trap, and what to write in their place."""

    trap: Trap
    words: tuple[str, ...]
    """Whole words or phrases; a star at the end of a word stands for any ending."""
    better: str


@dataclass(frozen=True, slots=True)
class Warned:
    """One place where a text may mean well and do harm."""

    trap: Trap
    found: str
    """As it stands in the text."""
    better: str
    at: int = 0
    """Characters before it."""


@dataclass(frozen=True, slots=True)
class WarnedFile:
    """One place in a file of the seed."""

    file: str
    id: str
    key: str
    language: str
    warned: Warned


Lexicon = tuple[Sign, ...]


class SignShape(Shape):
    """One group of words."""

    trap = OneOf("trap", [trap.value for trap in Trap], required=True)
    words = fields.List(Text(), required=True)
    better = Text(required=True)


class LexiconFile(SeedFile):
    """The lexicon of one language."""

    sign = fields.List(fields.Nested(SignShape), required=True)


def read_lexicons(tree: Mapping[str, Any], reading: Reading | None = None) -> dict[str, Lexicon]:
    """Return the lexicon of each language.

    What is wrong with a file is told to `reading`; a broken lexicon warns of nothing.
    """
    reading = reading or Reading(tree)
    shape, lexicons = LexiconFile(), {}
    for file, data in reading.tables(f"{FOLDER}/*.toml"):
        loaded = reading.load(shape, data, file)
        if loaded:
            lexicons[PurePosixPath(file).stem] = tuple(
                Sign(Trap(sign["trap"]), tuple(sign["words"]), sign["better"])
                for sign in loaded["sign"]
            )
    return lexicons


def lint(text: str, lexicon: Lexicon) -> tuple[Warned, ...]:
    """Return every warning about one text, in the order of the text."""
    found = (
        Warned(sign.trap, match[0], sign.better, match.start())
        for sign in lexicon
        for match in _pattern(sign.words).finditer(text)
    )
    return tuple(sorted(found, key=lambda warned: (warned.at, warned.trap)))


def lint_tree(tree: Mapping[str, Any]) -> tuple[WarnedFile, ...]:
    """Return every warning about the texts of a seed, in the order of its files."""
    lexicons = read_lexicons(tree)
    return tuple(
        WarnedFile(file, id, key, language, warned)
        for file, id, key, language, text in texts_of(tree)
        for warned in lint(text, lexicons.get(language, ()))
    )


def texts_of(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield file, id, key, language and text of all that guests hear or read."""
    for file in sorted(tree):
        path, content = PurePosixPath(file), tree[file]
        if path.parts[0] not in LINTED:
            continue
        if isinstance(content, str):
            yield file, path.parent.name, "", path.stem, content
            continue
        for id, key, texts in text_tables(content):
            for language, text in texts.items():
                yield file, id, f"{key}.{language}", language, text
        if path.parts[0] == "houses":
            yield from _plain_texts(file, content)


def _plain_texts(file: str, house: Any) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what a house tells in one text for all its languages, once in each of them."""
    if not isinstance(house, Mapping):
        return
    for at, values in _values_of(house):
        for key, told in values.items():
            text = told.get(IN_ALL_LANGUAGES) if isinstance(told, Mapping) else told
            for language in house.get("languages", ()) if isinstance(text, str) else ():
                yield file, str(house.get("id", "")), f"{at}.{key}", language, str(text)


def _values_of(house: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the values of a house, then those of each unit; what is none is for the check."""
    units = house.get("unit")
    tables = [("values", house)]
    tables += [(f"unit.{n}.values", unit) for n, unit in enumerate(units or ())]
    for at, table in tables:
        values = table.get("values") if isinstance(table, Mapping) else None
        if isinstance(values, Mapping):
            yield at, values


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of `words`: whole words, any case, any white space between them."""
    phrases = (r"\s+".join(map(_word, phrase.split())) for phrase in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    return re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "")

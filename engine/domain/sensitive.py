"""Words that tell of health, religion or origin: not for a note that others will read.

They are pointed at and never refused, since a word can be right in its place: whoever cooks has
to know of an allergy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class About(StrEnum):
    """What a word tells of: the special categories of article 9 GDPR that notes slip into."""

    HEALTH = "health"
    RELIGION = "religion"
    ETHNICITY = "ethnicity"


@dataclass(frozen=True, slots=True)
class Telling:
    """Words of one language that tell of one thing."""

    about: About
    words: tuple[str, ...]
    """Whole words or phrases; a star at either end of a word stands for anything."""


Lexicon = tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Sensitive:
    """One place of a text that tells of such a thing."""

    about: About
    found: str
    """As it stands in the text."""
    at: int
    """Characters before it."""


def sensitive(text: str, lexicons: Iterable[Lexicon]) -> tuple[Sensitive, ...]:
    """Return every such place of a text in the order of the text, each once.

    Parameters
    ----------
    text : str
        As it was typed.
    lexicons : iterable of Lexicon
        Of the languages that it may be written in.
    """
    found: Mapping[tuple[int, About], Sensitive] = {
        (match.start(), telling.about): Sensitive(telling.about, match[0], match.start())
        for lexicon in lexicons
        for telling in lexicon
        for match in _pattern(telling.words).finditer(text)
    }
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.about)))


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of `words`: whole words, any case, any white space between them."""
    phrases = (r"\s+".join(map(_word, phrase.split())) for phrase in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    before = r"\w*" if word.startswith("*") else ""
    after = r"\w*" if word.endswith("*") else ""
    return before + re.escape(word.strip("*")) + after

"""`seed/sensitive/<language>.toml`: words of health, religion and origin in notes."""

from __future__ import annotations

from pathlib import PurePosixPath

from marshmallow import fields

from engine.catalogue.reading import Reading
from engine.catalogue.shape import OneOf, SeedFile, Shape, Text
from engine.domain.sensitive import About, Lexicon, Telling

FOLDER = "sensitive"


class TellingShape(Shape):
    """Words that tell of one thing."""

    about = OneOf("kind", [about.value for about in About], required=True)
    words = fields.List(Text(), required=True)


class LexiconFile(SeedFile):
    """The lexicon of one language."""

    telling = fields.List(fields.Nested(TellingShape), required=True)


def read_sensitive(reading: Reading) -> dict[str, Lexicon]:
    """Return the lexicon of each language; a broken one is told and warns of nothing."""
    shape, lexicons = LexiconFile(), {}
    for file, data in reading.tables(f"{FOLDER}/*.toml"):
        loaded = reading.load(shape, data, file)
        if loaded:
            lexicons[PurePosixPath(file).stem] = tuple(
                Telling(About(one["about"]), tuple(one["words"])) for one in loaded["telling"]
            )
    return lexicons

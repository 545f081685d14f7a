"""`seed/words/<lang>.toml`: words and sentences of the trade, by dotted key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from engine.catalogue.reading import Reading
from engine.catalogue.shape import FALLBACK_LANGUAGE
from engine.domain.catalogue import Words


def read_words(reading: Reading) -> dict[str, Words]:
    """Return the words of each language, the fallback language first."""
    words: dict[str, Words] = {}
    for file, data in reading.tables("words/*.toml"):
        flat = dict(flattened(data))
        for key, text in flat.items():
            if not isinstance(text, str) or not text.strip():
                reading.tell(file, "", key, "must be a text, not blank")
        words[PurePosixPath(file).stem] = {
            key: text for key, text in flat.items() if isinstance(text, str)
        }
    if FALLBACK_LANGUAGE not in words:
        reading.tell(f"words/{FALLBACK_LANGUAGE}.toml", "", "", "is missing")
    return {language: words[language] for language in _in_order(words)}


def flattened(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield dotted key and text of all entries; `schema` is no word."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{above}{name}.")
        elif above or name != "schema":
            yield above + name, value


def _in_order(words: Mapping[str, Words]) -> list[str]:
    return sorted(words, key=lambda language: (language != FALLBACK_LANGUAGE, language))

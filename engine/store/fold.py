"""One spelling for names that a person types in a hurry."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return `text` without case, accents and doubled spaces: "José  Ruiz" → "jose ruiz"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split())

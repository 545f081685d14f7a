"""Near misses: what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LIKENESS = 0.6
"""difflib's own default: below it the guesses are no longer helpful."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return '; did you mean x?' for the known word nearest to `given`, or nothing."""
    folded = {word.casefold().replace("-", "_"): word for word in known}
    asked = given.casefold().replace("-", "_").replace(" ", "_")
    nearest = get_close_matches(asked, folded, n=1, cutoff=LIKENESS)
    return f"; did you mean {folded[nearest[0]]!r}?" if nearest else ""

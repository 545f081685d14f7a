"""Near misses: what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

LIKENESS = 0.6
"""difflib's own default: below it the guesses are no longer helpful."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return '; did you mean x?' for the known word nearest to `given`, or nothing."""
    folded = {word.casefold().replace("-", "_"): word for word in known}
    asked = given.casefold().replace("-", "_").replace(" ", "_")
    nearest = get_close_matches(asked, folded, n=1, cutoff=LIKENESS)
    return f"; did you mean {folded[nearest[0]]!r}?" if nearest else ""


MOST_SPELLED = 60
"""Letters of a given value that a message repeats: enough to find it in the file."""


def spelled(value: object) -> str:
    """Return a value as TOML writes it, for messages; long ones are cut."""
    text = _spelled(value)
    return text if len(text) <= MOST_SPELLED else f"{text[: MOST_SPELLED - 1]}…"


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping) and not value:
        return "{}"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_spelled(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_spelled, value)) + "]"
    return "nothing" if value is None else repr(value)

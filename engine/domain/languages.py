"""Which of the languages that are written a person reads."""

from __future__ import annotations

from collections.abc import Iterable

READS_ALSO = {"no": "nb", "nn": "nb"}
"""Booking systems write `no` for Norwegian; who writes Nynorsk reads Bokmål."""


def read_by(tag: str | None, known: Iterable[str]) -> str | None:
    """Return the language of `known` that somebody reads who speaks `tag`, or None.

    Parameters
    ----------
    tag : str or None
        BCP 47 in any case, such as de-AT.
    known : iterable of str
        Tags as they are written in the seed.
    """
    if not tag:
        return None
    by_name = {one.lower(): one for one in known}
    whole = tag.replace("_", "-").lower()
    main = whole.split("-", maxsplit=1)[0]
    tries = (whole, main, READS_ALSO.get(main, main))
    return next((by_name[one] for one in tries if one in by_name), None)


def first_read(tags: Iterable[str | None], known: Iterable[str]) -> str | None:
    """Return what the first of several speakers reads, None where nobody reads any of `known`."""
    written = tuple(known)
    return next((read for tag in tags if (read := read_by(tag, written))), None)

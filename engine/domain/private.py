"""Texts of guests, which whoever prints an object for a log or a traceback never sees."""

from __future__ import annotations

MASK = "•••"


class Private(str):
    """A text that is itself for whoever uses it, and a mask wherever an object is shown.

    Pages, files and the database get the text. `repr` gives the mask: so a stay in a log line, a
    failed assertion or the local variables of a traceback says nothing of its guest.

    Examples
    --------
    >>> name = Private("Jonas Berg")
    >>> print(name, repr(name), [name])
    Jonas Berg ••• [•••]
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the mask."""
        return MASK


def private(text: str | None) -> Private | None:
    """Return a text as a private one; None stays None."""
    return None if text is None else Private(text)

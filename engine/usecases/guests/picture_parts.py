"""What readers of picture files share."""

from __future__ import annotations

from engine.errors import BadInputError

MOST_PIXELS = 4096
"""On each side: what phones take, and more than any screen of a guest shows."""

BROKEN = "This picture is broken or not complete. Save it anew and try again."


class PictureError(BadInputError):
    """A file is no picture that can be shown."""


def broken() -> PictureError:
    """Return what to raise where a file is not what it says."""
    return PictureError(BROKEN)

"""A picture file is read to its end and written anew with nothing but the picture in it.

What a camera writes beside the picture (place, time, owner, a smaller copy), comments, and
whatever was hung behind the end are not in the new file; see docs/adr/0009.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.sentences import Sentence
from engine.usecases.guests import jpeg_files, png_files
from engine.usecases.guests.picture_parts import MOST_PIXELS, PictureError

LARGEST = 2 * 1024 * 1024
"""Bytes: guests load it by the phone, often abroad."""

PNG, JPEG = "image/png", "image/jpeg"
SVG_SIGNS = (b"<svg", b"<?xml", b"<!doctype")


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is kept and sent."""

    media_type: str
    width: int
    """Pixels, as shown."""
    height: int
    content: bytes


def read_picture(data: bytes) -> PictureFile:
    """Read a picture by its content, whatever its name says.

    Parameters
    ----------
    data : bytes
        Of the file.

    Raises
    ------
    PictureError
        If it is too large, of another kind, or broken; the text says what to do.
    """
    if len(data) > LARGEST:
        most = LARGEST // 1024**2
        raise PictureError(
            Sentence("This picture is too large; send one of at most {most} MB.", most=most)
        )
    media_type, (width, height, content) = _read(data)
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise PictureError(
            Sentence("At most {most} pixels on each side can be shown.", most=MOST_PIXELS)
        )
    return PictureFile(media_type, width, height, content)


def _read(data: bytes) -> tuple[str, tuple[int, int, bytes]]:
    if data.startswith(png_files.SIGN):
        return PNG, png_files.cleaned(data)
    if data.startswith(jpeg_files.SIGN):
        return JPEG, jpeg_files.cleaned(data)
    if any(sign in data[:1024].lower() for sign in SVG_SIGNS):
        raise PictureError(
            "An SVG drawing can carry a program, so none is taken. Save it as a PNG picture."
        )
    raise PictureError("Only JPEG and PNG pictures can be shown. Save it as one of them.")

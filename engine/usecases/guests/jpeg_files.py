"""JPEG: every segment is read, and only what draws the picture is written again.

References
----------
.. [1] ITU-T T.81 (1992), Annex B: segments and their order.
.. [2] CIPA DC-008 (2019), Exif 2.32: the tag Orientation (0x0112).
.. [3] Adobe Technical Note 5116 (1992): the marker APP14 says how colours are coded.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from engine.usecases.guests.picture_parts import PictureError, broken

SIGN = b"\xff\xd8\xff"
START, END = b"\xff\xd8", b"\xff\xd9"
SHOWN = (0xC0, 0xC1, 0xC2)
"""Frames that browsers draw: baseline, extended, progressive."""
TABLES = (0xC4, 0xDB, 0xDD)
"""Huffman, quantization, restart interval."""
SCAN, ADOBE, EXIF, JFIF = 0xDA, 0xEE, 0xE1, 0xE0
BESIDE = (*range(0xE0, 0xF0), 0xFE)
"""What programs write beside the picture, and comments."""
PLAIN_JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
ADOBE_LENGTH = 12
UPRIGHT, TURNED_FROM, LAST_TURN = 1, 5, 8
"""Exif numbers of how the camera was held; from 5 on width and height change places [2]_."""
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""Within a scan: FF 00 is data, FF D0 to FF D7 begin a new interval [1]_."""


def cleaned(data: bytes) -> tuple[int, int, bytes]:
    """Return width, height as shown, and the bytes of the same picture with nothing beside it.

    How the camera was held is kept, as the one word of its notes that belongs to the picture.

    Raises
    ------
    PictureError
        If the file is not complete, or of a kind that browsers do not draw.
    """
    segments = list(_segments(data))
    frames = [body for kind, body in segments if kind in SHOWN]
    kinds = [kind for kind, _ in segments]
    if len(frames) != 1 or SCAN not in kinds or kinds.index(SCAN) < _place(kinds, SHOWN):
        raise broken()
    height, width = _size(frames[0])
    turn = next(
        (_turn(body) for kind, body in segments if kind == EXIF and _is_exif(body)), UPRIGHT
    )
    if turn >= TURNED_FROM:
        width, height = height, width
    drawn = b"".join(_written(kind, body) for kind, body in segments if kind not in BESIDE)
    return width, height, START + _about(segments, turn) + drawn + END


def _place(kinds: list[int], wanted: tuple[int, ...]) -> int:
    return next(place for place, kind in enumerate(kinds) if kind in wanted)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and body; that of a scan holds its header and all its data."""
    place = len(START)
    while True:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        if data[place : place + 2] == END:
            return
        if place + 4 > len(data) or data[place] != SIGN[0]:
            raise broken()
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        end = place + 2 + length
        if length < 2 or end > len(data):  # the length counts its own two bytes
            raise broken()
        if kind == SCAN:
            found = NEXT_MARKER.search(data, end)
            if found is None or _scan_length(data[place + 4 : end]) != length - 2:
                raise broken()
            end = found.start()
        elif kind not in (*SHOWN, *TABLES, *BESIDE):
            raise PictureError("Browsers do not show this kind of JPEG. Save it as a plain one.")
        yield kind, data[place + 4 : end]
        place = end


def _written(kind: int, body: bytes) -> bytes:
    if kind != SCAN:
        return bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body
    return bytes((0xFF, kind)) + struct.pack(">H", _scan_length(body) + 2) + body


def _scan_length(body: bytes) -> int:
    """Return the length of the header of a scan: a count, two bytes a component, three more."""
    if not body or not 1 <= body[0] <= 4:  # components of a scan [1]_
        raise broken()
    return 1 + 2 * body[0] + 3


def _size(frame: bytes) -> tuple[int, int]:
    if len(frame) < 6 or len(frame) != 6 + 3 * frame[5] or frame[0] != 8:  # [1]_
        raise broken()
    height, width = struct.unpack_from(">HH", frame, 1)
    return height, width


def _about(segments: list[tuple[int, bytes]], turn: int) -> bytes:
    """Write anew how colours are coded and how the camera was held."""
    adobe = [body for kind, body in segments if kind == ADOBE and body.startswith(b"Adobe")]
    has_jfif = any(kind == JFIF and body.startswith(b"JFIF\x00") for kind, body in segments)
    parts = []
    if adobe and len(adobe[0]) >= ADOBE_LENGTH:
        parts.append(_written(ADOBE, adobe[0][:ADOBE_LENGTH]))
    elif has_jfif:
        parts.append(_written(JFIF, PLAIN_JFIF))
    if turn != UPRIGHT:
        entry = struct.pack(">HHIHHI", 0x0112, 3, 1, turn, 0, 0)
        parts.append(_written(EXIF, b"Exif\x00\x00MM\x00*" + struct.pack(">IH", 8, 1) + entry))
    return b"".join(parts)


def _is_exif(body: bytes) -> bool:
    return body.startswith(b"Exif\x00\x00")


def _turn(exif: bytes) -> int:
    """Return how the camera was held, upright where the notes do not say or are broken."""
    tiff = exif[6:]
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (n_entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(n_entries):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (0x0112, 3) and UPRIGHT <= value <= LAST_TURN:
                return int(value)
    except struct.error:
        pass
    return UPRIGHT

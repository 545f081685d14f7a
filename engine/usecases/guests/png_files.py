"""PNG: every chunk is checked, every row unpacked, and only what draws the picture is kept.

References
----------
.. [1] W3C Recommendation, Portable Network Graphics (PNG) Specification, third edition:
   chunks (5), filters (9), interlacing (8), text and time (11.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from engine.usecases.guests.picture_parts import MOST_PIXELS, broken

SIGN = b"\x89PNG\r\n\x1a\n"
KEPT = (b"sRGB", b"PLTE", b"tRNS")
"""Beside header, rows and end; in the order in which they must stand."""
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Numbers per pixel by type of colour."""
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PALETTE = 3
PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""Interlaced rows [1]_: first column, first row, step to the next column, to the next row."""
LAST_FILTER = 4
PIECE = 65_536
"""Bytes unpacked at once: a small file that unpacks to gigabytes is left after a few of them."""


@dataclass(frozen=True, slots=True)
class Header:
    """The chunk IHDR."""

    width: int
    height: int
    depth: int
    colour: int
    is_interlaced: bool


def cleaned(data: bytes) -> tuple[int, int, bytes]:
    """Return width, height and the bytes of the same picture with nothing beside it.

    Raises
    ------
    PictureError
        If the file is not complete, a checksum is wrong or the rows do not unpack.
    """
    chunks = list(_chunks(data))
    header = _header(chunks[0])
    rows = b"".join(body for kind, body in chunks if kind == b"IDAT")
    kept = {kind: body for kind, body in chunks if kind in KEPT}
    if header.colour == PALETTE and b"PLTE" not in kept:
        raise broken()
    _check_rows(header, rows)
    middle = [_chunk(kind, kept[kind]) for kind in KEPT if kind in kept]
    parts = (_chunk(*chunks[0]), *middle, _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return header.width, header.height, SIGN + b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, kind = len(SIGN), b""
    while kind != b"IEND":
        if place + 12 > len(data):
            raise broken()
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if check != struct.pack(">I", zlib.crc32(kind + body)):
            raise broken()
        place += 12 + length
        yield kind, body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def _header(chunk: tuple[bytes, bytes]) -> Header:
    kind, body = chunk
    if kind != b"IHDR" or len(body) != struct.calcsize(">IIBBBBB"):
        raise broken()
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">IIBBBBB", body)
    is_known = depth in DEPTHS.get(colour, ()) and (packing, filtering) == (0, 0)
    if not is_known or interlaced > 1 or not width or not height:
        raise broken()
    return Header(width, height, depth, colour, bool(interlaced))


def _check_rows(header: Header, packed: bytes) -> None:
    """Unpack all rows, piece by piece: each begins with its filter, and none is missing."""
    if max(header.width, header.height) > MOST_PIXELS:
        return  # refused by its size; not worth unpacking
    *starts, end = accumulate(_row_lengths(header), initial=0)
    place, coming = 0, iter(starts)
    start = next(coming)
    for piece in _unpacked(packed):
        while start < min(place + len(piece), end):
            if piece[start - place] > LAST_FILTER:
                raise broken()
            start = next(coming, end)
        place += len(piece)
        if place > end:
            raise broken()
    if place != end:
        raise broken()


def _row_lengths(header: Header) -> Iterator[int]:
    passes = PASSES if header.is_interlaced else ((0, 0, 1, 1),)
    for left, top, right, down in passes:
        n_columns = -(-(header.width - left) // right)
        n_rows = -(-(header.height - top) // down)
        bits = n_columns * CHANNELS[header.colour] * header.depth
        if n_columns > 0:
            yield from [1 + -(-bits // 8)] * max(n_rows, 0)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    unpacker, rest = zlib.decompressobj(), packed
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(rest, PIECE)
        except zlib.error:
            raise broken() from None
        rest = unpacker.unconsumed_tail
        if not piece and not unpacker.eof:
            raise broken()
        yield piece

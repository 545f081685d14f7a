"""Small pictures for tests: half red, half white, with or without what cameras write beside."""

from __future__ import annotations

import base64
import struct
import zlib

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
    "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA"
    "AAQG/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAME/8QAFxEAAwEAAAAAAAAAAAAA"
    "AAAAAANBBP/aAAwDAQACEQMRAD8AhbQAJpToh//Z"
)
"""16 × 8 pixels, as a browser wrote it."""
SECRET = b"59.9139N 10.7522E Ana's telephone"


def png(width: int = 16, height: int = 8, *, rows: bytes | None = None, **more: bytes) -> bytes:
    """Return a PNG picture; `more` are chunks by name, put before the rows."""
    plain = rows if rows is not None else (b"\x00" + b"\xaa\x33\x00" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *(chunk(kind.encode(), body) for kind, body in more.items())]
    parts += [chunk(b"IDAT", zlib.compress(plain)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def segment(marker: int, body: bytes) -> bytes:
    """Return one segment of a JPEG file."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def from_camera(turn: int = 1, order: str = "<") -> bytes:
    """Return the JPEG as a telephone writes it: place and owner beside it, held one way."""
    sign = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = struct.pack(f"{order}HHHIHH", 2, 0x010E, 2, len(SECRET), 8, 0)
    entries += struct.pack(f"{order}HHIHHI", 0x0112, 3, 1, turn, 0, 0)
    exif = b"Exif\x00\x00" + sign + struct.pack(f"{order}I", 8) + entries + SECRET
    beside = segment(0xE1, exif) + segment(0xE2, b"ICC_PROFILE" + SECRET) + segment(0xFE, SECRET)
    return JPEG[:2] + beside + JPEG[2:] + SECRET

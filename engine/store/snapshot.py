"""The snapshot: a file of blocks that only grows, mended where it is cut off or damaged.

Layout: a line with the format, a line with the key of what the file holds, then blocks. A block is
`TACT`, the length of its description (4 bytes) and of its data (8 bytes), a checksum (16 bytes),
the description as JSON, and the data. A checksum also covers the one before, so that no block can
be lost, swapped or taken from another file.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

NAME = "snapshot"
FORMAT = b"tact-stays-1\n"
MARK = b"TACT"
HEAD = struct.Struct("<4sIQ16s")
DIGEST = 16
PAUSE = 0.02
"""Seconds between two looks at the lock."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the file."""

    about: Mapping[str, Any]
    """What JSON can hold."""
    data: bytes | memoryview


@dataclass(slots=True)
class Place:
    """How far the file was read: which file, up to where, and the checksum there."""

    inode: int
    end: int
    digest: bytes


class SnapshotFile:
    """Blocks under one key.

    Parameters
    ----------
    path : Path
        Where it lies; its folder exists.
    key : str
        Names all that its content was made from; another key is another file.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._header = FORMAT + key.encode() + b"\n"

    def read(self, after: Place | None = None) -> tuple[list[Block], Place] | None:
        """Return the sound blocks from a place on, and the place behind the last of them.

        Returns
        -------
        tuple of (list of Block, Place) or None
            None where there is no such file, it has another key, or it is not the file that
            `after` is a place of: then all has to be read from its start, or made anew.
        """
        try:
            with self.path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                place = after or Place(inode, len(self._header), self._seed())
                is_ours = file.read(len(self._header)) == self._header and inode == place.inode
                if not is_ours or os.fstat(file.fileno()).st_size < place.end:
                    return None
                file.seek(place.end)
                content = file.read()
        except OSError:
            return None
        return _blocks(content, place)

    def start(self) -> Place:
        """Put an empty file in the place of whatever is there.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        draft = self.path.with_suffix(".new")
        with suppress(FileNotFoundError):
            draft.unlink()
        with _private(draft) as handle:
            os.write(handle, self._header)
            os.fsync(handle)
            inode = os.fstat(handle).st_ino
        draft.replace(self.path)
        return Place(inode, len(self._header), self._seed())

    def append(self, place: Place, block: Block) -> Place:
        """Write a block behind a place, over whatever was cut off there; return the place behind.

        Raises
        ------
        OSError
            If it cannot be written; then the place before it still holds.
        """
        written, digest = _bytes(block, place.digest)
        with _private(self.path) as handle:
            os.ftruncate(handle, place.end)
            os.lseek(handle, place.end, os.SEEK_SET)
            _write_all(handle, written)
            os.fsync(handle)
        return Place(place.inode, place.end + len(written), digest)

    def drop(self) -> None:
        """Take the file away; the next one who asks makes it anew."""
        for path in (self.path, self.path.with_suffix(".new")):
            with suppress(FileNotFoundError):
                path.unlink()

    @contextmanager
    def held(self, patience: float) -> Iterator[bool]:
        """Be the only one who writes; False where somebody else writes for longer than that."""
        try:
            handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield False
            return
        try:
            yield _locked(handle, time.monotonic() + patience)
        finally:
            os.close(handle)

    def _seed(self) -> bytes:
        return blake2b(self._header, digest_size=DIGEST).digest()


def _locked(handle: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        else:
            return True


@contextmanager
def _private(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _bytes(block: Block, before: bytes) -> tuple[bytes, bytes]:
    about = json.dumps(block.about, separators=(",", ":")).encode()
    digest = _digest(before, about, block.data)
    head = HEAD.pack(MARK, len(about), len(block.data), digest)
    return b"".join((head, about, block.data)), digest


def _digest(before: bytes, about: bytes | memoryview, data: bytes | memoryview) -> bytes:
    checksum = blake2b(before, digest_size=DIGEST)
    checksum.update(about)
    checksum.update(data)
    return checksum.digest()


def _blocks(content: bytes, place: Place) -> tuple[list[Block], Place]:
    """Read blocks up to the first that is cut off or damaged."""
    whole, found, at, digest = memoryview(content), [], 0, place.digest
    while len(whole) - at >= HEAD.size:
        mark, n_about, n_data, told = HEAD.unpack_from(whole, at)
        start, middle = at + HEAD.size, at + HEAD.size + n_about
        end = middle + n_data
        if mark != MARK or end > len(whole):
            break
        about, data = whole[start:middle], whole[middle:end]
        if _digest(digest, about, data) != told:
            break
        found.append(Block(json.loads(bytes(about)), data))
        at, digest = end, told
    return found, Place(place.inode, place.end + at, digest)

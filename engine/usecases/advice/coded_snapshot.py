"""Coded stays beside the database: what a replay needs of all of them, read in one go.

The snapshot is made from the database and can be made again at any time. It only grows: a stay
that changed is written once more, and the later row counts. It holds numbers of stays, no names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from threading import RLock

from engine.decision.coded_stays import CodedStay, CodedStays, Kept
from engine.store.snapshot import Block, Place, SnapshotFile
from engine.store.snapshot_marks import Mark

PATIENCE = 1.0
"""Seconds to wait for another process that writes; then one works with what can be read."""
MOST_STALE = 1
"""Rows that no longer count, for each one that does, before the file is made anew."""


class Snapshot:
    """The coded stays of one database.

    Parameters
    ----------
    path : Path
        The file.
    key : str
        Names catalogue and houses; under another one nothing of the file counts.

    Attributes
    ----------
    lock : RLock
        Held by the one thread that brings it up to date.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.lock = RLock()
        self._file = SnapshotFile(path, key)
        self._forget()

    def _forget(self) -> None:
        self._coded = CodedStays()
        self._place: Place | None = None
        self._is_ahead = False  # of the file: some blocks are in memory alone

    def held(self) -> Kept:
        """Return what is in memory."""
        with self.lock:
            return self._coded.merged()

    def load(self) -> Kept:
        """Return what is kept, after reading what other processes have written meanwhile."""
        with self.lock:
            found = None
            if self._place is not None and not self._is_ahead:
                found = self._file.read(self._place)
            if found is None:
                self._forget()
                found = self._file.read()
            if found is not None:
                blocks, self._place = found
                for block in blocks:
                    self._coded.take(block.about, block.data)
            return self._coded.merged()

    def writing(self) -> AbstractContextManager[bool]:
        """Be the only process that writes; told False where another one is at it."""
        return self._file.held(PATIENCE)

    def restart(self, *, is_writer: bool) -> None:
        """Begin anew, with an empty file where one may write."""
        self._forget()
        if is_writer:
            self._place = _tried(self._file.start)

    def add(self, stays: Sequence[CodedStay], mark: Mark | None, *, is_writer: bool) -> None:
        """Add stays; with the last ones the moment that all of it holds for.

        Where the file cannot be written they are kept in memory alone.
        """
        if is_writer and self._place is None and not self._is_ahead:
            self._place = _tried(self._file.start)
        block, place = Block(*self._coded.code(stays, mark)), self._place
        if is_writer and place is not None and not self._is_ahead:
            written = _tried(lambda: self._file.append(place, block))
        else:
            written = None
        self._place, self._is_ahead = written or place, self._is_ahead or written is None

    def is_stale(self, n_coming: int) -> bool:
        """Whether, with so many rows more, so few would still count that one begins anew."""
        n_rows = self._coded.n_rows + n_coming
        return n_rows > (1 + MOST_STALE) * max(self.held().n_stays, n_coming)

    def drop(self) -> None:
        """Forget everything, the file included: for whoever erases a guest."""
        with self.lock:
            self._file.drop()
            self._forget()


def _tried(write: Callable[[], Place]) -> Place | None:
    """Return where writing ended; None where the folder cannot be written, or the disk is full."""
    try:
        return write()
    except OSError:
        return None


@lru_cache(maxsize=2)
def snapshot_of(path: Path, key: str) -> Snapshot:
    """Return the one snapshot of this process for a database and a key."""
    return Snapshot(path, key)

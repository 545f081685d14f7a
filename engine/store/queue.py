"""One writer at a time: threads stand in line, processes queue at a file.

SQLite's own waiting polls with growing pauses, which the slowest tenth of all writers feels.
Here a writer of another process is let in before the next thread of this one: whoever waits
for the database holds the turnstile, which everybody passes.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from engine.store.faults import files_told, locked
from engine.store.folder import Folder
from engine.store.line import Line

SHORTEST_PAUSE = 0.0002
"""Seconds between two looks at the lock of another process: a tenth of a usual commit."""
LONGEST_PAUSE = 0.005


class WriterQueue:
    """The queue of all who write to one database.

    Parameters
    ----------
    folder : Folder
        Where the two lock files lie.
    place : str
        The database as named to people.
    """

    def __init__(self, folder: Folder, place: str) -> None:
        self._folder = folder
        self._place = place
        self._threads = Line()
        self._holder: int | None = None

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Wait until nobody else writes, then hold the queue.

        Parameters
        ----------
        patience : float
            Seconds to wait at most.

        Raises
        ------
        StoreLockedError
            When it took longer.
        RuntimeError
            When this thread already writes: it would wait for itself.
        """
        deadline = time.monotonic() + patience
        if self._holder == threading.get_ident():
            raise RuntimeError("begin() inside begin(): one transaction cannot wait for itself")
        if not self._threads.enter(patience):
            raise locked(self._place)
        try:
            self._holder = threading.get_ident()
            with self._among_processes(deadline):
                yield
        finally:
            self._holder = None
            self._threads.leave()

    @contextmanager
    def _among_processes(self, deadline: float) -> Iterator[None]:
        turnstile, lock = self._folder.file("turnstile"), self._folder.file("lock")
        passed = self._hold(turnstile, deadline)
        try:
            handle = self._hold(lock, deadline)
        finally:
            os.close(passed)
        try:
            yield
        finally:
            os.close(handle)

    def _hold(self, path: Path, deadline: float) -> int:
        # Opened anew each time: a handle inherited by a forked process would share the lock.
        with files_told(str(path)):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        pause = SHORTEST_PAUSE
        while not _is_taken(handle):
            if time.monotonic() > deadline:
                os.close(handle)
                raise locked(self._place)
            time.sleep(pause)
            pause = min(pause * 1.2, LONGEST_PAUSE)
        return handle


def _is_taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@cache
def queue_of(folder: Path, place: str) -> WriterQueue:
    """Return the one queue of this process for a database."""
    return WriterQueue(Folder(folder), place)

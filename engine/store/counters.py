"""Counting in the database, so that limits hold over all processes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.rows import CounterRow

COUNTER = table_of(CounterRow)


class Counters:
    """Counts per key and window of time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def hit(self, key: str, at: datetime, window_seconds: int) -> int:
        """Count one more and return how many there were in the window that `at` falls in.

        Windows start at whole multiples of `window_seconds` since 1970; earlier ones of the
        same key are forgotten.
        """
        window = _window(at, window_seconds)
        here = sa.and_(COUNTER.c.key == key, COUNTER.c.window == window)
        more = sa.update(COUNTER).where(here).values(n=COUNTER.c.n + 1)
        if not self._connection.execute(more).rowcount:
            self.forget(key)
            self._connection.execute(sa.insert(COUNTER).values(key=key, window=window, n=1))
        return self.seen(key, at, window_seconds)

    def seen(self, key: str, at: datetime, window_seconds: int) -> int:
        """Return how many were counted in the window that `at` falls in."""
        window = _window(at, window_seconds)
        n = sa.select(COUNTER.c.n).where(COUNTER.c.key == key, COUNTER.c.window == window)
        return self._connection.scalar(n) or 0

    def forget(self, key: str) -> None:
        """Start anew, as after the right password."""
        self._connection.execute(sa.delete(COUNTER).where(COUNTER.c.key == key))


def _window(at: datetime, window_seconds: int) -> int:
    return int(at.timestamp()) // window_seconds * window_seconds

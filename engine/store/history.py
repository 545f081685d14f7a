"""What somebody did to the house, its rules or its people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.columns import add_row, table_of
from engine.store.records import HistoryRecord
from engine.store.rows import HistoryRow

HISTORY = table_of(HistoryRow)
NEWEST_FIRST = sa.select(
    HISTORY.c.id, HISTORY.c.what, HISTORY.c.by, HISTORY.c.at, HISTORY.c.detail
).order_by(HISTORY.c.id.desc())
"""The columns of a record in the order of its dataclass."""


class History:
    """Entries by their number."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, what: str, by: str, at: datetime, detail: Mapping[str, Any] | None = None) -> int:
        """Note that `by` did `what`, a dotted key such as `rules.published`."""
        row = {"what": what, "by": by, "at": at, "detail": dict(detail or {})}
        return add_row(self._connection, sa.insert(HISTORY), row)

    def all(self, limit: int = 100) -> tuple[HistoryRecord, ...]:
        """Return the last `limit` entries, newest first."""
        rows = self._connection.execute(NEWEST_FIRST.limit(limit))
        return tuple(HistoryRecord(*row) for row in rows)

    def of(self, *whats: str) -> tuple[HistoryRecord, ...]:
        """Return every entry of these kinds, newest first."""
        rows = self._connection.execute(NEWEST_FIRST.where(HISTORY.c.what.in_(whats)))
        return tuple(HistoryRecord(*row) for row in rows)

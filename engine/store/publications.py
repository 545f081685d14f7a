"""Drafts that are to be published at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.columns import add_row, table_of
from engine.store.rows import PublicationRow, PublicationState

PUBLICATION = table_of(PublicationRow)
RECORDS = sa.select(
    PUBLICATION.c.id,
    PUBLICATION.c.due_at,
    PUBLICATION.c.mark,
    PUBLICATION.c.reason,
    PUBLICATION.c.by,
    PUBLICATION.c.at,
    PUBLICATION.c.state,
    PUBLICATION.c.why,
    PUBLICATION.c.version,
)
"""The columns of a record in the order of its dataclass."""
WAITING = RECORDS.where(PUBLICATION.c.state == PublicationState.WAITING)
LATEST = RECORDS.order_by(PUBLICATION.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class PublicationRecord:
    """One draft with its time."""

    id: int
    due_at: datetime
    mark: str
    """Of the draft that was looked at: another one is not published."""
    reason: str
    by: str
    at: datetime
    state: PublicationState
    why: str
    """Why it was refused, as a word: changed, gone, behind, red, trial; empty otherwise."""
    version: int | None
    """What it became."""


class Publications:
    """Scheduled publications; at most one waits."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def waiting(self) -> PublicationRecord | None:
        """Return the one that waits for its time, or None."""
        return self._one(WAITING)

    def latest(self) -> PublicationRecord | None:
        """Return the one that was scheduled last, whatever became of it."""
        return self._one(LATEST)

    def add(self, due_at: datetime, *, mark: str, reason: str, by: str, at: datetime) -> int:
        """Schedule a draft and return the number; one that waited is cancelled."""
        earlier = self.waiting()
        if earlier is not None:
            self.end(earlier.id, PublicationState.CANCELLED)
        row = {"due_at": due_at, "mark": mark, "reason": reason, "by": by, "at": at}
        waiting = {**row, "state": PublicationState.WAITING, "why": ""}
        return add_row(self._connection, sa.insert(PUBLICATION), waiting)

    def end(
        self, id: int, state: PublicationState, *, why: str = "", version: int | None = None
    ) -> None:
        """Say what became of one."""
        ended = {"state": state, "why": why, "version": version}
        row = sa.update(PUBLICATION).where(PUBLICATION.c.id == id).values(ended)
        self._connection.execute(row)

    def _one(self, query: sa.Select[Any]) -> PublicationRecord | None:
        row = self._connection.execute(query).first()
        return PublicationRecord(*row) if row else None

"""Work for later: enqueued with its cause, leased by one worker at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.store.columns import add_row, table_of
from engine.store.records import Job
from engine.store.rows import JobRow, JobState

MOST_TRIES = 5
FIRST_PAUSE = timedelta(seconds=30)
"""Before the second try; each further pause is four times as long, two hours in all."""

JOB = table_of(JobRow)
JOBS = sa.select(
    JOB.c.id, JOB.c.kind, JOB.c.key, JOB.c.payload, JOB.c.due_at, JOB.c.tries, JOB.c.message
)
"""The columns of a job in the order of its dataclass."""
IS_OPEN = JOB.c.state == JobState.WAITING
IN_ORDER = JOB.c.due_at, JOB.c.id


class Jobs:
    """Jobs of this database."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(  # what, under which name, when, and of whom
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        key: str,
        due_at: datetime,
        at: datetime,
        stay_id: int | None = None,
    ) -> int:
        """Enqueue a job and return its number.

        `key` names this one piece of work: the same key again adds nothing, done or not. A job
        that is about a stay names it, and goes with it.
        """
        known = self._connection.scalar(sa.select(JOB.c.id).where(JOB.c.key == key))
        if known is not None:
            return int(known)
        row = {
            "kind": kind,
            "payload": dict(payload),
            "key": key,
            "added_at": at,
            "due_at": due_at,
            "state": JobState.WAITING,
            "tries": 0,
            "stay_id": stay_id,
        }
        return add_row(self._connection, sa.insert(JOB), row)

    def lease(self, now: datetime, for_seconds: float) -> Job | None:
        """Take the job that is due longest, or return None.

        Nobody else gets it for `for_seconds`. A worker that dies gives it back by silence; the
        fifth silence kills the job.
        """
        self._bury(now)
        row = self._connection.execute(_next(now)).first()
        if row is None:
            return None
        until = now + timedelta(seconds=for_seconds)
        self._set(row.id, leased_until=until, tries=row.tries + 1)
        return Job(row.id, row.kind, row.key, row.payload, row.due_at, row.tries + 1, row.message)

    def finish(self, id: int) -> None:
        """Note that a job is done."""
        self._set(id, state=JobState.DONE, leased_until=None, message=None)

    def fail(self, id: int, message: str, now: datetime) -> None:
        """Note why a job failed; it comes back after a pause, and dies after the fifth try.

        `message` holds no guest data.
        """
        tries = self._connection.scalar(sa.select(JOB.c.tries).where(JOB.c.id == id)) or 0
        if tries >= MOST_TRIES:
            self._set(id, state=JobState.DEAD, leased_until=None, message=message)
        else:
            due_at = now + FIRST_PAUSE * 4 ** max(tries - 1, 0)
            self._set(id, due_at=due_at, leased_until=None, message=message)

    def waiting(self) -> tuple[Job, ...]:
        """Return the jobs that are neither done nor dead, those in work included, by due time."""
        return self._some(IS_OPEN)

    def dead(self) -> tuple[Job, ...]:
        """Return the jobs that were given up."""
        return self._some(JOB.c.state == JobState.DEAD)

    def _some(self, condition: sa.ColumnElement[bool]) -> tuple[Job, ...]:
        rows = self._connection.execute(JOBS.where(condition).order_by(*IN_ORDER))
        return tuple(Job(*row) for row in rows)

    def _bury(self, now: datetime) -> None:
        silent = sa.and_(IS_OPEN, JOB.c.leased_until <= now, JOB.c.tries >= MOST_TRIES)
        self._connection.execute(
            sa.update(JOB)
            .where(silent)
            .values(state=JobState.DEAD, leased_until=None, message="The worker ended silently.")
        )

    def _set(self, id: int, **columns: Any) -> None:
        self._connection.execute(sa.update(JOB).where(JOB.c.id == id).values(columns))


def _next(now: datetime) -> sa.Select[Any]:
    """Return the query for the job to take; on a server it steps over those being taken."""
    is_free = sa.or_(JOB.c.leased_until.is_(None), JOB.c.leased_until <= now)
    due = JOBS.where(IS_OPEN, JOB.c.due_at <= now, is_free).order_by(*IN_ORDER)
    return due.limit(1).with_for_update(skip_locked=True)

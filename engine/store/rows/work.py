"""Work for later, replies to posts, counts."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.store.columns import (
    JSON,
    NUMBERED,
    Row,
    aggregate,
    behaviour,
    free_text,
    identity,
    one_of,
    system,
)


class JobState(StrEnum):
    """Where a job stands; one that is leased still waits to be finished."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class JobRow(Row, table=True):
    """Work for later; enqueued in the same transaction as its cause."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "due_at"), NUMBERED)

    id: int | None = system(primary_key=True)
    kind: str = system()
    key: str = system(unique=True)
    payload: dict[str, Any] = behaviour(sa_type=JSON)
    added_at: datetime = system()
    due_at: datetime = system()
    state: JobState = system(sa_type=one_of(JobState))
    tries: int = system()
    leased_until: datetime | None = system()
    message: str | None = free_text()
    stay_id: int | None = identity(foreign_key="stay.id", index=True)


class ReplyRow(Row, table=True):
    """Where a post led, so that the same post again leads there without acting twice."""

    __tablename__ = "reply"

    key: str = system(primary_key=True)
    text: str = behaviour()
    at: datetime = system(index=True)


class CounterRow(Row, table=True):
    """How often something happened in one window of time."""

    __tablename__ = "counter"

    key: str = system(primary_key=True)
    window: int = system(primary_key=True, sa_type=sa.BigInteger)
    n: int = aggregate()

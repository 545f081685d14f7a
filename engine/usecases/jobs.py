"""Work for later: one table, one process that leases from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.store import Work
from engine.usecases.context import Context

LEASE_SECONDS = 300.0
"""Longer than any job takes; a killed worker's job is taken up again after that."""

KEPT_REPLIES = timedelta(days=30)
"""How long the same post again leads to the same page: an outbox may come back from a holiday."""

Task = Callable[[Context, Mapping[str, Any], datetime], None]


def sweep(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Forget sessions that are over and idempotency keys that are old; tomorrow again."""
    with ctx.store.begin() as work:
        work.sessions.clear(now)
        work.replies.clear(now - KEPT_REPLIES)
        plan_sweep(work, now + timedelta(days=1), now)


def plan_sweep(work: Work, due_at: datetime, now: datetime) -> None:
    """Plan the sweep of one day, once."""
    work.jobs.add("sweep", {}, key=f"sweep:{due_at:%Y-%m-%d}", due_at=due_at, at=now)


TASKS: Mapping[str, Task] = {"sweep": sweep}
"""What `tact work` can do, by kind of job."""


def plan(ctx: Context, *, now: datetime) -> None:
    """Plan what recurs; planning twice plans once."""
    with ctx.store.begin() as work:
        plan_sweep(work, now, now)


def work_one(ctx: Context, *, now: datetime, tasks: Mapping[str, Task] = TASKS) -> bool:
    """Take up one job that is due; return whether there was one.

    A job that fails is tried again later, each time after a longer wait.
    """
    with ctx.store.begin() as work:
        job = work.jobs.lease(now, LEASE_SECONDS)
    if job is None:
        return False
    try:
        tasks[job.kind](ctx, job.payload, now)
    except Exception as error:
        with ctx.store.begin() as work:
            work.jobs.fail(job.id, type(error).__name__, now)
        return True
    with ctx.store.begin() as work:
        work.jobs.finish(job.id)
    return True

"""Work for later: one table, one process that leases from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from engine.errors import NotFoundError
from engine.store import Work
from engine.usecases.advice.patterns import rebuild_patterns
from engine.usecases.context import Context
from engine.usecases.guests.mail_sending import send_mail
from engine.usecases.guests.mails import take_up_mails
from engine.usecases.house.fairness import check_all
from engine.usecases.privacy.backups import back_up_nightly, plan_backup
from engine.usecases.privacy.retention import let_go_daily, plan_retention
from engine.usecases.rules.preview_rules import KIND, replay_in_background
from engine.usecases.rules.rollout import keep_watching, watch_trial
from engine.usecases.rules.schedule import publish_on_time
from engine.usecases.stays.consent import forget_lapsed
from engine.usecases.stays.remembering import remember_guest

LEASE_SECONDS = 300.0
"""Longer than any job takes; a killed worker's job is taken up again after that."""

KEPT_REPLIES = timedelta(days=30)
"""How long the same post again leads to the same page: an outbox may come back from a holiday."""

NIGHTLY = "Tact"
"""Who learns when nobody asked for it."""

Task = Callable[[Context, Mapping[str, Any], datetime], None]


def sweep(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Forget what has run out, and plan what every day needs; tomorrow again."""
    with ctx.store.begin() as work:
        work.sessions.clear(now)
        work.replies.clear(now - KEPT_REPLIES)
        plan_sweep(work, now + timedelta(days=1), now)
        plan_learning(work, now, now)
        plan_backup(work, now)
        plan_retention(work, now)
        keep_watching(work, now)
        take_up_mails(work, now)
    forget_lapsed(ctx, now=now)


def plan_sweep(work: Work, due_at: datetime, now: datetime) -> None:
    """Plan the sweep of one day, once."""
    work.jobs.add("sweep", {}, key=f"sweep:{due_at:%Y-%m-%d}", due_at=due_at, at=now)


def count_stays(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Count the stays from before patterns were kept, house by house."""
    with ctx.store.read() as work:
        houses = work.houses.all()
    for house in houses:
        rebuild_patterns(ctx.store, ctx.catalogue.facts, house.id, now=now)


def learn_from_stays(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Learn from the stays of one house; a house that is gone by now is passed over."""
    from engine.usecases.learning.learn import learn  # noqa: PLC0415  # the server plans jobs, never learns

    with suppress(NotFoundError):
        learn(ctx, str(payload["house"]), now=now, by=NIGHTLY)


def plan_learning(work: Work, due_at: datetime, now: datetime) -> None:
    """Plan to learn from each own house, once a day; never from the demo."""
    for house in work.houses.all():
        if not house.is_demo:
            key = f"learn:{house.id}:{due_at:%Y-%m-%d}"
            work.jobs.add("learn", {"house": house.id}, key=key, due_at=due_at, at=now)


TASKS: Mapping[str, Task] = {
    "sweep": sweep,
    "count_stays": count_stays,
    "remember": remember_guest,
    "learn": learn_from_stays,
    "fairness": check_all,
    "publish": publish_on_time,
    "watch_trial": watch_trial,
    "mail": send_mail,
    "backup": back_up_nightly,
    "retention": let_go_daily,
    KIND: replay_in_background,
}
"""What `tact work` can do, by kind of job."""


def plan(ctx: Context, *, now: datetime) -> None:
    """Plan what recurs; planning twice plans once."""
    with ctx.store.begin() as work:
        plan_sweep(work, now, now)
        plan_learning(work, now, now)
        plan_backup(work, now)
        plan_retention(work, now)
        keep_watching(work, now)
        take_up_mails(work, now)
        work.jobs.add("count_stays", {}, key="count_stays", due_at=now, at=now)


def work_one(ctx: Context, *, now: datetime, tasks: Mapping[str, Task] = TASKS) -> bool:
    """Take up one job that is due; return whether there was one.

    A job that fails is tried again later, each time after a longer wait.
    """
    with ctx.store.begin() as work:
        job = work.jobs.lease(now, LEASE_SECONDS)
    if job is None:
        return False
    try:
        ctx.refresh()
        tasks[job.kind](ctx, job.payload, now)
    except Exception as error:
        with ctx.store.begin() as work:
            work.jobs.fail(job.id, type(error).__name__, now)
        return True
    with ctx.store.begin() as work:
        work.jobs.finish(job.id)
    return True

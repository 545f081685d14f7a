"""Cards of health about the machine: jobs, backups, database, offline mode, version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from flask_babel import format_decimal
from markupsafe import Markup

from engine.usecases.house.health import HealthRoom, JobsState
from engine.usecases.privacy.backups import last_backup
from web.assets import FOLDER
from web.owner.told import moment
from web.plots import Histogram
from web.security import LOOPBACK
from web.words import word
from web.work import context, now

WORKER = "sw.js"
"""What makes pages work without the network."""
MIB = 2**20
MOST_JOBS = 20
TWO_NIGHTS = timedelta(hours=49)
"""A backup that is older than this was missed once, a change of the clocks allowed for."""
WORDED_ERRORS = frozenset(
    {
        *("StoreLockedError", "StoreReadOnlyError", "StoreDamagedError", "OperationalError"),
        *("MemoryError", "NotFoundError", "ConflictError", "KeyError", "ClockAheadError"),
    }
)
"""Errors of jobs that have a sentence of their own."""


class State(StrEnum):
    """How something stands."""

    GOOD = "ok"
    LOOK = "warn"
    UNKNOWN = "muted"
    """Too little to say."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that was looked at."""

    id: str
    state: State
    said: Markup
    meaning: Markup
    to_do: Markup | str = ""
    """Empty where there is nothing to do."""
    lines: tuple[Markup, ...] = ()
    plot: Histogram | None = None
    caption: Markup | str = ""

    @property
    def title(self) -> Markup:
        """What it is."""
        return word(f"health.{self.id}")

    @property
    def verdict(self) -> Markup:
        """How it stands, in a word: no state by colour alone."""
        return word(f"health.state_{self.state.name.lower()}")


def meaning(id: str) -> Markup:
    """Say what a card is about."""
    return word(f"health.{id}_means")


def jobs_card(jobs: JobsState, zone: str) -> Card:
    """Say what waits to be done and what could not be."""
    troubled = (*jobs.dead, *jobs.failing)
    said = word(
        "health.jobs_said",
        waiting=len(jobs.waiting) - len(jobs.failing),
        failing=len(jobs.failing),
        dead=len(jobs.dead),
    )
    lines = tuple(
        word(
            "health.job_dead" if job in jobs.dead else "health.job_failing",
            kind=job_name(job.kind),
            tries=job.tries,
            at=moment(job.due_at, zone),
            why=error_in_words(job.message or ""),
        )
        for job in troubled[:MOST_JOBS]
    )
    if jobs.is_worker_silent:
        return Card("jobs", State.LOOK, said, meaning("jobs"), word("health.jobs_silent"), lines)
    state = State.LOOK if troubled else State.GOOD
    to_do = word("health.jobs_do") if troubled else ""
    return Card("jobs", state, said, meaning("jobs"), to_do, lines)


def job_name(kind: str) -> Markup | str:
    """Return what a job does, in words; one of a newer Tact is told by its name."""
    try:
        return word(f"health.job_{kind}")
    except LookupError:
        return kind


def error_in_words(message: str) -> Markup:
    """Return why a job failed, as far as the name of its error tells."""
    if message in WORDED_ERRORS:
        return word(f"health.error_{message}")
    if " " in message:
        return word("health.error_silent")
    return word("health.error_other", name=message)


def backups_card(room: HealthRoom) -> Card:
    """Say how old the latest copy is, or how to keep one."""
    if not room.machine.database.startswith("sqlite"):
        to_do = word("health.backups_do")
        return Card("backups", State.LOOK, word("health.backups_said"), meaning("backups"), to_do)
    last = last_backup(context())
    if last is None:
        said, is_old = word("health.backups_none"), True
    else:
        said = word("health.backups_last", at=moment(last, room.house.time_zone))
        is_old = now() - last > TWO_NIGHTS
    to_do = word("health.backups_check" if is_old else "health.backups_copy")
    return Card("backups", State.LOOK if is_old else State.GOOD, said, meaning("backups"), to_do)


def database_card(room: HealthRoom) -> Card:
    """Say how large the database is."""
    machine = room.machine
    size = format_decimal(machine.n_bytes / MIB, format="#,##0.0")
    said = word("health.database_said", size=size, database=machine.database)
    to_do = word("health.database_do") if machine.has_wal_race else ""
    return Card("database", State.GOOD, said, meaning("database"), to_do)


def offline_card() -> Card:
    """Say whether the front desk works without the network, and why not."""
    is_shipped = (FOLDER / WORKER).is_file()
    parts = urlsplit(context().base_url)
    is_safe = parts.scheme == "https" or parts.hostname in LOOPBACK
    if not is_shipped:
        said, to_do = word("health.offline_unbuilt"), ""
    elif is_safe:
        return Card("offline", State.GOOD, word("health.offline_on"), meaning("offline"))
    else:
        said, to_do = word("health.offline_insecure"), word("health.offline_do")
    return Card("offline", State.LOOK, said, meaning("offline"), to_do)


def version_card(room: HealthRoom) -> Card:
    """Say what is running."""
    ctx = context()
    said = word(
        "health.version_said",
        tact=room.machine.version,
        model=ctx.catalogue.model.version,
        seed=ctx.catalogue.version,
    )
    return Card("version", State.GOOD, said, meaning("version"))

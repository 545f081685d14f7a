"""A draft that is published at a time of the house, unless it is another draft by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import ConflictError, FormError, NotFoundError, Problem
from engine.sentences import Sentence
from engine.store import PublicationRecord, PublicationState, Work
from engine.usecases.context import Context
from engine.usecases.house.culture_lock import refuse_locked
from engine.usecases.rules.hindrances import draft_of, hindrance, reason_given, refuse
from engine.usecases.rules.publish_rules import publish_draft
from engine.usecases.rules.tune_rules import wrong
from engine.usecases.stays.arrivals import house_in_use

PUBLISH = "publish"
"""The kind of the job."""
FURTHEST = timedelta(days=366)
"""A draft that waits longer than a year is forgotten by whoever wrote it."""
SHOWN = timedelta(days=14)
"""How long it is told what became of the last one."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What waits for its time, or what became of the last one."""

    record: PublicationRecord
    hindered: str = ""
    """Why it would not be published as things stand: a `Hindrance`, or `locked`."""

    @property
    def is_waiting(self) -> bool:
        """Whether its time has not come yet."""
        return self.record.state is PublicationState.WAITING


def schedule(
    ctx: Context, when: datetime, reason: str, *, by: str, now: datetime, seen: str
) -> datetime:
    """Publish the draft at a time of the house; one that waited before is replaced.

    Parameters
    ----------
    when : datetime
        Day and time at the house; where clocks go back, the first of two hours. With an offset
        it is that very moment, wherever the house is.
    reason : str
        Why, in the owner's words.
    seen : str
        `RulesRoom.mark` of the draft that the owner looked at.

    Returns
    -------
    datetime
        When, in UTC.

    Raises
    ------
    FormError
        If no reason is given, or the time is past, too far or skipped by the clocks; with the
        fields `reason` or `when`.
    ConflictError
        As for `publish`.
    """
    with ctx.store.begin() as work:
        zone = house_in_use(work).time_zone
        due_at, told = _checked(when, zone, reason, now)
        refuse(hindrance(work, seen), work)
        refuse_locked(ctx, work, draft_of(work).content)
        id = work.publications.add(due_at, mark=seen, reason=told, by=by, at=now)
        work.jobs.add(PUBLISH, {"publication": id}, key=f"{PUBLISH}:{id}", due_at=due_at, at=now)
        local = due_at.astimezone(ZoneInfo(zone))
        work.history.add("rules.scheduled", by, now, {"at": f"{local:%Y-%m-%d %H:%M}"})
    return due_at


def _checked(when: datetime, zone: str, reason: str, now: datetime) -> tuple[datetime, str]:
    """Return the moment in UTC and the reason, or tell everything that is wrong at once."""
    problems: list[Problem] = []
    due_at, told = now, ""
    try:
        due_at = moment_of(when, zone, now=now)
    except FormError as error:
        problems += error.problems
    try:
        told = reason_given(reason)
    except FormError as error:
        problems += error.problems
    if problems:
        raise FormError(*problems)
    return due_at, told


def moment_of(when: datetime, zone: str, *, now: datetime) -> datetime:
    """Return a time of the house, or with an offset anywhere, in UTC.

    Raises
    ------
    FormError
        If it is past, too far, or skipped by the clocks; with the field `when`.
    """
    plain = when.replace(tzinfo=None)
    if abs(plain - now.replace(tzinfo=None)) > 2 * FURTHEST:  # the first and last years have no UTC
        raise wrong("when", Sentence("Choose a day within {n} days.", n=FURTHEST.days))
    moment = (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    if when.tzinfo is None and moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != plain:
        raise wrong("when", "The clocks go forward that night: this time does not exist.")
    if moment <= now:
        raise wrong("when", "This time is over. Choose one that is still to come.")
    if moment > now + FURTHEST:
        raise wrong("when", Sentence("Choose a day within {n} days.", n=FURTHEST.days))
    return moment


def which_of_two(moment: datetime, zone: str) -> int:
    """Return 1 or 2 for a moment whose hour comes twice because clocks go back, else 0."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return 0
    return local.fold + 1


def cancel(ctx: Context, *, by: str, now: datetime) -> None:
    """Let the draft stay a draft.

    Raises
    ------
    NotFoundError
        If none waits: it was published, or somebody cancelled it before.
    """
    with ctx.store.begin() as work:
        waiting = work.publications.waiting()
        if waiting is None:
            raise NotFoundError("Nothing waits to be published any more.")
        work.publications.end(waiting.id, PublicationState.CANCELLED)
        work.history.add("rules.unscheduled", by, now, {})


def schedule_shown(ctx: Context, work: Work, *, now: datetime) -> Schedule | None:
    """Return what waits for its time, else what became of the last one lately, else None.

    What waits is looked at as if its time had come: what would keep it from being published then
    is told now, while something can be done about it.
    """
    record = work.publications.latest()
    if record is None:
        return None
    if record.state is PublicationState.WAITING:
        return Schedule(record, _hindrance_now(ctx, work, record.mark))
    is_told = record.state in (PublicationState.DONE, PublicationState.REFUSED)
    return Schedule(record) if is_told and now - record.due_at < SHOWN else None


def schedule_now(ctx: Context, *, now: datetime) -> Schedule | None:
    """Return the same for a page."""
    with ctx.store.read() as work:
        return schedule_shown(ctx, work, now=now)


def publish_on_time(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Publish the draft whose time has come, once; say so where it is another draft by now."""
    with ctx.store.begin() as work:
        waiting = work.publications.waiting()
        if waiting is None or waiting.id != payload["publication"]:
            return
        found = _hindrance_now(ctx, work, waiting.mark)
        if found:
            work.publications.end(waiting.id, PublicationState.REFUSED, why=found)
            detail = {"why": found, "reason": waiting.reason}
            work.history.add("rules.not_published", waiting.by, now, detail)
            return
        version = publish_draft(work, waiting.reason, by=waiting.by, now=now)
        work.publications.end(waiting.id, PublicationState.DONE, version=version)


LOCKED = "locked"
"""Why it was refused: rules about culture were locked since."""


def _hindrance_now(ctx: Context, work: Work, mark: str) -> str:
    found = hindrance(work, mark)
    if found is not None:
        return found.value
    try:
        refuse_locked(ctx, work, draft_of(work).content)
    except ConflictError:
        return LOCKED
    return ""

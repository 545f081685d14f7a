"""The bar above the rules: what is in force, what waits, and what keeps it from its time."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from engine.usecases.rules.schedule import Schedule, schedule_now, which_of_two
from engine.usecases.rules.tune_rules import RulesRoom
from web.owner.told import moment
from web.words import word
from web.work import context, now


@dataclass(frozen=True, slots=True)
class DraftBar:
    """What is in force, what waits, and the way on."""

    version: int
    by: str
    at: str
    n_changes: int
    has_draft: bool
    is_behind: bool
    seen: str
    """Mark of the draft as it is shown; empty where there is none."""
    waits: Markup | str = ""
    """When the draft is published by itself; empty where no time is set."""
    hindered: Markup | str = ""
    """Why it would not be published then, and what to do; empty where nothing hinders it."""


def draft_bar(room: RulesRoom, time_zone: str) -> DraftBar:
    """Say what is in force and what waits."""
    record, told = room.published, schedule_now(context(), now=now())
    waiting = told if told and told.is_waiting else None
    return DraftBar(
        version=record.version,
        by=record.by,
        at=moment(record.at, time_zone),
        n_changes=len(room.changed),
        has_draft=room.draft is not None,
        is_behind=room.is_behind,
        seen=room.mark,
        waits=schedule_line(waiting, time_zone) if waiting else "",
        hindered=hindered_line(waiting) if waiting else "",
    )


def schedule_line(told: Schedule, zone: str) -> Markup:
    """Say when a draft is published, or what became of it."""
    record, which = told.record, which_of_two(told.record.due_at, zone)
    at = moment(record.due_at, zone)
    if which:
        at = str(word(f"publishing.twice_{which}", at=at))
    key = f"refused_{record.why}" if record.why else record.state.value
    return word(f"publishing.time_{key}", at=at, by=record.by, version=record.version or "")


def hindered_line(told: Schedule) -> Markup | str:
    """Say why a draft that waits would not be published at its time, and what to do about it."""
    if not told.hindered:
        return ""
    is_changed = told.hindered == "changed"
    return word("publishing.stale" if is_changed else f"publishing.stale_{told.hindered}")

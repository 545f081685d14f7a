"""From the draft to the rules in force: preview, publish with a reason, restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.audit.replay import Served, served_otherwise
from engine.decision.advise import Adviser
from engine.domain.stays import House, Stay, StayStatus
from engine.errors import BadInputError, ConflictError
from engine.store import RuleSetRecord, Work
from engine.usecases.advising import adviser_in_force, cases_of
from engine.usecases.arrivals import house_in_use, house_today
from engine.usecases.context import Context
from engine.usecases.rules_in_words import rule_set_of
from engine.usecases.tune_rules import mark_of_draft, wrong

LOOK_BACK = timedelta(days=400)
LOOK_AHEAD = timedelta(days=400)
"""A year and a bit on each side: every season once."""
LONGEST_REASON = 500
"""Characters kept of a reason."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing the draft would change."""

    changed: tuple[Served, ...]
    n_stays: int
    stays: Mapping[str, Stay]
    """The changed ones by reference, for names and days."""
    house: House


def preview(ctx: Context, *, now: datetime, house_id: str | None = None) -> Preview:
    """Say which past and coming stays of a house the draft would serve otherwise."""
    with ctx.store.read() as work:
        draft = work.rule_sets.draft()
        house = house_in_use(work, house_id)
        stays = _stays(work, house, now)
        cases, _ = cases_of(ctx, work, house, stays, now=now)
        in_force = adviser_in_force(ctx, work, house.id)
    if draft is None:
        return Preview((), len(stays), {}, house)
    then = Adviser(ctx.catalogue, replace(rule_set_of(draft), version=in_force.rule_set.version))
    changed, n_stays = served_otherwise(cases, in_force, then)
    refs = {served.ref for served in changed}
    return Preview(changed, n_stays, {s.ref: s for s in stays if s.ref in refs}, house)


def _stays(work: Work, house: House, now: datetime) -> list[Stay]:
    """All stays that came or will come, not those that were called off."""
    today = house_today(house, now)
    called_off = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
    around = work.stays.between(house.id, today - LOOK_BACK, today + LOOK_AHEAD)
    return [stay for stay in around if stay.status not in called_off]


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise wrong("reason", "Say in a few words why: the history keeps it.")
    return reason[:LONGEST_REASON]


def publish(ctx: Context, reason: str, *, by: str, now: datetime, seen: str) -> int:
    """Make the draft the rules in force, as a new version that never changes; return its number.

    Parameters
    ----------
    reason : str
        Why, in the owner's words; the first 500 characters are kept.
    seen : str
        `RulesRoom.mark` of the draft that the owner looked at.

    Raises
    ------
    FormError
        If no reason is given; with the field `reason`.
    ConflictError
        If the draft or the published set changed since.
    """
    told = _reason(reason)
    with ctx.store.begin() as work:
        draft = work.rule_sets.draft()
        if draft is None or mark_of_draft(draft) != seen:
            raise ConflictError("The draft changed meanwhile; look at it again, then publish.")
        if draft.based_on != work.rule_sets.published_version():
            raise ConflictError("Another version was published meanwhile; compare first.")
        record = _publish(work, draft.content, told, by, now, draft.based_on)
        work.rule_sets.discard_draft()
        _keep_history(work, "rules.published", record)
    return record.version


def restore(ctx: Context, version: int, *, by: str, now: datetime, reason: str = "") -> int:
    """Bring an old version back in force, as a new version with the same content.

    Raises
    ------
    NotFoundError
        If there is no such version.
    BadInputError
        If it is in force already.
    """
    with ctx.store.begin() as work:
        old, published = work.rule_sets.version(version), work.rule_sets.published()
        if old.version == published.version:
            raise BadInputError("This version is in force already.")
        told = _reason(reason or f"Version {version} restored")
        record = _publish(work, old.content, told, by, now, published.version)
        _keep_history(work, "rules.restored", record)
    return record.version


def _publish(
    work: Work, content: Mapping[str, Any], reason: str, by: str, now: datetime, based_on: int
) -> RuleSetRecord:
    return work.rule_sets.publish(content, reason=reason, by=by, at=now, based_on=based_on)


def _keep_history(work: Work, what: str, record: RuleSetRecord) -> None:
    detail = {"version": record.version, "reason": record.reason}
    work.history.add(what, record.by, record.at, detail)

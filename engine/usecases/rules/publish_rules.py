"""From the draft to the rules in force: publish with a reason, restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain.rollout import Rollout, RolloutState
from engine.errors import BadInputError
from engine.store import PublicationState, RuleSetRecord, Work
from engine.usecases.context import Context
from engine.usecases.house.culture_lock import refuse_locked
from engine.usecases.rules.hindrances import draft_of, hindrance, reason_given, refuse

RESTORED = "restored"
"""Why a trial ended: an old version was brought back."""


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
        If the draft or the published set changed since, other rules are being tried, or a test
        of a rule in the draft does not hold.
    """
    told = reason_given(reason)
    with ctx.store.begin() as work:
        refuse(hindrance(work, seen), work)
        refuse_locked(ctx, work, draft_of(work).content)
        return publish_draft(work, told, by=by, now=now)


def publish_draft(work: Work, reason: str, *, by: str, now: datetime) -> int:
    """Make the draft the rules in force; nothing hinders it. A time that waited is over."""
    draft = draft_of(work)
    record = _publish(work, draft.content, reason, by, now, draft.based_on)
    work.rule_sets.discard_draft()
    waiting = work.publications.waiting()
    if waiting is not None:
        work.publications.end(waiting.id, PublicationState.CANCELLED)
    _keep_history(work, "rules.published", record)
    return record.version


def restore(ctx: Context, version: int, *, by: str, now: datetime, reason: str = "") -> int:
    """Bring an old version back in force, as a new version with the same content.

    A trial that runs is stopped: what is restored serves everybody at once.

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
        refuse_locked(ctx, work, old.content)
        told = reason_given(reason or f"Version {version} restored")
        record = _publish(work, old.content, told, by, now, published.version)
        rollout = work.rollouts.running()
        if rollout is not None:
            stop(work, rollout, by=by, now=now, why=RESTORED)
        _keep_history(work, "rules.restored", record)
    return record.version


def _publish(
    work: Work, content: Mapping[str, Any], reason: str, by: str, now: datetime, based_on: int
) -> RuleSetRecord:
    return work.rule_sets.publish(content, reason=reason, by=by, at=now, based_on=based_on)


def stop(work: Work, rollout: Rollout, *, by: str, now: datetime, why: str = "") -> None:
    """Serve everybody by the rules in force again; what was tried is the draft again.

    Where an owner began another draft meanwhile that one stays, and the rules that were tried
    remain in the history.
    """
    work.rollouts.end(rollout.id, RolloutState.STOPPED, by=by, at=now, why=why)
    if work.rule_sets.draft() is None:
        tried = work.rule_sets.version(rollout.version)
        work.rule_sets.save_draft(
            tried.content, based_on=rollout.against, by=tried.by, at=now, version=None
        )
    detail = {"version": rollout.version, "why": why}
    work.history.add("rules.trial_stopped", by, now, detail)


def _keep_history(work: Work, what: str, record: RuleSetRecord) -> None:
    detail = {"version": record.version, "reason": record.reason}
    work.history.add(what, record.by, record.at, detail)

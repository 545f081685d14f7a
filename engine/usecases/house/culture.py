"""Owners open and close the lock on rules about language and form of address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.audit.fairness import Flip, culture_rules
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.rules import RuleSet
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.house.culture_lock import CLOSED, OPENED, culture_lock
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.publish_rules import stop
from engine.usecases.rules.tune_rules import keep_draft, wrong

LEAST_REASON, LONGEST_REASON = 10, 500
"""Characters of a reason: one word is none."""
CLOSING = "Rules about language and form of address switched off"


def open_culture(
    ctx: Context, reason: str, *, by: str, now: datetime, audit: Sequence[Flip] = ()
) -> None:
    """Let rules about language and form of address be switched on; no rule changes by this.

    Parameters
    ----------
    reason : str
        For whoever reads the history.
    audit : sequence of Flip
        What the owner saw before: how much could move at most; kept beside the reason.

    Raises
    ------
    FormError
        If no reason is given that somebody could understand; with the field `reason`.
    """
    told = " ".join(reason.split())[:LONGEST_REASON]
    if len(told) < LEAST_REASON:
        raise wrong("reason", "Say in a sentence why: the history keeps it.")
    with ctx.store.begin() as work:
        lock = culture_lock(ctx, work)
        if not lock.is_open:
            seen = {flip.what: [flip.n_moved, flip.n] for flip in audit}
            known = {"audit": seen} if seen else {}
            work.history.add(OPENED, by, now, {"reason": told, "cap": lock.cap} | known)


def close_culture(ctx: Context, *, by: str, now: datetime) -> None:
    """Switch off every such rule at once, and lock them.

    The rules in force get a new version where one of them is on; in the draft they are switched
    off too, and a trial of rules with one of them ends.
    """
    with ctx.store.begin() as work:
        lock = culture_lock(ctx, work)
        _end_trial(ctx, work, by=by, now=now)
        if lock.in_force:
            _publish_without(ctx, work, by=by, now=now)
        _clean_draft(ctx, work, by=by, now=now)
        if lock.is_open or lock.in_force:
            ids = [rule.id for rule in lock.in_force]
            work.history.add(CLOSED, by, now, {"rules": ids})


def _without(ctx: Context, rule_set: RuleSet) -> RuleSet:
    """Return the rules with those about culture switched off."""
    on = culture_rules(rule_set.rules, ctx.catalogue.facts)
    rules = tuple(replace(r, is_on=False) if r in on else r for r in rule_set.rules)
    return replace(rule_set, rules=rules)


def _end_trial(ctx: Context, work: Work, *, by: str, now: datetime) -> None:
    rollout = work.rollouts.running()
    if rollout is None:
        return
    tried = rule_set_of(work.rule_sets.version(rollout.version))
    if culture_rules(tried.rules, ctx.catalogue.facts):
        stop(work, rollout, by=by, now=now, why="culture")


def _publish_without(ctx: Context, work: Work, *, by: str, now: datetime) -> None:
    published = work.rule_sets.published()
    content: Mapping[str, Any] = rule_set_to_dict(_without(ctx, rule_set_of(published)))
    record = work.rule_sets.publish(
        content, reason=CLOSING, by=by, at=now, based_on=published.version
    )
    work.history.add("rules.published", by, now, {"version": record.version, "reason": CLOSING})


def _clean_draft(ctx: Context, work: Work, *, by: str, now: datetime) -> None:
    draft = work.rule_sets.draft()
    if draft is None:
        return
    drafted = rule_set_of(draft)
    quiet = _without(ctx, drafted)
    if quiet != drafted:
        keep_draft(work, quiet, work.rule_sets.published(), by=by, now=now)

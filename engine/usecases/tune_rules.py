"""Owners tune the rules: draft, preview, publish with a reason, restore."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from engine.audit.replay import Served, served_otherwise
from engine.catalogue.rules import (
    MOST_WEIGHT,
    rule_problems,
    rule_set_from_dict,
    rule_set_to_dict,
    rule_to_dict,
)
from engine.decision.advise import Adviser
from engine.domain.rules import STRENGTHS, Rule, RuleSet, Sureness
from engine.domain.stays import House, Stay, StayStatus
from engine.errors import BadInputError, ConflictError, FormError, NotFoundError, Problem
from engine.store import DraftRecord, RuleSetRecord, Work
from engine.usecases.advising import adviser_in_force, case_of
from engine.usecases.arrivals import house_in_use, house_today
from engine.usecases.context import Context
from engine.usecases.rules_in_words import (
    MOST_CHANGES,
    Difference,
    differences,
    last_edits,
    plain_aspects,
)

LOOK_BACK = timedelta(days=400)
LOOK_AHEAD = timedelta(days=400)
"""A year and a bit on each side: every season once."""
LONGEST_REASON = 500
"""Characters kept of a reason."""
LEANINGS = ("efficiency", "contact")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What an owner changes of one rule; None leaves it as it is."""

    leaning: str | None = None
    """contact or efficiency"""
    strength: str | None = None
    """weak, medium, strong or none"""
    weight: float | None = None
    """Signed, in standard deviations; goes before leaning and strength."""
    sure: Sureness | None = None
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class RulesRoom:
    """The rules in force and the draft."""

    published: RuleSetRecord
    rules: tuple[Rule, ...]
    draft: DraftRecord | None
    draft_rules: tuple[Rule, ...]
    """Equal to `rules` where there is no draft."""
    edits: Mapping[str, tuple[str, datetime]]
    """Who changed each rule last in a draft, and when."""

    @property
    def changed(self) -> tuple[Difference, ...]:
        """Rules that differ: in force, in the draft."""
        return differences(self.rules, self.draft_rules)

    @property
    def is_behind(self) -> bool:
        """Whether another version was published since the draft began."""
        return self.draft is not None and self.draft.based_on != self.published.version

    @property
    def mark(self) -> str:
        """The draft as seen: who publishes says which one; empty where there is none."""
        return mark_of_draft(self.draft) if self.draft else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing the draft would change."""

    changed: tuple[Served, ...]
    n_stays: int
    stays: Mapping[str, Stay]
    """The changed ones by reference, for names and days."""
    house: House


def mark_of_rule(rule: Rule) -> str:
    """Return a short fingerprint of a rule, so that a form can say which one its owner saw."""
    return _fingerprint(rule_to_dict(rule))


def mark_of_draft(draft: DraftRecord) -> str:
    """Return a short fingerprint of a whole draft."""
    return _fingerprint([draft.based_on, draft.content])


def _fingerprint(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rules_room(ctx: Context) -> RulesRoom:
    """Show the rules in force and the draft."""
    with ctx.store.read() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        edits = last_edits(work.history.all(MOST_CHANGES))
    rules = _rule_set(published).rules
    draft_rules = _rule_set(draft).rules if draft else rules
    return RulesRoom(published, rules, draft, draft_rules, edits)


def _rule_set(record: RuleSetRecord | DraftRecord) -> RuleSet:
    return rule_set_from_dict(record.content, record.version)


def edit_rule(
    ctx: Context,
    rule_id: str,
    change: RuleChange,
    *,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Change one rule in the draft, which starts from the published set.

    Owners who change different rules share one draft; a change that brings every rule back to
    what is in force ends it.

    Parameters
    ----------
    seen : str, optional
        `mark_of_rule` of the rule that the owner looked at; None asks nothing.

    Raises
    ------
    ConflictError
        If somebody else changed this rule since.
    FormError
        If a value is not allowed; with the fields `place` or `number`.
    NotFoundError
        If there is no such rule.
    """
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule_set = _rule_set(draft or published)
        old = _find(rule_set.rules, rule_id)
        if seen is not None and mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        new = _changed(ctx, old, change)
        if new == old:
            return
        rules = tuple(new if rule.id == rule_id else rule for rule in rule_set.rules)
        _keep_draft(work, replace(rule_set, rules=rules), published, by=by, now=now)
        detail = {"rule": rule_id, "changes": [list(one) for one in plain_aspects(old, new)]}
        work.history.add("rules.edited", by, now, detail)


def _keep_draft(
    work: Work, rule_set: RuleSet, published: RuleSetRecord, *, by: str, now: datetime
) -> None:
    """Save the draft, or end it where nothing is left to publish."""
    draft = work.rule_sets.draft()
    based_on = draft.based_on if draft else published.version
    if based_on == published.version and rule_set.rules == _rule_set(published).rules:
        work.rule_sets.discard_draft()
        return
    seen = draft.version if draft else None
    content = rule_set_to_dict(rule_set)
    work.rule_sets.save_draft(content, based_on=based_on, by=by, at=now, version=seen)


def _find(rules: Sequence[Rule], rule_id: str) -> Rule:
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise NotFoundError("There is no such rule.")
    return found


def _changed(ctx: Context, rule: Rule, change: RuleChange) -> Rule:
    weight = _weight(rule, change)
    if not isfinite(weight) or abs(weight) > MOST_WEIGHT:
        raise _wrong("number", "This weight is too large.", f"−{MOST_WEIGHT:g} to {MOST_WEIGHT:g}")
    is_on = rule.is_on if change.is_on is None else change.is_on
    new = replace(rule, weight=weight, sure=change.sure or rule.sure, is_on=is_on)
    limit = ctx.catalogue.model.prior.culture_weight_limit
    problems = rule_problems(new, ctx.catalogue.facts, culture_limit=limit)
    if any(problem.key == "weight" for problem in problems):
        message = "This is more than a rule about language or culture may weigh."
        raise _wrong("number", message, f"−{limit:g} to {limit:g}")
    return new


def _weight(rule: Rule, change: RuleChange) -> float:
    """The new signed weight; a new leaning alone turns the old one round."""
    if change.weight is not None:
        return change.weight
    if change.leaning not in (None, *LEANINGS):
        raise _wrong("place", "A rule leans to one of two sides.", *LEANINGS)
    size = abs(rule.weight)
    if change.strength is not None:
        allowed = {"none": 0.0, **STRENGTHS}
        if change.strength not in allowed:
            raise _wrong("place", "There is no such strength.", *allowed)
        size = allowed[change.strength]
    leaning = change.leaning or ("contact" if rule.weight > 0 else "efficiency")
    return size if leaning == "contact" else 0.0 - size


def _wrong(key: str, message: str, *allowed: str) -> FormError:
    return FormError(Problem(file="", id="", key=key, message=message, allowed=allowed))


def discard_draft(ctx: Context, *, by: str, now: datetime) -> None:
    """Throw the draft away; the history says who did. Nothing happens where there is none."""
    with ctx.store.begin() as work:
        if work.rule_sets.draft() is not None:
            work.rule_sets.discard_draft()
            work.history.add("rules.discarded", by, now, {})


def catch_up(ctx: Context, *, by: str, now: datetime) -> None:
    """Carry the draft's changes over to the version published since it began."""
    with ctx.store.begin() as work:
        draft, published = work.rule_sets.draft(), work.rule_sets.published()
        if draft is None or draft.based_on == published.version:
            return
        base = _rule_set(work.rule_sets.version(draft.based_on)).rules
        ours = {one.rule.id: one.rule for one in differences(base, _rule_set(draft).rules)}
        newest = _rule_set(published)
        rules = tuple(ours.get(rule.id, rule) for rule in newest.rules)
        work.rule_sets.discard_draft()
        _keep_draft(work, replace(newest, rules=rules), published, by=by, now=now)
        work.history.add("rules.caught_up", by, now, {"version": published.version})


def preview(ctx: Context, *, now: datetime, house_id: str | None = None) -> Preview:
    """Say which past and coming stays of a house the draft would serve otherwise."""
    with ctx.store.read() as work:
        draft = work.rule_sets.draft()
        house = house_in_use(work, house_id)
        stays = _stays(work, house, now)
        ledgers = work.ledger.of_many([stay.id for stay in stays])
        in_force = adviser_in_force(ctx, work)
    if draft is None:
        return Preview((), len(stays), {}, house)
    cases = [case_of(stay, house, ledgers.get(stay.id, ()), now=now) for stay in stays]
    then = Adviser(ctx.catalogue, replace(_rule_set(draft), version=in_force.rule_set.version))
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
        raise _wrong("reason", "Say in a few words why: the history keeps it.")
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

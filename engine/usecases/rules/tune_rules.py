"""Owners change rules in a draft, which nobody is served by until it is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any

from engine.catalogue.rules import (
    MOST_WEIGHT,
    rule_problems,
    rule_set_to_dict,
    rule_to_dict,
)
from engine.domain.rules import STRENGTHS, Rule, RuleSet, Sureness
from engine.errors import ConflictError, FormError, NotFoundError, Problem
from engine.sentences import Sentence
from engine.store import DraftRecord, RuleSetRecord, Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import (
    MOST_CHANGES,
    Difference,
    differences,
    last_edits,
    plain_aspects,
    rule_set_of,
)

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


def mark_of_rule(rule: Rule) -> str:
    """Return a short fingerprint of a rule, so that a form can say which one its owner saw."""
    return _fingerprint(rule_to_dict(rule))


def mark_of_rules(rules: Sequence[Rule]) -> str:
    """Return a short fingerprint of a rule set, so that a file can say what it was compared to."""
    return _fingerprint([rule_to_dict(rule) for rule in rules])


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
    rules = rule_set_of(published).rules
    draft_rules = rule_set_of(draft).rules if draft else rules
    return RulesRoom(published, rules, draft, draft_rules, edits)


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
        rule_set = rule_set_of(draft or published)
        old = rule_in(rule_set.rules, rule_id)
        if seen is not None and mark_of_rule(old) != seen:
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        new = changed(ctx, old, change)
        if new == old:
            return
        rules = tuple(new if rule.id == rule_id else rule for rule in rule_set.rules)
        was = keep_draft(work, replace(rule_set, rules=rules), published, by=by, now=now)
        changes = [list(one) for one in plain_aspects(old, new)]
        work.history.add("rules.edited", by, now, {"rule": rule_id, "changes": changes, **was})


def take_rules(
    ctx: Context, rules: Sequence[Rule], *, by: str, now: datetime, seen: str
) -> tuple[Difference, ...]:
    """Put a whole rule set in the place of the draft, and return what that changed of it.

    Rules that `rules` lacks are taken out; their order says nothing. A set equal to the one in
    force ends the draft.

    Parameters
    ----------
    rules : sequence of Rule
        Checked, with ids that differ.
    seen : str
        `mark_of_rules` of the rules that the new ones were compared to.

    Raises
    ------
    ConflictError
        If the draft, or without one the rules in force, changed since.
    """
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule_set = rule_set_of(draft or published)
        if mark_of_rules(rule_set.rules) != seen:
            raise ConflictError("The rules changed in the meantime. Look at the differences again.")
        found = differences(rule_set.rules, rules)
        if found:
            new = replace(rule_set, rules=tuple(rules))
            was = keep_draft(work, new, published, by=by, now=now)
            work.history.add("rules.taken", by, now, {"n": len(found), **was})
    return found


def keep_draft(
    work: Work, rule_set: RuleSet, published: RuleSetRecord, *, by: str, now: datetime
) -> dict[str, Any]:
    """Save a rule set as the draft, or end the draft where nothing is left to publish.

    The rules stand in the order of those in force, new ones last: their order has no meaning.

    Returns
    -------
    dict
        What the entry of the history should keep: `was`, the rules that changed as they stood
        before, and `new`, the ids of those that were not there. Who looked at them still can be
        told what changed since.
    """
    draft, in_force = work.rule_sets.draft(), rule_set_of(published).rules
    based_on = draft.based_on if draft else published.version
    rules = in_order(rule_set.rules, in_force)
    was = _kept_of(rule_set_of(draft).rules if draft else in_force, rules)
    if based_on == published.version and rules == in_force:
        work.rule_sets.discard_draft()
        return was
    seen = draft.version if draft else None
    content = rule_set_to_dict(replace(rule_set, rules=rules))
    work.rule_sets.save_draft(content, based_on=based_on, by=by, at=now, version=seen)
    return was


def in_order(rules: Sequence[Rule], in_force: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return rules in the order of those in force, new ones last."""
    place = {rule.id: n for n, rule in enumerate(in_force)}
    return tuple(sorted(rules, key=lambda rule: place.get(rule.id, len(place))))


def _kept_of(old: Sequence[Rule], new: Sequence[Rule]) -> dict[str, Any]:
    found = differences(old, new)
    return {
        "was": [rule_to_dict(one.before) for one in found if one.before],
        "new": [one.rule.id for one in found if one.before is None],
    }


def rule_in(rules: Sequence[Rule], rule_id: str) -> Rule:
    """Return one rule of a set.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise NotFoundError("There is no such rule.")
    return found


def changed(ctx: Context, rule: Rule, change: RuleChange) -> Rule:
    """Return a rule with a change made.

    Raises
    ------
    FormError
        If a value is not allowed; with the fields `place` or `number`.
    """
    weight = _weight(rule, change)
    if not isfinite(weight) or abs(weight) > MOST_WEIGHT:
        raise wrong("number", "This weight is too large.", _up_to(MOST_WEIGHT))
    is_on = rule.is_on if change.is_on is None else change.is_on
    new = replace(rule, weight=weight, sure=change.sure or rule.sure, is_on=is_on)
    limit = ctx.catalogue.model.prior.culture_weight_limit
    problems = rule_problems(new, ctx.catalogue.facts, culture_limit=limit)
    if any(problem.key == "weight" for problem in problems):
        message = "This is more than a rule about language or culture may weigh."
        raise wrong("number", message, _up_to(limit))
    return new


def _weight(rule: Rule, change: RuleChange) -> float:
    """The new signed weight; a new leaning alone turns the old one round."""
    if change.weight is not None:
        return change.weight
    if change.leaning not in (None, *LEANINGS):
        raise wrong("place", "A rule leans to one of two sides.", *LEANINGS)
    size = abs(rule.weight)
    if change.strength is not None:
        allowed = {"none": 0.0, **STRENGTHS}
        if change.strength not in allowed:
            raise wrong("place", "There is no such strength.", *allowed)
        size = allowed[change.strength]
    leaning = change.leaning or ("contact" if rule.weight > 0 else "efficiency")
    return size if leaning == "contact" else 0.0 - size


def _up_to(most: float) -> Sentence:
    return Sentence("−{most} to {most}", most=f"{most:g}")


def wrong(key: str, message: str, *allowed: str) -> FormError:
    """Return the error of one field of a form."""
    return FormError(Problem(file="", id="", key=key, message=message, allowed=allowed))

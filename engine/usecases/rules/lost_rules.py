"""A rule that somebody took out while another owner was still changing it: brought back so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.catalogue.rules import rule_from_dict
from engine.domain.rules import Rule
from engine.errors import ConflictError, NotFoundError
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import plain_aspects, rule_set_of
from engine.usecases.rules.tune_rules import RuleChange, changed, edit_rule, keep_draft
from engine.usecases.rules.whole_draft import CHANGES, DISCARDED


@dataclass(frozen=True, slots=True)
class LostRule:
    """A rule as it stood last, and who took it out."""

    rule: Rule
    by: str


def lost_rule(ctx: Context, rule_id: str) -> LostRule | None:
    """Return a rule that is not among the draft any more; None where no rule ever had this id."""
    with ctx.store.read() as work:
        return _lost(work, rule_id)


def _lost(work: Work, rule_id: str) -> LostRule | None:
    for entry in work.history.of(*CHANGES, DISCARDED):
        stood = (*entry.detail.get("was", ()), *entry.detail.get("rules", ()))
        found = next((one for one in stood if one["id"] == rule_id), None)
        if found:
            return LostRule(rule_from_dict(found), entry.by)
    published = work.rule_sets.published()
    for record in work.rule_sets.all():
        for rule in rule_set_of(record).rules:
            if rule.id == rule_id:
                return LostRule(rule, published.by)
    return None


def bring_back_changed(
    ctx: Context, rule_id: str, change: RuleChange, *, by: str, now: datetime, seen: str | None
) -> None:
    """Put a rule back into the draft as it stood last, with a change.

    Where somebody put it back before, this is a change like any other.

    Parameters
    ----------
    seen : str or None
        `mark_of_rule` of the rule that the owner looked at; None asks nothing.

    Raises
    ------
    ConflictError
        If somebody put it back before and it is not the one that the owner looked at.
    FormError
        If a value is not allowed; with the fields `place` or `number`.
    NotFoundError
        If no rule ever had this id.
    """
    try:
        edit_rule(ctx, rule_id, change, by=by, now=now, seen=seen)
    except NotFoundError:
        _put_back(ctx, rule_id, change, by=by, now=now)


def _put_back(ctx: Context, rule_id: str, change: RuleChange, *, by: str, now: datetime) -> None:
    with ctx.store.begin() as work:
        published, draft = work.rule_sets.published(), work.rule_sets.draft()
        rule_set, lost = rule_set_of(draft or published), _lost(work, rule_id)
        if lost is None:
            raise NotFoundError("There is no such rule.")
        if any(rule.id == rule_id for rule in rule_set.rules):  # put back this very moment
            raise ConflictError("Somebody changed this rule in the meantime. Look at it again.")
        new = changed(ctx, lost.rule, change)
        rules = replace(rule_set, rules=(*rule_set.rules, new))
        was = keep_draft(work, rules, published, by=by, now=now)
        changes = [list(one) for one in plain_aspects(lost.rule, new)]
        detail = {"rule": rule_id, "changes": changes, **was}
        work.history.add("rules.brought_back", by, now, detail)

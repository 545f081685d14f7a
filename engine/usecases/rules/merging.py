"""Somebody was faster with the same rule: theirs, mine and both, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.domain.rules import Rule, Sureness
from engine.errors import TactError
from engine.rules.merge import Merge, merge
from engine.store import HistoryRecord, Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.tune_rules import RuleChange, changed, mark_of_rule

__all__ = ["Merge", "merge_of"]

MOST_VERSIONS = 20
"""Versions looked through for the rule that an owner saw: nobody's form stays open longer."""


def merge_of(ctx: Context, rule_id: str, change: RuleChange, *, seen: str) -> Merge | None:
    """Bring a change of a rule that somebody else changed meanwhile together with theirs.

    Parameters
    ----------
    change : RuleChange
        Mine.
    seen : str
        `mark_of_rule` of the rule that I looked at.

    Returns
    -------
    Merge or None
        None where the rule that I saw is not found any more, or the change is not allowed.
    """
    with ctx.store.read() as work:
        theirs = _now(work, rule_id)
        base = _seen(work, theirs, seen) if theirs else None
    if theirs is None or base is None:
        return None
    try:
        return merge(base, theirs, changed(ctx, base, change))
    except TactError:
        return None


def _now(work: Work, rule_id: str) -> Rule | None:
    rule_set = rule_set_of(work.rule_sets.draft() or work.rule_sets.published())
    return next((rule for rule in rule_set.rules if rule.id == rule_id), None)


def _seen(work: Work, now: Rule, seen: str) -> Rule | None:
    """Return the rule with a mark, from the history of the draft or the versions published."""
    return next((rule for rule in _earlier(work, now) if mark_of_rule(rule) == seen), None)


def _earlier(work: Work, now: Rule) -> Iterator[Rule]:
    yield from _taken_back(now, work.history.of("rules.edited"))
    for record in work.rule_sets.all()[:MOST_VERSIONS]:
        yield from (rule for rule in rule_set_of(record).rules if rule.id == now.id)


def _taken_back(now: Rule, entries: tuple[HistoryRecord, ...]) -> Iterator[Rule]:
    """Take the changes of a rule back one by one, newest first, as far as they can be."""
    rule = now
    for entry in entries:
        if entry.detail.get("rule") != now.id:
            continue
        before = {what: old for what, old, _ in entry.detail["changes"]}
        if not before.keys() <= AS_FIELDS.keys():
            return
        rule = replace(rule, **{AS_FIELDS[what]: _value(what, old) for what, old in before.items()})
        yield rule


AS_FIELDS = {"weight": "weight", "sure": "sure", "on": "is_on"}
"""What the history keeps of a change, and the field that it stands for."""


def _value(what: str, old: Any) -> Any:
    return Sureness(old) if what == "sure" else old

"""Somebody was faster with the same rule: theirs, mine and both, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.catalogue.rules import rule_from_dict
from engine.domain.rules import Rule
from engine.errors import TactError
from engine.rules.merge import Merge, merge
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.tune_rules import RuleChange, changed, mark_of_rule
from engine.usecases.rules.whole_draft import CHANGES, DISCARDED

__all__ = ["Merge", "merge_of", "merge_with", "rule_seen"]

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
    return merge_with(ctx, rule_id, lambda base: changed(ctx, base, change), seen=seen)


def merge_with(
    ctx: Context, rule_id: str, make: Callable[[Rule], Rule], *, seen: str
) -> Merge | None:
    """Do the same for whatever I made of the rule.

    Parameters
    ----------
    make : callable
        From the rule that I looked at to mine; errors of Tact mean that mine is not allowed.
    """
    with ctx.store.read() as work:
        theirs = _now(work, rule_id)
        base = _seen(work, rule_id, seen)
    if theirs is None or base is None:
        return None
    try:
        return merge(base, theirs, make(base))
    except TactError:
        return None


def rule_seen(ctx: Context, rule_id: str, *, seen: str) -> Rule | None:
    """Return the rule that an owner looked at, by its mark; None where it is found no more."""
    with ctx.store.read() as work:
        return _seen(work, rule_id, seen)


def _now(work: Work, rule_id: str) -> Rule | None:
    rule_set = rule_set_of(work.rule_sets.draft() or work.rule_sets.published())
    return next((rule for rule in rule_set.rules if rule.id == rule_id), None)


def _seen(work: Work, rule_id: str, seen: str) -> Rule | None:
    """Return the rule with a mark, from the history of the draft or the versions published."""
    return next((rule for rule in _earlier(work, rule_id) if mark_of_rule(rule) == seen), None)


def _earlier(work: Work, rule_id: str) -> Iterator[Rule]:
    for entry in work.history.of(*CHANGES, DISCARDED):
        stood = (*entry.detail.get("was", ()), *entry.detail.get("rules", ()))
        yield from (rule_from_dict(one) for one in stood if one["id"] == rule_id)
    for record in work.rule_sets.all()[:MOST_VERSIONS]:
        yield from (rule for rule in rule_set_of(record).rules if rule.id == rule_id)

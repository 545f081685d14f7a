"""A whole draft: thrown away, brought back, carried over to what was published meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.catalogue.rules import rule_from_dict, rule_set_to_dict, rule_to_dict
from engine.domain.rules import Rule, RuleSet
from engine.errors import ConflictError, NotFoundError
from engine.rules.merge import merge
from engine.store import DraftRecord, Work
from engine.usecases.context import Context
from engine.usecases.rules.in_words import Difference, differences, rule_set_of
from engine.usecases.rules.tune_rules import in_order, keep_draft, mark_of_draft

DISCARDED, BACK, CAUGHT_UP = "rules.discarded", "rules.draft_back", "rules.caught_up"
CHANGES = (
    *("rules.edited", "rules.added", "rules.removed", "rules.brought_back", "rules.taken"),
    *("rules.split", "rules.suggested", BACK),
    *("rules.pinned", "rules.test_changed", "rules.test_removed"),
)
"""Entries of the history that changed the draft; most keep what stood there before."""
ENDS = ("rules.published", "rules.trial_begun", "rules.trial_stopped", CAUGHT_UP)
"""Entries behind which another draft lies, of which nothing is kept."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One rule of which two changed the same part, and not alike."""

    rule: str
    parts: tuple[str, ...]
    """Keys of `engine.rules.merge.PARTS`; `added` or `removed` where one of the two has none."""


def discard_draft(ctx: Context, *, by: str, now: datetime, seen: str | None = None) -> None:
    """Throw the draft away; the history keeps it. Nothing happens where there is none.

    Parameters
    ----------
    seen : str, optional
        `RulesRoom.mark` of the draft that the owner looked at; None asks nothing.

    Raises
    ------
    ConflictError
        If somebody changed the draft since.
    """
    with ctx.store.begin() as work:
        draft = work.rule_sets.draft()
        if draft is None:
            return
        if seen is not None and mark_of_draft(draft) != seen:
            raise ConflictError("The draft changed meanwhile, so it was not discarded.")
        work.rule_sets.discard_draft()
        work.history.add(DISCARDED, by, now, _left_of(work, draft))


def _left_of(work: Work, draft: DraftRecord) -> dict[str, Any]:
    """Return a draft as its differences from the version that it began from."""
    base = rule_set_of(work.rule_sets.version(draft.based_on)).rules
    found = differences(base, rule_set_of(draft).rules)
    return {
        "n": len(found),
        "based_on": draft.based_on,
        "rules": [rule_to_dict(one.after) for one in found if one.after],
        "gone": [one.rule.id for one in found if one.after is None],
    }


def _discarded(work: Work, detail: Mapping[str, Any]) -> tuple[RuleSet, RuleSet]:
    """Return the version that a discarded draft began from, and the draft."""
    base = rule_set_of(work.rule_sets.version(int(detail["based_on"])))
    rules = {rule.id: rule for rule in base.rules if rule.id not in detail["gone"]}
    rules |= {str(one["id"]): rule_from_dict(one) for one in detail["rules"]}
    return base, replace(base, rules=tuple(rules.values()))


def bring_back_draft(ctx: Context, entry: int, *, by: str, now: datetime) -> None:
    """Make a discarded draft the draft again, or join it with the one there is now.

    Parameters
    ----------
    entry : int
        Number of the entry of the history that says it was discarded.

    Raises
    ------
    ConflictError
        If the draft of now changes the same part of a rule.
    NotFoundError
        If no draft was discarded there.
    """
    with ctx.store.begin() as work:
        record = next((one for one in work.history.of(DISCARDED) if one.id == entry), None)
        if record is None or "rules" not in record.detail:
            raise NotFoundError("There is no such draft.")
        base, mine = _discarded(work, record.detail)
        draft, published = work.rule_sets.draft(), work.rule_sets.published()
        was: dict[str, Any] = {}
        if draft is None:
            content = rule_set_to_dict(mine)
            work.rule_sets.save_draft(content, based_on=base.version, by=by, at=now, version=None)
        else:
            rules, clashes = carried(base.rules, mine.rules, rule_set_of(draft).rules)
            if clashes:
                raise ConflictError(
                    "There is another draft, which changes the same rules. Publish or discard "
                    "it first, then bring this one back."
                )
            joined = replace(rule_set_of(draft), rules=rules)
            was = keep_draft(work, joined, published, by=by, now=now)
        work.history.add(BACK, by, now, {"entry": entry, "n": record.detail["n"], **was})


def catch_up(ctx: Context, *, by: str, now: datetime) -> tuple[Clash, ...]:
    """Carry the draft's changes over to the version published since it began.

    A rule that both changed gets both changes; where they changed the same part of it, that of
    the draft stands.

    Returns
    -------
    tuple of Clash
        Each rule and part of which what was published does not stand in the draft any more.
    """
    with ctx.store.begin() as work:
        draft, published = work.rule_sets.draft(), work.rule_sets.published()
        if draft is None or draft.based_on == published.version:
            return ()
        base = rule_set_of(work.rule_sets.version(draft.based_on)).rules
        newest = rule_set_of(published)
        rules, clashes = carried(base, rule_set_of(draft).rules, newest.rules)
        work.rule_sets.discard_draft()
        keep_draft(work, replace(newest, rules=rules), published, by=by, now=now)
        told = [[one.rule, list(one.parts)] for one in clashes]
        detail = {"version": published.version, "clashes": told}
        work.history.add(CAUGHT_UP, by, now, detail)
    return clashes


def clashes_of(detail: Mapping[str, Any]) -> tuple[Clash, ...]:
    """Return the clashes that an entry of the history keeps."""
    return tuple(Clash(rule, tuple(parts)) for rule, parts in detail.get("clashes", ()))


def last_clashes(ctx: Context) -> tuple[Clash, ...]:
    """Return what clashed when a draft was carried over last."""
    with ctx.store.read() as work:
        entries = work.history.of(CAUGHT_UP)
    return clashes_of(entries[0].detail) if entries else ()


def carried(
    base: Sequence[Rule], mine: Sequence[Rule], onto: Sequence[Rule]
) -> tuple[tuple[Rule, ...], tuple[Clash, ...]]:
    """Make the changes from `base` to `mine` in `onto`; where both changed the same, mine stands.

    Returns
    -------
    tuple of (tuple of Rule, tuple of Clash)
    """
    merged: dict[str, Rule | None] = {rule.id: rule for rule in onto}
    clashes = []
    for one in differences(base, mine):
        id = one.rule.id
        merged[id], parts = _both(one, merged.get(id))
        if parts:
            clashes.append(Clash(id, parts))
    return tuple(rule for rule in merged.values() if rule is not None), tuple(clashes)


def _both(mine: Difference, theirs: Rule | None) -> tuple[Rule | None, tuple[str, ...]]:
    """Return a rule with both changes, and the parts of it that both changed."""
    if mine.before is not None and mine.after is not None and theirs is not None:
        told = merge(mine.before, theirs, mine.after)
        return told.both, told.clashes
    if theirs in (mine.before, mine.after):
        return mine.after, ()
    return mine.after, ("removed" if mine.after is None or theirs is None else "added",)


def changed_since(ctx: Context, seen: str) -> tuple[Difference, ...] | None:
    """Return what changed of the draft since somebody looked at it.

    Parameters
    ----------
    seen : str
        `RulesRoom.mark` of the draft that was looked at.

    Returns
    -------
    tuple of Difference or None
        None where the history cannot tell any more what was seen.
    """
    with ctx.store.read() as work:
        draft = work.rule_sets.draft()
        if draft is None:
            return None
        past = next((one for one in _earlier(work, draft) if mark_of_draft(one) == seen), None)
    if past is None:
        return None
    return differences(rule_set_of(past).rules, rule_set_of(draft).rules)


def _earlier(work: Work, draft: DraftRecord) -> Iterator[DraftRecord]:
    """Take the changes of a draft back one by one, newest first."""
    in_force = rule_set_of(work.rule_sets.published()).rules
    rule_set = rule_set_of(draft)
    for entry in work.history.of(*CHANGES, *ENDS, DISCARDED):
        detail = entry.detail
        if entry.what == DISCARDED and "rules" in detail:
            base, rule_set = _discarded(work, detail)
            draft = replace(draft, based_on=base.version)
        elif "was" in detail:
            rules = {rule.id: rule for rule in rule_set.rules if rule.id not in detail["new"]}
            rules |= {str(one["id"]): rule_from_dict(one) for one in detail["was"]}
            rule_set = replace(rule_set, rules=in_order(tuple(rules.values()), in_force))
        elif entry.what != BACK:
            return
        yield replace(draft, content=rule_set_to_dict(rule_set))

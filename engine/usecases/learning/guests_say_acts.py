"""What an owner does about what her guests say: keep hers, use theirs, accept, decline.

Weights and rules change in the draft alone, which serves nobody before it is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.catalogue.rules import rule_from_dict
from engine.domain.rules import Rule, Sureness
from engine.errors import BadInputError, ConflictError, NotFoundError
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.learning.guests_say import DECLINED, JobState, guests_say, suggestions_in
from engine.usecases.learning.voices import KEPT_MINE, Voice, firmer
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, keep_draft, rule_in
from engine.usecases.stays.arrivals import house_in_use, house_today

DIGITS = 2
"""Of a weight that an owner may write."""


def voice_of(ctx: Context, house_id: str | None, rule_id: str, *, now: datetime) -> Voice:
    """Return one rule with what the stays of a house say of it.

    Raises
    ------
    NotFoundError
        If there is no such house, or no such rule that is on.
    """
    told = guests_say(ctx, house_id, now=now).voices
    rule_in([voice.rule for voice in told], rule_id)
    return next(voice for voice in told if voice.rule.id == rule_id)


def keep_mine(ctx: Context, house_id: str, rule_id: str, *, by: str, now: datetime) -> None:
    """Keep the owner's number; its row goes quiet until the stays say something new.

    Raises
    ------
    BadInputError
        If the stays have said nothing of this rule yet.
    NotFoundError
        If there is no such house or rule.
    """
    voice = voice_of(ctx, house_id, rule_id, now=now)
    if voice.verdict is None:
        raise BadInputError("The stays have said nothing about this rule yet.")
    detail = {
        "house": house_id,
        "rule": rule_id,
        "said": voice.said,
        "told": voice.told,
        "told_sd": voice.told_sd,
        "verdict": voice.verdict.value,
    }
    with ctx.store.begin() as work:
        work.history.add(KEPT_MINE, by, now, detail)


def use_data(
    ctx: Context, house_id: str, rule_id: str, *, by: str, now: datetime, seen: str | None = None
) -> None:
    """Write what owner and stays say together into the draft.

    It is the number that guests would be advised by, not that of the stays alone: a few stays
    alone can tell anything.

    Parameters
    ----------
    seen : str, optional
        `mark_of_rule` of the rule that the owner looked at.

    Raises
    ------
    BadInputError
        If the stays have said nothing of this rule yet.
    ConflictError
        If somebody else changed this rule since.
    NotFoundError
        If there is no such house or rule.
    """
    voice = voice_of(ctx, house_id, rule_id, now=now)
    if voice.verdict is None:
        raise BadInputError("The stays have said nothing about this rule yet.")
    change = RuleChange(weight=round(voice.both, DIGITS))
    edit_rule(ctx, rule_id, change, by=by, now=now, seen=seen)


def hold(
    ctx: Context, rule_id: str, step: int, *, by: str, now: datetime, seen: str | None = None
) -> None:
    """Hold a number one step firmer (+1) or looser (−1) in the draft.

    Raises
    ------
    BadInputError
        If it is held as firmly, or as loosely, as can be.
    ConflictError
        If somebody else changed this rule since.
    NotFoundError
        If there is no such rule.
    """
    with ctx.store.read() as work:
        drafted = rule_set_of(work.rule_sets.draft() or work.rule_sets.published())
    rule = rule_in(drafted.rules, rule_id)
    sure = firmer(rule, step)
    if sure is None:
        raise BadInputError("There is no step further.")
    edit_rule(ctx, rule_id, RuleChange(sure=Sureness(sure)), by=by, now=now, seen=seen)


def accept_suggestion(ctx: Context, house_id: str, rule_id: str, *, by: str, now: datetime) -> None:
    """Put a suggested rule into the draft.

    Raises
    ------
    ConflictError
        If the draft holds it already.
    NotFoundError
        If the latest run does not suggest it.
    """
    with ctx.store.begin() as work:
        rule = _suggested(ctx, work, house_id, rule_id)
        rules = rule_set_of(work.rule_sets.draft() or work.rule_sets.published()).rules
        was = keep_rules(work, [*rules, rule], by=by, now=now)
        detail = {"rule": rule_id, "house": house_id, **was}
        work.history.add("rules.suggested", by, now, detail)


def decline_suggestion(
    ctx: Context, house_id: str, rule_id: str, *, by: str, now: datetime
) -> None:
    """Remember that a suggested rule is not wanted; it is not suggested again at this house.

    Raises
    ------
    NotFoundError
        If the latest run does not suggest it.
    """
    with ctx.store.begin() as work:
        rule = _suggested(ctx, work, house_id, rule_id)
        detail = {"house": house_id, "rule": rule_id, "because": dict(rule.because)}
        work.history.add(DECLINED, by, now, detail)


def _suggested(ctx: Context, work: Work, house_id: str, rule_id: str) -> Rule:
    runs = work.learning_runs.all(work.houses.get(house_id).id)
    told = suggestions_in(runs[0] if runs else None)
    rules = (rule_from_dict(one["rule"], ctx.catalogue.facts) for one in told)
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise NotFoundError("The latest run does not suggest this rule.")
    return found


def keep_rules(work: Work, rules: Iterable[Rule], *, by: str, now: datetime) -> dict[str, Any]:
    """Save the draft with these rules; return what `keep_draft` returns.

    Raises
    ------
    ConflictError
        If two have the same id.
    """
    draft, published = work.rule_sets.draft(), work.rule_sets.published()
    kept = tuple(rules)
    if len({rule.id for rule in kept}) < len(kept):
        raise ConflictError("The draft holds this rule already.")
    rule_set = replace(rule_set_of(draft or published), rules=kept)
    return keep_draft(work, rule_set, published, by=by, now=now)


def learn_now(ctx: Context, house_id: str, *, by: str, now: datetime) -> JobState:
    """Ask for a learning run of today; the work process does it, once.

    Nothing is planned where one waits, is being done, or is there for today.

    Returns
    -------
    JobState
        As it stands afterwards.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    state = guests_say(ctx, house_id, now=now).job
    if state not in (JobState.NONE, JobState.GIVEN_UP):
        return state
    with ctx.store.begin() as work:
        house = house_in_use(work, house_id)
        key = f"learn:{house.id}:{house_today(house, now)}:{now.isoformat()}"
        work.jobs.add("learn", {"house": house.id}, key=key, due_at=now, at=now)
        work.history.add("learning.asked", by, now, {"house": house.id})
    return JobState.WAITING

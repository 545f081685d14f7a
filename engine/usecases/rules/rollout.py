"""Owners try a draft beside the rules in force: silently, then for a share of the guests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.audit.rollout import Comparison, Told, broken, compare
from engine.domain.evidence import EvidenceKind, standing
from engine.domain.offers import Reaction
from engine.domain.rollout import MOST_PERCENT, Metric, Rollout, RolloutState, TrialStay
from engine.errors import NotFoundError
from engine.store import RuleSetRecord, TriedStay, Work
from engine.usecases.advice.dealing import rollout_key
from engine.usecases.advice.patterns import SATISFACTION
from engine.usecases.context import Context
from engine.usecases.house.culture_lock import refuse_locked
from engine.usecases.rules.hindrances import draft_of, hindrance, reason_given, refuse
from engine.usecases.rules.publish_rules import stop
from engine.usecases.rules.tune_rules import wrong

__all__ = [
    "Comparison",
    "TrialRoom",
    "finish_trial",
    "keep_watching",
    "set_share",
    "start_trial",
    "stop_trial",
    "trial_room",
    "watch_trial",
]

COMPLAINT = "problem_now"
"""The fact that says that something went wrong in this stay."""
WATCH = "watch_trial"
"""The kind of the job."""
EVERY = timedelta(hours=1)
"""How often a running trial is looked at."""
BY_ITSELF = "Tact"
"""Who stops a trial when a metric got worse."""
LEAST_PERCENT = 0


@dataclass(frozen=True, slots=True)
class TrialRoom:
    """A trial, and what it has shown so far."""

    rollout: Rollout
    tried: RuleSetRecord
    n_stays: int
    """Stays of which both versions said something."""
    n_differ: int
    turns: tuple[tuple[str, str, int], ...]
    """From the old style to the new one, and how many stays; most first."""
    comparisons: tuple[Comparison, ...]
    """One for each metric, of the stays that the desk met."""

    @property
    def satisfaction(self) -> Comparison:
        """The metric that says whether to go over to the new rules."""
        return next(one for one in self.comparisons if one.metric is Metric.SATISFACTION)


def start_trial(
    ctx: Context, percent: int, reason: str, *, by: str, now: datetime, seen: str
) -> Rollout:
    """Try the draft, which becomes a numbered version that is not in force.

    Parameters
    ----------
    percent : int
        Share of the guests to serve by it; 0 = it advises silently.
    reason : str
        Why, in the owner's words: it stays with the version.
    seen : str
        `RulesRoom.mark` of the draft that the owner looked at.

    Raises
    ------
    FormError
        If no reason is given or the share is none; with the fields `reason` or `percent`.
    ConflictError
        As for `publish`.
    """
    told = reason_given(reason)
    _refuse_share(percent)
    with ctx.store.begin() as work:
        refuse(hindrance(work, seen), work)
        draft = draft_of(work)
        refuse_locked(ctx, work, draft.content)
        tried = work.rule_sets.number(draft.content, reason=told, by=by, at=now)
        work.rule_sets.discard_draft()
        key = rollout_key(ctx.secret, tried.version)
        rollout = work.rollouts.begin(
            tried.version, against=draft.based_on, key=key, percent=percent, by=by, at=now
        )
        _note(work, "rules.trial_begun", rollout, percent, by, now)
        plan_watch(work, rollout, now)
    return rollout


def set_share(ctx: Context, percent: int, *, by: str, now: datetime) -> None:
    """Serve another share of the guests by the rules that are tried.

    Raising it moves nobody out. Who has arrived is served on as she was met.

    Raises
    ------
    FormError
        If the share is none; with the field `percent`.
    NotFoundError
        If nothing is tried.
    """
    _refuse_share(percent)
    with ctx.store.begin() as work:
        rollout = _running(work)
        if rollout.percent != percent:
            work.rollouts.set_percent(rollout.id, percent)
            before = {"percent_before": rollout.percent}
            _note(work, "rules.trial_share", rollout, percent, by, now, **before)


def stop_trial(ctx: Context, *, by: str, now: datetime) -> None:
    """Serve everybody by the rules in force again; what was tried is the draft again.

    Raises
    ------
    NotFoundError
        If nothing is tried.
    """
    with ctx.store.begin() as work:
        stop(work, _running(work), by=by, now=now)


def finish_trial(ctx: Context, *, by: str, now: datetime) -> int:
    """Put the rules that were tried in force for everybody; return their number.

    Raises
    ------
    ConflictError
        If rules about culture, which were locked since, are among them.
    NotFoundError
        If nothing is tried.
    """
    with ctx.store.begin() as work:
        rollout = _running(work)
        refuse_locked(ctx, work, work.rule_sets.version(rollout.version).content)
        work.rule_sets.put_in_force(rollout.version, by=by, at=now, based_on=rollout.against)
        work.rollouts.end(rollout.id, RolloutState.FINISHED, by=by, at=now)
        _note(work, "rules.trial_finished", rollout, MOST_PERCENT, by, now)
    return rollout.version


def trial_room(ctx: Context) -> TrialRoom | None:
    """Show the trial that began last, with what it has shown; None before the first."""
    with ctx.store.read() as work:
        rollout = work.rollouts.latest()
        if rollout is None:
            return None
        tried = work.rule_sets.version(rollout.version)
        stays = work.rollouts.stays(rollout.id)
        told = tuple(_told(work, stays))
    differing = [one.trial for one in stays if one.trial.differs]
    turns = Counter((trial.old_style, trial.new_style) for trial in differing)
    return TrialRoom(
        rollout=rollout,
        tried=tried,
        n_stays=len(stays),
        n_differ=len(differing),
        turns=tuple((old, new, n) for (old, new), n in turns.most_common()),
        comparisons=tuple(compare(told, metric) for metric in Metric),
    )


def keep_watching(work: Work, now: datetime) -> None:
    """Plan to look at the trial that runs, if any, even where an earlier look was given up."""
    rollout = work.rollouts.running()
    if rollout is not None:
        plan_watch(work, rollout, now)


def plan_watch(work: Work, rollout: Rollout, now: datetime) -> None:
    """Plan to look at a trial in the next hour, once."""
    due_at = now + EVERY
    key = f"{WATCH}:{rollout.id}:{due_at:%Y-%m-%dT%H}"
    work.jobs.add(WATCH, {"rollout": rollout.id}, key=key, due_at=due_at, at=now)


def watch_trial(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Stop a trial whose new rules very likely make a metric worse; else look again in an hour."""
    with ctx.store.begin() as work:
        rollout = work.rollouts.running()
        if rollout is None or rollout.id != payload["rollout"]:
            return
        found = broken(tuple(_told(work, work.rollouts.stays(rollout.id))))
        if found is None:
            plan_watch(work, rollout, now)
        else:
            stop(work, rollout, by=BY_ITSELF, now=now, why=found.metric.value)


def _told(work: Work, stays: tuple[TriedStay, ...]) -> Iterator[Told]:
    """Say what became of each stay that the desk met while a share of guests was served anew."""
    met = [one for one in stays if one.served_style is not None and one.trial.percent]
    ledgers = work.ledger.of_many([one.trial.stay_id for one in met])
    for one in met:
        entries = standing(ledgers[one.trial.stay_id])
        grades = [
            e.value for e in entries if (e.kind, e.key) == (EvidenceKind.OUTCOME, SATISFACTION)
        ]
        taken = [str(e.value) for e in entries if e.kind is EvidenceKind.REACTION]
        noticed = {e.key for e in entries if e.kind is EvidenceKind.CUE}
        yield Told(
            guest=one.guest_id,
            is_new=one.trial.is_new,
            percent=one.trial.percent,
            satisfaction=int(grades[-1] or 0) if grades else None,
            is_overridden=_is_overridden(one.trial, one.served_style),
            n_reactions=len(taken),
            n_declined=taken.count(Reaction.DECLINED.value),
            has_complaint=one.facts.get(COMPLAINT) is True or COMPLAINT in noticed,
        )


def _is_overridden(trial: TrialStay, served: str | None) -> bool | None:
    return None if trial.shown is None else trial.shown != served


def _running(work: Work) -> Rollout:
    rollout = work.rollouts.running()
    if rollout is None:
        raise NotFoundError("Nothing is being tried any more.")
    return rollout


def _refuse_share(percent: int) -> None:
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise wrong("percent", "Write a share from 0 to 100.")


def _note(
    work: Work, what: str, rollout: Rollout, percent: int, by: str, now: datetime, **more: int
) -> None:
    detail = {"version": rollout.version, "percent": percent, **more}
    work.history.add(what, by, now, detail)

"""You say, your guests say: each rule of the owner beside what the stays of her house tell of it.

Nothing here changes anything. What an owner does about it is in `guests_say_acts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.audit.gates import told_something
from engine.catalogue.rules import rule_from_dict
from engine.domain.rules import Rule
from engine.domain.stays import House
from engine.store import HistoryRecord, LearningRunRecord, Work
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.learning.voices import KEPT_MINE, Voice, voices_of
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.stays.arrivals import house_in_use, house_today

Run = LearningRunRecord
"""One learning run, for pages, which know no tables."""
DECLINED = "learning.declined"
DECIDED = (KEPT_MINE, DECLINED, "learning.in_force", "learning.withdrawn")
"""Entries of the history that this room shows."""
MOST_DECIDED = 20


class JobState(StrEnum):
    """Where the learner stands that an owner asked for."""

    NONE = "none"
    WAITING = "waiting"
    BEGUN = "begun"
    FAILED = "failed"
    """It will be tried again."""
    GIVEN_UP = "given_up"
    LEARNED = "learned"
    """There is a run of today."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A rule that nobody wrote and the stays ask for."""

    rule: Rule
    weight: float
    sd: float
    n_holds: int
    n_fails: int
    is_in_draft: bool


@dataclass(frozen=True, slots=True)
class GuestsSay:
    """The whole room for one house."""

    house: House
    houses: tuple[House, ...]
    run: LearningRunRecord | None
    """The latest one."""
    in_force: date | None
    """Day of the run that guests are advised by."""
    is_of_these_rules: bool
    """Whether the run learned from the rules that are in force."""
    n_told: int
    """Stays that told something, by now."""
    voices: tuple[Voice, ...]
    """Most disagreement first; what the owner keeps comes last."""
    suggestions: tuple[Suggested, ...]
    job: JobState
    job_message: str
    decided: tuple[HistoryRecord, ...]
    has_draft: bool

    @property
    def document(self) -> Mapping[str, Any]:
        """What the run tells; empty where nothing was learned."""
        told: Mapping[str, Any] = self.run.content["document"] if self.run else {}
        return told


def guests_say(ctx: Context, house_id: str | None = None, *, now: datetime) -> GuestsSay:
    """Show what the stays of one house say beside its owner.

    Parameters
    ----------
    house_id : str, optional
        The first own house unless told otherwise.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        runs = work.learning_runs.all(house.id)
        run = runs[0] if runs else None
        adviser = adviser_in_force(ctx, work)
        draft = work.rule_sets.draft()
        decided = _decided(work, house.id)
        state, message = _job(work, house, now)
        drafted = rule_set_of(draft).rules if draft else adviser.rule_set.rules
        return GuestsSay(
            house=house,
            houses=work.houses.all(),
            run=run,
            in_force=work.learning_runs.day_in_force(house.id),
            is_of_these_rules=_is_of(run, adviser.rule_set.version),
            n_told=told_something(stats_of(work, house.id)),
            voices=voices_of(run, adviser, drafted, decided),
            suggestions=tuple(_suggested(ctx, run, drafted, decided)),
            job=state,
            job_message=message,
            decided=decided[:MOST_DECIDED],
            has_draft=draft is not None,
        )


def _is_of(run: LearningRunRecord | None, version: int) -> bool:
    return run is not None and learned_of(run).rules == version


def _decided(work: Work, house: str) -> tuple[HistoryRecord, ...]:
    return tuple(one for one in work.history.of(*DECIDED) if one.detail.get("house") == house)


def _suggested(
    ctx: Context,
    run: LearningRunRecord | None,
    drafted: Sequence[Rule],
    decided: Sequence[HistoryRecord],
) -> Iterator[Suggested]:
    """Give what a run suggests and its owner has not declined."""
    declined = {str(one.detail["rule"]) for one in decided if one.what == DECLINED}
    ids = {rule.id for rule in drafted}
    for told in suggestions_in(run):
        rule = rule_from_dict(told["rule"], ctx.catalogue.facts)
        if rule.id not in declined:
            n_holds, n_fails = int(told["holds"]), int(told["fails"])
            is_in = rule.id in ids
            yield Suggested(rule, told["weight"], told["sd"], n_holds, n_fails, is_in)


def suggestions_in(run: LearningRunRecord | None) -> Sequence[Mapping[str, Any]]:
    """Return what a run suggests; runs from before rules were sought suggest nothing."""
    told = run.content["document"].get("suggestions") if run else None
    return tuple(told["rules"]) if told else ()


def _job(work: Work, house: House, now: datetime) -> tuple[JobState, str]:
    """Say where the learner stands: the state, and why it failed last."""
    waiting = [job for job in work.jobs.waiting() if _is_for(job.kind, job.payload, house)]
    due = [job for job in waiting if job.due_at <= now or job.tries]
    if due:
        job = due[0]
        if job.message:
            return JobState.FAILED, job.message
        return (JobState.BEGUN if job.tries else JobState.WAITING), ""
    if work.learning_runs.find(house.id, house_today(house, now)) is not None:
        return JobState.LEARNED, ""
    gone = [job for job in work.jobs.dead() if _is_for(job.kind, job.payload, house)]
    today = [job for job in gone if now - job.due_at < timedelta(days=1)]
    return (JobState.GIVEN_UP, today[-1].message or "") if today else (JobState.NONE, "")


def _is_for(kind: str, payload: Mapping[str, Any], house: House) -> bool:
    return kind == "learn" and payload.get("house") == house.id

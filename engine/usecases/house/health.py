"""The room of health: whether forecasts come true, rules speak, and the machine runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from engine import __version__
from engine.audit.calibration_check import (
    Calibration,
    Foretold,
    Score,
    calibration_of,
    chances,
    score_of,
)
from engine.decision.situation import Situation
from engine.domain.evidence import Evidence
from engine.domain.exploration import Exploration
from engine.domain.learned import outcome_with, run_of_model
from engine.domain.model import OutcomeConstants
from engine.domain.outcomes import Satisfaction
from engine.domain.rules import Rule
from engine.domain.stays import Case, House
from engine.errors import NotFoundError
from engine.rules.evaluate import truth_of
from engine.store import Job, LearningRunRecord, Overrides, RecommendationRecord, Work
from engine.store.audits import bytes_used, engine_version, told_how_it_was
from engine.usecases.advice.advising import adviser_in_force, cases_of
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.advice.patterns import outcome_of
from engine.usecases.context import Context
from engine.usecases.house.fairness import LOOK_BACK, MOST_TOLD, latest_stays, with_advice
from engine.usecases.learning.exploring import exploration_of, override_rate
from engine.usecases.stays.arrivals import house_in_use, house_today

MOST_LOOKED_AT = 200
"""Latest stays by which rules are counted: enough for a share to within 7 points."""
LEAST_OVERRIDES = 5
"""Stays from which an override rate is shown: fewer would speak of one person at the desk."""
RUBBER_STAMP = 30
"""Stays without a single override from which somebody should ask whether advice is read."""
LATE = timedelta(minutes=10)
"""Overdue by so much, a job says that nobody works: the worker looks every few seconds."""
WAL_RACE = ((3, 7, 0), (3, 51, 3))
"""From, and before: versions of SQLite whose log may be reset under a reader."""


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often one rule that is on speaks, among the latest stays."""

    rule: Rule
    n: int
    n_fires: int
    n_unknown: int


@dataclass(frozen=True, slots=True)
class Machine:
    """The program and its database."""

    version: str
    database: str
    """sqlite or postgresql, with its version."""
    n_bytes: int
    has_wal_race: bool
    """This SQLite may lose what was just written when its log is reset."""


@dataclass(frozen=True, slots=True)
class JobsState:
    """What waits to be done, and what could not be."""

    waiting: tuple[Job, ...]
    failing: tuple[Job, ...]
    """Tried, failed, to be tried again."""
    dead: tuple[Job, ...]
    """Given up."""
    is_worker_silent: bool
    """Something was due some time ago and nobody has taken it up."""


@dataclass(frozen=True, slots=True)
class HealthRoom:
    """All that the room shows of one house."""

    house: House
    houses: tuple[House, ...]
    calibration: Calibration
    score: Score
    rates: tuple[RuleRate, ...]
    n_looked_at: int
    overrides: Overrides
    exploration: Exploration
    month: str
    """Of today at the house, 2026-06."""
    spent: float
    """Points that exploring cost this month."""
    run: LearningRunRecord | None
    """The latest one."""
    jobs: JobsState
    machine: Machine

    @property
    def drift(self) -> Mapping[str, Any]:
        """What the latest run says of change; empty where it says nothing."""
        told: Mapping[str, Any] = self.run.content["document"].get("drift") if self.run else {}
        return told or {}


def health_room(ctx: Context, house_id: str | None = None, *, now: datetime) -> HealthRoom:
    """Show how Tact fares in one house.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        calibration, score = _forecasts(ctx, work, house, now)
        stays = latest_stays(work, house, MOST_LOOKED_AT, now=now)
        cases, _ = cases_of(ctx, work, house, stays, now=now)
        runs = work.learning_runs.all(house.id)
        month = f"{house_today(house, now):%Y-%m}"
        return HealthRoom(
            house=house,
            houses=work.houses.all(),
            calibration=calibration,
            score=score,
            rates=_rates(ctx, work, house, cases),
            n_looked_at=len(cases),
            overrides=override_rate(work, house.id),
            exploration=exploration_of(ctx, work, house.id),
            month=month,
            spent=work.exploration.spent(house.id, month),
            run=runs[0] if runs else None,
            jobs=_jobs(work, now),
            machine=_machine(work),
        )


def _forecasts(ctx: Context, work: Work, house: House, now: datetime) -> tuple[Calibration, Score]:
    """Foretell each stay from the advice that was kept before it told how it was."""
    since = house_today(house, now) - LOOK_BACK
    ids = told_how_it_was(work, house.id, since, MOST_TOLD)
    told = [one for one in with_advice(work, ids) if outcome_of(one[1])]
    foretold = [_foretold(*one) for one in told]
    models = [str(advice.versions["model"]) for advice, _ in told]
    chance = np.zeros(len(told))
    positions = {id: style.position for id, style in ctx.catalogue.styles.items()}
    for model in sorted(set(models)):
        here = [k for k, one in enumerate(models) if one == model]
        constants = _constants(ctx, work, model)
        chance[here] = chances([foretold[k] for k in here], positions, constants)
    good = [one.is_good for one in foretold]
    return calibration_of(chance, good), score_of(chance, good)


def _foretold(advice: RecommendationRecord, entries: Sequence[Evidence]) -> Foretold:
    belief = advice.output["belief"]
    is_good = outcome_of(entries) >= Satisfaction.GOOD
    return Foretold(belief["mean"], belief["sd"], str(advice.output["style"]), is_good)


def _constants(ctx: Context, work: Work, model: str) -> OutcomeConstants:
    """Return what was known of satisfaction when this model advised, so that none foretells itself.

    A run that is gone by now leaves the seed's numbers.
    """
    run = run_of_model(model)
    try:
        learned = learned_of(work.learning_runs.of(*run)) if run else None
    except NotFoundError:
        learned = None
    return outcome_with(learned, ctx.catalogue.model.outcome)


def _rates(ctx: Context, work: Work, house: House, cases: Sequence[Case]) -> tuple[RuleRate, ...]:
    """Count for whom each rule fires; the rarest decided first."""
    facts = [Situation(case, ctx.catalogue).facts for case in cases]
    rules = [rule for rule in adviser_in_force(ctx, work, house.id).rules.rules if rule.weight]
    rates = []
    for rule in rules:
        truths = [truth_of(rule, known) for known in facts]
        fires, unknown = truths.count(True), truths.count(None)
        rates.append(RuleRate(rule, len(truths), fires, unknown))
    return tuple(sorted(rates, key=lambda rate: (-rate.n_unknown, rate.n_fires, rate.rule.id)))


def _jobs(work: Work, now: datetime) -> JobsState:
    waiting = work.jobs.waiting()
    failing = tuple(job for job in waiting if job.message)
    is_silent = any(job.due_at <= now - LATE and not job.tries for job in waiting)
    return JobsState(waiting, failing, work.jobs.dead(), is_silent)


def _machine(work: Work) -> Machine:
    name, version = engine_version(work)
    told = f"{name} {'.'.join(map(str, version))}"
    first, mended = WAL_RACE
    has_race = name == "sqlite" and first <= version < mended
    return Machine(__version__, told, bytes_used(work), has_race)

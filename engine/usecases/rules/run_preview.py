"""What advising by one learning run would change, before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.audit.replay import Served, served_otherwise
from engine.decision.advise import Adviser
from engine.domain.stays import House, Stay, StayStatus
from engine.store import LearningRunRecord, Work
from engine.usecases.advice.advising import adviser_in_force, cases_of
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use, house_today

LOOK_BACK, LOOK_AHEAD = timedelta(days=400), timedelta(days=400)
MOST_REPLAYED = 1000
"""Stays that a run is tried on, those nearest to today: about a second."""


@dataclass(frozen=True, slots=True)
class RunPreview:
    """What advising by one run would change."""

    house: House
    run: LearningRunRecord
    is_in_force: bool
    is_of_these_rules: bool
    changed: tuple[Served, ...]
    n_stays: int
    stays: Mapping[str, Stay]
    """The changed ones by reference."""


def preview_run(ctx: Context, house_id: str | None, until: date, *, now: datetime) -> RunPreview:
    """Say which past and coming stays a run would serve otherwise than now; nothing is changed.

    For the run in force it is told what taking it back to the owner's own numbers would change.

    Raises
    ------
    NotFoundError
        If there is no such house or run.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        run = work.learning_runs.of(house.id, until)
        in_force = adviser_in_force(ctx, work, house.id)
        is_in_force = work.learning_runs.day_in_force(house.id) == until
        stays = _near(work, house, now)
        cases, _ = cases_of(ctx, work, house, stays, now=now)
    learned = None if is_in_force else learned_of(run)
    is_of_these = learned_of(run).rules == in_force.rule_set.version
    then = Adviser(ctx.catalogue, in_force.rule_set, learned if is_of_these else None)
    changed, n_stays = served_otherwise(cases, in_force, then) if is_of_these else ((), 0)
    refs = {served.ref for served in changed}
    by_ref = {stay.ref: stay for stay in stays if stay.ref in refs}
    return RunPreview(house, run, is_in_force, is_of_these, changed, n_stays, by_ref)


def _near(work: Work, house: House, now: datetime) -> list[Stay]:
    """Stays that came or will come, those nearest to today."""
    today = house_today(house, now)
    called_off = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
    around = work.stays.between(house.id, today - LOOK_BACK, today + LOOK_AHEAD)
    came = [stay for stay in around if stay.status not in called_off]
    return sorted(came, key=lambda s: (abs(s.arrival_on - today), s.ref))[:MOST_REPLAYED]

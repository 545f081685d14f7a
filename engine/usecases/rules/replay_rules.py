"""Who would be served otherwise by other rules, and what that would be worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from engine.audit.judgement import DrawnStays, Judgement, judge
from engine.audit.replay import Served, replay
from engine.catalogue.case import case_from_inputs
from engine.decision.advise import Adviser
from engine.decision.coded_stays import Kept
from engine.decision.past import past_of
from engine.domain.evidence import standing
from engine.domain.rules import RuleSet
from engine.domain.stays import House
from engine.store import Work
from engine.store.drawn_stays import drawn_stays
from engine.store.snapshot_marks import stays_by_id
from engine.usecases.advice.past_stays import past_of_house
from engine.usecases.advice.patterns import outcome_of
from engine.usecases.advice.snapshots import stays_kept
from engine.usecases.context import Context

MOST_JUDGED = 2_000
"""Stays left to chance, the latest: their inputs are read one by one."""
BATCH = 500
"""Stays whose references are read at once."""

Progress = Callable[[str, int, int], None]
"""Told what is done (`read` or `serve`), how many stays of how many."""


def nobody_waits(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Turned:
    """The stays of one house that other rules would serve otherwise."""

    house: House
    n_stays: int
    ids: tuple[int, ...]
    """Of the stays that change, the largest shift first."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    shifts: tuple[float, ...]


def adviser_by(ctx: Context, now: Adviser, rule_set: RuleSet) -> Adviser:
    """Return an adviser of another rule set, as it would be if it were published."""
    return Adviser(ctx.catalogue, replace(rule_set, version=now.rule_set.version))


def turned_by(  # noqa: PLR0913  # each is named at the call
    ctx: Context,
    house: House,
    now: Adviser,
    then: Adviser,
    *,
    days: tuple[date, date] | None = None,
    most: int = 0,
    kept: Kept | None = None,
    progress: Progress = nobody_waits,
) -> Turned:
    """Serve the stays of a house by two advisers, each stay at its arrival.

    Parameters
    ----------
    ctx : Context
    house : House
    now, then : Adviser
    days : tuple of date, optional
        First and last day of arrival; all otherwise.
    most : int
        So many stays, those that arrive last; 0 = all.
    kept : Kept, optional
        The coded stays, where they were read already.
    progress : callable, optional
    """
    stays = kept or stays_kept(ctx, lambda done, of: progress("read", done, of))
    past = past_of_house(ctx, stays, house.id, days=days, most=most)
    found = replay(past, now, then, lambda done: progress("serve", done, past.n_stays))
    return Turned(
        house,
        found.n_stays,
        tuple(past.ids[found.rows].tolist()),
        found.before,
        found.after,
        tuple(found.shifts.tolist()),
    )


def with_refs(ctx: Context, turned: Turned) -> tuple[Served, ...]:
    """Name the stays that change; one that is gone by now is left out."""
    refs: dict[int, str] = {}
    with ctx.store.read() as work:
        for start in range(0, len(turned.ids), BATCH):
            some = turned.ids[start : start + BATCH]
            refs |= {stay.id: stay.ref for stay in stays_by_id(work.connection, some)}
    pieces = zip(turned.ids, turned.before, turned.after, turned.shifts, strict=True)
    return tuple(
        Served(refs[id], before, after, shift) for id, before, after, shift in pieces if id in refs
    )


def judged(ctx: Context, house: House, now: Adviser, then: Adviser) -> Judgement:
    """Judge other rules by the latest stays of a house that were left to chance."""
    with ctx.store.read() as work:
        drawn = _drawn(ctx, work, house)
    return judge(drawn, now, then)


def _drawn(ctx: Context, work: Work, house: House) -> DrawnStays:
    styles = {id: place for place, id in enumerate(ctx.catalogue.styles)}
    found = [
        stay for stay in drawn_stays(work.connection, house.id, MOST_JUDGED) if stay.style in styles
    ]
    ledgers = work.ledger.of_many([stay.stay_id for stay in found])
    grades = [outcome_of(standing(ledgers[stay.stay_id])) for stay in found]
    return DrawnStays(
        past=past_of([case_from_inputs(stay.inputs) for stay in found], ctx.catalogue),
        taken=np.array([styles[stay.style] for stay in found], dtype=np.int64),
        propensities=np.array([stay.propensity for stay in found], dtype=np.float64),
        satisfaction=np.array(grades, dtype=np.int64),
    )

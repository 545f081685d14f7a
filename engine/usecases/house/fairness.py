"""The room of fairness and quality: equal quality at both ends, no move by who a guest is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.audit.fairness import (
    LARGEST_MOVE,
    Flip,
    GroupMove,
    Turn,
    at_the_cap,
    flip_of,
    flippable,
    group_moves,
    with_other,
)
from engine.audit.quality import Quality, Told, quality_of
from engine.decision.advise import Adviser
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.stays import Case, House, Stay, StayStatus
from engine.store import HistoryRecord, RecommendationRecord, Work
from engine.store.audits import told_how_it_was
from engine.usecases.advice.advising import adviser_in_force, case_of, cases_of
from engine.usecases.advice.patterns import BATCH, outcome_of
from engine.usecases.context import Context
from engine.usecases.house.culture_lock import CultureLock, culture_lock
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.stays.arrivals import house_in_use, house_today
from engine.usecases.stays.outcomes import CONTACT

LOOK_BACK = timedelta(days=400)
"""A year and a bit: every season once."""
MOST_TOLD = 5_000
"""Latest stays that told how they were: a mean is then known to a fiftieth of a grade."""
MOST_LOOKED_AT = 200
"""Latest stays looked at while the page is made."""
MOST_CHECKED = 10_000
"""Stays of a full check; it takes a few seconds and is done as a job."""
CHECKED = "fairness.checked"
JOB = "fairness"
NAME = "name"
SOMEBODY = "Nobody Else"
"""Another name than anybody's."""


class Compared(StrEnum):
    """What the moves of groups are measured against."""

    DRAFT = "draft"
    """The rules in force, and the draft."""
    BEFORE = "before"
    """The version before, and the rules in force."""
    NO_RULES = "no_rules"
    """No rule at all, and the rules in force."""


@dataclass(frozen=True, slots=True)
class FullCheck:
    """What the last full check found."""

    at: datetime
    by: str
    n: int
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class FairnessRoom:
    """All that the room shows of one house."""

    house: House
    houses: tuple[House, ...]
    quality: Quality
    compared: Compared
    moves: tuple[GroupMove, ...]
    n_cases: int
    flips: tuple[Flip, ...]
    """Of the latest stays."""
    full: FullCheck | None
    is_checking: bool
    """A full check waits or is going on."""
    check_failed: str
    """Why the last try failed; empty where it did not."""
    lock: CultureLock
    at_cap: tuple[Flip, ...] = ()
    """The audit before the lock is opened: what could move at most; empty once it is open."""

    @property
    def largest(self) -> GroupMove | None:
        """The group that moves most; None where no group moves."""
        return next((move for move in self.moves if move.n_changed), None)

    @property
    def has_unfair_move(self) -> bool:
        """Whether a change of the rules moves any group by more points than it should."""
        is_change = self.compared is not Compared.NO_RULES
        return is_change and any(abs(move.points) > LARGEST_MOVE for move in self.moves)


def fairness_room(ctx: Context, house_id: str | None = None, *, now: datetime) -> FairnessRoom:
    """Show whether one house treats its guests alike.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        stays = latest_stays(work, house, MOST_LOOKED_AT, now=now)
        adviser = adviser_in_force(ctx, work, house.id)
        cases, _ = cases_of(ctx, work, house, stays, now=now)
        compared, before, after = _compared(ctx, work, adviser)
        is_checking, failed = _job(work, house)
        lock = culture_lock(ctx, work)
        return FairnessRoom(
            house=house,
            houses=work.houses.all(),
            quality=quality_of(told_of(work, house, now=now)),
            compared=compared,
            moves=group_moves(cases, before, after, judge=adviser),
            n_cases=len(cases),
            flips=flips_of(adviser, house, stays, cases, now=now),
            full=_last_check(work, house),
            is_checking=is_checking,
            check_failed=failed,
            lock=lock,
            at_cap=() if lock.is_open else at_cap_of(ctx, adviser, cases),
        )


def at_cap_of(ctx: Context, adviser: Adviser, cases: Sequence[Case]) -> tuple[Flip, ...]:
    """Say what could move at most: every rule about culture switched on, as heavy as is allowed."""
    facts = adviser.catalogue.facts
    cap = ctx.catalogue.model.prior.culture_weight_limit
    rules = at_the_cap(adviser.rule_set.rules, facts, cap)
    heaviest = Adviser(ctx.catalogue, replace(adviser.rule_set, rules=rules))
    said = [heaviest.recommend(case) for case in cases]
    flips = []
    for fact in (one for one in flippable(facts) if one.is_scored):
        others = (with_other(case, fact) for case in cases)
        flips.append(flip_of(fact.id, heaviest, zip(said, cases, others, strict=True)))
    return tuple(flips)


def latest_stays(work: Work, house: House, most: int, *, now: datetime) -> tuple[Stay, ...]:
    """Return the latest stays of a house that took place or will within a month."""
    today = house_today(house, now)
    around = work.stays.between(house.id, today - LOOK_BACK, today + timedelta(days=30))
    away = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
    met = work.restrictions.without(around)  # who is served without notes is in no figure
    return tuple(stay for stay in met if stay.status not in away)[-most:]


def told_of(work: Work, house: House, *, now: datetime) -> tuple[Told, ...]:
    """Return how the latest stays were, each with what was last believed of its guest."""
    since = house_today(house, now) - LOOK_BACK
    ids = told_how_it_was(work, house.id, since, MOST_TOLD)
    return tuple(_told(*one) for one in with_advice(work, ids))


def with_advice(
    work: Work, ids: Sequence[int]
) -> Iterator[tuple[RecommendationRecord, tuple[Evidence, ...]]]:
    """Give the last advice of each stay that has one, and what stands of its ledger."""
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        ledgers, advice = work.ledger.of_many(some), work.recommendations.latest_of_many(some)
        for id in some:
            if id in advice:
                yield advice[id], standing(ledgers[id])


def _told(advice: RecommendationRecord, entries: Sequence[Evidence]) -> Told:
    felt = [e.value for e in entries if e.kind is EvidenceKind.OUTCOME and e.key == CONTACT]
    return Told(
        position=float(advice.output["belief"]["mean"]),
        has_answered=any(e.kind is EvidenceKind.ANSWER for e in entries),
        satisfaction=outcome_of(entries) or None,
        contact=int(felt[-1] or 0) if felt else None,
    )


def _compared(ctx: Context, work: Work, in_force: Adviser) -> tuple[Compared, Adviser, Adviser]:
    """Return what to compare: the draft if there is one, else the version before, else no rules."""
    draft, rule_set = work.rule_sets.draft(), in_force.rule_set
    if draft is not None:
        drafted = replace(rule_set_of(draft), version=rule_set.version)
        return Compared.DRAFT, in_force, Adviser(ctx.catalogue, drafted)
    earlier = [one for one in work.rule_sets.all() if one.version < rule_set.version]
    if earlier:
        return Compared.BEFORE, Adviser(ctx.catalogue, rule_set_of(earlier[0])), in_force
    return Compared.NO_RULES, Adviser(ctx.catalogue, replace(rule_set, rules=())), in_force


def flips_of(
    adviser: Adviser, house: House, stays: Sequence[Stay], cases: Sequence[Case], *, now: datetime
) -> tuple[Flip, ...]:
    """Advise guests as if their name, their language or their country were another.

    Parameters
    ----------
    stays, cases : sequence of the same length
        Each stay with its case.
    """
    said = [adviser.recommend(case) for case in cases]
    named = _named_otherwise(house, stays, cases, now)
    flips = [flip_of(NAME, adviser, zip(said, cases, named, strict=True))]
    for fact in flippable(adviser.catalogue.facts):
        others = (with_other(case, fact) for case in cases)
        flips.append(flip_of(fact.id, adviser, zip(said, cases, others, strict=True)))
    return tuple(flips)


def _named_otherwise(
    house: House, stays: Sequence[Stay], cases: Sequence[Case], now: datetime
) -> Iterator[Case]:
    """Gather each case anew for a guest of another name, with all else that is known of her."""
    for stay, case in zip(stays, cases, strict=True):
        other = replace(stay, guest=replace(stay.guest, name=SOMEBODY))
        anew = case_of(other, house, (), now=now, trait=case.trait)
        told = ("facts", "unit", "place", "language", "ref", "trait")
        yield replace(case, **{key: getattr(anew, key) for key in told})


def ask_full_check(ctx: Context, house_id: str | None, *, by: str, now: datetime) -> None:
    """Plan a check of up to 10,000 stays; it is done in the background."""
    with ctx.store.begin() as work:
        house = house_in_use(work, house_id)
        if not _job(work, house)[0]:
            key = f"{JOB}:{house.id}:{now.isoformat()}"
            work.jobs.add(JOB, {"house": house.id, "by": by}, key=key, due_at=now, at=now)


def check_all(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Check up to 10,000 stays of a house, and write down what was found."""
    with ctx.store.read() as work:
        house = work.houses.get(str(payload["house"]))
        stays = latest_stays(work, house, MOST_CHECKED, now=now)
        adviser = adviser_in_force(ctx, work, house.id)
        cases: list[Case] = []
        for start in range(0, len(stays), BATCH):
            cases += cases_of(ctx, work, house, stays[start : start + BATCH], now=now)[0]
    found = flips_of(adviser, house, stays, cases, now=now)
    detail = {"house": house.id, "n": len(stays), "flips": [_flip_to_dict(flip) for flip in found]}
    with ctx.store.begin() as work:
        work.history.add(CHECKED, str(payload["by"]), now, detail)


def _job(work: Work, house: House) -> tuple[bool, str]:
    mine = [
        job
        for job in work.jobs.waiting()
        if job.kind == JOB and job.payload.get("house") == house.id
    ]
    return bool(mine), next((job.message for job in mine if job.message), "")


def _last_check(work: Work, house: House) -> FullCheck | None:
    entries = work.history.of(CHECKED)
    last = next((one for one in entries if one.detail.get("house") == house.id), None)
    return _check_of(last) if last else None


def _check_of(entry: HistoryRecord) -> FullCheck:
    flips = tuple(_flip_of(told) for told in entry.detail["flips"])
    return FullCheck(entry.at, entry.by, int(entry.detail["n"]), flips)


def _flip_to_dict(flip: Flip) -> dict[str, Any]:
    turns = [[turn.before, turn.after, turn.n] for turn in flip.turns]
    told = {"what": flip.what, "n": flip.n, "moved": flip.n_moved, "turns": turns}
    return told | {"shift": round(flip.largest_shift, 4), "parts": dict(flip.parts)}


def _flip_of(told: Mapping[str, Any]) -> Flip:
    turns = tuple(Turn(*turn) for turn in told["turns"])
    # checks from before the parts were told have none
    parts = tuple(told.get("parts", {}).items())
    shift = float(told["shift"])
    return Flip(told["what"], int(told["n"]), int(told["moved"]), turns, shift, parts)

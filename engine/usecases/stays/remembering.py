"""Memory between stays: only of guests who allowed it, only what stays with the person."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from engine.decision.situation import Situation
from engine.domain.axis import Belief, Trait
from engine.domain.stays import Case, Stay, StayStatus
from engine.errors import NotFoundError
from engine.inference.memory import remember, with_outcome
from engine.inference.posterior import belief_of
from engine.inference.prior import Prior
from engine.store import TraitRecord, Work
from engine.usecases.advice.advising import Advised, advise_stays, adviser_in_force
from engine.usecases.advice.patterns import outcome_of, renew_pattern
from engine.usecases.advice.traits import guests_who_allow
from engine.usecases.context import Context


def keep_memory(ctx: Context, work: Work, advised: Advised, *, now: datetime) -> None:
    """Bring what is remembered of a guest up to date with one of her stays.

    A guest who has left is remembered, as far as she allowed it. Where she no longer does, what
    was remembered is erased at once and none of her stays is counted with it any more.
    """
    if advised.is_without_notes:
        return  # what was remembered went when she asked for this
    guest = advised.stay.guest.id
    record = work.traits.of_guests([guest]).get(guest)
    has_left = advised.stay.status is StayStatus.DEPARTED
    if record is None and not has_left:
        return
    if guest in guests_who_allow(work, [guest], now.date()):
        if has_left:
            _remember(ctx, work, advised, record)
    elif work.traits.forget(guest):
        for stay in work.stays.of_guest(guest):
            renew_pattern(work, ctx.catalogue.facts, stay, now=now)


def plan_memory(work: Work, stay: Stay, *, now: datetime) -> None:
    """Plan to remember a guest who has just left, once for each version of her stay."""
    key = f"remember:{stay.id}:{stay.version}"
    work.jobs.add("remember", {"stay": stay.id}, key=key, due_at=now, at=now, stay_id=stay.id)


def remember_guest(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Remember the guest of a stay that is over, as far as she allowed it; a job.

    Doing it again changes nothing; a stay that was erased in the meantime is passed over.
    """
    with suppress(NotFoundError), ctx.store.begin() as work:
        stay = work.stays.by_id(int(payload["stay"]))
        house = work.houses.get(stay.house)
        (advised,) = advise_stays(ctx, work, house, [stay], now=now)
        keep_memory(ctx, work, advised, now=now)


def _remember(ctx: Context, work: Work, advised: Advised, record: TraitRecord | None) -> None:
    """Learn from a stay that is over; one that began before the last one ended teaches nothing."""
    stay = advised.stay
    if record is None:
        if told := _taught(ctx, work, advised):
            kept = TraitRecord(told, stay.departure_on, stay.id)
            work.traits.keep(stay.guest.id, kept)
        return
    is_same = record.stay_id == stay.id
    if not is_same and record.at > stay.arrival_on:
        return
    before = (record.before, record.before_at) if is_same else (record.trait, record.at)
    told = _taught(ctx, work, advised)
    if told:
        kept = TraitRecord(told, stay.departure_on, stay.id, *before)
        work.traits.keep(stay.guest.id, kept)
    elif is_same:
        _unlearn(work, stay, record)


def _unlearn(work: Work, stay: Stay, record: TraitRecord) -> None:
    """Go back to before a stay of which everything told was taken back."""
    if record.before_at is None:
        work.traits.forget(stay.guest.id)
        return
    before = TraitRecord(record.before, record.before_at, stay.id, record.before, record.before_at)
    work.traits.keep(stay.guest.id, before)


def _taught(ctx: Context, work: Work, advised: Advised) -> Trait | None:
    """Return the trait after a stay, or None where the guest told nothing and all stays as is."""
    case = advised.case
    outcome = outcome_of(advised.entries)
    if not (outcome or _has_spoken(case)):
        return None
    prior, belief = _belief_after(ctx, work, advised, outcome)
    return remember(case.trait, prior, belief.mean, belief.sd**2, has_evidence=True)


def _has_spoken(case: Case) -> bool:
    """Whether the guest answered, or reacted in a way that speaks of contact."""
    graded = (r for r in case.reactions if r.is_own_free_word and r.reaction.grade is not None)
    return bool(case.answers) or any(graded)


def _belief_after(ctx: Context, work: Work, advised: Advised, outcome: int) -> tuple[Prior, Belief]:
    """Return what was believed of a stay before and after everything that was told of it."""
    adviser = adviser_in_force(ctx, work, advised.stay.house, advised.stay)
    thought = adviser.think(Situation(advised.case, ctx.catalogue))
    styles = list(ctx.catalogue.styles)
    served = advised.stay.served_style
    if not outcome or served not in styles:
        return thought.prior, thought.belief
    positions = [style.position for style in ctx.catalogue.styles.values()]
    place = styles.index(served)
    model = ctx.catalogue.model.outcome
    after = with_outcome(thought.probabilities, outcome, place, positions, model)
    return thought.prior, belief_of(after)

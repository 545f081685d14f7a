"""Between stays only what stays with the person is carried, and only where she allowed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.catalogue.case import recommendation_to_dict
from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.evidence import EvidenceKind
from engine.domain.stays import Case, StayDraft, StayStatus
from engine.inference.memory import forget
from engine.store import TraitRecord
from engine.usecases.advice.patterns import SATISFACTION, recomputed, stats_of
from engine.usecases.advice.replay_advice import replay
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.stays.arrivals import Card, card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import let_remember
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor, entry, keep_advice
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
FIRST, NEXT = "M-1", "M-2"
LEFT_ON, BACK_ON = date(2026, 6, 14), date(2027, 6, 14)


def draft(ref: str, arrival: date, status: StayStatus, guest: str) -> StayDraft:
    return StayDraft(
        house=DEMO,
        ref=ref,
        guest_name="Vera",
        language="en",
        email=None,
        unit=None,
        arrival_on=arrival,
        departure_on=arrival + timedelta(days=2),
        status=status,
        facts={"nights": 2},
        source="csv",
        guest_key=guest,
    )


def take(ctx: Context, ref: str, arrival: date, status: StayStatus, guest: str = "vera") -> None:
    """Take in a stay as the reservation system tells it, and do the work that this causes."""
    importing = Importing(ctx.catalogue.facts, NOW, ctx.secret)
    with ctx.store.begin() as work:
        importing.take(work, draft(ref, arrival, status, guest))
    while work_one(ctx, now=NOW + timedelta(hours=1), tasks=TASKS):
        pass


@pytest.fixture
def vera(ctx: Context) -> Desk:
    """A guest who is in her first stay and has booked her next."""
    take(ctx, FIRST, NOW.date(), StayStatus.EXPECTED)
    take(ctx, NEXT, BACK_ON, StayStatus.EXPECTED)
    return Desk(ctx, FIRST)


def leave(desk: Desk, guest: str = "vera") -> None:
    take(desk.ctx, desk.ref, NOW.date(), StayStatus.DEPARTED, guest)


def remembered(ctx: Context, ref: str = FIRST) -> TraitRecord | None:
    with ctx.store.read() as work:
        guest = work.stays.get(DEMO, ref).guest.id
        return work.traits.of_guests([guest]).get(guest)


def seen_next(ctx: Context, ref: str = NEXT) -> Case:
    return card(ctx, ref, now=NOW).advised.case


def tell(ctx: Context, ref: str, grade: int) -> None:
    with ctx.store.begin() as work:
        stay = work.stays.get(DEMO, ref)
        work.ledger.append(stay.id, entry(EvidenceKind.OUTCOME, SATISFACTION, grade, ANA))
        keep_advice(ctx, work, stay, ANA)


def test_a_guest_who_allowed_it_is_met_as_she_left_a_little_faded(vera: Desk) -> None:
    let_remember(vera.ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    assert remembered(vera.ctx) is None
    leave(vera)
    record = remembered(vera.ctx)
    assert record is not None
    assert record.trait.mean > 0.2
    assert record.trait.variance < NO_TRAIT.variance
    assert record.at == LEFT_ON
    years = (BACK_ON - LEFT_ON).days / 365.25
    wanted = forget(record.trait, years, vera.ctx.catalogue.model.prior)
    assert seen_next(vera.ctx).trait == wanted
    assert card(vera.ctx, FIRST, now=NOW).advised.case.trait == NO_TRAIT


def test_without_consent_nothing_is_kept_and_nothing_is_used(vera: Desk) -> None:
    vera.answer("welcome", 3, ANA)
    leave(vera)
    assert remembered(vera.ctx) is None
    assert seen_next(vera.ctx).trait == NO_TRAIT
    let_remember(vera.ctx, FIRST, ANA, is_allowed=False)
    assert remembered(vera.ctx) is None


def withdraw(ctx: Context) -> None:
    let_remember(ctx, NEXT, ANA, is_allowed=False)


def take_back(ctx: Context) -> None:
    """Undo the yes itself, as after a wrong tap."""
    seen = card(ctx, FIRST, now=NOW).advised.entries
    yes = next(e.seq for e in seen if e.kind is EvidenceKind.CONSENT)
    Desk(ctx, FIRST).undo(yes, ANA)


@pytest.mark.parametrize("end", [withdraw, take_back])
def test_a_consent_that_ends_erases_the_memory_at_once(
    vera: Desk, end: Callable[[Context], None]
) -> None:
    ctx = vera.ctx
    let_remember(ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    leave(vera)
    Desk(ctx, NEXT).check_in("near", ANA)
    assert has_traits(ctx)
    end(ctx)
    assert remembered(ctx) is None
    assert seen_next(ctx).trait == NO_TRAIT
    assert not has_traits(ctx)
    with ctx.store.read() as work:
        anew = recomputed(work, ctx.catalogue.facts, DEMO, now=NOW)
        assert stats_of(work, DEMO) == anew


def has_traits(ctx: Context) -> bool:
    """Whether any stay is counted with what was remembered of its guest."""
    with ctx.store.read() as work:
        return any(pattern.trait for pattern, _ in stats_of(work, DEMO))


def test_a_yes_after_a_no_remembers_what_the_ledger_still_holds(vera: Desk) -> None:
    let_remember(vera.ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    leave(vera)
    before = remembered(vera.ctx)
    let_remember(vera.ctx, FIRST, ANA, is_allowed=False)
    let_remember(vera.ctx, FIRST, ANA, is_allowed=True)
    assert remembered(vera.ctx) == before


def test_a_sign_of_the_day_alone_leaves_the_memory_bit_equal(vera: Desk) -> None:
    ctx = vera.ctx
    let_remember(ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    leave(vera)
    before = remembered(ctx)
    back = Desk(ctx, NEXT)
    for cue in ("tired", "in_hurry", "talks_freely"):
        back.observe(cue, ANA)
    back.check_in("brief", ANA)
    back.react("luggage_help", "later", ANA)
    take(ctx, NEXT, BACK_ON, StayStatus.DEPARTED)
    assert remembered(ctx) == before
    take(ctx, "M-3", date(2028, 6, 14), StayStatus.EXPECTED)
    third = seen_next(ctx, "M-3")
    assert third.cues == frozenset()
    assert before is not None
    assert abs(third.trait.mean) < abs(before.trait.mean)


def test_a_guest_of_whom_only_signs_were_seen_is_not_remembered(vera: Desk) -> None:
    let_remember(vera.ctx, FIRST, ANA, is_allowed=True)
    vera.observe("tired", ANA)
    leave(vera)
    assert remembered(vera.ctx) is None


def test_a_sign_with_an_answer_explains_part_of_the_answer_away(ctx: Context) -> None:
    means: dict[str, float] = {}
    for ref, cues in (("plain", ()), ("tired", ("tired", "in_hurry"))):
        take(ctx, ref, NOW.date(), StayStatus.EXPECTED, guest=ref)
        desk = Desk(ctx, ref)
        let_remember(ctx, ref, ANA, is_allowed=True)
        for cue in cues:
            desk.observe(cue, ANA)
        desk.answer("welcome", 0, ANA)
        leave(desk, guest=ref)
        record = remembered(ctx, ref)
        assert record is not None
        means[ref] = record.trait.mean
    assert means["plain"] < means["tired"] < 0


def test_remembering_the_same_stay_again_changes_nothing(vera: Desk) -> None:
    ctx = vera.ctx
    let_remember(ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    leave(vera)
    before = remembered(ctx)
    with ctx.store.read() as work:
        stay = work.stays.get(DEMO, FIRST)
    for _ in range(3):
        TASKS["remember"](ctx, {"stay": stay.id}, NOW)
    TASKS["remember"](ctx, {"stay": 10**6}, NOW)
    assert remembered(ctx) == before


def test_what_is_told_after_leaving_counts_once_as_if_told_before(ctx: Context) -> None:
    traits: list[Trait] = []
    for ref, is_late in (("early", False), ("late", True)):
        take(ctx, ref, NOW.date(), StayStatus.EXPECTED, guest=ref)
        desk = Desk(ctx, ref)
        let_remember(ctx, ref, ANA, is_allowed=True)
        desk.answer("welcome", 2, ANA)
        desk.check_in("hosted", ANA)
        if not is_late:
            tell(ctx, ref, 2)
        leave(desk, guest=ref)
        if is_late:
            tell(ctx, ref, 2)
        record = remembered(ctx, ref)
        assert record is not None
        traits.append(record.trait)
    assert traits[0] == traits[1]


def test_discontent_with_much_contact_speaks_for_less_of_it(ctx: Context) -> None:
    means = {}
    for grade in (1, 5):
        ref = f"grade {grade}"
        take(ctx, ref, NOW.date(), StayStatus.EXPECTED, guest=ref)
        desk = Desk(ctx, ref)
        let_remember(ctx, ref, ANA, is_allowed=True)
        desk.check_in("hosted", ANA)
        tell(ctx, ref, grade)
        leave(desk, guest=ref)
        record = remembered(ctx, ref)
        assert record is not None
        means[grade] = record.trait.mean
    assert means[1] < means[5]


def test_what_is_taken_back_after_leaving_is_no_longer_remembered(vera: Desk) -> None:
    ctx = vera.ctx
    let_remember(ctx, FIRST, ANA, is_allowed=True)
    said: Card = vera.answer("welcome", 3, ANA)
    leave(vera)
    assert remembered(ctx) is not None
    vera.undo(said.last_seq or 0, ANA)
    assert remembered(ctx) is None


def test_advice_given_with_a_memory_can_be_given_again(vera: Desk) -> None:
    ctx = vera.ctx
    let_remember(ctx, FIRST, ANA, is_allowed=True)
    vera.answer("welcome", 3, ANA)
    leave(vera)
    given = Desk(ctx, NEXT).observe("tired", replace(ANA, at=NOW + timedelta(hours=2)))
    with ctx.store.read() as work:
        record = work.recommendations.latest(given.advised.stay.id)
    assert record is not None
    assert record.inputs["trait"] != [NO_TRAIT.mean, NO_TRAIT.variance]
    _, again = replay(ctx, record.id)
    assert again == recommendation_to_dict(given.advised.recommendation)
    withdraw(ctx)
    assert replay(ctx, record.id)[1] == again

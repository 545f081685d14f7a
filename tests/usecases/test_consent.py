"""A yes is a yes to certain words, for a certain time, and her last word counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.consent import Purpose, last_day, months_later
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import BadInputError
from engine.usecases.advice.patterns import recomputed, stats_of
from engine.usecases.advice.traits import guests_who_allow
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import (
    ConsentGiven,
    consents_of,
    forget_lapsed,
    let_remember,
    record_consent,
)
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
GUEST = Actor("guest", NOW, source="prompt")
REF, NEXT = "K-1", "K-2"
LEFT_ON = NOW.date() + timedelta(days=2)
ENDS_ON = months_later(LEFT_ON, 24)


def take(ctx: Context, ref: str, arrival: date, status: StayStatus) -> None:
    draft = StayDraft(
        house=DEMO,
        ref=ref,
        guest_name="Vera",
        language="de-AT",
        email=None,
        unit=None,
        arrival_on=arrival,
        departure_on=arrival + timedelta(days=2),
        status=status,
        facts={"nights": 2},
        source="csv",
        guest_key="vera",
    )
    with ctx.store.begin() as work:
        Importing(ctx.catalogue.facts, NOW, ctx.secret).take(work, draft)
    while work_one(ctx, now=NOW + timedelta(hours=1), tasks=TASKS):
        pass


@pytest.fixture
def vera(ctx: Context) -> int:
    """A guest who told something, allowed it to be remembered, and left."""
    take(ctx, REF, NOW.date(), StayStatus.EXPECTED)
    Desk(ctx, REF, DEMO).answer("welcome", 3, ANA)
    let_remember(ctx, REF, GUEST, is_allowed=True, house_id=DEMO)
    take(ctx, REF, NOW.date(), StayStatus.DEPARTED)
    return card(ctx, REF, now=NOW, house_id=DEMO).advised.stay.guest.id


def ledger(ctx: Context, guest: int) -> tuple[ConsentGiven, ...]:
    with ctx.store.read() as work:
        return consents_of(work, guest)


def allows(ctx: Context, guest: int, on: date) -> bool:
    with ctx.store.read() as work:
        return guest in guests_who_allow(work, [guest], on)


def test_a_yes_is_kept_with_who_when_which_words_and_until_when(ctx: Context, vera: int):
    (said,) = ledger(ctx, vera)
    assert (said.purpose, said.is_allowed) == (Purpose.REMEMBER_ME, True)
    assert (said.by, said.source, said.at) == ("guest", "prompt", NOW)
    assert (said.text_version, said.language) == ("2026-11-1", "de")
    assert (said.expires_on, said.ended_at) == (ENDS_ON, None)


def test_it_counts_to_its_last_day_and_from_then_on_is_silence(ctx: Context, vera: int):
    assert allows(ctx, vera, ENDS_ON)
    assert not allows(ctx, vera, ENDS_ON + timedelta(days=1))


def test_after_its_end_nothing_remembered_is_used_and_the_sweep_erases_it(ctx: Context, vera: int):
    later = datetime.combine(ENDS_ON, NOW.timetz()) + timedelta(days=1)
    take(ctx, NEXT, ENDS_ON + timedelta(days=30), StayStatus.EXPECTED)
    assert card(ctx, NEXT, now=later - timedelta(days=1), house_id=DEMO).advised.case.trait.mean
    assert not card(ctx, NEXT, now=later, house_id=DEMO).advised.case.trait.mean
    assert forget_lapsed(ctx, now=later - timedelta(days=1)) == 0
    TASKS["sweep"](ctx, {}, later)
    assert forget_lapsed(ctx, now=later) == 0
    with ctx.store.read() as work:
        assert work.traits.of_guests([vera]) == {}
        assert recomputed(work, ctx.catalogue.facts, DEMO, now=later) == stats_of(work, DEMO)


def test_a_later_stay_begins_its_months_anew(ctx: Context, vera: int):
    arrival = ENDS_ON - timedelta(days=10)
    take(ctx, NEXT, arrival, StayStatus.EXPECTED)
    assert not allows(ctx, vera, ENDS_ON + timedelta(days=1))
    take(ctx, NEXT, arrival, StayStatus.DEPARTED)
    assert allows(ctx, vera, ENDS_ON + timedelta(days=600))


def test_a_stay_after_its_end_does_not_bring_it_back(ctx: Context, vera: int):
    take(ctx, NEXT, ENDS_ON + timedelta(days=1), StayStatus.EXPECTED)
    take(ctx, NEXT, ENDS_ON + timedelta(days=1), StayStatus.DEPARTED)
    assert not allows(ctx, vera, ENDS_ON + timedelta(days=1))


def test_the_same_word_again_adds_nothing_and_another_one_ends_the_first(ctx: Context, vera: int):
    let_remember(ctx, REF, ANA, is_allowed=True, house_id=DEMO)
    assert len(ledger(ctx, vera)) == 1
    hour = timedelta(hours=1)
    let_remember(ctx, REF, replace(ANA, at=NOW + hour), is_allowed=False, house_id=DEMO)
    yes, no = ledger(ctx, vera)
    assert (yes.ended_at, yes.expires_on) == (NOW + hour, ENDS_ON)
    assert (no.is_allowed, no.expires_on, no.ended_at) == (False, None, None)
    assert not allows(ctx, vera, NOW.date())


def test_a_yes_taken_back_as_a_wrong_tap_is_silence_and_stays_in_the_ledger(
    ctx: Context, vera: int
):
    let_remember(ctx, REF, ANA, is_allowed=False, house_id=DEMO)
    let_remember(ctx, REF, ANA, is_allowed=True, house_id=DEMO)
    seq = card(ctx, REF, now=NOW, house_id=DEMO).advised.entries[-1].seq
    Desk(ctx, REF, DEMO).undo(seq, ANA)
    assert [said.is_allowed for said in ledger(ctx, vera)] == [True, False, True]
    assert ledger(ctx, vera)[2].ended_at == NOW
    assert not allows(ctx, vera, NOW.date())


def test_purposes_are_apart_and_one_without_words_is_not_asked(ctx: Context, vera: int):
    record_consent(
        ctx, REF, Purpose.MAIL_AFTER_STAY, ANA, is_allowed=True, house_id=DEMO, language="en"
    )
    told = {said.purpose: said for said in ledger(ctx, vera)}
    assert told[Purpose.MAIL_AFTER_STAY].expires_on == months_later(LEFT_ON, 12)
    assert told[Purpose.MAIL_AFTER_STAY].language == "en"
    with pytest.raises(BadInputError):
        record_consent(ctx, REF, Purpose.SHARE_IN_CHAIN, ANA, is_allowed=True, house_id=DEMO)


# Days


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_where_a_shorter_month_ends(day: date, months: int, later: date):
    assert months_later(day, months) == later


DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
STAYS = st.lists(st.tuples(DAYS, st.integers(1, 20)), max_size=6)


@given(left=DAYS, months=st.integers(1, 36), stays=STAYS)
def test_a_yes_never_ends_earlier_by_a_stay_and_never_later_than_its_months_after_one(
    left: date, months: int, stays: list[tuple[date, int]]
):
    ends = months_later(left, months)
    told = sorted((arrival, arrival + timedelta(days=n)) for arrival, n in stays)
    last = last_day(ends, left, told)
    latest = max([left, *(departure for _, departure in told)])
    assert ends <= last <= max(ends, latest + (ends - left))

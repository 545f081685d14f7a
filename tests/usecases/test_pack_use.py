"""Packs are counted, nobody is followed: one row per stay and pack, gone when the stay is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.store.pack_uses import PackCount
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.guests.answer_prompt import OnBehalf, PromptState, open_prompt
from engine.usecases.guests.pack_use import (
    FEWEST_TOLD,
    PackTold,
    forget_pack_uses,
    note_opened,
    packs_told,
    said_useful,
    say_useful,
)
from tests.usecases.conftest import NOW


def book(ctx: Context, ref: str, **more) -> PromptState:
    today = NOW.date()
    usual = {"language": "en", "email": None, "unit": "C7", "arrival_on": today}
    usual |= {"departure_on": today + timedelta(2), "status": StayStatus.EXPECTED}
    draft = StayDraft(
        house=DEMO, ref=ref, guest_name="Jonas Berg", facts={}, source="test", **(usual | more)
    )
    with ctx.store.begin() as work:
        work.stays.add(draft)
    return state(ctx, ref)


def state(ctx: Context, ref: str) -> PromptState:
    return open_prompt(ctx, OnBehalf(ref, DEMO), now=NOW)


def uses(ctx: Context, stay: Stay) -> dict[str, bool | None]:
    with ctx.store.read() as work:
        return work.pack_uses.of(stay.id)


def count(ctx: Context, pack: str = "wifi") -> PackCount:
    with ctx.store.read() as work:
        return work.pack_uses.counts("2000-01").get(pack, PackCount())


def test_a_pack_opened_often_by_one_stay_counts_once(ctx: Context):
    guest = book(ctx, "A")
    for _ in range(3):
        note_opened(ctx, guest, "wifi", now=NOW)
    note_opened(ctx, book(ctx, "B"), "wifi", now=NOW)
    assert count(ctx) == PackCount(opened=2)
    assert uses(ctx, guest.stay) == {"wifi": None}


def test_the_last_word_on_a_pack_counts_and_only_it(ctx: Context):
    guest = book(ctx, "A")
    for is_useful in (True, True, False, True, False):
        say_useful(ctx, guest, "wifi", is_useful=is_useful, now=NOW)
        assert said_useful(ctx, guest.stay, "wifi") is is_useful
    assert count(ctx) == PackCount(opened=1, useful=0, not_useful=1)


def test_a_mind_changed_in_the_next_month_meets_the_same_count(ctx: Context):
    guest = book(ctx, "A", departure_on=NOW.date() + timedelta(40))
    say_useful(ctx, guest, "wifi", is_useful=True, now=NOW)
    say_useful(ctx, guest, "wifi", is_useful=False, now=NOW + timedelta(30))
    with ctx.store.read() as work:
        assert work.pack_uses.counts("2026-07") == {}
        assert work.pack_uses.counts("2026-06")["wifi"] == PackCount(1, 0, 1)


def test_after_the_stay_the_rows_go_and_the_counts_stay(ctx: Context):
    guest, other = book(ctx, "A"), book(ctx, "B", departure_on=NOW.date() + timedelta(5))
    for one in (guest, other):
        say_useful(ctx, one, "wifi", is_useful=True, now=NOW)
    with ctx.store.begin() as work:
        assert forget_pack_uses(work, NOW + timedelta(2)) == 0  # the last day is still the stay
        assert forget_pack_uses(work, NOW + timedelta(3)) == 1
    assert uses(ctx, guest.stay) == {}
    assert uses(ctx, other.stay) == {"wifi": True}
    assert count(ctx) == PackCount(2, 2, 0)


@pytest.mark.parametrize("status", [StayStatus.DEPARTED, StayStatus.NO_SHOW])
def test_nothing_is_noted_once_the_stay_is_over(ctx: Context, status: StayStatus):
    gone = book(ctx, "A", status=status)
    late = book(ctx, "B")
    for guest, now in ((gone, NOW), (late, NOW + timedelta(3))):
        note_opened(ctx, guest, "wifi", now=now)
        say_useful(ctx, guest, "wifi", is_useful=True, now=now)
        assert uses(ctx, guest.stay) == {}
    assert count(ctx) == PackCount()


def test_nothing_is_noted_of_a_guest_who_is_served_without_notes(ctx: Context):
    guest = book(ctx, "A")
    with ctx.store.begin() as work:
        work.restrictions.add(guest.stay.guest.id, NOW)
    guest = state(ctx, "A")
    note_opened(ctx, guest, "wifi", now=NOW)
    say_useful(ctx, guest, "wifi", is_useful=True, now=NOW)
    assert uses(ctx, guest.stay) == {}
    assert count(ctx) == PackCount()


def test_owners_are_told_no_count_that_could_point_at_a_guest(ctx: Context):
    for n in range(1, FEWEST_TOLD + 2):
        say_useful(ctx, book(ctx, f"A{n}"), "wifi", is_useful=n > 1, now=NOW)
        told = packs_told(ctx, now=NOW)["wifi"]
        assert told == PackTold(
            n if n >= FEWEST_TOLD else None, n - 1 if n > FEWEST_TOLD else None, None
        )


def test_what_is_older_than_a_year_is_no_longer_told(ctx: Context):
    for n in range(FEWEST_TOLD):
        note_opened(ctx, book(ctx, f"A{n}"), "wifi", now=NOW)
    assert packs_told(ctx, now=NOW + timedelta(320))["wifi"].opened == FEWEST_TOLD
    assert packs_told(ctx, now=NOW + timedelta(360)) == {}


def test_a_house_goes_with_its_counts(ctx: Context):
    say_useful(ctx, book(ctx, "A"), "wifi", is_useful=True, now=NOW)
    with ctx.store.begin() as work:
        work.houses.remove(DEMO)
    assert count(ctx) == PackCount()

"""Each mail comes at its time, once, and every wish that was said by then holds it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.stays import StayStatus
from engine.store import MailState
from engine.usecases.context import Context
from engine.usecases.guests.answer_prompt import stop
from engine.usecases.guests.mail_wishes import note_opening, refuse_mail, want_mail_again
from engine.usecases.privacy.erase import erase_guest
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.mail_sink import Sink
from tests.usecases.mail_stays import (
    ADDRESS,
    DAY,
    HOUSE,
    MINUTE,
    NOW,
    TODAY,
    arrive,
    at_house,
    body,
    book,
    code,
    mails,
    open_house,
    state,
    stay,
    subjects,
    told,
    work_until_idle,
)

WAITING, SENT, CANCELLED = MailState.WAITING, MailState.SENT, MailState.CANCELLED
OPEN = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_house(tmp_path)
    yield opened
    opened.store.close()


# Before the arrival


def test_a_booking_brings_a_mail_in_the_morning_three_days_before(ctx: Context, sink: Sink) -> None:
    book(ctx, told())
    assert mails(ctx)["before_arrival"].due_at == at_house(7, 10)
    work_until_idle(ctx, at_house(7, 9))
    assert sink.messages == []
    work_until_idle(ctx, at_house(7, 10))
    assert subjects(sink) == ["Before your stay at Las Cabañas"]
    assert "“Getting here”" in body(sink)
    assert f"https://tact.example/g/{code(ctx)}\n" in body(sink)
    assert "June 20, 2026" in body(sink)
    assert state(ctx, "before_arrival") == (SENT, "")


def test_a_late_booking_is_written_to_a_minute_later_but_never_at_night(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY + DAY))
    assert mails(ctx)["before_arrival"].due_at == NOW + MINUTE
    night = at_house(0, 23)
    book(ctx, told("B2", arrival=TODAY + 2 * DAY), now=night)
    assert mails(ctx, "B2")["before_arrival"].due_at == at_house(1, 8)


def test_the_same_booking_read_in_again_writes_once(ctx: Context, sink: Sink) -> None:
    for name in ("Jonas Berg", "Jonas Berg", "Jonas K. Berg"):
        book(ctx, told(guest_name=name, arrival=TODAY + DAY))
    work_until_idle(ctx, NOW + 5 * MINUTE)
    book(ctx, told(arrival=TODAY + 2 * DAY))
    work_until_idle(ctx, NOW + 9 * MINUTE)
    assert len(sink.messages) == 1


def test_a_stay_that_moves_takes_its_mail_along(ctx: Context, sink: Sink) -> None:
    book(ctx, told())
    book(ctx, told(arrival=TODAY + 20 * DAY))
    assert mails(ctx)["before_arrival"].due_at == at_house(17, 10)
    assert work_until_idle(ctx, at_house(8, 10)) == 1
    assert sink.messages == []
    work_until_idle(ctx, at_house(17, 10))
    assert len(sink.messages) == 1


def test_a_cancelled_stay_brings_no_mail_and_one_that_comes_back_does(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told())
    book(ctx, told(status=StayStatus.CANCELLED))
    assert state(ctx, "before_arrival") == (CANCELLED, "stay_cancelled")
    work_until_idle(ctx, at_house(7, 10))
    assert sink.messages == []
    book(ctx, told(), now=at_house(7, 11))
    work_until_idle(ctx, at_house(7, 12))
    assert len(sink.messages) == 1


def test_past_stays_guests_without_address_and_the_demo_bring_none(ctx: Context) -> None:
    book(ctx, told("old", arrival=TODAY - 30 * DAY, status=StayStatus.DEPARTED))
    book(ctx, told("none", email=None))
    with ctx.store.begin() as work:
        work.houses.save(replace(ctx.catalogue.houses[HOUSE], is_demo=True))
    book(ctx, told("demo"))
    assert [mails(ctx, ref) for ref in ("old", "none", "demo")] == [{}, {}, {}]


def test_one_reminder_comes_the_morning_before_and_then_none(ctx: Context, sink: Sink) -> None:
    book(ctx, told())
    for day in range(7, 10):
        work_until_idle(ctx, at_house(day, 10))
    assert subjects(sink) == ["Before your stay at Las Cabañas", "Your page for Las Cabañas"]
    work_until_idle(ctx, at_house(10, 12))
    assert len(sink.messages) == 2


def test_who_opened_her_page_is_not_reminded(ctx: Context, sink: Sink) -> None:
    for ref, day in (("before", 2), ("after", 8)):
        book(ctx, told(ref, email=f"{ref}@example.org"))
        work_until_idle(ctx, at_house(day, 10))
        note_opening(ctx, stay(ctx, ref), now=at_house(day, 11))
    work_until_idle(ctx, at_house(9, 11))
    assert len(sink.messages) == 2
    assert state(ctx, "one_reminder", "before") == (CANCELLED, "opened")
    assert state(ctx, "one_reminder", "after") == (CANCELLED, "opened")


def test_after_no_more_questions_nobody_is_reminded(ctx: Context, sink: Sink) -> None:
    book(ctx, told())
    work_until_idle(ctx, at_house(7, 10))
    stop(ctx, code(ctx), Actor("guest", at_house(7, 11), source="prompt"))
    work_until_idle(ctx, at_house(9, 10))
    assert len(sink.messages) == 1


# After the check-in


def test_the_packs_go_a_minute_after_the_check_in(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY, facts={"nights": 1, "purpose": "business"}))
    work_until_idle(ctx, NOW + MINUTE)
    sink.envelopes.clear()
    night = at_house(0, 23)
    arrive(ctx, night)
    work_until_idle(ctx, night + timedelta(seconds=59))
    assert sink.messages == []
    work_until_idle(ctx, night + timedelta(seconds=60))
    assert subjects(sink) == ["Your guide to Las Cabañas"]
    assert "\n- " in body(sink)


def test_undo_within_the_minute_really_cancels_and_a_new_check_in_sends(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY, email=ADDRESS))
    work_until_idle(ctx, NOW + MINUTE)
    sink.envelopes.clear()
    at = NOW + 5 * MINUTE
    seq = arrive(ctx, at)
    Desk(ctx, "A1", HOUSE).undo(seq, Actor("Maria", at + timedelta(seconds=50)))
    assert state(ctx, "packs") == (CANCELLED, "undone")
    work_until_idle(ctx, at + 2 * MINUTE)
    assert sink.messages == []
    arrive(ctx, at + 3 * MINUTE)
    work_until_idle(ctx, at + 4 * MINUTE)
    assert len(sink.messages) == 1


def test_who_wants_news_on_paper_gets_no_packs_by_mail(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY))
    work_until_idle(ctx, NOW + MINUTE)
    Desk(ctx, "A1", HOUSE).answer("news", 1, Actor("Maria", NOW))
    arrive(ctx, NOW + 2 * MINUTE)
    work_until_idle(ctx, NOW + 3 * MINUTE)
    assert state(ctx, "packs") == (CANCELLED, "other_way")


def test_a_check_in_of_the_reservation_system_sends_them_as_well(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY))
    book(ctx, told(arrival=TODAY, status=StayStatus.IN_HOUSE))
    work_until_idle(ctx, NOW + MINUTE)
    assert "Your guide to Las Cabañas" in subjects(sink)


# The way in


def test_codes_go_out_only_when_the_unit_is_ready_and_the_way_in_is_released(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY, facts={"nights": 2, "arrival_mode": "key_box"}))
    for part in ({"unit_ready": True}, {"access_released": True, "unit_ready": False}):
        book(ctx, told(arrival=TODAY, facts={"arrival_mode": "key_box"} | part))
        assert "access" not in mails(ctx)
    book(ctx, told(arrival=TODAY, facts=OPEN))
    work_until_idle(ctx, NOW + MINUTE)
    assert subjects(sink)[-1] == "How to get in at Las Cabañas"
    unit = next(u for u in ctx.catalogue.houses[HOUSE].units if u.code == "C7")
    assert unit.values["access_code"] in body(sink)
    assert "1. " in body(sink)
    assert "**" not in body(sink)
    before = next(body(sink, n) for n, s in enumerate(subjects(sink)) if s.startswith("Before"))
    assert unit.values["access_code"] not in before


def test_a_way_in_that_is_taken_back_within_the_minute_is_not_sent(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY, facts=OPEN))
    book(ctx, told(arrival=TODAY, facts=OPEN | {"access_released": False}))
    work_until_idle(ctx, NOW + MINUTE)
    assert "How to get in at Las Cabañas" not in subjects(sink)
    assert state(ctx, "access") == (CANCELLED, "not_released")


# Wishes that hold for all mails


def test_no_more_mail_holds_for_later_stays_and_can_be_taken_back(ctx: Context, sink: Sink) -> None:
    book(ctx, told())
    refuse_mail(ctx, code(ctx), now=NOW)
    assert state(ctx, "before_arrival") == (CANCELLED, "no_mail_wanted")
    book(ctx, told("B2", arrival=TODAY + DAY, email=ADDRESS.upper()))
    work_until_idle(ctx, NOW + MINUTE)
    assert state(ctx, "before_arrival", "B2") == (CANCELLED, "no_mail_wanted")
    want_mail_again(ctx, code(ctx))
    book(ctx, told("C3", arrival=TODAY + DAY))
    work_until_idle(ctx, NOW + 9 * MINUTE)
    assert state(ctx, "before_arrival", "C3")[0] is SENT


def test_an_erased_guest_gets_no_mail_and_leaves_none(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY + DAY))
    erase_guest(ctx, stay(ctx).guest.id, by="Ana", now=NOW)
    book(ctx, told(arrival=TODAY + DAY))
    work_until_idle(ctx, NOW + 9 * MINUTE)
    assert sink.messages == []
    with ctx.store.read() as work:
        assert all(not work.mails.in_state(which) for which in MailState)


def test_who_is_served_without_notes_gets_the_way_in_and_nothing_else(
    ctx: Context, sink: Sink
) -> None:
    book(ctx, told(arrival=TODAY, facts=OPEN))
    with ctx.store.begin() as work:
        work.restrictions.add(stay(ctx).guest.id, NOW)
    arrive(ctx, NOW)
    work_until_idle(ctx, NOW + MINUTE)
    assert subjects(sink) == ["How to get in at Las Cabañas"]
    assert state(ctx, "before_arrival") == (CANCELLED, "without_notes")
    assert state(ctx, "packs") == (CANCELLED, "without_notes")


def test_a_bad_address_is_never_tried(ctx: Context, sink: Sink) -> None:
    book(ctx, told(arrival=TODAY + DAY, email="a@b.de\nBcc: all@example.org"))
    work_until_idle(ctx, NOW + MINUTE)
    assert state(ctx, "before_arrival") == (CANCELLED, "bad_address")

"""Wishes reach every department: one list, room by room, the strictest wish for a party."""

from __future__ import annotations

import re

import pytest
from desk_stays import arrive, move_in, stay_now
from flask.testing import FlaskClient

from engine.domain.stays import StayStatus
from engine.usecases.context import Context
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())


@pytest.fixture
def wish(context: Context, clock):
    def say(ref: str, question: str, grade: int) -> None:
        Desk(context, ref).answer(question, grade, Actor("Maria", clock()))

    return say


def rooms(desk: FlaskClient) -> dict[str, str]:
    """Text of each room's card, by its heading, without the markup."""
    page = desk.get("/desk/wishes").text
    cards = re.findall(r"<h2[^>]*>(.*?)</h2>(.*?)</section>", page, re.DOTALL)
    plain = [tuple(" ".join(re.sub("<.*?>", " ", part).split()) for part in one) for one in cards]
    return dict(plain)


def test_a_wish_is_listed_by_room_with_what_everybody_does(desk, context, clock, wish):
    arrive(context, "A1", unit="C7")
    wish("A1", "housekeeping", 0)
    Desk(context, "A1").check_in("brief", Actor("Maria", clock()))
    (told,) = rooms(desk).values()
    assert list(rooms(desk)) == ["Cabin 7"]
    grade = context.catalogue.questions["housekeeping"].grades[0]
    assert grade.text["en"] in told
    assert grade.we_will["en"] in told
    assert "Jonas Berg" not in desk.get("/desk/wishes").text


def test_the_list_is_found_from_the_house_and_needs_no_script(desk):
    assert 'href="/desk/wishes"' in desk.get("/desk/in-house").text
    page = desk.get("/desk/wishes").text
    assert "Nobody in house has told a wish." in page


def test_for_a_party_in_one_room_the_strictest_counts(desk, context, wish):
    for ref, grade in (("A1", 2), ("A2", 0)):
        arrive(context, ref, unit="C7")
        wish(ref, "housekeeping", grade)
    grades = context.catalogue.questions["housekeeping"].grades
    (told,) = rooms(desk).values()
    assert grades[0].text["en"] in told
    assert grades[2].text["en"] not in told


def test_a_guest_who_leaves_today_binds_nobody_who_comes(desk, context, clock, wish):
    for ref, grade in (("A1", 0), ("A2", 2)):
        arrive(context, ref, unit="C7")
        wish(ref, "housekeeping", grade)
    Desk(context, "A1").check_in("brief", Actor("Maria", clock()))
    told = rooms(desk)
    grades = context.catalogue.questions["housekeeping"].grades
    assert grades[0].text["en"] in told["Cabin 7"]
    assert grades[2].text["en"] in told["Cabin 7 arrives today"]


def test_to_be_left_in_peace_is_told_to_all(desk, context, clock):
    arrive(context, "A1", unit="C7")
    Desk(context, "A1").observe("asks_for_privacy", Actor("Maria", clock()))
    assert "asked to be left in peace" in rooms(desk)["Cabin 7 arrives today"]


def test_what_is_no_instruction_and_who_is_gone_are_not_listed(desk, context, wish):
    arrive(context, "A1", unit="C7")
    wish("A1", "welcome", 0)
    assert rooms(desk) == {}
    wish("A1", "news", 0)
    assert len(rooms(desk)) == 1
    with context.store.begin() as work:
        work.stays.change(stay_now(context, "A1"), status=StayStatus.DEPARTED)
    assert rooms(desk) == {}


def test_a_stay_without_a_room_is_told_by_its_guest(desk, context, wish):
    arrive(context, "A1", "Vera Lind", unit=None)
    wish("A1", "news", 0)
    assert list(rooms(desk)) == ["Vera Lind arrives today"]


def test_the_list_is_for_the_desk(client):
    assert client.get("/desk/wishes").status_code == 303

"""One record for link, tablet and staff who ask aloud; the source of each answer is noted."""

from __future__ import annotations

import re

import pytest
from desk_stays import arrive, move_in, stay_now
from flask.testing import FlaskClient

from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayStatus
from engine.usecases.context import Context
from engine.usecases.guests.desk_codes import MOST_TRIES, make_code
from engine.usecases.guests.links import guest_code
from engine.usecases.stays.arrivals import card

NAME = "Jonas Berg"


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())


@pytest.fixture
def code(context: Context, clock) -> str:
    arrive(context, "A1", NAME, facts={"purpose": "leisure", "nights": 2})
    return make_code(context, "A1", now=clock()).code


@pytest.fixture
def tablet(client: FlaskClient, code: str) -> FlaskClient:
    """The tablet of the desk with the guest's page open on it."""
    assert client.post("/g/code", data={"code": code}).status_code == 303
    return client


def sources(context: Context, ref: str = "A1") -> list[tuple[str, str, object]]:
    """Kind, source and value of what stands of the questions."""
    with context.store.read() as work:
        told = work.ledger.of(stay_now(context, ref).id)
    kinds = (EvidenceKind.ANSWER, EvidenceKind.ASKED, EvidenceKind.STOP)
    return [(e.kind.value, e.source, e.value) for e in told if e.kind in kinds]


def say(guest: FlaskClient, grade: int) -> None:
    question = re.search(r'name="question" value="(.*?)"', guest.get("/g").text)[1]
    guest.post("/g", data={"question": question, "grade": grade, "action": "continue"})


# The short code


def test_without_a_code_there_is_a_field_for_one_and_nothing_else(client):
    page = client.get("/g")
    assert page.status_code == 200
    assert 'name="code"' in page.text
    assert NAME not in page.text
    assert "<script" not in page.text
    assert client.get("/g/code").location == "/g"


def test_the_card_of_the_desk_leads_to_a_code_that_opens_the_page(desk, new_client, context, clock):
    arrive(context, "A1", NAME)
    assert 'href="/desk/A1/prompt"' in desk.get("/desk/A1").text
    page = desk.get("/desk/A1/prompt").text
    assert "Make a code" in page
    desk.post("/desk/A1/prompt/code")
    page = desk.get("/desk/A1/prompt").text
    shown = re.search(r"<strong>(\w{4} \w{4})</strong>", page)[1]
    assert "Good until 16:30" in page
    tablet = new_client()
    answer = tablet.post("/g/code", data={"code": shown.lower()})
    assert answer.location == "/g"
    assert "When you arrive" in tablet.get("/g").text


def test_what_is_said_on_the_tablet_is_noted_as_such(tablet, context):
    say(tablet, 0)
    assert sources(context) == [("answer", "tablet", 0)]


def test_the_same_answer_on_ones_own_phone_is_noted_as_such(client, context, code):
    client.post(f"/g/{guest_code(context.secret, stay_now(context, 'A1').id, 1)}")
    say(client, 1)
    assert sources(context) == [("answer", "prompt", 1)]


def test_the_tablet_is_given_back_with_nothing_on_it(tablet, clock):
    tablet.get("/g?lang=de")
    page = tablet.get("/g").text
    assert 'action="/g/leave"' in page
    assert tablet.post("/g/leave").location == "/g"
    page = tablet.get("/g").text
    assert 'name="code"' in page
    assert 'lang="en"' in page.split("\n")[1]


def test_a_tablet_that_nobody_closed_forgets_the_guest(client, code):
    answer = client.post("/g/code", data={"code": code})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert {"Max-Age=900", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_the_button_to_give_it_back_is_not_on_ones_own_phone(client, context, code):
    client.post(f"/g/{guest_code(context.secret, stay_now(context, 'A1').id, 1)}")
    assert "/g/leave" not in client.get("/g").text


def test_wrong_used_and_expired_codes_get_the_same_bytes(new_client, context, clock, code):
    new_client().post("/g/code", data={"code": code})
    arrive(context, "A2")
    late = make_code(context, "A2", now=clock()).code
    clock.forward(minutes=10)
    replies = {
        (answer.status_code, answer.data)
        for answer in (
            new_client().post("/g/code", data={"code": typed}) for typed in (code, late, "x", "")
        )
    }
    ((status, body),) = replies
    assert status == 404
    assert "This code opens nothing, or no longer." in body.decode()
    assert 'href="#code"' in body.decode()


def test_after_five_wrong_tries_a_station_has_to_wait(client, code, clock, desk):
    for _ in range(MOST_TRIES):
        assert client.post("/g/code", data={"code": "BCDFGHJK"}).status_code == 404
    answer = client.post("/g/code", data={"code": code})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert desk.post("/g/code", data={"code": code}).status_code == 303


def test_no_short_code_is_in_the_logs(client, code, log):
    client.post("/g/code", data={"code": code})
    client.post("/g/code", data={"code": "BCDFGHJK"})
    assert not any(word in log.getvalue() for word in (code, "BCDFGHJK"))


# Asked aloud


def test_staff_ask_aloud_the_same_questions_and_their_taps_are_noted(desk, context, clock):
    arrive(context, "A1", NAME, facts={"purpose": "leisure", "nights": 2})
    page = desk.get("/desk/A1/prompt").text
    assert "Question 1 of at most 3" in page
    desk.post("/desk/A1/prompt", data={"question": "welcome", "grade": 0})
    assert sources(context) == [("answer", "staff", 0)]
    assert card(context, "A1", now=clock()).advised.case.answers == {"welcome": 0}
    page = desk.get("/desk/A1/prompt").text
    assert "Just the key, please" in page
    assert 'href="/desk/A1/prompt?question=welcome"' in page


def test_one_record_whoever_asks(desk, client, context, code):
    client.post("/g/code", data={"code": code})
    say(client, 2)
    page = desk.get("/desk/A1/prompt").text
    assert "The essentials in two minutes" in page
    page = desk.get("/desk/A1/prompt?question=welcome").text
    assert re.search(r'value="2" aria-pressed="true"', page)
    desk.post("/desk/A1/prompt", data={"question": "welcome", "grade": 0})
    page = client.get("/g?question=welcome").text
    assert re.findall(r'id="(grade-\d)" value="\d" checked', page) == ["grade-0"]
    assert [(source, value) for _, source, value in sources(context)] == [
        ("tablet", 2),
        ("staff", 0),
    ]


def test_no_more_questions_said_aloud_holds_on_the_phone_too(desk, client, context, code):
    desk.post("/desk/A1/prompt", data={"question": "welcome", "action": "stop"})
    client.post("/g/code", data={"code": code})
    assert 'name="question"' not in client.get("/g").text
    page = desk.get("/desk/A1/prompt").text
    assert "The guest wants no more questions" in page
    assert "/prompt/delete" not in page


def test_an_answer_given_aloud_can_be_skipped_after_all_and_all_of_them_taken_back(
    desk, context, clock, code
):
    desk.post("/desk/A1/prompt", data={"question": "welcome", "grade": 3})
    desk.post("/desk/A1/prompt", data={"question": "welcome", "action": "skip"})
    assert card(context, "A1", now=clock()).advised.case.answers == {}
    desk.post("/desk/A1/prompt", data={"question": "welcome", "grade": 1})
    desk.post("/desk/A1/prompt/delete")
    case = card(context, "A1", now=clock()).advised.case
    assert (case.answers, case.has_stopped) == ({}, True)


def test_the_same_tap_sent_twice_counts_once(desk, context, code):
    form = {"question": "welcome", "grade": 1, "idempotency": "one-tap"}
    for _ in range(2):
        assert desk.post("/desk/A1/prompt", data=form).status_code == 303
    assert len(sources(context)) == 1


@pytest.mark.parametrize("status", [StayStatus.DEPARTED, StayStatus.CANCELLED])
def test_nothing_is_asked_of_a_guest_who_is_gone(desk, context, code, status):
    with context.store.begin() as work:
        work.stays.change(stay_now(context, "A1"), status=status)
    page = desk.get("/desk/A1/prompt").text
    assert "This stay is over" in page
    assert "/prompt/code" not in page
    desk.post("/desk/A1/prompt", data={"question": "welcome", "grade": 1})
    assert sources(context) == []


def test_the_questions_of_the_desk_are_for_the_desk(client, code):
    assert client.get("/desk/A1/prompt").status_code == 303
    assert client.post("/desk/A1/prompt/code").status_code == 401

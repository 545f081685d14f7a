"""Guests see, correct, take along and delete what is kept of them, each in a tap or two."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from guest_pages import HOUSE, MAIL, NAME, book, card_of, open_house, read_in, start

from engine.domain.evidence import EvidenceKind
from engine.usecases.context import Context
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor

HERE = "/g/my-data"


@pytest.fixture
def code(context: Context, clock) -> str:
    open_house(context, clock())
    return book(context, clock())


@pytest.fixture
def guest(client: FlaskClient, code: str) -> FlaskClient:
    return start(client, code)


@pytest.fixture
def desk_of(context: Context) -> Desk:
    return Desk(context, "A1", HOUSE)


def staff(clock) -> Actor:
    return Actor("Maria", clock())


def mark_of(page: str, label: str) -> str:
    """Return what the button beside a label sends."""
    for part in page.split('<li class="card">')[1:]:
        if label in part and (found := re.search(r'name="mark" value="(.*?)"', part)):
            return found[1]
    raise AssertionError(f"no button beside {label}")


# See


def test_it_is_one_tap_from_every_page_of_the_guest(guest, code):
    for path in ("/g", "/g/notice", HERE, f"/g/{code}", "/g/guide/wifi"):
        assert 'href="/g/my-data"' in guest.get(path).text, path
        assert 'href="/g/notice"' in guest.get(path).text, path


def test_without_a_code_it_opens_nothing_and_says_so_as_every_dead_link(client, code):
    answer = client.get(HERE)
    assert answer.status_code == 404
    assert answer.data == client.get("/g/wrong").data


def test_all_that_is_kept_is_shown_with_its_source_and_ground(guest, desk_of, clock):
    desk_of.observe("in_hurry", staff(clock))
    guest.post("/g", data={"question": "welcome", "grade": "1"})
    page = guest.get(HERE).text
    for said in (NAME, MAIL, "A1", "C7", "on a business trip", "A short hello, then I’m fine"):
        assert said.replace("’", "&#39;") in page or said in page.replace("&#39;", "'"), said
    for origin in ("from your booking", "from the desk", "from you, on this page"):
        assert origin in page
    assert "so that we meet you the way you like it; you may object" in page


def test_what_it_led_to_is_told_kindly_and_never_what_she_looked_like(guest, desk_of, clock):
    desk_of.observe("tired", staff(clock))
    page = guest.get(HERE).text
    assert "We thought this might suit you" in page
    assert "would like your room soon" in page
    assert "tired" not in page.lower()
    words = [
        one["words"]
        for given in json.loads(guest.get(f"{HERE}/copy.json").text)["advice"]
        for one in given["reasons"]
    ]
    assert any("your room soon" in text for text in words)
    assert not any("tired" in text for text in words)
    guest.get(f"{HERE}?lang=de")
    assert "müde" not in guest.get(HERE).text.lower()


def test_every_cue_of_the_seed_has_kind_words_in_every_language(catalogue):
    for tag in ("en", "de"):
        assert all(f"kindly.{cue}" in catalogue.words[tag] for cue in catalogue.cues)


def test_no_script_and_nothing_is_stored_by_the_browser(guest):
    for path in (HERE, f"{HERE}/delete", "/g/notice", f"{HERE}/copy"):
        answer = guest.get(path)
        assert "<script" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'none'" in answer.headers["Content-Security-Policy"]


# Correct


def test_a_cue_that_is_not_so_counts_no_more(guest, desk_of, clock, context):
    desk_of.observe("in_hurry", staff(clock))
    mark = mark_of(guest.get(HERE).text, "Noted at the desk")
    assert guest.post(f"{HERE}/not-so", data={"mark": mark}).status_code == 303
    assert "in_hurry" not in card_of(context, clock()).advised.case.cues
    page = guest.get(HERE).text
    assert "Taken back" in page
    assert 'name="mark" value="entry' not in page


def test_a_fact_that_is_not_so_goes_and_does_not_come_back_with_the_next_import(
    guest, context, clock
):
    mark = mark_of(guest.get(HERE).text, "Purpose of the trip")
    guest.post(f"{HERE}/not-so", data={"mark": mark})
    assert "purpose" not in card_of(context, clock()).advised.case.facts
    read_in(context, clock())
    facts = card_of(context, clock()).advised.case.facts
    assert "purpose" not in facts
    assert facts["nights"] == 1


def test_name_and_language_are_written_as_she_says_and_stay_so(guest, context, clock):
    form = {"name": "  Jona   Bergström ", "language": "de"}
    assert guest.post(f"{HERE}/correct", data=form).status_code == 303
    read_in(context, clock())
    person = card_of(context, clock()).advised.stay.guest
    assert (person.name, person.language) == ("Jona Bergström", "de")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_that_is_none_is_refused_beside_its_field(guest, context, clock, name):
    answer = guest.post(f"{HERE}/correct", data={"name": name, "language": "en"})
    assert answer.status_code == 422
    assert 'aria-describedby="name-wrong"' in answer.text
    assert card_of(context, clock()).advised.stay.guest.name == NAME


@pytest.mark.parametrize("mark", ["", "entry-", "entry-x", "entry-9999", "fact-nothing", "x-1"])
def test_nobody_takes_back_what_is_not_there(guest, context, clock, mark):
    before = card_of(context, clock()).advised
    answer = guest.post(f"{HERE}/not-so", data={"mark": mark})
    assert answer.status_code in (303, 422)
    assert card_of(context, clock()).advised.entries == before.entries


def test_entries_of_another_stay_cannot_be_taken_back(guest, context, clock):
    book(context, clock(), "B1", guest_key="p-2", email=None)
    other = Desk(context, "B1", HOUSE).observe("in_hurry", staff(clock))
    seq = other.advised.entries[-1].seq
    guest.post(f"{HERE}/not-so", data={"mark": f"entry-{seq}"})
    assert "in_hurry" in card_of(context, clock(), "B1").advised.case.cues


def test_that_she_arrived_is_not_hers_to_take_back(guest, desk_of, context, clock):
    seq = desk_of.check_in("near", staff(clock)).arrival_seq
    guest.post(f"{HERE}/not-so", data={"mark": f"entry-{seq}"})
    assert card_of(context, clock()).advised.case.is_arrived


# Take along


def test_the_copies_hold_what_the_page_shows(guest, desk_of, clock):
    desk_of.observe("in_hurry", staff(clock))
    answer = guest.get(f"{HERE}/copy.json")
    document = json.loads(answer.text)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    told = {one["table"]: one["data"] for one in document["kept"]}
    assert (told["guest"]["name"], told["guest"]["email"]) == (NAME, MAIL)
    assert told["stay"]["facts"]["purpose"] == "business"
    assert told["evidence"]["key"] == "in_hurry"
    page = guest.get(f"{HERE}/copy")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert NAME in page.text
    assert not re.search(r'(src|href)="', page.text)


def test_the_link_of_one_stay_tells_nothing_of_another(guest, context, clock):
    book(context, clock(), ref="Z-EARLIER", facts={"nights": 9, "purpose": "leisure"})
    document = guest.get(f"{HERE}/copy.json").text
    assert '"ref": "A1"' in document
    assert "Z-EARLIER" not in document
    assert "leisure" not in document


# Delete


def test_everything_goes_after_one_question_and_the_link_is_dead(guest, context, clock, code):
    assert "cannot be brought back" in guest.get(f"{HERE}/delete").text
    answer = guest.post(f"{HERE}/delete")
    assert answer.status_code == 200
    assert "records were erased" in answer.text
    assert guest.get(HERE).status_code == 404
    assert guest.get(f"/g/{code}").status_code == 404
    read_in(context, clock())
    with context.store.read() as work:
        (stay,) = work.stays.between(HOUSE, clock().date(), clock().date())
    assert (stay.guest.name, stay.facts) == ("", {})


def test_looking_at_the_question_deletes_nothing(guest, context, clock):
    guest.get(f"{HERE}/delete")
    assert card_of(context, clock()).advised.stay.guest.name == NAME


# Allow


def test_the_last_page_asks_with_nothing_chosen_and_keeps_the_terms(guest, context, clock):
    guest.post("/g", data={"question": "welcome", "action": "stop"})
    page = guest.get("/g").text
    assert "May we remember this for your next stay?" in page
    assert " checked" not in page
    sent = {"purpose": "remember_me", "allowed": "yes", "back": "/g"}
    answer = guest.post("/g/consent", data=sent)
    assert answer.location == "/g?done=consent#remember_me"
    page = guest.get("/g?done=consent").text
    assert page.count(" checked") == 1
    assert "Your yes counts until June 13, 2028" in page
    assert "words of 2026-11-1" in guest.get(HERE).text


def test_a_yes_is_taken_back_on_the_same_page_and_silence_changes_nothing(guest, context, clock):
    for allowed, stands in (("yes", [True]), ("", [True]), ("no", [True, False])):
        guest.post("/g/consent", data={"purpose": "remember_me", "allowed": allowed, "back": HERE})
        entries = card_of(context, clock()).advised.entries
        said = [e.value for e in entries if e.kind is EvidenceKind.CONSENT]
        assert said == stands


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/owner"])
def test_an_answer_leads_back_to_our_own_pages_only(guest, back):
    sent = {"purpose": "remember_me", "allowed": "no", "back": back}
    assert guest.post("/g/consent", data=sent).location.startswith(HERE)


MAY_WRITE = "May we write to you once after your stay, to ask how it was?"


def test_whoever_has_an_own_address_is_asked_whether_we_may_write(guest, context, clock):
    answered = {"question": "welcome", "grade": "1"}
    guest.post("/g", data=answered)
    while found := re.search(r'name="question" value="(\w+)"', guest.get("/g").text):
        guest.post("/g", data={"question": found[1], "action": "skip"})
    page = guest.get("/g").text
    assert MAY_WRITE in page
    assert " checked" not in page
    sent = {"purpose": "mail_after_stay", "allowed": "yes", "back": "/g"}
    assert guest.post("/g/consent", data=sent).location == "/g?done=consent#mail_after_stay"
    entries = card_of(context, clock()).advised.entries
    said = [(e.key, e.value) for e in entries if e.kind is EvidenceKind.CONSENT]
    assert said == [("mail_after_stay", True)]


@pytest.mark.parametrize(
    ("mail", "act"),
    [
        (None, {"action": "skip"}),
        ("x.1@guest.booking.com", {"action": "skip"}),
        (MAIL, {"action": "stop"}),
        (MAIL, {"grade": "0"}),
    ],
)
def test_nobody_is_asked_for_a_mail_that_could_not_or_should_not_go(
    client, context, clock, mail, act
):
    open_house(context, clock())
    guest = start(client, book(context, clock(), email=mail))
    guest.post("/g", data={"question": "welcome", **act})
    while found := re.search(r'name="question" value="(\w+)"', guest.get("/g").text):
        guest.post("/g", data={"question": found[1], "action": "skip"})
    page = guest.get("/g").text
    assert "May we remember this" in page
    assert MAY_WRITE not in page


# Without notes


def test_one_tap_serves_her_as_somebody_unknown_and_one_takes_it_back(guest, context, clock):
    before = card_of(context, clock()).advised
    assert before.recommendation.reasons
    guest.post(f"{HERE}/notes", data={"notes": "off"})
    assert "You are served without notes" in guest.get(HERE).text
    served = card_of(context, clock()).advised
    assert served.is_without_notes
    assert (served.recommendation.style, served.recommendation.question) == ("near", None)
    page = guest.get("/g").text
    assert "You are served without notes" in page
    assert "May we remember" not in page
    guest.post(f"{HERE}/notes", data={"notes": "on"})
    assert card_of(context, clock()).advised.recommendation.reasons == before.recommendation.reasons

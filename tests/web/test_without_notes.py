"""At the desk: guests served without notes, and the words that are read aloud before a yes."""

from __future__ import annotations

import pytest
from guest_pages import HOUSE, book, card_of, open_house

from engine.domain.evidence import EvidenceKind
from engine.usecases.context import Context
from engine.usecases.guests.wishes import serve_without_notes
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor


@pytest.fixture(autouse=True)
def booked(context: Context, clock) -> None:
    open_house(context, clock())
    book(context, clock())
    book(context, clock(), "A2", language="de", guest_key="p-2", email=None)


def without_notes(context: Context, clock, ref: str = "A1") -> None:
    guest = card_of(context, clock(), ref).advised.stay.guest.id
    serve_without_notes(context, guest, now=clock())


def check_in(context: Context, clock, ref: str) -> None:
    Desk(context, ref, HOUSE).check_in("near", Actor("Maria", clock()))


def test_the_card_says_so_and_has_nothing_to_note_with(desk, context, clock):
    shown = desk.get("/desk/A1").text
    assert 'id="cues"' in shown
    assert "on a business trip" in shown
    without_notes(context, clock)
    page = desk.get("/desk/A1").text
    assert "Served without notes, as this guest wishes." in page
    for word in ('id="cues"', 'id="note"', "business", "/reactions", "/answers"):
        assert word not in page, word
    assert "/check-in" in page
    assert "Served without notes" not in desk.get("/desk/A2").text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("cues", {"cue": "tired", "on": "1"}),
        ("answers", {"question": "welcome", "grade": "3"}),
        ("reactions", {"offer": "local_tips", "reaction": "accepted"}),
    ],
)
def test_what_an_old_page_still_sends_is_refused_and_nothing_is_kept(
    desk, context, clock, path, form
):
    without_notes(context, clock)
    answer = desk.post(f"/desk/A1/{path}", data=form)
    assert answer.status_code == 403
    assert "Nothing was written down" in answer.text
    assert card_of(context, clock()).advised.entries == ()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("cues", {"cue": "asks_for_privacy", "on": "1"}),
        ("answers", {"question": "housekeeping", "grade": "0"}),
        ("reactions", {"offer": "local_tips", "reaction": "declined"}),
        ("check-in", {"style": "near"}),
    ],
)
def test_what_she_asks_for_herself_still_counts(desk, context, clock, path, form):
    without_notes(context, clock)
    assert desk.post(f"/desk/A1/{path}", data=form).status_code == 303
    advised = card_of(context, clock()).advised
    assert len(advised.entries) == 1
    said = advised.recommendation
    assert said.instructions or "local_tips" in said.closed or advised.case.is_arrived


# Read aloud


def test_nothing_is_read_before_she_has_come(desk):
    assert 'id="consent"' not in desk.get("/desk/A1").text


def test_the_words_stand_there_in_her_language_and_two_buttons(desk, context, clock):
    check_in(context, clock, "A2")
    page = desk.get("/desk/A2").text
    assert "Dürfen wir uns das für Ihren nächsten Aufenthalt merken?" in page
    assert "Read this aloud" in page
    assert "The guest said yes" in page
    assert "The guest said no" in page


def test_a_yes_at_the_desk_is_kept_with_who_read_it_and_in_which_words(desk, context, clock):
    check_in(context, clock, "A2")
    form = {"allowed": "1", "language": "de"}
    assert desk.post("/desk/A2/consent", data=form).status_code == 303
    advised = card_of(context, clock(), "A2").advised
    (said,) = [e for e in advised.entries if e.kind is EvidenceKind.CONSENT]
    assert (said.value, said.by, said.source) == (True, "Maria", "desk")
    with context.store.read() as work:
        terms = work.consents.of([said.seq])[said.seq]
    assert (terms.language, terms.text_version) == ("de", "2026-11-1")
    assert "yes, until June 13, 2028" in desk.get("/desk/A2").text


def test_a_yes_without_notes_is_refused_until_she_takes_that_back(desk, context, clock):
    check_in(context, clock, "A1")
    without_notes(context, clock)
    assert 'id="consent"' not in desk.get("/desk/A1").text
    assert desk.post("/desk/A1/consent", data={"allowed": "1"}).status_code == 409

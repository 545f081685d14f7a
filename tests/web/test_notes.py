"""Notes for the next shift: words of health, belief and origin are shown once more, then kept."""

from __future__ import annotations

import re

import pytest
from desk_stays import arrive, move_in, n_entries, stay_now
from flask.testing import FlaskClient

from engine.domain.evidence import EvidenceKind, standing
from engine.usecases.context import Context
from engine.usecases.stays.notes import LONGEST_NOTE


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())
    arrive(context, "A1")


def notes(context: Context) -> list[object]:
    with context.store.read() as work:
        entries = standing(work.ledger.of(stay_now(context, "A1").id))
    return [e.value for e in entries if e.kind is EvidenceKind.NOTE]


def write(desk: FlaskClient, text: str, **more: str):
    return desk.post("/desk/A1/notes", data={"text": text, **more})


def test_a_note_stands_on_the_card_until_it_is_taken_back(desk, context):
    assert write(desk, " Dog is called Miko. ").location == "/desk/A1"
    page = desk.get("/desk/A1").text
    assert "Dog is called Miko." in page
    assert notes(context) == ["Dog is called Miko."]
    seq = re.search(r'name="seq" value="(\d+)">Take back', page)[1]
    desk.post("/desk/A1/undo", data={"seq": seq})
    assert notes(context) == []
    assert "Miko" not in desk.get("/desk/A1").text


def test_words_of_health_are_pointed_at_and_nothing_is_kept_yet(desk, context):
    answer = write(desk, "Guest is pregnant & tired")
    assert answer.status_code == 200
    assert "<bdi>pregnant</bdi></strong>: tells of health" in answer.text
    assert "Guest is pregnant &amp; tired</textarea>" in answer.text
    assert re.search(r'name="anyway" value="yes">Keep it anyway', answer.text)
    assert notes(context) == []


def test_one_tap_more_keeps_it_all_the_same(desk, context):
    write(desk, "Coeliac: asked us to tell the kitchen", anyway="yes")
    assert notes(context) == ["Coeliac: asked us to tell the kitchen"]


def test_a_changed_note_is_looked_at_again(desk, context):
    assert "tells of belief" in write(desk, "Eats halal").text
    assert "tells of origin" in write(desk, "African family").text
    assert write(desk, "No pork, please").status_code == 303
    assert notes(context) == ["No pork, please"]


def test_the_languages_of_guest_house_and_desk_are_all_looked_at(desk, context):
    arrive(context, "A2", language="fi")
    answer = desk.post("/desk/A2/notes", data={"text": "Vieras on raskaana"})
    assert "tells of health" in answer.text
    assert write(desk, "Vieras on raskaana").status_code == 303
    assert "tells of health" in write(desk, "Ist schwanger").text


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_an_empty_or_endless_note_is_refused(desk, context, text):
    assert write(desk, text).status_code == 422
    assert n_entries(context, "A1") == 0


def test_the_same_note_sent_twice_is_kept_once(desk, context):
    for _ in range(2):
        write(desk, "Two keys", idempotency="one")
    assert notes(context) == ["Two keys"]


def test_notes_are_hidden_when_the_card_is(desk):
    write(desk, "Dog is called Miko.")
    assert "Miko" not in desk.get("/desk/A1?hide=1").text


def test_a_note_says_no_more_in_the_logs(desk, log):
    write(desk, "Guest is pregnant")
    write(desk, "Dog is called Miko.")
    assert not any(word in log.getvalue() for word in ("pregnant", "Miko"))


def test_a_guest_served_without_notes_gets_none(desk, context, clock):
    write(desk, "Dog is called Miko.")
    with context.store.begin() as work:
        work.restrictions.add(stay_now(context, "A1").guest.id, clock())
    assert "Miko" not in desk.get("/desk/A1").text
    assert write(desk, "Two keys").status_code == 409
    assert notes(context) == ["Dog is called Miko."]


def test_notes_are_for_the_desk(client, context):
    assert write(client, "Two keys").status_code == 401
    assert notes(context) == []

"""After the stay: everything is optional, can be changed and taken back, and counts at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk_stays import HOUSE, TODAY, arrive, move_in, stay_now
from flask.testing import FlaskClient

from engine.domain.consent import Purpose
from engine.domain.evidence import EvidenceKind, standing
from engine.domain.stays import StayStatus
from engine.usecases.advice.patterns import recomputed, stats_of
from engine.usecases.context import Context
from engine.usecases.guests.after_stay import LONGEST
from engine.usecases.guests.answer_prompt import OnBehalf, answer, stop
from engine.usecases.guests.links import guest_code
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.outcomes import CONTACT
from engine.usecases.stays.recording import Actor

WORDS = {"missed": "A lamp beside the bed.", "change": "Later breakfast."}


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())


@pytest.fixture
def stay(context: Context, clock):
    """A guest who has been here for one night."""
    arrive(context, "A1", facts={"purpose": "leisure", "nights": 1})
    Desk(context, "A1").check_in("brief", Actor("Maria", clock()))
    return stay_now(context, "A1")


def leave(context: Context, clock) -> None:
    clock.forward(days=1)
    with context.store.begin() as work:
        work.stays.change(stay_now(context, "A1"), status=StayStatus.DEPARTED)


@pytest.fixture
def guest(client: FlaskClient, context: Context, clock, stay) -> FlaskClient:
    """A browser of the guest after the departure."""
    leave(context, clock)
    client.post(f"/g/{guest_code(context.secret, stay.id, 1)}")
    return client


def told(context: Context) -> dict[str, object]:
    """What stands of the outcomes, and of the consent to keep her words."""
    with context.store.read() as work:
        entries = standing(work.ledger.of(stay_now(context, "A1").id))
    kinds = (EvidenceKind.OUTCOME, EvidenceKind.CONSENT)
    return {e.key: e.value for e in entries if e.kind in kinds}


def words(context: Context) -> dict[str, tuple[str, str, str]]:
    with context.store.read() as work:
        voices = work.voices.of(stay_now(context, "A1").id)
    return {prompt: (one.text, one.language, one.source) for prompt, one in voices.items()}


def counted(context: Context, clock) -> list[int]:
    """Outcomes that the learner sees; it sees what the ledger holds."""
    with context.store.read() as work:
        seen = stats_of(work, HOUSE)
        assert seen == recomputed(work, context.catalogue.facts, HOUSE, now=clock())
    return [pattern.outcome for pattern, n in seen for _ in range(n) if pattern.outcome]


def send(guest: FlaskClient, **form: object):
    return guest.post("/g/after", data=form)


def test_the_page_asks_four_things_with_nothing_chosen_and_nothing_required(guest):
    page = guest.get("/g").text
    assert "Our contact with you was:" in page
    assert re.findall(r'name="contact" value="(-?\d)"', page) == ["-1", "0", "1"]
    assert re.findall(r'name="satisfaction" value="(\d)"', page) == ["1", "2", "3", "4", "5"]
    assert "What did you expect that was missing?" in page
    assert "If you could change one thing" in page
    assert "checked" not in page
    assert "required" not in page
    assert "It is deleted 7 days after you leave, unless you let us keep it." in page


def test_it_is_not_asked_before_the_departure(client, context, stay):
    client.post(f"/g/{guest_code(context.secret, stay.id, 1)}")
    assert "Our contact with you was" not in client.get("/g").text
    send(client, satisfaction=5)
    assert told(context) == {}


def test_what_is_told_counts_at_once_in_the_language_of_the_page(guest, context, clock):
    guest.get("/g?lang=de")
    answer = send(guest, contact=0, satisfaction=4, keep="yes", **WORDS)
    assert (answer.status_code, answer.location) == (303, "/g?told=1")
    assert told(context) == {CONTACT: 0, "satisfaction": 4, Purpose.KEEP_WORDS: True}
    assert words(context) == {key: (text, "de", "prompt") for key, text in WORDS.items()}
    assert counted(context, clock) == [4]
    page = guest.get("/g?told=1&lang=en").text
    assert "Thank you, we have it." in page
    assert len(re.findall(r" checked", page)) == 3
    assert "A lamp beside the bed.</textarea>" in page


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({}, {}),
        ({"contact": 1}, {CONTACT: 1}),
        ({"satisfaction": 1}, {"satisfaction": 1}),
        ({"contact": -1, "satisfaction": ""}, {CONTACT: -1}),
        ({"keep": "no"}, {Purpose.KEEP_WORDS: False}),
    ],
)
def test_every_part_may_be_left_out(guest, context, form, kept):
    assert send(guest, **form).status_code == 303
    assert told(context) == kept


def test_what_was_told_can_be_changed_part_by_part(guest, context, clock):
    send(guest, contact=1, satisfaction=2, **WORDS)
    assert 'value="none"' in guest.get("/g").text
    send(guest, contact="none", satisfaction=5, missed="Nothing.")
    assert told(context) == {"satisfaction": 5}
    assert {prompt: text for prompt, (text, *_) in words(context).items()} == {"missed": "Nothing."}
    assert counted(context, clock) == [5]


def test_the_same_told_twice_is_kept_once(guest, context):
    for _ in range(3):
        send(guest, contact=0, satisfaction=4, keep="yes", **WORDS)
    with context.store.read() as work:
        entries = work.ledger.of(stay_now(context, "A1").id)
    kinds = (EvidenceKind.OUTCOME, EvidenceKind.CONSENT, EvidenceKind.RETRACTION)
    assert len([e for e in entries if e.kind in kinds]) == 3


def test_all_of_it_can_be_taken_back_and_the_words_are_gone(guest, context, clock):
    send(guest, contact=0, satisfaction=4, keep="yes", **WORDS)
    answer = guest.post("/g/after/delete")
    page = guest.get(answer.location).text
    assert "It is taken back" in page
    assert "checked" not in page
    assert (told(context), words(context), counted(context, clock)) == ({}, {}, [])
    context.store.checkpoint()
    held = (context.store.folder.parent / "profiles.db").read_bytes()
    assert b"lamp beside" not in held


def test_a_yes_to_keep_her_words_is_kept_with_its_terms(guest, context):
    send(guest, keep="yes", **WORDS)
    asked = context.catalogue.privacy.consents[Purpose.KEEP_WORDS]
    with context.store.read() as work:
        (said,) = [
            e for e in work.ledger.of(stay_now(context, "A1").id) if e.kind is EvidenceKind.CONSENT
        ]
        terms = work.consents.of([said.seq])[said.seq]
    departed = TODAY + timedelta(days=1)
    assert (terms.text_version, terms.language) == (asked.version, "en")
    assert terms.expires_on == departed.replace(year=departed.year + 2)


def test_no_answer_about_her_words_leaves_her_last_one(guest, context):
    send(guest, keep="no")
    send(guest, satisfaction=3)
    assert told(context) == {Purpose.KEEP_WORDS: False, "satisfaction": 3}


@pytest.mark.parametrize("word", ["stop", "left", "privacy"])
def test_who_wished_for_peace_is_asked_nothing(client, context, clock, stay, word):
    staff = Actor("Maria", clock(), "staff")
    if word == "stop":
        stop(context, OnBehalf("A1"), staff)
    elif word == "left":
        answer(context, OnBehalf("A1"), "welcome", 0, staff)
    else:
        Desk(context, "A1").observe("asks_for_privacy", Actor("Maria", clock()))
    leave(context, clock)
    client.post(f"/g/{guest_code(context.secret, stay.id, 1)}")
    page = client.get("/g").text
    assert "Thank you for staying with us" in page
    assert "/g/after" not in page
    assert send(client, satisfaction=1).location == "/g"
    assert "satisfaction" not in told(context)


def test_a_text_too_long_comes_back_whole_with_the_problem_at_its_field(guest, context):
    long = "ä" * (LONGEST + 1)
    answer = send(guest, satisfaction=2, missed=long, change="Less.")
    assert answer.status_code == 422
    assert f"{long}</textarea>" in answer.text
    assert "Less.</textarea>" in answer.text
    assert 'href="#missed"' in answer.text
    assert 'aria-describedby="missed-wrong"' in answer.text
    assert 'value="2" checked' in answer.text
    assert (told(context), words(context)) == ({}, {})


@pytest.mark.parametrize(
    "form", [{"contact": "2"}, {"satisfaction": "0"}, {"satisfaction": "x"}, {"keep": "maybe"}]
)
def test_what_no_form_of_ours_sends_is_refused(guest, context, form):
    assert send(guest, **form).status_code == 422
    assert told(context) == {}


def test_words_are_shown_as_words(guest):
    send(guest, missed="<script>x</script>\r\n\x00line two  ")
    page = guest.get("/g").text
    assert "&lt;script&gt;x&lt;/script&gt;\nline two</textarea>" in page


def test_the_page_closes_seven_days_after_the_departure(guest, context, clock):
    clock.forward(days=7)
    assert send(guest, satisfaction=5).status_code == 303
    clock.forward(days=1)
    assert send(guest, satisfaction=1).status_code == 404
    assert told(context) == {"satisfaction": 5}


def test_no_word_of_hers_is_in_the_logs(guest, log):
    send(guest, **WORDS)
    assert "lamp" not in log.getvalue()

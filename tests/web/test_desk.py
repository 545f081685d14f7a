"""The desk without script: every promise of the board and the card, against real parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from desk_stays import FORM, TODAY, arrive, n_entries, post, stay_now
from flask.testing import FlaskClient

from engine.bootstrap import open_context
from engine.domain.people import Role
from engine.domain.stays import StayStatus
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from engine.usecases.demo import seed_demo
from engine.usecases.guests.answer_prompt import answer
from engine.usecases.guests.links import guest_code
from engine.usecases.stays.recording import Actor

BASE_URL = "http://localhost"


@pytest.fixture
def context(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Context]:
    """A first start without demo, with one house of the seed."""
    ctx = open_context(
        f"sqlite:///{tmp_path / 'profiles.db'}", base_url=BASE_URL, with_demo=False, now=clock()
    )
    with ctx.store.begin() as work:
        work.houses.save(ctx.catalogue.houses["las_cabanas"])
    yield ctx
    ctx.store.close()


@pytest.fixture
def ben(new_client: Callable[[], FlaskClient], context: Context, clock) -> FlaskClient:
    """A second person at the desk, on another screen."""
    add_person(context, "Ben", Role.DESK, "8392", by="test", now=clock())
    client = new_client()
    client.post("/account/sign-in", data={"name": "Ben", "secret": "8392"})
    return client


def seq_of(text: str) -> str:
    found = re.search(r'name="seq" value="(\d+)"', text)
    assert found, text
    return found[1]


def test_the_board_shows_time_name_unit_advice_and_nights(desk, context):
    arrive(context, "A1")
    arrive(context, "A2", "Dana Kim", unit="C4", facts={}, expected_hour=None)
    text = desk.get("/desk").text
    for shown in ("14:00", "Jonas Berg", "C7", "1 night", "act", "Dana Kim", "ask", "0 of 2"):
        assert shown in text
    assert text.index("Jonas Berg") < text.index("Dana Kim")


def test_the_start_page_leads_to_the_arrivals(desk):
    assert desk.get("/").headers["Location"] == "/desk"


def test_an_empty_day_says_who_comes_next(desk, context):
    arrive(context, "A1", arrival_on=TODAY + timedelta(days=1), departure_on=date(2026, 6, 15))
    text = desk.get("/desk").text
    assert "No more arrivals today." in text
    assert "tomorrow 14:00" in text
    assert "Jonas Berg" in text


def test_other_days_are_one_link_away(desk, context):
    arrive(context, "A1", arrival_on=date(2026, 6, 13), departure_on=date(2026, 6, 15))
    assert 'href="/desk?day=2026-06-13"' in desk.get("/desk").text
    other = desk.get("/desk?day=2026-06-13").text
    assert "Jonas Berg" in other
    assert "June 13" in other
    assert desk.get("/desk?day=yesterday").status_code == 422


def test_a_guest_is_found_without_script(desk, context):
    arrive(context, "A1")
    arrive(context, "A2", "Dana Kim", unit="C4")
    assert "Dana Kim" not in desk.get("/desk?q=berg").text
    assert "Dana Kim" in desk.get("/desk?q=c4").text
    assert "Nobody found." in desk.get("/desk?q=zzz").text


def test_an_act_shows_the_verb_the_reasons_the_line_and_the_other_ways(desk, context):
    arrive(context, "A1")
    text = post(desk, "/desk/A1/answers", question="welcome", grade=1).text
    assert 'id="verdict">Keep it quick' in text
    assert "On a business trip" in text
    assert "Welcome to Las Cabañas, Jonas Berg." in text
    assert "Check in this way: Keep it quick" in text
    assert "Or check in another way:" in text
    assert "towards efficiency" in text
    assert "Thank you, Jonas Berg." in text, "all five stages"
    assert "Good to hear from you, Jonas Berg." in text, "by phone"


def test_a_cold_start_says_so_and_asks_one_question_aloud(desk, context):
    arrive(context, "A1", facts={}, unit=None)
    text = desk.get("/desk/A1").text
    assert "We know nothing yet: greet, then ask." in text
    assert "Ask once" in text
    answered = post(desk, "/desk/A1/answers", question="welcome", grade=0).text
    assert "Ask once" not in answered
    assert "Said: Just the key, please" in answered


def test_a_skipped_question_is_not_put_again(desk, context):
    arrive(context, "A1", facts={}, unit=None)
    asked = re.search(r'name="question" value="(\w+)"', desk.get("/desk/A1").text)[1]
    assert f'value="{asked}"' not in post(desk, "/desk/A1/skip", question=asked).text


def test_a_cue_is_noted_and_taken_back_with_the_same_chip(desk, context):
    arrive(context, "A1")
    on = post(desk, "/desk/A1/cues", cue="tired", on=1).text
    assert re.search(r'id="cue-tired"[^>]*aria-pressed="true"', on)
    assert "Fewer words, nearer door" in on
    off = post(desk, "/desk/A1/cues", cue="tired", on=0).text
    assert re.search(r'id="cue-tired"[^>]*aria-pressed="false"', off)


def test_nine_cues_have_keys_and_the_others_wait_behind_more(desk, context):
    arrive(context, "A1")
    text = desk.get("/desk/A1").text
    assert [key for key in "123456789" if f'data-key="{key}"' not in text] == []
    assert text.index("<summary>More") < text.index("cue-celebrating")


def test_an_unknown_cue_is_refused_with_what_is_allowed(desk, context):
    arrive(context, "A1")
    answer = post(desk, "/desk/A1/cues", cue="from_norway")
    assert answer.status_code == 422
    assert "talks_freely" in answer.text
    assert desk.post("/desk/A1/cues", data={}).status_code == 422


def test_check_in_is_recorded_once_however_often_it_is_posted(desk, context):
    arrive(context, "A1")
    for _ in range(3):
        done = post(desk, "/desk/A1/check-in", style="brief", idempotency="k1")
        post(desk, "/desk/A1/check-in", style="hosted")
    assert "Checked in" in done.text
    assert "14:20" not in done.text, "house time, not UTC"
    assert "16:20" in done.text
    assert n_entries(context, "A1") == 1
    assert stay_now(context, "A1").served_style == "brief"


def test_another_way_is_one_tap(desk, context):
    arrive(context, "A1")
    other = re.search(
        r'id="other-way".*?name="style" value="(\w+)"', desk.get("/desk/A1").text, re.S
    )
    post(desk, "/desk/A1/check-in", style=other[1])
    assert stay_now(context, "A1").served_style == other[1] != "brief"


def test_check_in_is_undone_and_the_guest_is_expected_again(desk, context):
    arrive(context, "A1")
    done = post(desk, "/desk/A1/check-in", style="brief", idempotency="k1").text
    undone = post(desk, "/desk/A1/undo", seq=seq_of(done), idempotency="k2")
    assert "Check in this way" in undone.text
    assert stay_now(context, "A1").status is StayStatus.EXPECTED
    again = post(desk, "/desk/A1/undo", seq=seq_of(done), idempotency="k2")
    assert again.status_code == 200, "a repeated undo is the same undo"
    assert n_entries(context, "A1") == 2


def test_two_at_the_desk_one_is_told_who_was_faster(desk, ben, context):
    arrive(context, "A1")
    post(desk, "/desk/A1/check-in", style="brief")
    late = post(ben, "/desk/A1/check-in", style="near")
    assert late.status_code == 409
    assert "Maria checked this guest in at 16:20." in late.text
    part = ben.post("/desk/A1/check-in", data={"style": "near"}, headers=FORM)
    assert part.status_code == 409
    assert 'id="problem"' in part.text
    assert "<html" not in part.text


def test_a_declined_offer_is_closed_for_the_stay_on_every_screen(desk, ben, context):
    arrive(context, "A1", facts={"purpose": "leisure"})
    post(desk, "/desk/A1/check-in", style="hosted")
    post(desk, "/desk/A1/reactions", offer="local_tips", reaction="declined")
    for screen in (desk, ben):
        text = screen.get("/desk/A1").text
        assert "Tips for the area: declined 16:20, will not be offered again" in text
        assert 'name="offer" value="local_tips">They asked about it' in text
        assert '<option value="local_tips">' not in text
        assert '<input type="hidden" name="offer" value="local_tips">' not in text
    refused = post(ben, "/desk/A1/reactions", offer="local_tips", reaction="accepted")
    assert refused.status_code == 409
    assert "not offered again" in refused.text


def test_what_was_declined_opens_when_they_ask_about_it(desk, context):
    arrive(context, "A1")
    post(desk, "/desk/A1/check-in", style="hosted")
    post(desk, "/desk/A1/reactions", offer="local_tips", reaction="declined")
    text = post(desk, "/desk/A1/reopen", offer="local_tips").text
    assert "the guests asked about it since" in text
    assert "will not be offered again" not in text
    assert (
        post(desk, "/desk/A1/reactions", offer="local_tips", reaction="accepted").status_code == 200
    )


def test_after_check_in_one_offer_is_shown_with_its_four_reactions_and_later(desk, context):
    arrive(context, "A1", facts={"purpose": "leisure"})
    text = post(desk, "/desk/A1/check-in", style="hosted").text
    assert "Offer once:" in text
    for n, reaction in enumerate(("asked_more", "accepted", "thanked", "declined"), start=1):
        assert f'value="{reaction}" data-key="r {n}"' in text
    assert 'value="later"' in text


def sign_in_again(client: FlaskClient) -> None:
    client.post("/account/sign-in", data={"name": "Maria", "secret": "4711"})


@pytest.mark.parametrize("style", ["leave_be", "brief", "near", "attentive", "hosted"])
@pytest.mark.parametrize("hours", [0, 7])
def test_right_after_check_in_the_card_asks_how_an_offer_of_the_style_landed(
    desk, context, clock, style, hours
):
    arrive(context, "A1", facts={"purpose": "leisure"})
    clock.forward(hours=hours)
    sign_in_again(desk)
    text = post(desk, "/desk/A1/check-in", style=style).text
    assert "Checked in" in text
    offered = re.search(r'name="offer" value="(\w+)"', text[text.index('id="offer"') :])[1]
    assert style in context.catalogue.offers[offered].styles
    assert "How did it land?" in text


def test_at_night_nothing_is_offered_to_whoever_is_in_house(desk, context, clock):
    arrive(context, "A1", facts={"purpose": "leisure"})
    clock.forward(hours=7)
    sign_in_again(desk)
    post(desk, "/desk/A1/check-in", style="hosted")
    clock.forward(minutes=31)
    sign_in_again(desk)
    text = desk.get("/desk/A1").text
    assert "Checked in" in text
    assert "Offer once:" not in text


def test_a_reason_is_set_aside_and_brought_back(desk, context):
    arrive(context, "A1")
    before = desk.get("/desk/A1").text
    assert 'name="rule" value="business_trip"' in before
    aside = post(desk, "/desk/A1/set-aside", rule="business_trip").text
    assert 'name="rule" value="business_trip"' not in aside
    assert "On a business trip: set aside for this stay" in aside
    back = post(desk, "/desk/A1/undo", seq=seq_of(aside)).text
    assert 'name="rule" value="business_trip"' in back


def test_a_reason_that_no_rule_gives_cannot_be_set_aside(desk, context):
    arrive(context, "A1")
    assert post(desk, "/desk/A1/set-aside", rule="lucky_number").status_code == 422
    assert n_entries(context, "A1") == 0


def test_a_wish_of_the_guest_stands_as_an_instruction(desk, context):
    arrive(context, "A1")
    text = post(desk, "/desk/A1/answers", question="housekeeping", grade=0).text
    assert "own word:" in text
    assert "We will come in only when you ask." in text


def test_what_the_guest_said_herself_is_not_undone_by_the_desk(desk, context, clock):
    code = guest_code(context.secret, arrive(context, "A1").id, 1)
    answer(context, code, "welcome", 0, Actor("guest", clock(), "prompt"))
    assert 'name="seq"' not in desk.get("/desk/A1").text


def test_an_unknown_reference_is_a_page_with_a_way_back(desk, context):
    answer = desk.get("/desk/nobody")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_the_code_of_the_guests_page_is_a_drawing_without_style(desk, context):
    arrive(context, "A1")
    drawing = desk.get("/desk/A1/qr.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert "style=" not in drawing.text
    assert drawing.headers["Cache-Control"] == "no-store"


def test_hidden_shows_nothing_of_the_guest(desk, context):
    arrive(context, "A1")
    text = desk.get("/desk/A1?hide=1").text
    card = text[text.index('id="stay"') :]
    assert "Jonas" not in card
    assert "business" not in card


def test_in_house_lists_who_is_here(desk, context):
    arrive(context, "A1")
    arrive(context, "A2", "Dana Kim")
    post(desk, "/desk/A1/check-in", style="brief")
    text = desk.get("/desk/in-house").text
    assert "Jonas Berg" in text
    assert "Dana Kim" not in text


def test_a_fragment_holds_only_what_changed(desk, context):
    stay = arrive(context, "A1")
    noted = desk.post("/desk/A1/cues", data={"cue": "tired"}, headers=FORM).text
    assert "<html" not in noted
    assert 'id="stay"' in noted
    assert f'id="row-{stay.id}"' in noted
    assert 'id="arrivals"' not in noted
    done = desk.post("/desk/A1/check-in", data={"style": "brief"}, headers=FORM).text
    assert "1 of 1 checked in" in done


def test_german_desk_reads_german(desk, context):
    arrive(context, "A1", language="de")
    text = desk.get("/desk/A1?lang=de").text
    assert "Kurz halten" in text
    assert 'lang="de"' in text
    for english in ("Check in", "Remove this", "1 night", "Undo", "More", "Hide"):
        assert english not in text


def test_nobody_sees_the_desk_without_signing_in(client, context):
    arrive(context, "A1")
    for path in ("/desk", "/desk/A1", "/desk/A1/qr.svg", "/desk/in-house"):
        assert client.get(path).headers["Location"].startswith("/account/sign-in")
    assert client.post("/desk/A1/check-in", data={"style": "brief"}).status_code == 401
    assert stay_now(context, "A1").status is StayStatus.EXPECTED


def test_no_page_of_the_desk_has_inline_style_or_script(desk, context):
    arrive(context, "A1", facts={})
    for path in ("/desk", "/desk/A1", "/desk/in-house"):
        text = desk.get(path).text
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)
        assert text.count("<h1") == 1


def test_every_card_of_the_demo_house_can_be_shown(desk, context, clock):
    seed_demo(context, today=TODAY, now=clock())
    with context.store.begin() as work:
        work.houses.remove("las_cabanas")
    paths = re.findall(r'href="(/desk/[^"?]+)" data-swap="#desk" data-find', desk.get("/desk").text)
    assert len(paths) > 5
    answers = [desk.get(f"{path}?lang={tag}") for path in paths for tag in ("en", "de")]
    assert {answer.status_code for answer in answers} == {200}


def test_a_guest_whose_name_was_let_go_of_has_a_word_in_its_place(
    desk: FlaskClient, context: Context
):
    arrive(context, "erased-0123456789abcdef", name="")
    page = desk.get("/desk").text
    assert "No name kept" in page
    assert "No name kept" in desk.get("/desk/erased-0123456789abcdef").text

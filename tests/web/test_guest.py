"""The guest's own page: few questions, answers that count at once, links that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.bootstrap import first_rule_set
from engine.catalogue.model import MOST_QUESTIONS
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.advice import Advice
from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.usecases.context import Context
from engine.usecases.guests.door import MOST_WRONG
from engine.usecases.guests.links import guest_code, issue_link, reissue_link
from engine.usecases.stays.arrivals import Card, card
from web import create_app

HOUSE = "las_cabanas"
CONTACT = "desk@las-cabanas.example"
NAME = "Jonas Berg"

Book = Callable[..., str]


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    content = rule_set_to_dict(first_rule_set(context.catalogue))
    with context.store.begin() as work:
        work.rule_sets.publish(content, reason="starter", by="test", at=clock(), based_on=0)
        work.houses.save(context.catalogue.houses[HOUSE])


@pytest.fixture
def book(context: Context, clock) -> Book:
    """Book one stay of two nights in cabin C7; return its code."""

    def add(ref: str = "A1", **more) -> str:
        today = clock().date()
        usual = {"language": "en", "email": None, "unit": "C7", "arrival_on": today}
        usual |= {"departure_on": today + timedelta(days=2), "status": StayStatus.EXPECTED}
        usual |= {"facts": {"nights": 2, "purpose": "leisure"}, "source": "test"}
        with context.store.begin() as work:
            draft = StayDraft(house=HOUSE, ref=ref, guest_name=NAME, **(usual | more))
            stay = work.stays.add(draft)
            issue_link(work, context.secret, stay)
            return guest_code(context.secret, stay.id, 1)

    return add


@pytest.fixture
def guest(client: FlaskClient, book: Book) -> FlaskClient:
    """A browser whose guest has pressed Start."""
    assert client.post(f"/g/{book()}").status_code == 303
    return client


def heading(page: str) -> str:
    (found,) = re.findall(r"<h1>(.*?)</h1>", page)
    return str(re.sub(r"<.*?>", "", found))


def question_of(page: str) -> str | None:
    found = re.search(r'name="question" value="(.*?)"', page)
    return found[1] if found else None


def say(guest: FlaskClient, action: str = "continue", **form):
    question = form.pop("question", None) or question_of(guest.get("/g").text)
    return guest.post("/g", data={"question": question, "action": action, **form})


def card_of(context: Context, clock, ref: str = "A1") -> Card:
    return card(context, ref, now=clock(), house_id=HOUSE)


def change(context: Context, ref: str = "A1", **changes) -> Stay:
    with context.store.begin() as work:
        return work.stays.change(work.stays.get(HOUSE, ref), **changes)


# The link


def test_a_link_shows_one_button_and_nothing_of_the_guest(client, book):
    page = client.get(f"/g/{book()}").text
    assert page.count("<button") == 1
    assert not any(word in page for word in (NAME, "Jonas", "C7", "Cabin 7", "A1", "leisure"))
    assert "Code from the desk" in client.get("/g").text


def test_looking_at_a_link_changes_nothing(client, book, context, clock):
    code = book()
    for _ in range(3):
        client.get(f"/g/{code}")
    assert card_of(context, clock).advised.entries == ()


def test_the_button_moves_the_code_from_the_address_into_a_cookie(client, book):
    code = book()
    answer = client.post(f"/g/{code}")
    assert answer.status_code == 303
    assert answer.location.startswith("/g?question=")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert set(cookie.split("; ")) == {f"tact-guest={code}", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert code not in client.get("/g").text


def test_over_https_the_cookie_is_bound_to_the_host(context, clock, log, book):
    address = "https://tact.example"
    settings = {"CONTEXT": context, "BASE_URL": address, "NOW": clock, "LOG_TO": log}
    client = create_app(settings).test_client()
    answer = client.post(f"/g/{book()}", base_url=address, headers={"Origin": address})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-tact-guest=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_every_dead_link_gets_the_same_bytes(app: Flask, book, context, clock):
    today = clock().date()
    wrong = "a" * 26
    expired = book("old", arrival_on=today - timedelta(9), departure_on=today - timedelta(8))
    cancelled, revoked = book("gone", status=StayStatus.CANCELLED), book("again", language="de")
    reissue_link(context, "again", HOUSE)
    replies = set()
    for code in (wrong, expired, cancelled, revoked):
        for method in ("GET", "POST"):
            client = app.test_client()
            client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
            answer = client.open(f"/g/{code}", method=method)
            kept = {k: v for k, v in answer.headers.items() if k not in ("X-Request-Id", "Date")}
            replies.add((answer.status_code, answer.data, tuple(sorted(kept.items()))))
    ((status, body, headers),) = replies
    text = re.sub(r"<.*?>", "", body.decode())
    assert status == 404
    assert f"Ask at the desk, or write to {CONTACT}; we open it again." in text
    assert "Set-Cookie" not in dict(headers)


def test_a_link_opens_for_seven_days_after_check_out(guest, clock):
    clock.forward(days=9)
    assert guest.get("/g").status_code == 200
    clock.forward(days=1)
    assert guest.get("/g").status_code == 404


def test_a_new_link_closes_the_page_that_the_old_one_opened(guest, context):
    new = reissue_link(context, "A1", HOUSE)
    assert guest.get("/g").status_code == 404
    assert guest.post(f"/g/{new}").status_code == 303
    assert guest.get("/g").status_code == 200


def test_a_flood_of_wrong_codes_ends_and_shuts_out_no_guest(client, book, clock):
    for n in range(MOST_WRONG):
        assert client.get(f"/g/wrong{n}").status_code == 404
    answer = client.get("/g/wrong")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert client.get(f"/g/{book()}").status_code == 200
    clock.forward(minutes=15)
    assert client.get("/g/wrong").status_code == 404


def test_no_code_and_no_name_is_in_the_logs(client, book, log):
    code = book()
    client.get(f"/g/{code}")
    client.post(f"/g/{code}")
    say(client, grade=1)
    client.get("/g/wrongcode")
    assert "/g/<link>" in log.getvalue()
    assert not any(word in log.getvalue() for word in (code, "wrongcode", NAME, "Jonas"))


def test_posts_from_another_site_are_refused(app: Flask, book, context, clock):
    code = book()
    elsewhere = app.test_client()
    elsewhere.set_cookie("tact-guest", code)
    for path in (f"/g/{code}", "/g", "/g/delete"):
        answer = elsewhere.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert "<script" not in answer.text
    assert card_of(context, clock).advised.entries == ()


@pytest.mark.parametrize(
    "path", ["/g", "/g?question=welcome", "/g/guide/wifi", "/g/wrong", "/p/C7"]
)
def test_pages_of_the_guest_have_no_script_and_are_kept_nowhere(guest, path):
    answer = guest.get(path)
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


# The questions


def test_one_question_with_nothing_chosen_and_three_ways_on(guest):
    page = guest.get("/g").text
    assert heading(page) == "When you arrive, what suits you best?"
    assert page.count('type="radio"') == 4
    assert "checked" not in page
    assert "required" not in page
    assert re.findall(r'name="action" value="(\w+)"', page) == ["continue", "skip", "stop"]
    assert "Question 1 of at most 3" in page
    assert "This changes nothing about your price or room. Ask for anything, any time." in page
    assert "Why do you ask?" in page


def test_an_answer_changes_the_advice_of_the_desk_at_once(guest, context, clock):
    before = card_of(context, clock).advised.recommendation
    say(guest, grade=0)
    after = card_of(context, clock).advised.recommendation
    assert before.style not in ("leave_be", "brief")
    assert after.style in ("leave_be", "brief")
    assert after.belief.p_contact < before.belief.p_contact
    assert "answer.welcome" in {reason.key for reason in after.reasons}
    assert after.advice is Advice.ACT
    assert after.offer is None


def test_continue_without_a_choice_shows_the_page_again_with_the_problem_at_the_field(guest):
    answer = say(guest)
    assert answer.status_code == 422
    assert heading(answer.text) == "When you arrive, what suits you best?"
    assert 'href="#grade-0"' in answer.text
    assert 'id="grade-0"' in answer.text
    assert answer.text.count("Choose one of the answers, or skip the question.") == 2


def test_a_choice_given_before_is_kept_when_the_form_comes_back(guest):
    say(guest, grade=2)
    answer = say(guest, question="welcome")
    assert answer.status_code == 422
    assert re.search(r'value="2" checked', answer.text)


def test_coming_back_to_a_question_shows_the_answer_and_the_later_one_counts(guest, context, clock):
    say(guest, grade=3)
    page = guest.get("/g?question=welcome").text
    assert re.findall(r'id="(grade-\d)" value="\d" checked', page) == ["grade-3"]
    assert "Question 1 of at most 3" in page
    say(guest, question="welcome", grade=0)
    assert card_of(context, clock).advised.case.answers["welcome"] == 0


def test_the_same_answer_twice_is_kept_once(guest, context, clock):
    for _ in range(3):
        say(guest, question="welcome", grade=1)
    assert len(card_of(context, clock).advised.entries) == 1


def test_a_skipped_question_is_not_asked_again_but_can_be_answered_after_all(guest, context, clock):
    say(guest, "skip")
    assert question_of(guest.get("/g").text) != "welcome"
    assert card_of(context, clock).advised.recommendation.question != "welcome"
    say(guest, question="welcome", grade=1)
    assert card_of(context, clock).advised.case.answers["welcome"] == 1


def test_an_answer_can_be_taken_back_alone(guest, context, clock):
    say(guest, grade=3)
    assert "Take this answer back" in guest.get("/g?question=welcome").text
    say(guest, "skip", question="welcome")
    assert card_of(context, clock).advised.case.answers == {}


def test_stop_ends_the_questions_here_and_at_the_desk_for_the_whole_stay(guest, context, clock):
    answer = say(guest, "stop")
    assert answer.location == "/g"
    for _ in range(2):
        page = guest.get("/g").text
        assert heading(page) == "Thank you"
        assert question_of(page) is None
        clock.forward(days=1)
    advice = card_of(context, clock).advised.recommendation
    assert (advice.question, advice.advice is Advice.ASK) == (None, False)


def test_no_way_through_the_page_meets_more_than_three_questions(app: Flask, book, clock):
    longest, ways, n = 0, [()], 0
    while ways:
        way = ways.pop()
        n += 1
        client = app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        client.post(f"/g/{book(f'way-{n}')}")
        for step in way:
            say(client, *step[:1], **step[1])
        page = client.get("/g").text
        question = question_of(page)
        if question is None:
            assert heading(page) == "Thank you"
            continue
        longest = max(longest, len(way) + 1)
        assert len(way) < MOST_QUESTIONS
        assert f"Question {len(way) + 1} of at most 3" in page
        grades = range(page.count('type="radio"'))
        ways += [(*way, ("continue", {"grade": grade})) for grade in grades]
        ways += [(*way, ("skip", {}))]
    assert longest == MOST_QUESTIONS


@pytest.mark.parametrize("actions", [("skip", "skip", "skip"), ("stop",)])
def test_a_question_that_was_not_asked_is_no_longer_taken_at_the_end(
    guest, context, clock, actions
):
    for action in actions:
        if question_of(guest.get("/g").text):
            say(guest, action)
    known = {e.key for e in card_of(context, clock).advised.entries}
    late = next(id for id in context.catalogue.questions if id not in known)
    answer = say(guest, question=late, grade=0)
    assert (answer.status_code, answer.location) == (303, "/g")
    assert card_of(context, clock).advised.case.answers == {}


@pytest.mark.parametrize(
    "form",
    [
        {"question": "welcome", "grade": "9"},
        {"question": "welcome", "grade": "-1"},
        {"question": "welcome", "grade": "x"},
        {"question": "nothing", "grade": "0"},
        {"question": "welcome", "grade": "0", "action": "x"},
        {},
    ],
)
def test_what_no_form_of_ours_sends_is_refused_and_nothing_is_kept(guest, context, clock, form):
    assert guest.post("/g", data=form).status_code == 422
    assert card_of(context, clock).advised.entries == ()


def test_an_address_of_an_unasked_question_leads_to_where_she_stands(guest):
    assert guest.get("/g?question=news").location == "/g"


# The end


def test_the_end_says_what_we_will_do_in_the_words_of_the_answer(guest, context):
    say(guest, grade=0)
    page = guest.get("/g").text
    promised = context.catalogue.questions["welcome"].grades[0].we_will["en"]
    assert heading(page) == "Thank you"
    assert f"We will: “{promised}”" in page
    assert "When you arrive, what suits you best?" in page
    assert "Just the key, please" in page


def test_without_an_answer_the_end_says_what_the_advice_is(guest, context, clock):
    say(guest, "stop")
    style = context.catalogue.styles[card_of(context, clock).advised.recommendation.style]
    assert f"We will: “{style.guest_text['en']}”" in guest.get("/g").text


def test_deleted_answers_count_no_more_and_nothing_is_asked_again(guest, context, clock):
    before = card_of(context, clock).advised.recommendation
    say(guest, grade=0)
    answer = guest.post("/g/delete")
    page = guest.get(answer.location).text
    assert "Your answers are taken back" in page
    assert "Delete my answers" not in page
    assert question_of(page) is None
    advised = card_of(context, clock).advised
    assert advised.case.answers == {}
    assert advised.recommendation.style == before.style
    assert advised.recommendation.question is None


def test_after_departure_there_is_a_thank_you_and_no_question(guest, context):
    say(guest, grade=1)
    change(context, status=StayStatus.DEPARTED)
    page = guest.get("/g").text
    assert heading(page) == "Thank you for staying with us"
    assert question_of(page) is None
    assert guest.get("/g?question=welcome").location == "/g"
    assert say(guest, question="welcome", grade=3).location == "/g"
    assert "Delete my answers" in page
    assert guest.get("/g/guide/wifi").status_code == 200


# Languages


def test_the_page_speaks_the_language_of_the_booking_then_of_the_browser(client, book):
    english = {"Accept-Language": "en"}
    client.post(f"/g/{book(language='de-AT')}")
    assert 'lang="de"' in client.get("/g", headers=english).text.split("\n")[1]
    client.post(f"/g/{book('A2', language=None)}")
    assert 'lang="en"' in client.get("/g", headers=english).text.split("\n")[1]


def test_a_chosen_language_stays_and_keeps_the_question(guest):
    page = guest.get("/g?question=welcome").text
    assert 'href="?question=welcome&amp;lang=de" lang="de"' in page
    assert "Deutsch" in page
    assert heading(guest.get("/g?question=welcome&lang=de").text).startswith("Was ist Ihnen")
    page = guest.get("/g").text
    assert "Frage 1 von höchstens 3" in page
    assert "Warum fragen Sie?" in page


# The guide


def test_packs_put_forward_come_first_then_all_that_are_open(guest, context, clock):
    say(guest, grade=0)
    listed = re.findall(r'class="opt" href="/g/guide/(\w+)"', guest.get("/g").text)
    forward = card_of(context, clock).advised.recommendation.packs
    assert tuple(listed[: len(forward)]) == forward
    packs = context.catalogue.packs
    assert sorted(listed) == sorted(id for id in packs if not packs[id].is_guarded)


def test_the_guide_fills_in_the_values_of_the_house(guest):
    page = guest.get("/g/guide/wifi").text
    assert "<strong>CabanasGuest</strong>" in page
    assert "{" not in page.split("<main", 1)[1]
    assert re.findall(r"<h(\d)>", page)[:2] == ["1", "2"]


def test_codes_are_shown_only_when_the_advice_puts_them_forward(client, book, context):
    unit = next(unit for unit in context.catalogue.houses[HOUSE].units if unit.code == "C7")
    client.post(f"/g/{book()}")
    assert client.get("/g/guide/access").status_code == 404
    ready = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}
    client.post(f"/g/{book('A2', facts=ready)}")
    page = client.get("/g/guide/access").text
    assert unit.values["access_code"] in page


def test_a_printed_code_shows_packs_and_no_guest_and_no_code(client, book, context):
    house = context.catalogue.houses[HOUSE]
    ready = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}
    client.post(f"/g/{book(facts=ready)}")
    say(client, grade=0)
    for unit in house.units:
        codes = [text for key, text in unit.values.items() if key == "access_code"]
        page = client.get(f"/p/{unit.code}").text
        pages = [page, *(client.get(path).text for path in re.findall(r'"(/p/[^"]+)"', page))]
        assert len(pages) > 10
        assert '/access"' not in page
        assert not any(word in text for text in pages for word in (NAME, "Jonas", *codes))
        assert client.get(f"/p/{unit.code}/access").status_code == 404


def test_printed_codes_may_be_typed_in_small_letters_and_unknown_ones_are_a_dead_page(client):
    assert heading(client.get("/p/c7").text) == "Cabin 7"
    answer = client.get("/p/nowhere")
    assert answer.status_code == 404
    assert answer.data == client.get("/g/wrong").data

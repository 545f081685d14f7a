"""The rooms Questions, Styles and Packs: what is typed is shown, checked, kept and in force."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.domain.people import Role
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from engine.usecases.house.content import Signature, save
from engine.usecases.house.content_told import open_thing

WELCOME, WIFI, NEAR = "/owner/questions/welcome", "/owner/packs/wifi", "/owner/styles/near"
GREET = "script.in_person.greet.text.en"


def form(client: FlaskClient, path: str, **typed: str) -> dict[str, str]:
    """Return all that a browser would post from the page, with a few fields typed anew."""
    page = client.get(path).text
    told = dict(re.findall(r'<textarea id="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    told |= dict(re.findall(r'<input class="short number" id="([^"]+)".*?value="([^"]*)"', page))
    told |= dict.fromkeys(re.findall(r'name="(\w+)" value="true" checked', page), "true")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    plain = {name: unescape(text) for name, text in told.items()}
    return plain | {"seen": seen[1] if seen else ""} | typed


def test_a_page_posted_as_it_came_changes_nothing(owner: FlaskClient, context: Context):
    for path in (WELCOME, WIFI, NEAR):
        answer = owner.post(path, data=form(owner, path))
        assert answer.status_code == 303, path
    with context.store.read() as work:
        assert work.content.newest() == 0


def test_a_saved_text_is_what_the_guest_reads_next(owner: FlaskClient, context: Context):
    told = form(owner, WELCOME, **{"text.en": "What do you like?", "reason": "shorter"})
    answer = owner.post(WELCOME, data=told)
    assert answer.location == f"{WELCOME}?done=saved"
    page = owner.get(answer.location).text
    assert "It is in force from the next page on." in page
    assert "<h1>What do you like?</h1>" in page
    assert "<q>shorter</q>" in page
    assert context.catalogue.questions["welcome"].text["en"] == "What do you like?"


def test_another_process_speaks_the_new_text_at_its_next_request(
    owner: FlaskClient, app: Flask, context: Context
):
    assert "What do you like?" not in owner.get(WELCOME).text
    app.extensions["tact"] = replace(context)  # another process has a catalogue of its own
    owner.post(WELCOME, data=form(owner, WELCOME, **{"text.en": "What do you like?"}))
    assert context.catalogue is context.seed
    app.extensions["tact"] = context
    assert "What do you like?" in owner.get("/owner/questions").text


def test_what_cannot_be_used_is_said_at_the_field_and_nothing_typed_is_lost(
    owner: FlaskClient, context: Context
):
    told = form(owner, NEAR, **{GREET: "Hello {gest}", "name.en": "Mine & yours"})
    answer = owner.post(NEAR, data=told)
    assert answer.status_code == 422
    assert f'<a href="#{GREET}">Nothing is called {{gest}} here.</a>' in answer.text
    assert "<b>In person: Greet, English</b>" in answer.text
    assert "Hello {gest}</textarea>" in answer.text
    assert "Mine &amp; yours</textarea>" in answer.text
    assert context.catalogue.version == context.seed.version


@pytest.mark.parametrize("number", ["much", "", "nan", "1e999"])
def test_a_number_that_is_none_is_said_at_its_field(owner: FlaskClient, number: str):
    answer = owner.post(WELCOME, data=form(owner, WELCOME, **{"thresholds.1": number}))
    assert answer.status_code == 422
    assert 'id="thresholds.1-wrong">Write a number such as' in answer.text


def test_numbers_may_be_written_as_people_do(owner: FlaskClient, context: Context):
    typed = {"thresholds.0": "\N{MINUS SIGN}1,25", "discrimination": "1,8"}
    assert owner.post(WELCOME, data=form(owner, WELCOME, **typed)).status_code == 303
    item = context.catalogue.questions["welcome"].item
    assert (item.discrimination, item.thresholds) == (1.8, (-1.25, 0.0, 1.0))
    assert "As shipped: <bdi>-1</bdi>" in owner.get(WELCOME).text


def test_a_question_is_switched_off_and_said_to_be(owner: FlaskClient, context: Context):
    told = form(owner, WELCOME)
    del told["on_prompt"], told["at_desk"]
    owner.post(WELCOME, data=told)
    assert not context.catalogue.questions["welcome"].on_prompt
    assert "asked nowhere" in owner.get("/owner/questions").text


def test_the_preview_speaks_as_typed_and_keeps_nothing(owner: FlaskClient, context: Context):
    told = form(owner, NEAR, **{GREET: "Hello {guest}, this is {house}. Only today!"})
    page = owner.post(f"{NEAR}/preview", data=told).text
    house = next(iter(context.catalogue.houses.values())).name
    assert f"Hello Robin Berg, this is {house}. Only today!" in page
    assert "Nothing is saved yet." in page
    assert '<b lang="en">Only today</b>: pressure.' in page
    assert "Offer once and leave the choice" in page
    assert "Only today" not in owner.get(NEAR).text
    assert owner.post(f"{NEAR}/preview", data=told | {GREET: ""}).status_code == 422


def test_a_pack_is_previewed_as_guests_read_it_and_runs_no_script(owner: FlaskClient):
    typed = {"body.en": "## Net\n\n**{wifi_name}** <script>x</script>", "body.de": ""}
    page = owner.post(f"{WIFI}/preview", data=form(owner, WIFI, **typed)).text
    assert "<h2>Net</h2>" in page
    assert "<strong>" in page
    assert "<script>x" not in page


def test_a_missing_translation_shows_as_a_badge(owner: FlaskClient):
    owner.post(WIFI, data=form(owner, WIFI, **{"body.de": ""}))
    assert "not written: German" in owner.get("/owner/packs").text
    assert "Not written in German" in owner.get(WIFI).text


def test_a_translation_left_behind_is_looked_at_once(owner: FlaskClient):
    owner.post(WELCOME, data=form(owner, WELCOME, **{"text.en": "What do you like?"}))
    assert re.search("look again: [^<]*German", owner.get("/owner/questions").text)
    answer = owner.post(f"{WELCOME}/still-right")
    assert "Noted: the translations are still right." in owner.get(answer.location).text
    assert "look again" not in owner.get("/owner/questions").text
    assert "no text changed" in owner.get(WELCOME).text


def test_of_two_owners_the_second_sees_the_first_and_saves_over_it_only_knowingly(
    owner: FlaskClient, context: Context, clock
):
    told = form(owner, WELCOME, **{"text.en": "Mine"})
    theirs = open_thing(context, "questions/welcome").fields | {"text.en": "Theirs"}
    add_person(context, "Eva", Role.OWNER, "another pass phrase", by="test", now=clock())
    number = save(context, "questions/welcome", theirs, Signature("Eva", clock()))
    answer = owner.post(WELCOME, data=told)
    assert answer.status_code == 409
    assert "Eva changed this while you were looking at it." in answer.text
    assert "Mine</textarea>" in answer.text
    assert "<ins>Theirs</ins>" in answer.text
    assert f'name="seen" value="{number}"' in answer.text
    assert owner.post(WELCOME, data=told | {"seen": str(number)}).status_code == 303
    assert context.catalogue.questions["welcome"].text["en"] == "Mine"


def test_a_version_comes_back_with_one_click(owner: FlaskClient, context: Context):
    owner.post(WIFI, data=form(owner, WIFI, **{"title.en": "Net"}))
    answer = owner.post(f"{WIFI}/restore/0")
    page = owner.get(answer.location).text
    assert "Restored." in page
    assert "The shipped text brought back" in page
    assert context.catalogue.packs["wifi"].title["en"] == "Wi-Fi"
    for number in ("77", "99999999999999999999"):
        assert owner.post(f"{WIFI}/restore/{number}").status_code == 404


def test_the_same_post_twice_makes_one_version(owner: FlaskClient, context: Context):
    told = form(owner, WIFI, **{"title.en": "Net", "idempotency": "k"})
    first, second = (owner.post(WIFI, data=told) for _ in range(2))
    assert first.location == second.location
    assert len(open_thing(context, "packs/wifi").versions) == 2


def test_questions_move(owner: FlaskClient, context: Context):
    first, second, *_ = context.catalogue.questions
    answer = owner.post(f"/owner/questions/{second}/move", data={"to": "earlier"})
    assert answer.location == f"/owner/questions#{second}"
    assert list(context.catalogue.questions)[:2] == [second, first]


def test_a_calibration_run_fills_in_its_numbers_and_saves_nothing(
    owner: FlaskClient, context: Context
):
    items = [{"id": "welcome", "discrimination": 1.7, "thresholds": [-1.1, 0.2, 1.4]}]
    told = form(owner, WELCOME, calibrated=json.dumps({"items": items}))
    page = owner.post(f"{WELCOME}/calibrated", data=told).text
    values = re.findall(r'class="short number".*?value="([^"]*)"', page)
    assert values == ["1.7", "-1.1", "0.2", "1.4"]
    assert context.catalogue.version == context.seed.version


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "This is not what tact calibrate prints."),
        ("[]", "This is not what tact calibrate prints."),
        ('{"items": [{"id": "welcome"}]}', "This is not what tact calibrate prints."),
        ('{"items": []}', "This document says nothing about this question."),
    ],
)
def test_a_document_of_something_else_is_refused(owner: FlaskClient, document: str, said: str):
    answer = owner.post(f"{WELCOME}/calibrated", data=form(owner, WELCOME, calibrated=document))
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("path", ["questions/nothing", "styles/welcome", "packs/.."])
def test_what_is_not_there_is_not_found(owner: FlaskClient, path: str):
    assert owner.get(f"/owner/{path}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "tag"), [("questions", "en"), ("styles", "de"), ("packs", "en"), ("packs", "de")]
)
def test_every_page_opens_in_every_language(
    owner: FlaskClient, context: Context, kind: str, tag: str
):
    for id in getattr(context.catalogue, kind):
        page = owner.get(f"/owner/{kind}/{id}?lang={tag}").text
        assert page.count("<h1>") == 1
        assert "style=" not in page
        assert "&amp;#" not in page
    assert owner.get(f"/owner/{kind}?lang={tag}").status_code == 200

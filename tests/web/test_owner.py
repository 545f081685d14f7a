"""The owner's rooms without script: every page and promise, against real parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from engine.domain.people import Role
from engine.domain.rules import Rule
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from engine.usecases.house.own_house import houses
from engine.usecases.rules.preview_rules import preview
from engine.usecases.rules.tune_rules import rules_room
from tests.web.demo_house import copied, made
from web.owner.rules.scale import x_of

RULE = "business_trip"
PAGES = (
    "/owner",
    "/owner/rules",
    "/owner/rules/preview",
    "/owner/rules/history",
    "/owner/rules/history/1",
    "/owner/start-own-house",
    "/owner/reservations",
)
POSTS = (
    f"/owner/rules/{RULE}",
    "/owner/rules/publish-draft",
    "/owner/rules/discard-draft",
    "/owner/rules/catch-up",
    "/owner/rules/restore/1",
    "/owner/start-own-house",
    "/owner/reservations",
)
EDIT = {"place": "efficiency_strong", "sure": "usual", "on": "true"}
HOUSE = {
    "name": "Haus am See",
    "kind": "room",
    "units": "12",
    "time_zone": "Europe/Berlin",
    "languages": ["de"],
}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


@pytest.fixture
def ben(new_client: Callable[[], FlaskClient], context: Context, clock) -> FlaskClient:
    """A second owner, on another screen."""
    add_person(context, "Ben", Role.OWNER, "another pass phrase", by="test", now=clock())
    client = new_client()
    client.post("/account/sign-in", data={"name": "Ben", "secret": "another pass phrase"})
    return client


def seen_in(page: str, rule: str = RULE) -> str:
    card = page.split(f'id="rule-{rule}"')[1]
    return re.search(r'name="seen" value="(\w+)"', card)[1]


def draft_seen_in(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def edit(client: FlaskClient, rule: str = RULE, **changes: str) -> TestResponse:
    seen = seen_in(client.get("/owner/rules").text, rule)
    return client.post(f"/owner/rules/{rule}", data={**EDIT, "seen": seen, **changes})


def publish(client: FlaskClient, reason: str = "work trips want the key") -> TestResponse:
    seen = draft_seen_in(client.get("/owner/rules/preview").text)
    return client.post("/owner/rules/publish-draft", data={"reason": reason, "seen": seen})


def rule_of(rules: tuple[Rule, ...], id: str = RULE) -> Rule:
    return next(rule for rule in rules if rule.id == id)


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_room_opens_for_owners_with_one_heading(owner: FlaskClient, path: str, language: str):
    answer = owner.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_the_desk_does_not_enter_the_owners_rooms(desk: FlaskClient, path: str):
    assert desk.get(path).status_code == 403


@pytest.mark.parametrize("path", POSTS)
def test_the_desk_changes_nothing_there(desk: FlaskClient, context: Context, path: str):
    assert desk.post(path, data=EDIT).status_code == 403
    assert rules_room(context).draft is None
    assert rules_room(context).published.version == 1


def test_all_rules_stand_there_in_words_and_the_guardrails_after_them(owner: FlaskClient, context):
    page = owner.get("/owner/rules").text
    for rule in rules_room(context).rules:
        assert f'id="rule-{rule.id}"' in page
        assert str(escape(rule.because["en"])) in page
    assert "When: on a business trip." in plain(page)
    assert "At most three questions a stay" in page.split('id="guardrails"')[1]


def test_an_edit_goes_to_the_draft_and_leaves_what_is_in_force(owner: FlaskClient, context):
    answer = edit(owner, sure="firm")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/owner/rules#rule-{RULE}")
    room = rules_room(context)
    assert rule_of(room.rules).weight == -0.35
    assert rule_of(room.draft_rules).weight == -1.5
    page = plain(owner.get("/owner/rules").text)
    assert "Draft: 1 change" in page
    assert "weight −0.35 → −1.50; how sure: usual → firm (Ana" in page


@pytest.mark.parametrize(
    ("typed", "weight"), [("−0,8", -0.8), ("-0.8", -0.8), ("+1.25", 1.25), (" 0 ", 0.0)]
)
def test_an_own_number_may_be_written_as_people_write(
    owner: FlaskClient, context: Context, typed: str, weight: float
):
    assert edit(owner, place="own", number=typed).status_code == 303
    assert rule_of(rules_room(context).draft_rules).weight == weight


def test_a_rule_can_be_switched_off(owner: FlaskClient, context: Context):
    seen = seen_in(owner.get("/owner/rules").text)
    form = {"place": "own", "number": "-0.35", "sure": "usual", "seen": seen}
    owner.post(f"/owner/rules/{RULE}", data=form)
    assert not rule_of(rules_room(context).draft_rules).is_on
    assert "switched off" in owner.get("/owner/rules").text


@pytest.mark.parametrize("typed", ["", "much", "nan", "inf", "1e9", "4"])
def test_a_number_that_cannot_be_used_is_explained_and_kept(
    owner: FlaskClient, context: Context, typed: str
):
    answer = edit(owner, place="own", number=typed)
    assert answer.status_code == 422
    card = answer.text.split(f'id="rule-{RULE}"')[1].split("</article>")[0]
    assert 'aria-invalid="true"' in card
    assert f'value="{typed}"' in card
    assert 'id="problem"' in card
    assert rules_room(context).draft is None


@pytest.mark.parametrize("broken", [{"place": "up"}, {"sure": "very"}, {"place": ""}])
def test_a_form_that_nobody_offered_is_refused(owner: FlaskClient, context, broken):
    assert edit(owner, **broken).status_code == 422
    assert rules_room(context).draft is None


def test_an_unknown_rule_or_version_is_not_here(owner: FlaskClient):
    assert owner.post("/owner/rules/moon", data=EDIT).status_code == 404
    assert owner.get("/owner/rules/history/99").status_code == 404
    assert owner.post("/owner/rules/restore/99").status_code == 404


def test_a_script_gets_the_rule_and_the_draft_only(owner: FlaskClient):
    seen = seen_in(owner.get("/owner/rules").text)
    headers = {"X-Fragment": "1"}
    answer = owner.post(f"/owner/rules/{RULE}", data={**EDIT, "seen": seen}, headers=headers)
    fragment = owner.get(answer.location, headers=headers).text
    assert f'id="rule-{RULE}"' in fragment
    assert 'id="draft"' in fragment
    assert fragment.count("<article") == 1
    assert "<html" not in fragment


def test_two_owners_on_one_rule_both_keep_what_they_chose(
    owner: FlaskClient, ben: FlaskClient, context: Context
):
    seen = seen_in(owner.get("/owner/rules").text)
    assert edit(ben, place="contact_weak").status_code == 303
    late = owner.post(f"/owner/rules/{RULE}", data={**EDIT, "seen": seen})
    assert late.status_code == 409
    assert rule_of(rules_room(context).draft_rules).weight == 0.3
    told = plain(late.text)
    assert "Ben changed this rule while you were looking at it." in told
    assert "weight −0.35 → +0.30" in told
    card = late.text.split(f'id="rule-{RULE}"')[1].split("</article>")[0]
    assert 'value="efficiency_strong" checked' in card
    again = {**EDIT, "seen": seen_in(late.text)}
    assert owner.post(f"/owner/rules/{RULE}", data=again).status_code == 303
    assert rule_of(rules_room(context).draft_rules).weight == -1.5


def test_two_owners_on_different_rules_do_not_disturb_each_other(
    owner: FlaskClient, ben: FlaskClient, context: Context
):
    seen = seen_in(owner.get("/owner/rules").text)
    edit(ben, "one_night")
    answer = owner.post(f"/owner/rules/{RULE}", data={**EDIT, "seen": seen})
    assert answer.status_code == 303
    assert len(rules_room(context).changed) == 2


def test_the_preview_names_every_stay_that_would_be_served_otherwise(
    owner: FlaskClient, context: Context, clock: Callable[[], datetime]
):
    edit(owner, "one_night")
    shown = preview(context, now=clock())
    page = owner.get("/owner/rules/preview").text
    linked = re.findall(r'<a class="tap" href="/desk/([^"]+)">', page)
    assert shown.changed
    assert linked == [one.ref for one in shown.changed][:100]
    assert f"{shown.n_changed} of {shown.n_stays} past and coming stays" in plain(page)
    assert "weight −0.15 → −1.50" in plain(page)


def test_publishing_asks_why_and_keeps_what_was_typed(owner: FlaskClient, context: Context):
    edit(owner)
    answer = publish(owner, "  ")
    assert answer.status_code == 422
    assert "Say in a few words why" in answer.text
    assert rules_room(context).published.version == 1


def test_publishing_puts_the_draft_in_force_and_the_history_says_who_when_why(
    owner: FlaskClient, context: Context
):
    edit(owner)
    answer = publish(owner)
    assert answer.status_code == 303
    assert "Version 2 is now in force." in owner.get(answer.location).text
    told = plain(owner.get("/owner/rules/history").text)
    assert "work trips want the key Ana, Jun 12, 2026, 16:20" in told
    assert "On a business trip: weight −0.35 → −1.50" in told
    assert "Ana changed in the draft “On a business trip”: weight −0.35 → −1.50" in told
    assert "Ana published version 2" in told
    assert rules_room(context).draft is None


def test_publishing_a_draft_that_changed_meanwhile_is_refused_with_the_reason_kept(
    owner: FlaskClient, ben: FlaskClient, context: Context
):
    edit(owner)
    seen = draft_seen_in(owner.get("/owner/rules/preview").text)
    edit(ben, "one_night")
    form = {"reason": "work trips want the key", "seen": seen}
    answer = owner.post("/owner/rules/publish-draft", data=form)
    assert answer.status_code == 409
    assert 'value="work trips want the key"' in answer.text
    assert "Draft: 2 changes" in answer.text
    assert rules_room(context).published.version == 1


def test_a_repeated_post_publishes_once(owner: FlaskClient, context: Context):
    edit(owner)
    seen = draft_seen_in(owner.get("/owner/rules/preview").text)
    form = {"reason": "softer", "seen": seen, "idempotency": "k1"}
    for _ in range(2):
        assert owner.post("/owner/rules/publish-draft", data=form).status_code == 303
    assert rules_room(context).published.version == 2


def test_one_click_restores_an_old_version(owner: FlaskClient, context: Context):
    first = rules_room(context).rules
    edit(owner)
    publish(owner)
    assert owner.post("/owner/rules/restore/1").status_code == 303
    assert rules_room(context).rules == first
    told = plain(owner.get("/owner/rules/history").text)
    assert "Version 1 restored Ana" in told
    assert "Version 3 in force" in told
    assert owner.post("/owner/rules/restore/3").status_code == 422


def test_a_draft_can_be_discarded_and_carried_over(owner: FlaskClient, context: Context):
    edit(owner)
    publish(owner)
    edit(owner, "one_night")
    owner.post("/owner/rules/restore/1")
    assert "was published by Ana after this draft began" in owner.get("/owner/rules").text
    assert publish(owner).status_code == 409
    owner.post("/owner/rules/catch-up")
    assert publish(owner).status_code == 303
    edit(owner)
    owner.post("/owner/rules/discard-draft", data={"seen": rules_room(context).mark})
    assert rules_room(context).draft is None


def test_names_and_reasons_are_never_read_as_html(owner: FlaskClient):
    edit(owner)
    publish(owner, "<script>alert(1)</script>")
    page = owner.get("/owner/rules/history").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_own_house_starts_and_the_demo_goes(owner: FlaskClient, context: Context):
    answer = owner.post("/owner/start-own-house", data=HOUSE)
    assert (answer.status_code, answer.location) == (303, "/owner/reservations")
    (house,) = houses(context)
    assert (house.name, len(house.units), house.units[0].name) == ("Haus am See", 12, "Room 1")
    assert "/owner/start-own-house" not in owner.get("/owner").text
    assert owner.get("/desk").status_code == 200
    assert owner.post("/owner/start-own-house", data=HOUSE).status_code == 409


@pytest.mark.parametrize(
    "broken",
    [{"name": ""}, {"units": "many"}, {"units": "0"}, {"time_zone": ""}, {"languages": []}],
)
def test_a_house_that_cannot_be_is_explained_and_what_was_typed_is_kept(
    owner: FlaskClient, context: Context, broken: dict[str, str]
):
    answer = owner.post("/owner/start-own-house", data={**HOUSE, **broken})
    assert answer.status_code == 422
    assert 'id="problem"' in answer.text
    kept = {**HOUSE, **broken}
    assert f'value="{kept["units"]}"' in answer.text
    assert [house.is_demo for house in houses(context)] == [True]


def test_every_word_of_the_scale_is_centred_and_the_edges_hold():
    centres = [x_of(weight) for weight in (-1.5, -0.8, -0.3, 0.0, 0.3, 0.8, 1.5)]
    assert centres == [50, 150, 250, 350, 450, 550, 650]
    assert 0 < x_of(-9) < 50
    assert 650 < x_of(9) < 700
    assert x_of(-0.35) < x_of(-0.3)

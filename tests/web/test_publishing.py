"""The room where a draft is tried and published later, without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.domain.people import Role
from engine.domain.rollout import RolloutState
from engine.domain.rules import Operator, Test
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from engine.usecases.rules.rollout import set_share, start_trial, trial_room
from engine.usecases.rules.rule_tests import red_tests
from engine.usecases.rules.schedule import publish_on_time, schedule_now
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)
from tests.web.demo_house import NOW, copied, made
from tests.web.test_owner import edit, plain, publish, rule_of, seen_in

RULE = "business_trip"
ROOM = "/owner/publishing"
POSTS = (
    f"{ROOM}/schedule",
    f"{ROOM}/schedule/cancel",
    f"{ROOM}/trial",
    f"{ROOM}/trial/share",
    f"{ROOM}/trial/stop",
    f"{ROOM}/trial/finish",
    f"{ROOM}/tests/{RULE}",
)


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


def draft(context: Context, weight: float = -0.8) -> str:
    edit_rule(context, RULE, RuleChange(weight=weight), by="Ana", now=NOW)
    return rules_room(context).mark


def red_draft(context: Context) -> None:
    rules = rules_room(context).draft_rules
    asks = (Test("purpose", Operator.IS, "leisure"),)
    new = [replace(rule, when=asks) if rule.id == RULE else rule for rule in rules]
    take_rules(context, new, by="Ana", now=NOW, seen=mark_of_rules(rules))


def trial(context: Context, percent: int = 0) -> None:
    start_trial(context, percent, "more talk", by="Ana", now=NOW, seen=draft(context, 2.5))


def post(client: FlaskClient, path: str, **data: str) -> TestResponse:
    return client.post(f"{ROOM}/{path}", data=data)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", ["empty", "draft", "red", "waiting", "trial", "share", "stopped"])
def test_the_room_opens_in_every_state(owner: FlaskClient, context, state: str, language: str):
    if state == "draft":
        draft(context)
    if state == "red":
        red_draft(context)
    if state == "waiting":
        seen = draft(context)
        post(owner, "schedule", when="2026-06-14T06:00", reason="season", seen=seen)
    if state in ("trial", "share", "stopped"):
        trial(context, 25 if state == "share" else 0)
    if state == "stopped":
        post(owner, "trial/stop")
    answer = owner.get(f"{ROOM}?lang={language}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", POSTS)
def test_the_desk_does_nothing_there(desk: FlaskClient, path: str):
    assert desk.post(path).status_code == 403
    assert desk.get(ROOM).status_code == 403


def test_a_red_test_stops_publishing_and_says_rule_expected_and_told(owner: FlaskClient, context):
    red_draft(context)
    answer = publish(owner)
    assert answer.status_code == 409
    assert "business_trip: test 1 expects “fires”, but the rule says" in plain(answer.text)
    assert "work trips want the key" in answer.text
    page = plain(owner.get(ROOM).text)
    assert "A guest of whom is known: on a business trip." in page
    assert "The test expects: fires. The rule says: does not fire." in page


def test_red_tests_are_settled_one_by_one_then_the_draft_is_published(owner: FlaskClient, context):
    red_draft(context)
    does = iter(["accept", *["remove"] * 20])
    while red_tests(rules_room(context).draft_rules):
        page = owner.get(ROOM).text
        seen = re.search(r'name="seen" value="(\w+)"', page)[1]
        place = re.search(r'name="place" value="(\d+)"', page)[1]
        answer = post(owner, f"tests/{RULE}", seen=seen, place=place, do=next(does))
        assert answer.status_code == 303
    assert publish(owner).status_code == 303


def test_a_test_changed_over_somebody_elses_change_is_not_done(owner: FlaskClient, context):
    red_draft(context)
    answer = post(owner, f"tests/{RULE}", seen="old", place="0", do="remove")
    assert answer.status_code == 409
    assert 'id="problem"' in answer.text


def test_a_time_is_chosen_shown_and_cancelled(owner: FlaskClient, context):
    seen = draft(context)
    answer = post(owner, "schedule", when="2026-06-14T06:00", reason="season", seen=seen)
    assert answer.status_code == 303
    page = plain(owner.get(ROOM).text)
    assert "The draft is published on Jun 14, 2026, 06:00. Ana chose that." in page
    assert post(owner, "schedule/cancel").status_code == 303
    assert schedule_now(context, now=NOW) is None
    assert post(owner, "schedule/cancel").status_code == 404


def test_what_became_of_it_is_said_afterwards(owner: FlaskClient, context, clock):
    seen = draft(context)
    post(owner, "schedule", when="2026-06-14T06:00", reason="season", seen=seen)
    draft(context, -1.0)
    page = plain(owner.get(ROOM).text)
    assert "The draft was changed since." in page
    waiting = schedule_now(context, now=NOW).record
    publish_on_time(context, {"publication": waiting.id}, waiting.due_at)
    clock.forward(days=2)
    owner.post("/account/sign-in", data={"name": "Ana", "secret": "a long pass phrase"})
    assert "the draft was changed after its time was chosen" in plain(owner.get(ROOM).text)


def test_what_was_typed_is_there_again_beside_what_is_wrong(owner: FlaskClient, context):
    seen = draft(context)
    answer = post(owner, "schedule", when="2026-06-01T06:00", reason="our season", seen=seen)
    assert answer.status_code == 422
    assert 'value="our season"' in answer.text
    assert 'value="2026-06-01T06:00"' in answer.text
    assert 'aria-invalid="true" aria-describedby="schedule-when-hint schedule-when-wrong"' in (
        answer.text
    )
    answer = post(owner, "schedule", when="soon", reason="x", seen=seen)
    assert "Write day and time" in answer.text
    answer = post(owner, "trial", percent="25", reason=" ", seen=seen)
    assert answer.status_code == 422
    assert re.search(r'value="25" checked', answer.text)


def test_a_trial_is_begun_raised_and_put_in_force(owner: FlaskClient, context):
    seen = draft(context, 2.5)
    assert post(owner, "trial", percent="0", reason="more", seen=seen).status_code == 303
    assert "It only watches since" in plain(owner.get(ROOM).text)
    assert post(owner, "trial/share", percent="40").status_code == 303
    assert "40 of 100 guests are served by it." in plain(owner.get(ROOM).text)
    assert post(owner, "trial/share", percent="140").status_code == 422
    assert post(owner, "trial/finish").status_code == 303
    assert rules_room(context).published.version == 2
    assert "put version 2 in force for everybody" in plain(owner.get(ROOM).text)


def test_a_stopped_trial_is_a_draft_again(owner: FlaskClient, context):
    trial(context, 50)
    assert post(owner, "trial/stop").status_code == 303
    assert trial_room(context).rollout.state is RolloutState.STOPPED
    assert rule_of(rules_room(context).draft_rules).weight == 2.5
    assert "Ana stopped the trial" in plain(owner.get(ROOM).text)


def test_few_stays_are_told_to_be_too_few(owner: FlaskClient, context):
    trial(context, 50)
    page = plain(owner.get(ROOM).text)
    assert "Too few stays to say." in page
    assert "30 each are needed" in page


def test_the_history_says_who_tried_what(owner: FlaskClient, context):
    trial(context)
    set_share(context, 20, by="Ben", now=NOW)
    post(owner, "trial/stop")
    page = plain(owner.get("/owner/rules/history").text)
    assert "Ben changed the share of guests served by version 2" in page
    assert "tried, never in force" in page


def test_a_stay_is_pinned_from_its_page_without_its_name(owner: FlaskClient, context):
    with context.store.read() as work:
        (house, *_) = work.houses.all()
        stay = work.stays.between(house.id, NOW.date(), NOW.date())[0]
    desk = owner.get(f"/desk/{stay.ref}").text
    path = f"{ROOM}/pin/{stay.ref}"
    assert f'href="{path}"' in desk
    page = owner.get(path).text
    assert stay.guest.name in page
    rule = re.search(r'name="rule" value="(\w+)" required>', page)[1]
    answer = owner.post(path, data={"rule": rule, "expect": "fires"})
    assert answer.location.endswith(f"/owner/rules#rule-{rule}")
    assert stay.guest.name not in owner.get("/owner/rules").text
    again = owner.post(path, data={"rule": rule, "expect": "fires"})
    assert again.status_code == 422
    assert "has a test of such a guest already" in again.text


def test_a_stay_that_is_not_there_cannot_be_pinned(owner: FlaskClient):
    assert owner.get(f"{ROOM}/pin/nobody").status_code == 404
    assert owner.post(f"{ROOM}/pin/nobody", data={"rule": RULE, "expect": "fires"}).status_code


def test_two_owners_see_theirs_mine_and_both_and_save_both(owner, ben, context):
    seen = seen_in(owner.get("/owner/rules").text)
    edit(ben, place="efficiency_strong")
    mine = {"place": "own", "number": "-0.35", "sure": "firm", "on": "true", "seen": seen}
    answer = owner.post(f"/owner/rules/{RULE}", data=mine)
    assert answer.status_code == 409
    box = plain(answer.text.split('id="problem"')[1].split("</article>")[0])
    assert "Theirsweight −0.35 → −1.50" in box
    assert "Yourshow sure: usual → firm" in box
    assert "Both togetherweight −0.35 → −1.50; how sure: usual → firm" in box
    form = answer.text.split('id="problem"')[1].split("</article>")[0].split("<form")[2]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert owner.post(f"/owner/rules/{RULE}", data=fields).status_code == 303
    rule = rule_of(rules_room(context).draft_rules)
    assert (rule.weight, rule.sure.value) == (-1.5, "firm")


def test_where_both_changed_the_same_thing_no_merge_is_offered(owner, ben):
    seen = seen_in(owner.get("/owner/rules").text)
    edit(ben, place="efficiency_strong")
    mine = {"place": "contact_weak", "sure": "usual", "on": "true", "seen": seen}
    answer = owner.post(f"/owner/rules/{RULE}", data=mine)
    assert "only one of the two can stand" in answer.text
    assert "Save both together" not in answer.text

"""Nothing that guests say changes anything by itself; what an owner does stays in the draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from learned_house import NOW, ROOM, learned_in, mend, opened_copy, post, row, rule

from engine.domain.rules import Sureness
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.learning.guests_say import JobState, guests_say
from engine.usecases.learning.guests_say_acts import keep_mine, learn_now
from engine.usecases.learning.learn import learn
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from tests.audit.taught_stays import stays_of
from tests.usecases.own_stays import OWN, count, open_house


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learned_in(tmp_path_factory.mktemp("learned"))


@pytest.fixture
def context(learned: Path, tmp_path: Path) -> Iterator[Context]:
    yield from opened_copy(learned, tmp_path)


def test_the_largest_disagreement_stands_first_and_every_number_is_text(
    owner: FlaskClient, context
):
    page = owner.get(ROOM).text
    voices = guests_say(context, now=NOW).voices
    moved = [voice.disagreement for voice in voices]
    assert moved == sorted(moved, reverse=True)
    shown = re.findall(r'class="card voice" id="rule-(\w+)"', page)
    assert shown == [voice.rule.id for voice in voices if voice.verdict]
    assert "Your guests say the opposite." in row(page)
    tired = next(voice for voice in voices if voice.rule.id == "tired")
    assert "You say −0.50." in row(page)
    assert f"Together +{tired.both:.2f}" in row(page)
    assert f"Your guests alone +{tired.told:.2f}" in row(page)
    assert "style=" not in page


def test_looking_changes_nothing(owner: FlaskClient, context):
    before = rules_room(context)
    for path in ("", "/rules/tired", "/runs/2026-06-12"):
        assert owner.get(ROOM + path).status_code == 200
    assert rules_room(context) == before
    with context.store.read() as work:
        assert work.learning_runs.day_in_force(OWN) is None
        assert work.history.of("learning.in_force", "rules.edited") == ()


def test_using_what_both_say_changes_the_draft_alone(owner: FlaskClient, context):
    both = next(v.both for v in guests_say(context, now=NOW).voices if v.rule.id == "tired")
    answer = post(owner, "rules/tired/use")
    assert answer.status_code == 303
    assert rule(context).weight == round(both, 2)
    assert next(one for one in rules_room(context).rules if one.id == "tired").weight == -0.5
    page = owner.get(answer.location).text
    assert "In the draft now." in page
    assert "weight −0.50 → +" in row(page)
    assert 'id="use-tired"' not in page


def test_of_two_owners_the_second_is_told_and_nothing_is_overwritten(owner: FlaskClient, context):
    seen = re.search(r'name="seen" value="(\w+)"', row(owner.get(ROOM).text))[1]
    edit_rule(context, "tired", RuleChange(weight=-0.9), by="Eva", now=NOW)
    answer = post(owner, "rules/tired/use", seen=seen)
    assert answer.status_code == 409
    assert "Somebody changed this rule in the meantime." in answer.text
    assert "Nothing was changed." in answer.text
    assert rule(context).weight == -0.9


def test_a_number_that_is_kept_is_quiet_until_guests_say_something_new(owner: FlaskClient, context):
    page = owner.get(post(owner, "rules/tired/keep").location).text
    assert "Ana kept your number on" in row(page)
    assert 'id="keep-tired"' not in page
    rules = guests_say(context, now=NOW).document["rules"]
    told = next(one for one in rules if one["id"] == "tired")
    near = {**told, "data": told["data"] + 0.5 * told["data_sd"]}
    mend(context, rules=[near if one["id"] == "tired" else one for one in rules])
    assert "Ana kept" in row(owner.get(ROOM).text)


@pytest.mark.parametrize(
    "change", [{"data": 3.0}, {"verdict": "confirmed"}, {"data": None, "data_sd": None}]
)
def test_a_kept_number_speaks_again_when_guests_say_something_new(
    owner: FlaskClient, context, change: dict[str, object]
):
    keep_mine(context, OWN, "tired", by="Ana", now=NOW)
    rules = guests_say(context, now=NOW).document["rules"]
    mend(context, rules=[one | change if one["id"] == "tired" else one for one in rules])
    page = owner.get(ROOM).text
    assert "Ana kept your number on" not in row(page)
    assert "Ana kept your number for" in page


def test_trust_moves_one_step_and_stops_at_the_end(owner: FlaskClient, context):
    for step in (1, 1, 1):
        answer = post(owner, "rules/tired/hold", step=step)
    assert rule(context).sure is Sureness.FIRM
    assert answer.status_code == 422
    assert "There is no step further." in answer.text
    assert "Trust mine more" not in row(owner.get(ROOM).text)
    assert "Trust mine less: usual" in row(owner.get(ROOM).text)


def test_the_run_is_put_in_force_and_taken_back_by_its_owner(owner: FlaskClient, context):
    page = owner.get(f"{ROOM}/runs/2026-06-12").text
    assert "of 1 past and coming stays would be served otherwise" in page
    assert page.count("holds:") == 4
    told = owner.get(post(owner, "runs/2026-06-12/put-in-force").location).text
    assert "Guests are advised by what was learned until Jun 12, 2026." in told
    assert 'id="withdraw"' in owner.get(f"{ROOM}/runs/2026-06-12").text
    told = owner.get(post(owner, "withdraw").location).text
    assert "Guests are advised by your own numbers." in told
    assert "Ana took back what was learned" in told


def test_a_run_of_rules_that_are_gone_says_so(owner: FlaskClient, context):
    edit_rule(context, "tired", RuleChange(weight=-0.4), by="Ana", now=NOW)
    publish(context, "Softer", by="Ana", now=NOW, seen=rules_room(context).mark)
    assert "The rules were published anew since this run learned." in owner.get(ROOM).text
    assert 'id="put-in-force"' not in owner.get(f"{ROOM}/runs/2026-06-12").text
    answer = post(owner, "runs/2026-06-12/put-in-force")
    assert answer.status_code == 409
    assert "Let it learn again." in answer.text


def test_there_is_nothing_to_withdraw_where_nothing_is_in_force(owner: FlaskClient):
    assert post(owner, "withdraw").status_code == 404
    assert owner.get(f"{ROOM}/runs/tomorrow").status_code == 404
    assert owner.get(f"{ROOM}/runs/2020-01-01").status_code == 404
    assert owner.get(f"{ROOM}/rules/nothing").status_code == 404
    assert owner.get(f"{ROOM}?house=nowhere").status_code == 404
    assert owner.post(f"{ROOM}/learn").status_code == 422


def test_a_house_with_few_stays_is_told_that_its_belief_is_used(owner: FlaskClient, context):
    open_house(context, NOW, id="uppsala")
    with context.store.read() as work:
        few = stays_of(adviser_in_force(context, work), 4, seed=1)
    count(context, few, "uppsala")
    page = owner.get(f"{ROOM}?house=uppsala").text
    assert "4 stays told something: too few to say. Your belief is used." in page
    learn(context, "uppsala", now=NOW, by="Tact")
    page = owner.get(f"{ROOM}?house=uppsala").text
    assert "too few to say" in page
    assert "only to be read" in page
    assert 'id="use-' not in page
    answer = owner.post(f"{ROOM}/rules/tired/keep", data={"house": "uppsala"})
    assert answer.status_code == 422
    assert "said nothing about this rule yet" in answer.text


def test_the_learner_runs_once_as_a_job_and_its_state_is_shown(owner: FlaskClient, context):
    open_house(context, NOW, id="uppsala")
    path = f"{ROOM}?house=uppsala"
    assert 'id="learn"' in owner.get(path).text
    for _ in range(2):
        owner.post(f"{ROOM}/learn", data={"house": "uppsala"})
    page = owner.get(path).text
    assert "Learning is planned" in page
    assert 'id="learn"' not in page
    assert 'id="look-again"' in page
    with context.store.read() as work:
        jobs = [job for job in work.jobs.waiting() if job.kind == "learn"]
    assert [job.payload for job in jobs] == [{"house": "uppsala"}]
    while work_one(context, now=NOW, tasks=TASKS):
        pass
    assert "Learned today." in owner.get(path).text


def test_a_learner_that_fails_says_why_and_can_be_asked_again(owner: FlaskClient, context):
    open_house(context, NOW, id="uppsala")
    assert learn_now(context, "uppsala", by="Ana", now=NOW) is JobState.WAITING

    def fail(*_: object) -> None:
        raise MemoryError

    at = NOW
    work_one(context, now=at, tasks={**TASKS, "learn": fail})
    path = f"{ROOM}?house=uppsala"
    assert "will be tried again. The reason: MemoryError." in owner.get(path).text
    for _ in range(8):
        at += timedelta(hours=1)
        work_one(context, now=at, tasks={**TASKS, "learn": fail})
    page = owner.get(path).text
    assert "given up. The reason: MemoryError." in page
    assert 'id="learn"' in page
    assert learn_now(context, "uppsala", by="Ana", now=NOW + timedelta(1)) is JobState.WAITING


def test_a_challenger_that_foretells_better_is_an_alarm(owner: FlaskClient, context):
    told = {"outcome": "gap", "gap": 0.05, "gap_sd": 0.005, "stays": 4100}
    mend(context, challenger=told)
    alarms = owner.get(ROOM).text.split("This has changed")[1].split("</div>")[0]
    assert "foretells the latest answers better, by 0.0500 ± 0.0050 a stay, 4100 stays" in alarms


def test_alarms_stand_above_the_rules_and_the_season_is_none(owner: FlaskClient, context):
    drift = guests_say(context, now=NOW).document["drift"]
    change = {"before": -0.5, "recent": 0.5, "distance": 4.2, "last_year": None, "season": False}
    season = {**change, "id": "in_hurry", "last_year": 0.4, "season": True}
    loss = {"raised": True, "since": "2026-W20", "detail": ""}
    mend(context, drift={**drift, "loss": loss, "rules": [{**change, "id": "tired"}, season]})
    alarms = owner.get(ROOM).text.split("This has changed")[1].split("</div>")[0]
    assert "Since 2026-W20 your guests are foretold worse" in alarms
    assert "from −0.50 to +0.50 in the last quarter" in alarms
    assert "same season last year" not in alarms


def test_it_is_said_in_german_too(owner: FlaskClient):
    page = owner.get(f"{ROOM}?lang=de").text
    assert "Ihre Gäste sagen das Gegenteil." in page
    assert "Sie sagen −0,50." in page
    assert owner.get(f"{ROOM}/rules/tired?lang=de").status_code == 200
    assert owner.get(f"{ROOM}/runs/2026-06-12?lang=de").status_code == 200


def test_the_desk_does_not_see_the_room(desk: FlaskClient, app: Flask):
    assert desk.get(ROOM).status_code == 403

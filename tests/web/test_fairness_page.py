"""Fairness and quality on its page: what is told, the full check, the lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.usecases.context import Context
from engine.usecases.jobs import work_one
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from tests.web.demo_house import NOW, copied, made

ROOM = "/owner/fairness"
REASON = "We try the form of address for a season"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def flips(page: str) -> str:
    return page.split('id="flips"', 1)[1].split("</section>", 1)[0]


def culture(page: str) -> str:
    return page.split('id="culture"', 1)[1].split("</section>", 1)[0]


def test_with_nothing_told_the_page_says_so(owner: FlaskClient):
    page = owner.get(ROOM).text
    assert "0 stays: too few to say. From 20 in each group on it can be told." in page
    assert "Nobody has told yet how the stay was." in page
    assert flips(page).count("0 of 200 are served otherwise.") == 4


def test_the_full_check_waits_runs_and_tells(owner: FlaskClient, context):
    answer = owner.post(f"{ROOM}/check", data={"house": "demo"})
    assert answer.status_code == 303
    assert "The check is planned or going on." in owner.get(answer.location).text
    while work_one(context, now=NOW + timedelta(minutes=1)):
        pass
    page = owner.get(ROOM).text
    assert "stays checked on" in page
    assert 'id="check"' in page


def test_the_lock_opens_with_a_reason_and_closes_in_one_tap(
    owner: FlaskClient,
    context,
):
    page = owner.get(ROOM).text
    assert "by 0.13 steps at most" in page
    assert ">locked<" in page
    refused = owner.post(f"{ROOM}/culture/open", data={"reason": "why not", "house": "demo"})
    assert refused.status_code == 422
    assert "Say in a sentence why" in refused.text
    assert 'value="why not"' in refused.text
    owner.post(f"{ROOM}/culture/open", data={"reason": REASON, "house": "demo"})
    page = owner.get(ROOM).text
    assert f"<q>{REASON}</q>" in page
    assert ">open<" in page
    change = RuleChange(weight=0.13, is_on=True)
    edit_rule(context, "formal_address", change, by="Ana", now=NOW)
    mark = rules_room(context).mark
    owner.post("/owner/rules/publish-draft", data={"reason": "a try", "seen": mark})
    page = owner.get(ROOM).text
    assert "Chose the formal address" in page
    assert "are seen otherwise, by at most" in page
    assert owner.post(f"{ROOM}/culture/close", data={"house": "demo"}).status_code == 303
    page = owner.get(ROOM).text
    assert ">locked<" in page
    assert flips(page).count("0 of 200 are served otherwise.") == 4


def test_before_it_is_opened_the_audit_says_what_could_change(owner: FlaskClient, context):
    part = culture(owner.get(ROOM).text)
    assert "with every such rule switched on at 0.13" in part
    assert "Language chosen: another one" in part
    assert "are seen otherwise, by at most 0." in part
    assert "only the number behind it, nothing that anybody notices:" in part
    assert "Market of the booking" not in part, "no rule may test it"


def test_opening_keeps_reason_and_audit_and_has_all_stays_checked(owner: FlaskClient, context):
    for word in ("first", "second"):
        told = {"reason": f"{REASON}, {word}", "house": "demo"}
        owner.post(f"{ROOM}/culture/open", data=told)
        assert "The check is planned or going on." in owner.get(ROOM).text
        owner.post(f"{ROOM}/culture/close", data={"house": "demo"})
    part = culture(owner.get(ROOM).text)
    assert "Opened and closed before: 3" in part
    assert part.count("Seen before, at most: Language chosen: 0 of 200") == 2
    for word in ("first", "second"):
        assert f"<q>{REASON}, {word}</q>" in part


def test_what_moves_is_told_part_by_part_while_a_rule_is_on(owner: FlaskClient, context):
    owner.post(f"{ROOM}/culture/open", data={"reason": REASON, "house": "demo"})
    assert "with every such rule switched on" not in owner.get(ROOM).text
    change = RuleChange(weight=0.13, is_on=True)
    edit_rule(context, "formal_address", change, by="Ana", now=NOW)
    mark = rules_room(context).mark
    owner.post("/owner/rules/publish-draft", data={"reason": "a try", "seen": mark})
    while work_one(context, now=NOW + timedelta(minutes=1)):
        pass
    owner.post(f"{ROOM}/check", data={"house": "demo"})
    while work_one(context, now=NOW + timedelta(minutes=2)):
        pass
    page = owner.get(ROOM).text
    latest, full = flips(page).split('<h3 class="after">')
    for part in (latest, full):
        assert part.count("are served otherwise.") == 3, "name, language and country move nobody"
        assert "only the number behind it, nothing that anybody notices:" in part


def test_publishing_past_the_lock_is_refused_in_words(owner: FlaskClient, context):
    change = RuleChange(weight=0.1, is_on=True)
    edit_rule(context, "formal_address", change, by="Ana", now=NOW)
    told = {"reason": "a try", "seen": rules_room(context).mark}
    answer = owner.post("/owner/rules/publish-draft?lang=de", data=told)
    assert answer.status_code == 409
    assert "diese sind verschlossen" in answer.text


def test_a_draft_is_measured_before_it_is_published(owner: FlaskClient, context):
    edit_rule(context, "business_trip", RuleChange(weight=-1.5), by="Ana", now=NOW)
    page = owner.get(ROOM).text
    assert "The draft beside the rules in force" in page
    assert "Group by group" in page

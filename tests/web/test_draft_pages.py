"""Two owners, one draft, without script: nothing is thrown away unseen, and all of it is told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.domain.people import Role
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from engine.usecases.rules.publish_rules import restore
from engine.usecases.rules.schedule import schedule_now
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)
from tests.web.demo_house import NOW, copied, made
from tests.web.test_owner import draft_seen_in, edit, plain, publish, rule_of, seen_in
from tests.web.test_table import typed

RULE = "business_trip"
HISTORY = "/owner/rules/history"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def bens(context: Context, rule: str = "one_night", **change: object) -> None:
    """Ben changes a rule on another screen."""
    edit_rule(context, rule, RuleChange(**(change or {"weight": 0.5})), by="Ben", now=NOW)


def discard(client: FlaskClient, page: str = "/owner/rules"):
    form = client.get(page).text.split('action="/owner/rules/discard-draft"')[1]
    return client.post("/owner/rules/discard-draft", data={"seen": draft_seen_in(form)})


def weigh(context: Context, weight: float) -> None:
    """Put a weight with many digits in force, as a file brings it."""
    rules = rules_room(context).draft_rules
    new = [replace(one, weight=weight) if one.id == RULE else one for one in rules]
    take_rules(context, new, by="Ben", now=NOW, seen=mark_of_rules(rules))


@pytest.mark.parametrize("page", ["/owner/rules", "/owner/rules/preview"])
def test_a_draft_is_discarded_from_where_it_is_seen(owner: FlaskClient, context, page: str):
    edit(owner)
    assert discard(owner, page).status_code == 303
    assert rules_room(context).draft is None


@pytest.mark.parametrize("seen", ["theirs", "", None])
def test_a_newer_edit_of_another_owner_is_never_discarded_unseen(
    owner: FlaskClient, context: Context, seen: str | None
):
    edit(owner)
    form = {"seen": rules_room(context).mark} if seen else {} if seen is None else {"seen": ""}
    bens(context)
    answer = owner.post("/owner/rules/discard-draft", data=form)
    assert answer.status_code == 409
    assert {one.rule.id for one in rules_room(context).changed} == {RULE, "one_night"}
    box = plain(answer.text.split('id="problem"')[1].split("</ul>")[0])
    assert "The draft changed meanwhile, so it was not discarded." in box
    assert ("Since you looked at it" in box) is bool(seen)
    assert ("weight −0.15 → +0.50 (Ben, Jun 12, 2026" in box) is bool(seen)
    assert "On a business trip" not in box
    assert "Your reason is still here" not in answer.text
    assert discard(owner, "/owner/rules/preview").status_code == 303


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_history_brings_a_discarded_draft_back(owner: FlaskClient, context, language: str):
    edit(owner)
    bens(context)
    mark = rules_room(context).mark
    discard(owner)
    page = owner.get(f"{HISTORY}?lang={language}").text
    told = {
        "en": "Ana discarded a draft with 2 changes: On a business trip; ",
        "de": "Ana hat einen Entwurf mit 2 Änderungen verworfen: Auf Geschäftsreise; ",
    }
    assert told[language] in plain(page)
    path = re.search(r'action="(/owner/rules/history/bring-back/\d+)"', page)[1]
    assert owner.post(path).status_code == 303
    assert rules_room(context).mark == mark
    assert "bring-back" not in owner.get(HISTORY).text
    assert "Ana brought a discarded draft back" in plain(owner.get(f"{HISTORY}?lang=en").text)


def test_a_draft_that_meets_another_one_is_not_brought_back_over_it(owner: FlaskClient, context):
    edit(owner)
    discard(owner)
    path = re.search(r'action="([^"]*bring-back[^"]*)"', owner.get(HISTORY).text)[1]
    bens(context, RULE)
    answer = owner.post(path)
    assert answer.status_code == 409
    assert "There is another draft, which changes the same rules." in answer.text
    assert rule_of(rules_room(context).draft_rules).weight == 0.5
    assert owner.post(f"{HISTORY}/bring-back/999").status_code == 404


def test_the_desk_brings_nothing_back(desk: FlaskClient):
    assert desk.post(f"{HISTORY}/bring-back/1").status_code == 403


def test_publishing_a_draft_that_changed_says_what_changed(owner: FlaskClient, context):
    edit(owner)
    seen = rules_room(context).mark
    bens(context)
    answer = owner.post("/owner/rules/publish-draft", data={"reason": "softer", "seen": seen})
    box = plain(answer.text.split('id="problem"')[1].split("</ul>")[0])
    assert "weight −0.15 → +0.50" in box
    assert "Your reason is still here" in box


@pytest.mark.parametrize("page", ["/owner/rules", "/owner/rules/preview", "/owner/publishing"])
def test_a_scheduled_draft_that_a_restore_overtook_says_so_before_its_hour(
    owner: FlaskClient, context: Context, page: str
):
    edit(owner)
    publish(owner)
    edit(owner, "one_night")
    form = {"when": "2026-06-14T06:00", "reason": "season", "seen": rules_room(context).mark}
    owner.post("/owner/publishing/schedule", data=form)
    assert "will not be published at that time" not in owner.get(page).text
    restore(context, 1, by="Ben", now=NOW)
    told = plain(owner.get(page).text)
    assert "Another version was published since. The draft will not be published" in told
    assert "carry it over, look at the preview and choose the time again" in told
    assert 'action="/owner/rules/catch-up"' in owner.get(page).text


def test_a_scheduled_draft_that_was_discarded_says_so_on_the_page_of_the_rules(
    owner: FlaskClient, context: Context
):
    edit(owner)
    form = {"when": "2026-06-14T06:00", "reason": "season", "seen": rules_room(context).mark}
    owner.post("/owner/publishing/schedule", data=form)
    assert "The draft is published on Jun 14, 2026, 06:00." in plain(owner.get("/owner/rules").text)
    discard(owner)
    assert "The draft is gone" in plain(owner.get("/owner/rules").text)


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2026-07-01T09:00+04:00", "Jul 1, 2026, 07:00"),
        ("2026-07-01T09:00", "Jul 1, 2026, 09:00"),
        ("2026-10-25T02:30", "Oct 25, 2026, 02:30 (the clocks go back that night: the first"),
        ("2026-10-25T02:30+01:00", "Oct 25, 2026, 02:30 (the clocks go back that night: the sec"),
    ],
)
def test_a_time_with_its_offset_is_kept_and_one_that_comes_twice_says_which(
    owner: FlaskClient, context: Context, when: str, shown: str
):
    edit(owner)
    form = {"when": when, "reason": "season", "seen": rules_room(context).mark}
    assert owner.post("/owner/publishing/schedule", data=form).status_code == 303
    assert f"is published on {shown}" in plain(owner.get("/owner/publishing").text)


def test_a_time_that_the_clocks_skip_is_refused_in_words(owner: FlaskClient, context, clock):
    edit(owner)
    clock.forward(days=200)
    owner.post("/account/sign-in", data={"name": "Ana", "secret": "a long pass phrase"})
    form = {"when": "2027-03-28T02:30", "reason": "x", "seen": rules_room(context).mark}
    answer = owner.post("/owner/publishing/schedule", data=form)
    assert answer.status_code == 422
    assert "this time does not exist" in answer.text
    assert schedule_now(context, now=clock()) is None


@pytest.mark.parametrize("weight", [0.125, -0.3456789012345678, 1 / 3, 1e-7])
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_untouched_number_is_never_altered(
    owner: FlaskClient, context: Context, weight: float, language: str
):
    weigh(context, weight)
    page = owner.get(f"/owner/rules?lang={language}").text
    card = page.split(f'id="rule-{RULE}"')[1].split("</article>")[0]
    number = html.unescape(re.search(r'name="number"[^>]*value="([^"]*)"', card)[1])
    form = {"place": "own", "number": number, "sure": "firm", "on": "true"}
    owner.post(f"/owner/rules/{RULE}", data={**form, "seen": seen_in(page)})
    rule = rule_of(rules_room(context).draft_rules)
    assert (rule.weight, rule.sure.value) == (weight, "firm")
    form = typed(owner.get(f"/owner/rules/{RULE}/edit?lang={language}").text)
    form["source"], form["do"] = "our own", "save"
    assert owner.post(f"/owner/rules/{RULE}/edit", data=form).status_code == 303
    rule = rule_of(rules_room(context).draft_rules)
    assert (rule.weight, rule.source) == (weight, "our own")


def test_a_change_of_the_third_digit_is_told_as_one(owner: FlaskClient, context: Context):
    weigh(context, 0.125)
    edit(owner, place="own", number="0.12")
    assert rule_of(rules_room(context).draft_rules).weight == 0.12
    assert "weight +0.125 → +0.12" in plain(owner.get(HISTORY).text)


def whole(client: FlaskClient):
    return typed(client.get(f"/owner/rules/{RULE}/edit").text)


def both_of(page: str) -> list[tuple[str, str]]:
    form = page.split('id="both"')[1].split("</form>", maxsplit=1)[0]
    fields = re.findall(r'name="([^"]*)" value="([^"]*)"', form)
    return [(name, html.unescape(value)) for name, value in fields]


def test_the_whole_form_offers_theirs_mine_and_both_and_saves_both(
    owner: FlaskClient, ben: FlaskClient, context: Context
):
    mine, theirs = whole(owner), whole(ben)
    theirs["source"], theirs["valid_until"], theirs["do"] = "Ben's guests", "2026-12-31", "save"
    assert ben.post(f"/owner/rules/{RULE}/edit", data=theirs).status_code == 303
    mine["because_en"], mine["sure"], mine["do"] = "Work trip", "firm", "save"
    answer = owner.post(f"/owner/rules/{RULE}/edit", data=mine)
    assert answer.status_code == 409
    box = plain(answer.text.split('id="problem"')[1].split("</dl>")[0])
    assert "Theirsdays: … – … → … – 2026-12-31; where it comes from:" in box
    assert "Yourshow sure: usual → firm; name: On a business trip → Work trip" in box
    data: dict[str, list[str]] = {}
    for name, value in both_of(answer.text):
        data.setdefault(name, []).append(value)
    before = rule_of(rules_room(context).rules)
    assert owner.post(f"/owner/rules/{RULE}/edit", data=data).status_code == 303
    rule = rule_of(rules_room(context).draft_rules)
    assert (rule.because["en"], rule.sure.value) == ("Work trip", "firm")
    assert (rule.source, str(rule.valid_until)) == ("Ben's guests", "2026-12-31")
    assert (rule.when, rule.examples, rule.weight) == (before.when, before.examples, before.weight)


def test_where_the_whole_form_meets_the_same_field_it_is_named(
    owner: FlaskClient, ben: FlaskClient
):
    mine, theirs = whole(owner), whole(ben)
    theirs["source"], theirs["do"] = "Ben's guests", "save"
    ben.post(f"/owner/rules/{RULE}/edit", data=theirs)
    mine["source"], mine["do"] = "my guests", "save"
    answer = owner.post(f"/owner/rules/{RULE}/edit", data=mine)
    assert "only one of the two can stand. where it comes from" in plain(answer.text)
    assert 'id="both"' not in answer.text
    assert "where it comes from: Ben&#39;s guests → my guests" in answer.text


def test_carrying_a_draft_over_names_rule_and_field_that_both_changed(
    owner: FlaskClient, context: Context
):
    edit(owner)
    publish(owner)
    edit(owner, place="contact_weak")
    restore(context, 1, by="Ben", now=NOW)
    answer = owner.post("/owner/rules/catch-up")
    page = plain(owner.get(answer.location).text.split('id="clashes"')[1].split("</div>")[0])
    assert "What the draft says stands" in page
    assert "On a business trip: the weight" in page
    told = plain(owner.get(HISTORY).text)
    assert "“On a business trip”: both had changed the weight; what the draft says stands" in told
    assert 'id="clashes"' not in owner.get("/owner/rules/preview").text


@pytest.fixture
def ben(new_client: Callable[[], FlaskClient], context: Context, clock) -> FlaskClient:
    """A second owner, on another screen."""
    add_person(context, "Ben", Role.OWNER, "another pass phrase", by="test", now=clock())
    client = new_client()
    client.post("/account/sign-in", data={"name": "Ben", "secret": "another pass phrase"})
    return client

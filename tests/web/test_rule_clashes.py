"""Two owners at the rules: nothing that one of them typed is lost, whatever the other did."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine.domain.rules import Rule
from engine.usecases.context import Context
from engine.usecases.rules.rollout import set_share, start_trial
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, mark_of_rule, rules_room
from engine.usecases.rules.write_rules import bring_back, free_id, remove_rule
from tests.web.demo_house import NOW, copied, made

RULE = "business_trip"
SHORT = f"/owner/rules/{RULE}"
BACK = f"{SHORT}/bring-back"
MINE = {"place": "efficiency_strong", "sure": "usual", "on": "true"}
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def rule_of(ctx: Context, id: str = RULE) -> Rule | None:
    return next((rule for rule in rules_room(ctx).draft_rules if rule.id == id), None)


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def fields(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the first form that goes to `action`."""
    form = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def seen(ctx: Context, id: str = RULE) -> str:
    return mark_of_rule(rule_of(ctx, id))


def ben_removes(ctx: Context, id: str = RULE) -> None:
    remove_rule(ctx, id, by="Ben", now=NOW)


def saved_too_late(owner: FlaskClient, ctx: Context, **more: str) -> TestResponse:
    """Ben takes the rule out while Ana has its short form open."""
    mark = seen(ctx)
    ben_removes(ctx)
    return owner.post(SHORT, data={**MINE, "seen": mark, **more})


def test_what_was_chosen_for_a_rule_taken_out_meanwhile_is_shown_in_a_conflict(
    owner: FlaskClient, context: Context
):
    answer = saved_too_late(owner, context)
    assert answer.status_code == 409
    told = plain(answer.text)
    assert "Ben took this rule out while you were looking at it." in told
    assert "weight −0.35 → −1.50" in told
    card = answer.text.split(f'id="rule-{RULE}"')[1].split("</article>")[0]
    assert 'value="efficiency_strong" checked' in card
    assert answer.text.count("<h1>") == 1
    assert answer.text.count('id="problem"') == 1
    assert rule_of(context) is None


def test_one_tap_brings_the_rule_back_with_what_was_chosen(owner: FlaskClient, context: Context):
    late = saved_too_late(owner, context)
    answer = owner.post(BACK, data=fields(late.text, BACK))
    assert answer.status_code == 303
    assert rule_of(context).weight == -1.5
    told = plain(owner.get("/owner/rules/history").text)
    assert "Ana brought “On a business trip” back into the draft: weight −0.35 → −1.50" in told


def test_a_script_gets_the_way_back_within_the_part_that_it_shows(
    owner: FlaskClient, context: Context
):
    mark = seen(context)
    ben_removes(context)
    answer = owner.post(SHORT, data={**MINE, "seen": mark}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "<html" not in answer.text
    notice = answer.text.split('id="problem"')[1].split("</form>")[0]
    assert fields(notice + "</form>", BACK)["place"] == "efficiency_strong"


def test_a_number_nobody_can_use_is_explained_and_kept_though_the_rule_is_gone(
    owner: FlaskClient, context: Context
):
    answer = saved_too_late(owner, context, place="own", number="much")
    assert answer.status_code == 422
    assert 'value="much"' in answer.text
    assert "Ben took this rule out" in plain(answer.text)
    assert answer.text.count('id="problem"') == 1
    again = owner.post(BACK, data={**MINE, "place": "own", "number": "9"})
    assert again.status_code == 422
    assert 'value="9"' in again.text
    assert rule_of(context) is None


def test_a_rule_that_only_a_discarded_draft_held_comes_back_too(
    owner: FlaskClient, context: Context
):
    form = {"because_en": "Brings a dog", "source": "our guests", "scope": "state", "do": "save"}
    form |= {"group-0": "when", "fact-0": "nights", "operator-0": "at_most", "value-0": "3"}
    owner.post("/owner/rules/new-rule", data={**MINE, **form})
    old = seen(context, "brings_a_dog")
    owner.post("/owner/rules/discard-draft", data={"seen": rules_room(context).mark})
    path = "/owner/rules/brings_a_dog"
    late = owner.post(path, data={**MINE, "place": "contact_weak", "seen": old})
    assert late.status_code == 409
    owner.post(f"{path}/bring-back", data=fields(late.text, f"{path}/bring-back"))
    assert rule_of(context, "brings_a_dog").weight == 0.3


def test_bringing_back_what_another_owner_brought_back_and_changed_is_a_conflict(
    owner: FlaskClient, context: Context
):
    late = saved_too_late(owner, context)
    bring_back(context, RULE, by="Ben", now=NOW)
    edit_rule(context, RULE, RuleChange(weight=0.5), by="Ben", now=NOW)
    answer = owner.post(BACK, data=fields(late.text, BACK))
    assert answer.status_code == 409
    assert "Ben changed this rule while you were looking at it." in plain(answer.text)
    assert rule_of(context).weight == 0.5


def test_a_rule_that_never_was_is_not_here(owner: FlaskClient):
    assert owner.post("/owner/rules/moon", data=MINE).status_code == 404
    assert owner.post("/owner/rules/moon/bring-back", data=MINE).status_code == 404
    assert owner.post("/owner/rules/moon/remove", data={"seen": "x"}).status_code == 404


def test_a_rule_that_somebody_changed_is_not_taken_out_before_the_change_was_seen(
    owner: FlaskClient, context: Context
):
    mark = seen(context)
    edit_rule(context, RULE, RuleChange(weight=-0.8), by="Ben", now=NOW)
    answer = owner.post(f"{SHORT}/remove", data={"seen": mark})
    assert answer.status_code == 409
    told = plain(answer.text)
    assert "Ben changed this rule while you were looking at it." in told
    assert "Theirs: weight −0.35 → −0.80." in told
    assert f'href="/owner/rules#rule-{RULE}"' in answer.text
    assert rule_of(context) is not None
    again = fields(answer.text, f"{SHORT}/remove")
    assert owner.post(f"{SHORT}/remove", data=again).status_code == 303
    assert rule_of(context) is None


def test_taking_out_what_is_out_already_is_no_error(owner: FlaskClient, context: Context):
    mark = seen(context)
    ben_removes(context)
    answer = owner.post(f"{SHORT}/remove", data={"seen": mark})
    assert (answer.status_code, answer.location) == (303, "/owner/rules#removed")


@pytest.mark.parametrize("operator", ["is", "at_most", "", "moon"])
@pytest.mark.parametrize("do", ["save", "look", "add:any", "drop:7"])
def test_a_fact_nobody_knows_keeps_the_form_as_typed(
    owner: FlaskClient, context: Context, operator: str, do: str
):
    form = {"because_en": "Stays briefly", "source": "our guests", "scope": "state", "do": do}
    form |= {"group-0": "when", "fact-0": "nightz", "operator-0": operator, "value-0": "3"}
    answer = owner.post(f"{SHORT}/edit", data=MultiDict({**MINE, **form, "seen": seen(context)}))
    assert answer.status_code == (422 if do in ("save", "look") else 200)
    for typed in ("Stays briefly", "nightz", f'<option value="{operator}" selected>', 'value="3"'):
        assert typed in answer.text
    if do in ("save", "look"):
        assert "Rules cannot ask about nightz. Did you mean 'nights'?" in plain(answer.text)
    assert rules_room(context).draft is None


@pytest.mark.parametrize("id", ["publish", "discard", "preview", "table", "history", "restore"])
def test_a_rule_from_a_file_may_have_any_id_and_is_edited_like_all(
    owner: FlaskClient, context: Context, id: str
):
    toml = owner.get("/owner/rules/table.toml").text.replace('"business_trip"', f'"{id}"')
    form = {"file": (io.BytesIO(toml.encode()), "rules.toml")}
    page = owner.post("/owner/rules/table/preview", data=form).text
    names = ("seen", "name", "kept")
    taken = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in names}
    owner.post("/owner/rules/table/take", data=taken)
    answer = owner.post(f"/owner/rules/{id}", data={**MINE, "seen": seen(context, id)})
    assert (answer.status_code, answer.location) == (303, f"/owner/rules#rule-{id}")
    assert rule_of(context, id).weight == -1.5
    assert owner.get(f"/owner/rules/{id}/edit").status_code == 200


def test_no_address_can_be_taken_for_a_rule(app: Flask):
    """Ids have no hyphen, so acts on all rules have one, or are read only."""
    acts = (one.rule for one in app.url_map.iter_rules() if "POST" in (one.methods or ()))
    below = [path.removeprefix("/owner/rules/") for path in acts if "/owner/rules/" in path]
    words = [word for word in below if "/" not in word and "<" not in word]
    assert "publish-draft" in words
    assert [word for word in words if free_id(word, ()) == word] == []


def test_the_history_says_from_which_share_to_which(owner: FlaskClient, context: Context):
    edit_rule(context, RULE, RuleChange(weight=0.8), by="Ana", now=NOW)
    mark = rules_room(context).mark
    start_trial(context, 5, "have a look", by="Ana", now=NOW, seen=mark)
    set_share(context, 50, by="Ben", now=NOW)
    told = plain(owner.get("/owner/rules/history").text)
    assert "Ben changed the share of guests served by version 2: 5 → 50 of 100 guests" in told

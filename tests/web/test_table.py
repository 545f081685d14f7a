"""Rules as a table, as files and as whole rules to write: every page and promise without script."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine.domain.rules import Operator, Rule
from engine.usecases.context import Context
from engine.usecases.rules.table_files import rules_file
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from tests.web.demo_house import NOW, copied, made

RULE = "business_trip"
TABLE = "/owner/rules/table"
NEW = "/owner/rules/new-rule"
DOG = {
    "because_en": "Brings a dog",
    "because_de": "Kommt mit Hund",
    "source": "our own guests",
    "scope": "state",
    "place": "contact_weak",
    "sure": "guess",
    "on": "true",
    "group-0": "when",
    "fact-0": "nights",
    "operator-0": "at_most",
    "value-0": "3",
    "group-1": "any",
    "fact-1": "party",
    "operator-1": "any_of",
    "value-1": ["couple", "family"],
}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def rule_of(ctx: Context, id: str = RULE) -> Rule | None:
    return next((rule for rule in rules_room(ctx).draft_rules if rule.id == id), None)


def upload(client: FlaskClient, data: bytes, name: str = "rules.csv", **more: str) -> TestResponse:
    form = {"file": (io.BytesIO(data), name)}
    query = more.get("query", "")
    return client.post(f"{TABLE}/preview{query}", data=form, content_type="multipart/form-data")


def field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def take(client: FlaskClient, page: str) -> TestResponse:
    names = ("idempotency", "seen", "name", "kept")
    return client.post(f"{TABLE}/take", data={name: field(page, name) for name in names})


def plain(page: str) -> str:
    """Text of a page without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def post(client: FlaskClient, path: str = NEW, do: str = "save", **changes: object) -> TestResponse:
    return client.post(path, data=MultiDict({**DOG, "do": do, **changes}))


def typed(page: str) -> MultiDict[str, str]:
    """What a browser would post of the form as it stands."""
    form = page.split('id="rule-form"')[1].split("</form>", maxsplit=1)[0]
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input [^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag)
        if kind and kind[1] in ("radio", "checkbox") and " checked" not in tag:
            continue
        value = re.search(r'value="([^"]*)"', tag)[1]
        found.add(re.search(r'name="([^"]*)"', tag)[1], html.unescape(value))
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.add(name, chosen[1] if chosen else "")
    return found


@pytest.mark.parametrize("path", [TABLE, NEW, f"/owner/rules/{RULE}/edit"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_opens_for_owners_with_one_heading(owner: FlaskClient, path, language):
    answer = owner.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert " style=" not in answer.text


def test_the_table_shows_every_rule_with_its_tests(owner: FlaskClient, context: Context):
    page = owner.get(TABLE).text
    for rule in rules_room(context).rules:
        assert f'href="/owner/rules/{rule.id}/edit"' in page
    assert '<code dir="ltr">[6..12]</code>' in page
    assert "No rule mentions “Adults”." in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "toml"])
def test_a_file_taken_away_and_brought_back_changes_nothing(owner: FlaskClient, kind: str):
    sent = owner.get(f"{TABLE}.{kind}")
    assert sent.headers["Content-Disposition"] == f'attachment; filename="rules.{kind}"'
    answer = upload(owner, sent.data, f"rules.{kind}")
    assert "says exactly what the rules say already" in answer.text
    assert f"{TABLE}/take" not in answer.text


def test_a_file_of_another_kind_is_not_here(owner: FlaskClient):
    assert owner.get(f"{TABLE}.pdf").status_code == 404


def test_a_file_goes_through_a_preview_into_the_draft_and_not_into_force(
    owner: FlaskClient, context: Context
):
    data = rules_file(context, "csv").replace(b"-0.35", b"-0.8")
    lines = data.split(b"\r\n")
    data = b"\r\n".join(line for line in lines if not line.startswith(b"tired,"))
    page = upload(owner, data).text
    assert "The file changes 2 rules." in page
    assert "1 rule is not in the file: it would be taken out." in page
    assert "weight −0.35 → −0.80" in plain(page)
    assert rules_room(context).draft is None
    assert take(owner, page).location == "/owner/rules"
    assert rule_of(context).weight == -0.8
    assert rule_of(context, "tired") is None
    assert rules_room(context).rules[0].id
    assert rules_room(context).published.version == 1
    rules = owner.get("/owner/rules").text
    assert "Taken out in this draft" in rules
    assert "took rules from a file into the draft" in owner.get("/owner/rules/history").text


def test_a_wrong_cell_is_told_with_row_column_and_what_is_allowed(
    owner: FlaskClient, context: Context
):
    data = rules_file(context, "csv").replace(b'"""business"""', b'"""busines"""', 1)
    page = plain(upload(owner, data).text)
    assert re.search(r"row \d+\w+?(when|any|unless)\.purpose", page)
    assert "did you mean" in page
    assert "business" in page
    assert "nothing of it is taken in" in page
    german = upload(owner, data, query="?lang=de").text
    assert re.search(r"Zeile \d+", german)
    assert "meinten Sie" in german


def test_what_is_no_table_is_refused_at_the_field(owner: FlaskClient):
    answer = upload(owner, b"PK\x03\x04 nonsense", "rules.xlsx")
    assert answer.status_code == 422
    assert 'class="wrong" role="alert" tabindex="-1" id="problem">' in answer.text
    assert owner.post(f"{TABLE}/preview").status_code == 422
    for kept in ("%", "é", ""):
        answer = owner.post(f"{TABLE}/take", data={"kept": kept})
        assert answer.status_code == 422
        assert "Choose the file with the rules." in answer.text
    assert owner.post(f"{TABLE}/own-file").status_code == 422


def test_a_file_compared_to_other_rules_is_compared_again(owner: FlaskClient, context: Context):
    page = upload(owner, rules_file(context, "csv").replace(b"-0.35", b"-0.8")).text
    edit_rule(context, "one_night", RuleChange(weight=-0.5), by="Ben", now=NOW)
    answer = take(owner, page)
    assert answer.status_code == 409
    assert "The rules changed in the meantime." in answer.text
    assert "The file changes 2 rules." in answer.text
    assert rule_of(context).weight == -0.35
    assert take(owner, answer.text).status_code == 303
    assert rule_of(context).weight == -0.8


def test_a_file_that_went_wrong_on_the_way_is_not_taken(owner: FlaskClient, context: Context):
    page = upload(owner, rules_file(context, "csv").replace(b"-0.35", b"-0.8")).text
    wrong = rules_file(context, "csv").replace(b"-0.35", b"much")
    form = {"seen": field(page, "seen"), "kept": base64.b64encode(wrong).decode()}
    assert owner.post(f"{TABLE}/take", data=form).status_code == 422
    assert rules_room(context).draft is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("rule = 5", "lines [[rule]]"),
        ('rule = "x"', "lines [[rule]]"),
        ('[rule]\nid = "one_night"', "lines [[rule]]"),
        ('rule = [{ id = "one_night" }]', "lines [[rule]]"),
        ('[[rule]]\nid = "a"\n[[rule]]\nid = "a"', "have the id a"),
        ("[[rule]]\nid = 'a'\n[notes]\nx = 1", "cannot be brought up to date: notes"),
        ("x = " + "[" * 3000, "no TOML"),
        ("x = " + "1" * 5000, "no TOML"),
        ("schema = 9", "cannot be brought up to date: schema"),
    ],
)
def test_an_own_file_that_cannot_be_brought_up_to_date_is_refused_in_words(
    owner: FlaskClient, data: str, said: str
):
    text = data if "schema" in data else f"schema = 1\n{data}\n"
    form = {"own": (io.BytesIO(text.encode()), "mine.toml")}
    answer = owner.post(f"{TABLE}/own-file", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert said in plain(answer.text)


def test_an_own_file_comes_back_with_its_notes(owner: FlaskClient, context: Context):
    edit_rule(context, RULE, RuleChange(weight=-0.8), by="Ana", now=NOW)
    text = "# ours\n" + rules_file(context, "toml", in_force=True).decode()
    form = {"own": (io.BytesIO(text.encode()), "mine.toml")}
    answer = owner.post(f"{TABLE}/own-file", data=form, content_type="multipart/form-data")
    assert answer.text.startswith("# ours\n")
    assert "weight = -0.8" in answer.text


def test_a_draft_and_the_rules_in_force_can_both_be_seen(owner: FlaskClient, context: Context):
    edit_rule(context, RULE, RuleChange(weight=-0.8), by="Ana", now=NOW)
    assert "Draft: 1 change" in owner.get(TABLE).text
    assert "Version 1 is in force" in owner.get(f"{TABLE}?in-force").text
    assert b"-0.35" in owner.get(f"{TABLE}.csv?in-force").data
    assert b"-0.35" not in owner.get(f"{TABLE}.csv").data


def test_a_new_rule_is_written_row_by_row_and_saved_in_the_draft(
    owner: FlaskClient, context: Context
):
    form = typed(owner.get(NEW).text)
    form["because_en"] = "Brings a dog"
    form["do"], form["add-when"] = "add:when", "nights"
    form = typed(owner.post(NEW, data=form).text)
    assert (form["fact-0"], form["operator-0"]) == ("nights", "at_least")
    form["value-0"], form["do"], form["add-any"] = "2", "add:any", "party"
    form = typed(owner.post(NEW, data=form).text)
    assert form["value-0"] == "2"
    form.setlist("value-1", ["couple", "family"])
    form["do"] = "look"
    page = owner.post(NEW, data=form).text
    assert "Nights: at least 2, and travelling as two or travelling with family." in plain(page)
    assert re.search(r"It counts for \d+ of the last \d+ stays.", page)
    assert re.search(r"Holds in \d+ of the last \d+ stays; not known in \d+.", page)
    form["do"] = "save"
    assert owner.post(NEW, data=form).location == "/owner/rules#rule-brings_a_dog"
    rule = rule_of(context, "brings_a_dog")
    assert (rule.when[0].operator, rule.when[0].operand) == (Operator.AT_LEAST, 2)
    assert rule.any[0].operand == ("couple", "family")
    card = owner.get("/owner/rules").text.split('id="rule-brings_a_dog"')[1].split("</article>")[0]
    assert "new rule" in card
    assert "wrote a new rule" in owner.get("/owner/rules/history").text


def test_opening_a_rule_and_saving_it_changes_nothing(owner: FlaskClient, context: Context):
    for rule in rules_room(context).rules:
        path = f"/owner/rules/{rule.id}/edit"
        form = typed(owner.get(path).text)
        form["do"] = "save"
        assert owner.post(path, data=form).status_code == 303, rule.id
    assert rules_room(context).draft is None


def test_a_weight_with_many_digits_is_not_rounded_by_looking_at_it(
    owner: FlaskClient, context: Context
):
    edit_rule(context, RULE, RuleChange(weight=-0.123), by="Ben", now=NOW)
    path = f"/owner/rules/{RULE}/edit"
    form = typed(owner.get(path).text)
    form["source"], form["do"] = "mine", "save"
    owner.post(path, data=form)
    assert (rule_of(context).weight, rule_of(context).source) == (-0.123, "mine")


def test_a_row_is_removed_and_the_rest_is_kept(owner: FlaskClient):
    form = typed(post(owner, do="drop:0").text)
    assert form["fact-0"] == "party"
    assert form.getlist("value-0") == ["couple", "family"]
    assert form["because_de"] == "Kommt mit Hund"


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    owner: FlaskClient, context: Context
):
    answer = post(
        owner,
        because_en="",
        valid_from="soon",
        **{"value-0": "<two>", "fact-1": "partie", "operator-1": "any_of"},
        place="own",
        number="9",
    )
    assert answer.status_code == 422
    for key in ("because_en", "valid_from", "value-0", "fact-1", "number"):
        assert f'href="#{key}"' in answer.text, key
        assert f'id="{key}-wrong"' in answer.text, key
        assert f'id="{key}"' in answer.text, key
    assert "Did you mean &#39;party&#39;?" in answer.text
    assert f'value="{escape("<two>")}"' in answer.text
    assert rules_room(context).draft is None


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "everywhere"},
        {"sure": "perhaps"},
        {"scope": "x"},
        {"group-0": "else"},
        {"operator-0": "<b>"},
        {"fact-0": "home_market"},
        {"fact-9999": "nights"},
        {"valid_from": "2026-07-01", "valid_until": "2026-06-01"},
    ],
)
def test_whatever_is_posted_is_refused_in_words(owner: FlaskClient, context: Context, changes):
    answer = post(owner, **changes)
    assert answer.status_code == 422
    assert 'id="problem"' in answer.text
    assert rules_room(context).draft is None


def test_rows_of_facts_that_do_not_exist_are_not_added(owner: FlaskClient):
    for fact in ("", "nonsense", "home_market"):
        form = typed(post(owner, do="add:when", **{"add-when": fact}).text)
        assert [name for name in form if name.startswith("fact-")] == ["fact-0", "fact-1"]


def test_a_repeated_save_makes_one_rule(owner: FlaskClient, context: Context):
    for _ in range(2):
        assert post(owner, idempotency="k").status_code == 303
    assert len(rules_room(context).changed) == 1


def test_of_two_owners_on_one_rule_the_second_keeps_what_was_typed(
    owner: FlaskClient, context: Context
):
    path = f"/owner/rules/{RULE}/edit"
    form = typed(owner.get(path).text)
    edit_rule(context, RULE, RuleChange(weight=0.5), by="Ben", now=NOW)
    form["source"], form["do"] = "mine", "save"
    answer = owner.post(path, data=form)
    assert answer.status_code == 409
    assert "Somebody else changed this rule while you were writing." in answer.text
    assert "weight +0.50 → −0.35" in plain(answer.text)
    assert rule_of(context).weight == 0.5
    again = typed(answer.text)
    again["do"] = "save"
    assert again["source"] == "mine"
    assert owner.post(path, data=again).status_code == 303
    assert rule_of(context).source == "mine"


def test_a_rule_taken_out_meanwhile_is_kept_as_a_new_one(owner: FlaskClient, context: Context):
    path = f"/owner/rules/{RULE}/edit"
    form = typed(owner.get(path).text)
    owner.post(f"/owner/rules/{RULE}/remove")
    form["source"], form["do"] = "mine", "save"
    answer = owner.post(path, data=form)
    assert answer.status_code == 409
    assert "Saving makes it a new rule." in answer.text
    assert typed(answer.text)["source"] == "mine"
    assert f'action="{NEW}"' in answer.text


def test_a_rule_is_taken_out_and_brought_back_with_one_tap(owner: FlaskClient, context: Context):
    seen = typed(owner.get(f"/owner/rules/{RULE}/edit").text)["seen"]
    answer = owner.post(f"/owner/rules/{RULE}/remove", data={"seen": seen})
    assert answer.location == "/owner/rules#removed"
    page = owner.get("/owner/rules").text
    assert f'action="/owner/rules/{RULE}/bring-back"' in page
    assert "Draft: 1 change" in page
    owner.post(f"/owner/rules/{RULE}/bring-back")
    assert rules_room(context).draft is None


def test_an_unknown_rule_is_not_here(owner: FlaskClient):
    assert owner.get("/owner/rules/nobody/edit").status_code == 404
    for act in ("remove", "bring-back"):
        assert owner.post(f"/owner/rules/nobody/{act}").status_code == 404


def test_findings_stand_at_their_rules_in_words(owner: FlaskClient):
    page = owner.get("/owner/rules").text
    card = page.split('id="rule-solo_leisure"')[1].split("</article>")[0]
    assert "these two always add up. Is that meant?" in card
    assert 'href="#rule-leisure_trip"' in card
    german = owner.get("/owner/rules?lang=de").text
    assert "Sie zählen immer zusammen. Ist das so gemeint?" in german


def test_what_a_rule_is_called_is_never_taken_for_html(owner: FlaskClient, context: Context):
    post(owner, because_en="<script>x</script> {rule}", because_de="")
    for path in ("/owner/rules", TABLE, "/owner/rules/preview", "/owner/rules/history"):
        assert "<script>x" not in owner.get(path).text, path
    (id,) = [one.rule.id for one in rules_room(context).changed]
    assert "&lt;script&gt;" in owner.get(f"/owner/rules/{id}/edit").text

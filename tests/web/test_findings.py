"""What was found stands beside each rule in few words: the pairs that met, not all that may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from engine.usecases.context import Context
from engine.usecases.rules.findings import findings_now
from engine.usecases.rules.tune_rules import rules_room
from tests.web.demo_house import NOW, copied, made

RULE = "first_visit_complex_unit"
AGAINST = {
    "en": "Rules about other things that leaned the other way in some stays",
    "de": "Regeln zu anderen Dingen, die in manchen Aufenthalten in die andere Richtung wiesen",
}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def card(client: FlaskClient, id: str = RULE, language: str = "en") -> str:
    page = client.get(f"/owner/rules?lang={language}").text
    return page.split(f'id="rule-{id}"')[1].split("</article>")[0]


@pytest.mark.parametrize("language", AGAINST)
def test_of_rules_that_meet_by_chance_their_number_and_the_most_frequent_are_told(
    owner: FlaskClient, context: Context, language: str
) -> None:
    rules = rules_room(context).draft_rules
    names = {rule.id: rule.because[language] for rule in rules}
    found = findings_now(context, rules, now=NOW)
    met = [f for f in found if f.by_chance and RULE in f.rules and f.stays and f.stays[0]]
    assert len(met) > 1
    (other,) = (id for id in met[0].rules if id != RULE)
    (line,) = re.findall(rf"<li.*{AGAINST[language]}.*</li>", card(owner, language=language))
    assert 'class="muted"' in line
    assert f"{AGAINST[language]}: {len(met)}." in line
    assert str(escape(names[other])) in line
    assert str(met[0].stays[0]) in line
    assert f'href="#rule-{other}"' in line


def test_rules_that_met_in_no_stay_are_not_mentioned_beside_each_other(
    owner: FlaskClient, context: Context
) -> None:
    found = findings_now(context, rules_room(context).draft_rules, now=NOW)
    met = {id for f in found if f.by_chance and f.stays and f.stays[0] for id in f.rules}
    silent = next(id for f in found if f.by_chance for id in f.rules if id not in met)
    assert AGAINST["en"] not in card(owner, silent)


def test_a_pair_that_pulls_apart_in_no_stay_is_a_remark_and_no_warning(owner: FlaskClient) -> None:
    (line,) = re.findall(r"<li.*combinations of the values.*</li>", card(owner, "app_booking"))
    assert "in 0 of 200 stays" in line
    assert 'class="muted"' in line


def test_yes_and_no_that_no_rule_names_are_told_in_the_words_of_the_fact(
    owner: FlaskClient,
) -> None:
    page = owner.get("/owner/rules/table").text
    assert "No rule mentions “Arrives later than planned” = arrives as planned." in page

"""The notice says what is done in this house, no more and no less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from guest_pages import book, open_house, start

from engine.bootstrap import first_rule_set
from engine.catalogue.rules import rule_set_to_dict
from engine.usecases.context import Context


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    open_house(context, clock())


def flip(context: Context, clock, fact: str, *, is_on: bool) -> None:
    """Switch every rule that looks at a fact or cue, and publish."""
    rule_set = first_rule_set(context.catalogue)
    with context.store.begin() as work:
        version = work.rule_sets.published_version()
        rules = tuple(
            replace(rule, is_on=is_on)
            if any(test.fact == fact for test in (*rule.when, *rule.any, *rule.unless))
            else rule
            for rule in rule_set.rules
        )
        content = rule_set_to_dict(replace(rule_set, rules=rules))
        work.rule_sets.publish(content, reason="x", by="Ana", at=clock(), based_on=version)


def part(page: str, heading: str) -> str:
    """Return the list below a heading."""
    rest = page.partition(f"<h3>{heading}</h3>")[2]
    return rest.partition("</ul>")[0]


FACTS = "From the booking, the house and the clock"
CUES = "What the desk may note when it meets you"
BESIDES = "What it may note besides, only to help you or because you ask for it"


def test_it_names_who_what_for_what_ground_and_how_long(client: FlaskClient):
    page = client.get("/g/notice").text
    for said in ("Las Cabañas", "desk@las-cabanas.example", "article 6.1 b", "article 6.1 f"):
        assert said in page
    for days in ("7 days", "30 days", "400 days"):
        assert days in page
    assert "May we remember this for your next stay?" in page


def test_switching_a_rule_off_takes_its_fact_out_of_the_notice(client, context, clock):
    assert "<li>Nights</li>" in part(client.get("/g/notice").text, FACTS)
    flip(context, clock, "nights", is_on=False)
    assert "<li>Nights</li>" not in part(client.get("/g/notice").text, FACTS)


def test_a_cue_that_no_rule_looks_at_is_still_named_but_not_as_one_that_counts(
    client, context, clock
):
    page = client.get("/g/notice").text
    assert "<li>Talks freely</li>" in part(page, CUES)
    flip(context, clock, "talks_freely", is_on=False)
    page = client.get("/g/notice").text
    assert "<li>Talks freely</li>" not in part(page, CUES)
    assert "<li>Talks freely</li>" in part(page, BESIDES)


def test_every_cue_is_named_once(client, context):
    page = client.get("/g/notice").text
    named = part(page, CUES) + part(page, BESIDES)
    for cue in context.catalogue.cues.values():
        assert named.count(f"<li>{cue.label['en']}</li>") == 1


def test_form_of_address_is_named_only_while_a_rule_looks_at_it(client, context, clock):
    label = f"<li>{context.catalogue.facts['form_of_address'].label['en']}</li>"
    assert label not in client.get("/g/notice").text
    flip(context, clock, "form_of_address", is_on=True)
    assert label in part(client.get("/g/notice").text, FACTS)


def test_it_speaks_the_language_of_the_booking_and_leads_to_every_right(client, context, clock):
    start(client, book(context, clock(), language="de"))
    page = client.get("/g/notice").text
    assert "Wie lange" in page
    for path in ("/g/my-data", "/g/my-data#without", "/g/my-data#allow", "/g/my-data/delete"):
        assert f'href="{path}"' in page


def test_printed_codes_lead_to_it_and_to_no_page_of_a_guest(client):
    page = client.get("/p/C7").text
    assert 'href="/p/C7/notice"' in page
    assert "/g/my-data" not in page
    assert "Las Cabañas" in client.get("/p/C7/notice").text
    assert "/g/my-data" not in client.get("/p/C7/wifi").text
    assert client.get("/p/nowhere/notice").status_code == 404

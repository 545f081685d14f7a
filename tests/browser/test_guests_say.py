"""You say, your guests say in a real browser: every width and scheme, with and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.learning.learn import learn
from engine.usecases.rules.tune_rules import rules_room
from tests.audit.taught_stays import flipped, stays_of
from tests.usecases.own_stays import OWN, count, open_house

pytestmark = pytest.mark.browser

ROOM = "/owner/guests-say"
PAGES = (ROOM, f"{ROOM}/rules/tired", f"{ROOM}/runs/2026-06-12")
SCREENS = (
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"viewport": {"width": 320, "height": 640}},
)


@pytest.fixture
def taught(live) -> None:
    """The own house has learned once, from guests unlike its rules."""
    open_house(live.context, live.clock())
    with live.context.store.read() as work:
        guests = flipped(adviser_in_force(live.context, work))
    count(live.context, stays_of(guests, 80, seed=11))
    learn(live.context, now=live.clock(), by="Tact")


@pytest.mark.usefixtures("taught")
def test_every_page_is_accessible_on_every_screen(new_page: Callable[..., Page], check_page):
    for screen in SCREENS:
        page = new_page("Ana", **screen)
        for path in PAGES:
            page.goto(path)
            check_page(page)


@pytest.mark.usefixtures("taught")
def test_without_script_an_owner_uses_keeps_and_puts_in_force(new_page: Callable[..., Page], live):
    page = new_page("Ana", java_script_enabled=False)
    page.goto(ROOM)
    page.locator("#use-tired").click()
    expect(page.locator(".notice.ok")).to_contain_text("In the draft now.")
    page.locator("#keep-tired").click()
    expect(page.locator("#rule-tired")).to_contain_text("Ana kept your number")
    page.get_by_role("link", name="See what it would change").click()
    expect(page.locator("h1")).to_have_text("What a learning run would change")
    assert [one.rule.id for one in rules_room(live.context).changed] == ["tired"]
    with live.context.store.read() as work:
        assert work.learning_runs.day_in_force(OWN) is None


@pytest.mark.usefixtures("taught")
def test_the_axis_does_not_mirror_in_right_to_left_pages(owner: Page):
    owner.goto(ROOM)
    places = "#rule-tired circle"
    before = [one.bounding_box()["x"] for one in owner.locator(places).all()]
    assert before[0] < before[1], "the owner leans to efficiency, her guests to contact"
    owner.evaluate("document.documentElement.dir = 'rtl'")
    after = [one.bounding_box()["x"] for one in owner.locator(places).all()]
    assert after[0] < after[1]

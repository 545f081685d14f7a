"""Why, in a real browser: every width and scheme, and supposing without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor

pytestmark = pytest.mark.browser

GUEST = "D230"
PAGES = (
    "/owner/stays",
    "/owner/stays?q=nobody",
    f"/owner/stays/{GUEST}/why",
    f"/owner/stays/{GUEST}/what-if",
    f"/owner/stays/{GUEST}/what-if?asked=1&cue=tired&fact.purpose=business",
    f"/owner/stays/{GUEST}/what-if?asked=1&fact.nights=many",
)


@pytest.fixture(autouse=True)
def acts(live) -> None:
    """Some of everything on the page of one guest."""
    desk, maria = Desk(live.context, GUEST), Actor("Maria", live.clock())
    desk.observe("tired", maria)
    desk.answer("welcome", 2, maria)
    desk.react("unit_tour", "declined", maria)


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_every_page_is_for_everybody(
    new_page: Callable[..., Page],
    check_page: Callable[[Page], None],
    faults: list[str],
    scheme: str,
    width: int,
):
    page = new_page("Ana", color_scheme=scheme, viewport={"width": width, "height": 800})
    for path in PAGES:
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        for one in page.locator("main details").all():
            one.evaluate("one => one.open = true")
        check_page(page)
    assert len(faults) == 1, "the number of nights that is none"
    faults.clear()


def test_from_the_card_to_why_and_what_if_without_script(new_page: Callable[..., Page]):
    page = new_page("Ana", java_script_enabled=False)
    page.goto(f"/desk/{GUEST}")
    page.locator("summary", has_text="Why (").click()
    page.get_by_role("link", name="Why, in full").click()
    expect(page.locator("h1")).to_have_text("Why: Elke Pröll")
    page.get_by_role("link", name="What if …?").click()
    page.get_by_label("In a hurry").check()
    page.get_by_label("Purpose of the trip").select_option("business")
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("#result")).to_contain_text("Then ")
    expect(page.get_by_label("In a hurry")).to_be_checked()
    page.get_by_role("link", name="Back to how it is").click()
    expect(page.get_by_label("In a hurry")).not_to_be_checked()
    page.goto(f"/desk/{GUEST}")
    expect(page.locator("#stay")).not_to_contain_text("In a hurry just now")


def test_the_axis_of_the_sum_does_not_turn_in_right_to_left_pages(owner: Page):
    owner.goto(f"/owner/stays/{GUEST}/why")
    owner.evaluate("document.documentElement.dir = 'rtl'")
    ends = owner.locator(".plot-waterfall .plot-ends span")
    left, right = (ends.nth(k).bounding_box() for k in (0, 1))
    assert left
    assert right
    assert left["x"] < right["x"]
    expect(ends.first).to_have_text("Efficiency")

"""House, fairness and health in a real browser: accessible on every width and in both schemes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = (
    "/owner/house",
    "/owner/house/demo/packs/wifi",
    "/owner/house/demo/units/C3",
    "/owner/house/demo/units/new",
    "/owner/fairness",
    "/owner/health",
)


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_room_is_accessible_on_a_desk(
    new_page: Callable[..., Page], check_page, scheme: str, path: str
):
    check_page(opened(new_page("Ana", color_scheme=scheme), path))


@pytest.mark.parametrize("path", PAGES)
def test_every_room_is_accessible_on_the_smallest_phone(
    new_page: Callable[..., Page], check_page, path: str
):
    check_page(opened(new_page("Ana", viewport={"width": 320, "height": 640}), path))


def test_the_lock_opens_and_closes_without_script(new_page: Callable[..., Page], check_page):
    page = new_page("Ana", java_script_enabled=False)
    page.goto("/owner/fairness")
    page.locator("#culture summary").click()
    page.locator("#reason").fill("We try the form of address for a season")
    page.locator("#open").click()
    expect(page.locator("#culture .tag")).to_have_text("open")
    page.locator("#close").click()
    expect(page.locator("#culture .tag")).to_have_text("locked")


def test_a_wrong_field_is_shown_with_what_was_typed(owner: Page, check_page, faults: list[str]):
    owner.goto("/owner/house")
    owner.locator("#quiet_from").fill("99")
    owner.locator("#basics button").click()
    expect(owner.locator("#quiet_from")).to_have_value("99")
    expect(owner.locator("#quiet_from")).to_have_attribute("aria-invalid", "true")
    check_page(owner)
    assert len(faults) == 1, "the refusal itself"
    faults.clear()

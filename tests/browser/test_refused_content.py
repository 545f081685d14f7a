"""A refused save of content says at each field what is wrong, with script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NEAR = "/owner/styles/near"
GREET = "[id='script.in_person.greet.text.en']"
THANKS = "[id='script.in_person.thanks.text.en']"
GREET_WRONG = "[id='script.in_person.greet.text.en-wrong']"
THANKS_WRONG = "[id='script.in_person.thanks.text.en-wrong']"


def spoil(page: Page) -> None:
    page.goto(NEAR)
    page.locator(GREET).fill("")
    page.locator(THANKS).fill("Thank you, {gest}.")
    page.locator("#reason").fill("a try")
    page.locator("#save").click()


def see_remarks(page: Page) -> None:
    expect(page.locator("#problem")).to_contain_text("A text is needed here.")
    expect(page.locator(GREET_WRONG)).to_have_text("A text is needed here.")
    expect(page.locator(THANKS_WRONG)).to_contain_text("Nothing is called {gest} here.")
    for field, remark in ((GREET, GREET_WRONG), (THANKS, THANKS_WRONG)):
        expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
        id = page.locator(remark).get_attribute("id")
        expect(page.locator(field)).to_have_attribute("aria-describedby", id)
    expect(page.locator(THANKS)).to_have_value("Thank you, {gest}.")
    expect(page.locator("#reason")).to_have_value("a try")


def test_inside_the_page_each_field_says_what_is_wrong_and_the_summary_has_focus(
    owner: Page, faults: list[str], check_page: Callable[[Page], None]
):
    spoil(owner)
    expect(owner.locator("#problem")).to_be_focused()
    see_remarks(owner)
    check_page(owner)
    owner.locator(GREET).fill("Hello {guest}, this is {house}.")
    owner.locator("#save").click()
    expect(owner.locator(GREET_WRONG)).to_have_count(0)
    expect(owner.locator(GREET)).not_to_have_attribute("aria-invalid", "true")
    expect(owner.locator(THANKS_WRONG)).to_have_count(1)
    expect(owner.locator("#problem")).to_be_focused()
    owner.locator(THANKS).fill("Thank you, {guest}.")
    owner.locator("#save").click()
    expect(owner.locator("#told .notice.ok")).to_be_visible()
    expect(owner.locator("form[data-swap] .wrong")).to_have_count(0)
    expect(owner.locator("form[data-swap] [aria-invalid]")).to_have_count(0)
    assert len(faults) == 2, "the two refusals themselves"
    faults.clear()


def test_a_closed_part_opens_where_something_in_it_is_wrong(owner: Page, faults: list[str]):
    owner.goto("/owner/questions/welcome")
    owner.locator("summary", has_text="Take the numbers").click()
    owner.locator("#calibrated").fill("no document")
    owner.locator("#fill-in").click()
    expect(owner.locator("#calibrated-wrong")).to_be_visible()
    expect(owner.locator("#calibrated")).to_have_value("no document")
    expect(owner.locator("#calibrated")).to_have_attribute(
        "aria-describedby", "calibrated-hint calibrated-wrong"
    )
    faults.clear()


def test_without_script_the_same_is_said(new_page: Callable[..., Page], faults: list[str]):
    page = new_page("Ana", java_script_enabled=False)
    spoil(page)
    see_remarks(page)
    faults.clear()

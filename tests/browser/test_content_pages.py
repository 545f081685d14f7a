"""The rooms of content in a real browser: every width and scheme, with script and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.house.content_told import open_thing

pytestmark = pytest.mark.browser

NEAR = "/owner/styles/near"
GREET = "[id='script.in_person.greet.text.en']"
PAGES = ("/owner/questions", "/owner/questions/welcome", NEAR, "/owner/packs/wifi")


def test_the_preview_speaks_beside_the_form_and_saving_keeps_the_page(owner: Page, live):
    owner.goto(NEAR)
    before = owner.evaluate("performance.timeOrigin")
    owner.locator(GREET).fill("Hello {guest}, at {house}. Only today!")
    owner.locator("#see").click()
    expect(owner.locator("#preview")).to_contain_text(
        "Hello Robin Berg, at Las Cabañas (demo). Only today!"
    )
    expect(owner.locator("#lint")).to_contain_text("pressure")
    for n_versions in (2, 3):  # each save is a save of its own
        owner.locator(GREET).press("End")
        owner.locator(GREET).press_sequentially("!")
        owner.locator("#save").click()
        expect(owner.locator("#told .notice.ok")).to_contain_text("Saved.")
        expect(owner.locator("#versions li.card")).to_have_count(n_versions)
    assert owner.evaluate("performance.timeOrigin") == before
    live.context.refresh()
    greeting = open_thing(live.context, "styles/near").fields["script.in_person.greet.text.en"]
    assert greeting == "Hello {guest}, at {house}. Only today!!!"


def test_a_conflict_is_told_inside_the_page_and_can_be_decided(
    owner: Page, new_page: Callable[..., Page], faults: list[str]
):
    other = new_page("Ana")
    for page in (owner, other):
        page.goto(NEAR)
    other.locator(GREET).fill("Theirs")
    other.locator("[id='script.in_person.greet.text.de']").fill("Ihres")
    other.locator("#save").click()
    expect(other.locator("#told .notice.ok")).to_be_visible()
    owner.locator(GREET).fill("Mine")
    owner.locator("[id='script.in_person.greet.text.de']").fill("Meines")
    owner.locator("#save").click()
    expect(owner.locator("#problem")).to_contain_text("Ana changed this")
    expect(owner.locator(GREET)).to_have_value("Mine")
    owner.get_by_role("button", name="Save mine instead").click()
    expect(owner.locator("#told .notice.ok")).to_be_visible()
    expect(owner.locator("#problem")).to_have_count(0)
    assert len(faults) == 1, "the refusal itself"
    faults.clear()


def test_without_script_all_goes(new_page: Callable[..., Page]):
    page = new_page("Ana", java_script_enabled=False)
    page.goto(NEAR)
    page.locator(GREET).fill("Hello {guest}, at {house}.")
    page.locator("#see").click()
    expect(page.locator("#preview")).to_contain_text("Hello Robin Berg, at Las")
    page.locator("#save").click()
    expect(page.locator("#told .notice.ok")).to_be_visible()
    page.locator("form[action$='/restore/0'] button").click()
    expect(page.locator("#told .notice.ok")).to_contain_text("Restored.")


@pytest.mark.parametrize(
    "look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}]
)
def test_every_page_can_be_used_by_everybody(
    new_page: Callable[..., Page], check_page: Callable[[Page], None], look: dict
):
    page = new_page("Ana", **look)
    for path in PAGES:
        page.goto(path)
        check_page(page)

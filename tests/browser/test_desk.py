"""The desk in a browser: taps, keys, two screens, without script, and for everybody's eyes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from engine.usecases.stays.arrivals import board

pytestmark = pytest.mark.browser


@dataclass
class Taps:
    """Counts what a person does."""

    page: Page
    n: int = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.n += 1

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.n += 1


EXPECTED = "[data-rows] a:not(.done)"


@pytest.fixture
def someone(live):
    """The first guest still expected, who is met before any other is."""
    rows = board(live.context, now=live.clock()).rows
    return next(row.stay for row in rows if row.stay.status == "expected")


def open_card(page: Page, ref: str) -> None:
    page.goto(f"/desk/{ref}")


def is_checked_in(page: Page) -> None:
    expect(page.locator("#done")).to_contain_text("Checked in")


def test_check_in_takes_two_taps(desk):
    desk.goto("/desk")
    hand = Taps(desk)
    hand.tap(EXPECTED)
    hand.tap(".primary")
    is_checked_in(desk)
    assert hand.n == 2
    expect(desk.locator("#arrivals")).to_contain_text("4 of")


def test_check_in_with_a_cue_takes_three_taps(desk):
    desk.goto("/desk")
    hand = Taps(desk)
    hand.tap(EXPECTED)
    hand.tap("#cue-tired")
    expect(desk.locator("#cue-tired")).to_have_attribute("aria-pressed", "true")
    hand.tap(".primary")
    is_checked_in(desk)
    assert hand.n == 3


def test_keys_find_a_guest_and_check_in_with_five_strokes(desk, someone):
    desk.goto("/desk")
    hand = Taps(desk)
    hand.key("/", *someone.guest.name[:2].lower(), "Enter")
    expect(desk.locator("h1")).to_have_text(someone.guest.name)
    hand.key("Enter")
    is_checked_in(desk)
    assert hand.n == 5


def test_a_cue_by_key_makes_it_six(desk, someone):
    desk.goto("/desk")
    hand = Taps(desk)
    hand.key("/", *someone.guest.name[:2].lower(), "Enter")
    expect(desk.locator("h1")).to_have_text(someone.guest.name)
    hand.key("1")
    expect(desk.locator("#cue-tired")).to_have_attribute("aria-pressed", "true")
    hand.key("Enter")
    is_checked_in(desk)
    assert hand.n == 6


def test_n_and_enter_check_the_next_arrival_in(desk, someone):
    desk.goto("/desk")
    hand = Taps(desk)
    hand.key("n")
    expect(desk.locator("h1")).to_have_text(someone.guest.name)
    expect(desk).to_have_title(f"{someone.guest.name} · Tact")
    hand.key("Enter")
    is_checked_in(desk)
    assert hand.n == 2


def test_enter_again_neither_checks_in_twice_nor_undoes(desk, live, someone):
    open_card(desk, someone.ref)
    desk.keyboard.press("Enter")
    is_checked_in(desk)
    for _ in range(3):
        desk.keyboard.press("Enter")
    desk.wait_for_timeout(200)
    is_checked_in(desk)
    with live.context.store.read() as work:
        assert len(work.ledger.of(someone.id)) == 1


def test_u_takes_the_check_in_back(desk, someone):
    open_card(desk, someone.ref)
    desk.keyboard.press("Enter")
    is_checked_in(desk)
    desk.keyboard.press("u")
    expect(desk.locator(".primary")).to_be_visible()
    expect(desk.locator("#arrivals")).to_contain_text("3 of")


def test_an_answer_changes_the_card_without_a_new_page(desk, someone):
    open_card(desk, someone.ref)
    desk.evaluate("window.same = true")
    desk.get_by_role("button", name="Please show me around").click()
    expect(desk.locator("#stay")).to_contain_text("Said: Please show me around")
    expect(desk.locator("#verdict")).to_be_focused()
    assert desk.evaluate("window.same")


def test_a_chip_keeps_the_focus_where_it_was(desk, someone):
    open_card(desk, someone.ref)
    desk.locator("#cue-in_hurry").press("Space")
    expect(desk.locator("#cue-in_hurry")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("#cue-in_hurry")).to_be_focused()


def decline(page: Page, offer: str) -> None:
    page.get_by_text("Another offer was made").click()
    page.locator("#other-offer").select_option(offer)
    page.locator("form:has(#other-offer) button[value=declined]").click()
    expect(page.locator("#stay")).to_contain_text("will not be offered again")


def test_a_declined_offer_is_nowhere_offered_again(desk, new_page, someone):
    open_card(desk, someone.ref)
    decline(desk, "local_tips")
    desk.get_by_role("button", name="Offer to show them").first.click()
    is_checked_in(desk)
    other = new_page("Ben")
    open_card(other, someone.ref)
    for page in (desk, other):
        expect(page.locator("#stay")).to_contain_text("Tips for the area: declined 16:20")
        assert page.locator("option[value=local_tips]").count() == 0
        assert page.locator("#offer").filter(has_text="Tips for the area").count() == 0
        expect(page.get_by_role("button", name="They asked about it")).to_be_visible()


def test_another_screen_that_is_late_is_told_and_nothing_is_lost(desk, new_page, someone, faults):
    other = new_page("Ben")
    for page in (desk, other):
        open_card(page, someone.ref)
    desk.keyboard.press("Enter")
    is_checked_in(desk)
    other.locator(".primary").click()
    expect(other.locator("#problem")).to_contain_text("Maria checked this guest in at 16:20.")
    expect(other.locator("#problem")).to_be_focused()
    assert all("409" in fault for fault in faults)
    faults.clear()


def test_a_reason_is_set_aside_and_back(desk, someone):
    open_card(desk, someone.ref)
    desk.get_by_text("Why (").click()
    desk.get_by_role("button", name="Remove this").first.click()
    expect(desk.locator("#stay")).to_contain_text("set aside for this stay")
    desk.get_by_role("button", name="Bring back").click()
    expect(desk.locator("#stay")).not_to_contain_text("set aside for this stay")


def test_p_hides_the_guest(desk, someone):
    open_card(desk, someone.ref)
    desk.keyboard.press("p")
    expect(desk.locator("#stay")).not_to_contain_text(someone.guest.name)
    desk.keyboard.press("p")
    expect(desk.locator("#stay")).to_contain_text(someone.guest.name)


def test_the_whole_journey_without_script(new_page, someone):
    page = new_page("Maria", java_script_enabled=False)
    page.goto("/desk")
    page.locator(EXPECTED).first.click()
    expect(page.locator("h1")).to_have_text(someone.guest.name)
    page.locator("#cue-tired").click()
    expect(page.locator("#cue-tired")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo: Tired").click()
    expect(page.locator("#cue-tired")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Skip").click()
    decline(page, "unit_tour")
    page.locator(".primary").click()
    is_checked_in(page)
    page.locator("#done button").click()
    expect(page.locator(".primary")).to_be_visible()


def test_on_a_phone_the_card_stands_alone(new_page, someone):
    page = new_page("Maria", viewport={"width": 390, "height": 844})
    page.goto("/desk")
    page.locator(EXPECTED).first.click()
    expect(page.locator("#stay")).to_be_visible()
    expect(page.locator("#arrivals")).to_be_hidden()
    page.get_by_role("link", name="Arrivals").click()
    expect(page.locator("#arrivals")).to_be_visible()


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_touch_screen_shows_no_keys_to_press(new_page, someone, scripts):
    page = new_page("Maria", **PHONE, java_script_enabled=scripts)
    keys = page.locator("kbd:visible")
    hint = page.get_by_text("n opens the next arrival")
    page.goto("/desk")
    expect(page.locator(EXPECTED).first).to_be_visible()
    expect(keys).to_have_count(0)
    expect(hint).to_be_hidden()
    open_card(page, someone.ref)
    expect(keys).to_have_count(0)
    page.locator(".primary").tap()
    is_checked_in(page)
    expect(page.locator("#offer")).to_contain_text("How did it land?")
    expect(keys).to_have_count(0)


def test_a_screen_with_keyboard_shows_its_keys(desk, someone):
    desk.goto("/desk")
    expect(desk.get_by_text("n opens the next arrival")).to_be_visible()
    open_card(desk, someone.ref)
    expect(desk.locator(".primary kbd")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(1280, "en-GB"), (320, "de-DE")])
def test_every_state_of_the_desk_is_for_everybody(
    new_page: Callable[..., Page],
    check_page: Callable[[Page], None],
    someone,
    scheme,
    width,
    language,
):
    size = {"width": width, "height": 800}
    page = new_page("Maria", viewport=size, color_scheme=scheme, locale=language)
    for path in ("/desk", "/desk?day=2027-06-01", "/desk/in-house"):
        page.goto(path)
        check_page(page)
    open_card(page, someone.ref)
    for summary in page.locator("#stay > details > summary").all():
        summary.click()
    check_page(page)
    page.locator("#cue-asks_for_advice").click()
    expect(page.locator("#cue-asks_for_advice")).to_have_attribute("aria-pressed", "true")
    page.locator(".primary").click()
    expect(page.locator("#done")).to_be_visible()
    check_page(page)


def test_a_right_to_left_page_keeps_its_axis(desk, someone):
    open_card(desk, someone.ref)
    desk.evaluate("document.documentElement.dir = 'rtl'")
    marks = "[...document.querySelectorAll('.axis rect')].map(one => one.getBoundingClientRect().x)"
    places = desk.evaluate(marks)
    assert places[0] < places[6]
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1280

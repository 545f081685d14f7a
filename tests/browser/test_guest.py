"""The guest's own page in a real browser: without script, for everybody, on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.domain.advice import Recommendation
from engine.domain.stays import StayDraft, StayStatus
from engine.usecases.demo import DEMO
from engine.usecases.guests.links import guest_code, issue_link
from engine.usecases.stays.arrivals import card

pytestmark = pytest.mark.browser

REFUSED = "the server responded with a status of 4"
"""What the browser notes beside a page that says what is missing: no fault of the page."""

Open = Callable[..., Page]
Check = Callable[[Page], None]


class House:
    """The demo house of a running Tact."""

    def __init__(self, live) -> None:
        self.url, self.ctx, self.clock = live.url, live.context, live.clock
        self.numbers = count(1)
        self.ref = ""

    def book(self, language: str = "en") -> str:
        """Book two nights from today in cabin C7; return the address of the guest's own page."""
        self.ref = f"guest-{next(self.numbers)}"
        today = self.clock().date()
        draft = StayDraft(
            house=DEMO,
            ref=self.ref,
            guest_name="Jonas Berg",
            language=language,
            email=None,
            unit="C7",
            arrival_on=today,
            departure_on=today + timedelta(days=2),
            status=StayStatus.EXPECTED,
            facts={"nights": 2, "purpose": "leisure"},
            source="test",
        )
        with self.ctx.store.begin() as work:
            stay = work.stays.add(draft)
            issue_link(work, self.ctx.secret, stay)
        return f"{self.url}/g/{guest_code(self.ctx.secret, stay.id, 1)}"

    def advice(self) -> Recommendation:
        """Return what the desk is told about the last stay booked."""
        return self._card().advised.recommendation

    def answers(self) -> dict[str, int]:
        """Return what the desk knows of the answers of the last stay booked."""
        return dict(self._card().advised.case.answers)

    def _card(self):
        return card(self.ctx, self.ref, now=self.clock(), house_id=DEMO)


@pytest.fixture
def house(live) -> House:
    return House(live)


@pytest.fixture
def opened(new_page: Callable[..., Page], faults: list[str]) -> Iterator[Open]:
    """Open a page without script."""

    def add(**more: object) -> Page:
        return new_page(**({"java_script_enabled": False} | more))

    yield add
    faults[:] = [fault for fault in faults if REFUSED not in fault]


def follow(target: Locator) -> None:
    """Tap what leads to another page, and be there: without script every answer is a page."""
    with target.page.expect_navigation():
        target.click()


def start(page: Page, link: str) -> None:
    page.goto(link)
    follow(page.get_by_role("main").get_by_role("button"))


def answer(page: Page, n: int) -> None:
    page.get_by_role("radio").nth(n).check()
    follow(page.locator("button.primary"))


def heading(page: Page) -> str:
    (text,) = page.locator("h1").all_inner_texts()
    return text


def walk(page: Page, house: House, language: str) -> Iterator[str]:
    """Lead through every page of the guest and say its name at each."""
    link = house.book(language)
    page.goto(link)
    yield "start"
    follow(page.get_by_role("main").get_by_role("button"))
    yield "question"
    page.locator("main summary").first.click()
    yield "why"
    follow(page.locator("button.primary"))
    yield "nothing chosen"
    follow(page.locator("button[value=skip]"))
    yield "second question"
    answer(page, 1)
    yield "end"
    page.locator("main summary").first.click()
    yield "answers"
    for path in ("/g?question=welcome", "/g/guide/wifi", "/g/guide/none", "/p/C7", "/g/wrong"):
        page.goto(path)
        yield path
    page.goto("/g")
    follow(page.locator("form button").last)
    yield "deleted"


def test_two_taps_a_question_and_no_script_lead_to_what_we_will_do(opened: Open, house: House):
    page = opened()
    link = house.book()
    before = house.advice()
    start(page, link)
    expect(page.locator("h1")).to_have_text("When you arrive, what suits you best?")
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Just the key, please").click()
    follow(page.get_by_role("button", name="Continue"))
    expect(page.locator("h1")).to_have_text("Thank you")
    assert page.get_by_text("have your key ready, then leave you in peace").is_visible()
    follow(page.get_by_role("link", name="Wi-Fi"))
    expect(page.locator("h1")).to_have_text("Wi-Fi")
    after = house.advice()
    assert before.style not in ("leave_be", "brief")
    assert after.style in ("leave_be", "brief")


def test_one_tap_stops_and_it_stays_so(opened: Open, house: House):
    page = opened()
    link = house.book()
    start(page, link)
    follow(page.get_by_role("button", name="No more questions"))
    expect(page.locator("h1")).to_have_text("Thank you")
    start(page, link)
    expect(page.locator("h1")).to_have_text("Thank you")


def test_back_in_the_browser_leads_to_the_answer_and_it_can_be_changed(opened: Open, house: House):
    page = opened()
    start(page, house.book())
    follow(page.get_by_role("button", name="Skip this question"))
    second = heading(page)
    answer(page, 1)
    page.go_back()
    expect(page.locator("h1")).to_have_text(second)
    assert page.get_by_role("radio").nth(1).is_checked()
    page.go_back()
    expect(page.locator("h1")).to_have_text("When you arrive, what suits you best?")
    answer(page, 0)
    assert house.answers()["welcome"] == 0


def test_change_and_delete_are_at_the_end(opened: Open, house: House):
    page = opened()
    start(page, house.book())
    answer(page, 0)
    page.locator("main summary").first.click()
    follow(page.get_by_role("link", name="Change"))
    assert page.get_by_role("radio").nth(0).is_checked()
    answer(page, 1)
    while page.get_by_role("button", name="Skip this question").count():
        follow(page.get_by_role("button", name="Skip this question"))
    assert page.get_by_text("hello, key, then leave you in peace").is_visible()
    follow(page.get_by_role("button", name="Delete my answers"))
    assert page.get_by_text("Your answers are taken back").is_visible()
    assert house.answers() == {}


def test_with_nothing_chosen_the_problem_is_in_focus_and_leads_to_the_answers(
    opened: Open, house: House
):
    page = opened()
    start(page, house.book())
    follow(page.get_by_role("button", name="Continue"))
    assert page.locator("#problem").evaluate("one => one === document.activeElement")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.locator("#grade-0").is_visible()
    assert page.url.endswith("#grade-0")


def test_the_keyboard_alone_is_enough(opened: Open, house: House):
    page = opened()
    start(page, house.book())
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.locator("input:focus").count():
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thank you")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_the_guest_is_open_to_everybody(
    opened: Open, house: House, check_page: Check, scheme: str, language: str
):
    page = opened(java_script_enabled=True, color_scheme=scheme)
    for where in walk(page, house, language):
        check_page(page)
        assert page.locator("h1").count() == 1, where


@pytest.mark.parametrize("language", ["en", "de"])
def test_on_a_screen_of_320_pixels_nothing_scrolls_sideways_and_every_target_is_large(
    opened: Open, house: House, check_page: Check, language: str
):
    page = opened(java_script_enabled=True, viewport={"width": 320, "height": 640})
    for _ in walk(page, house, language):
        check_page(page)


def test_the_page_is_german_when_the_booking_is(opened: Open, house: House):
    page = opened()
    start(page, house.book("de"))
    expect(page.locator("h1")).to_have_text("Was ist Ihnen bei der Ankunft am liebsten?")
    assert page.locator("html").get_attribute("lang") == "de"
    page.locator("header summary").click()
    follow(page.get_by_role("link", name="English"))
    expect(page.locator("h1")).to_have_text("When you arrive, what suits you best?")
    answer(page, 0)
    expect(page.locator("h1")).to_have_text("Thank you")

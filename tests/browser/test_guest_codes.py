"""Tablet, questions asked aloud, notes, wishes and the page after the stay, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.domain.stays import StayDraft, StayStatus
from engine.usecases.demo import DEMO
from engine.usecases.guests.desk_codes import make_code
from engine.usecases.guests.links import guest_code, issue_link
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor

pytestmark = pytest.mark.browser

REFUSED = "the server responded with a status of 4"
REF = "guest-1"

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def opened(new_page: Open, faults: list[str]) -> Iterator[Open]:
    """Open a page; that the server refuses something is no fault of the page."""
    yield new_page
    faults[:] = [fault for fault in faults if REFUSED not in fault]


@pytest.fixture
def link(live) -> str:
    """A stay in house; the address of the guest's own page."""
    today = live.clock().date()
    draft = StayDraft(
        house=DEMO,
        ref=REF,
        guest_name="Jonas Berg",
        language="en",
        email=None,
        unit="C7",
        arrival_on=today,
        departure_on=today + timedelta(days=1),
        status=StayStatus.EXPECTED,
        facts={"nights": 1, "purpose": "leisure"},
        source="test",
    )
    with live.context.store.begin() as work:
        stay = work.stays.add(draft)
        issue_link(work, live.context.secret, stay)
    return f"{live.url}/g/{guest_code(live.context.secret, stay.id, 1)}"


def leave(live) -> None:
    with live.context.store.begin() as work:
        work.stays.change(work.stays.get(DEMO, REF), status=StayStatus.DEPARTED)


def follow(target: Locator) -> None:
    with target.page.expect_navigation():
        target.click()


def walk_guest(page: Page, live, link: str, language: str) -> Iterator[None]:
    """Lead over the pages of the tablet and of the time after the stay."""
    lang = f"lang={language}"
    page.goto(f"/g?{lang}")
    yield
    page.locator("#code").fill("BCDFGHJK")
    follow(page.locator("button.primary"))
    yield
    page.locator("#code").fill(make_code(live.context, REF, now=live.clock()).code)
    follow(page.locator("button.primary"))
    yield
    Desk(live.context, REF).check_in("brief", Actor("Maria", live.clock()))
    leave(live)
    page.goto(link)
    follow(page.get_by_role("main").get_by_role("button"))
    page.goto(f"/g?{lang}")
    yield
    page.locator("#missed").fill("x" * 3000)
    follow(page.locator("form[action='/g/after'] button"))
    yield
    page.locator("#missed").fill("A lamp.")
    page.locator("input[name=satisfaction]").nth(3).check()
    follow(page.locator("form[action='/g/after'] button"))
    yield


def walk_desk(page: Page, live, language: str) -> Iterator[None]:
    """Lead over the new pages of the desk."""
    if language != "en":
        page.goto("/desk")
        follow(page.locator(f"button[lang={language}]"))
    page.goto(f"/desk/{REF}/prompt")
    yield
    follow(page.locator("form[action$='/prompt/code'] button"))
    follow(page.locator("form[action$='/prompt'] button[name=grade]").first)
    yield
    Desk(live.context, REF).answer("housekeeping", 0, Actor("Maria", live.clock()))
    page.goto("/desk/wishes")
    yield
    page.goto(f"/desk/{REF}")
    page.locator("summary", has=page.locator("xpath=../form//textarea")).click()
    page.locator("#note").fill("Allergic to nuts. Allergie!")
    yield
    follow(page.locator("form[action$='/notes'] button"))
    yield
    follow(page.locator("button[name=anyway]"))
    yield


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("de", "light")])
def test_on_a_small_screen_every_page_of_the_guest_is_open_to_everybody(
    opened: Open, live, link: str, check_page: Check, language: str, scheme: str
):
    page = opened(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for _ in walk_guest(page, live, link, language):
        check_page(page)
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("de", "dark")])
def test_on_a_small_screen_every_new_page_of_the_desk_is_open_to_everybody(
    opened: Open, live, link: str, check_page: Check, language: str, scheme: str
):
    page = opened("Maria", viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for _ in walk_desk(page, live, language):
        check_page(page)
        assert page.locator("h1").count() == 1


def test_the_tablet_goes_from_guest_to_guest_without_script(opened: Open, live, link: str):
    tablet = opened(java_script_enabled=False)
    tablet.goto("/g")
    tablet.locator("#code").fill(make_code(live.context, REF, now=live.clock()).code)
    tablet.keyboard.press("Enter")
    expect(tablet.locator("h1")).to_have_text("When you arrive, what suits you best?")
    tablet.get_by_text("Just the key, please").click()
    follow(tablet.get_by_role("button", name="Continue"))
    expect(tablet.locator("h1")).to_have_text("Thank you")
    follow(tablet.get_by_role("button", name="Done, close my page"))
    assert tablet.locator("#code").input_value() == ""
    tablet.go_back()
    assert not tablet.get_by_text("Just the key, please").is_visible()


def test_a_note_with_a_word_of_health_takes_one_tap_more_with_and_without_script(
    opened: Open, live, link: str
):
    for has_script in (True, False):
        page = opened("Maria", java_script_enabled=has_script)
        page.goto(f"/desk/{REF}")
        page.locator("summary", has=page.locator("xpath=../form//textarea")).click()
        page.locator("#note").fill(f"Coeliac, script {has_script}")
        follow(page.get_by_role("button", name="Keep the note"))
        expect(page.locator("h1")).to_have_text("Should this be written down?")
        follow(page.get_by_role("button", name="Keep it anyway"))
        assert page.get_by_text(f"Coeliac, script {has_script}", exact=True).first.is_visible()


def test_after_the_stay_two_taps_tell_and_one_takes_back_without_script(
    opened: Open, live, link: str
):
    leave(live)
    page = opened(java_script_enabled=False)
    page.goto(link)
    follow(page.get_by_role("main").get_by_role("button"))
    assert page.locator("input:checked").count() == 0
    page.get_by_text("just right").click()
    follow(page.get_by_role("button", name="Send"))
    assert page.get_by_text("Thank you, we have it.").is_visible()
    assert page.locator("input:checked").count() == 1
    follow(page.get_by_role("button", name="Take back all of it"))
    assert page.locator("input:checked").count() == 0

"""The guide on paper and in a file, in a real browser: page sizes, no network, for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.domain.stays import StayDraft, StayStatus
from engine.usecases.demo import DEMO
from engine.usecases.guests.links import guest_code, issue_link
from tests.pictures import from_camera

pytestmark = pytest.mark.browser

POINTS = 72 / 25.4
"""Per millimetre."""
A5, HANGER = (148, 210), (99, 210)


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each page of a PDF in millimetres."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    return [(round(float(w) / POINTS), round(float(h) / POINTS)) for w, h in boxes]


def pdf_of(page: Page) -> list[tuple[int, int]]:
    return pages_of(page.pdf(prefer_css_page_size=True, print_background=False))


@pytest.fixture
def guest(new_page: Callable[..., Page], live) -> Page:
    """A guest of cabin C7 who pressed Start; no page of hers runs a script."""
    today = live.clock().date()
    draft = StayDraft(
        house=DEMO,
        ref="printed",
        guest_name="Jonas Berg",
        language="en",
        email=None,
        unit="C7",
        arrival_on=today,
        departure_on=today + timedelta(2),
        status=StayStatus.EXPECTED,
        facts={"unit_ready": True, "access_released": True, "arrival_mode": "key_box"},
        source="test",
    )
    with live.context.store.begin() as work:
        stay = work.stays.add(draft)
        issue_link(work, live.context.secret, stay)
    page = new_page(java_script_enabled=False, accept_downloads=True)
    page.goto(f"/g/{guest_code(live.context.secret, stay.id, 1)}")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").click()
    return page


def stop_questions(guest: Page) -> None:
    """Stop the questions, so that the last page with the guide is there."""
    guest.goto("/g")
    with guest.expect_navigation():
        guest.locator("button[value=stop]").click()


def test_every_pack_is_printed_on_a5_and_begins_a_page(guest: Page, live):
    guest.goto("/g/guide/print")
    n_cards = guest.locator(".sheet").count()
    assert n_cards == len(live.context.catalogue.packs)
    pages = pdf_of(guest)
    assert set(pages) == {A5}
    assert n_cards <= len(pages) <= 2 * n_cards
    guest.emulate_media(media="print")
    expect(guest.locator(".how")).to_be_hidden()


def test_the_card_of_one_pack_is_one_sheet_of_both_sides(guest: Page):
    guest.goto("/g/guide/wifi")
    with guest.expect_navigation():
        guest.get_by_role("link", name="Print this page").click()
    assert pdf_of(guest) in ([A5], [A5, A5])


def test_door_hangers_of_all_units_are_one_page_each(owner: Page, live, check_page):
    owner.goto("/owner/packs")
    owner.get_by_role("link", name="Print for the rooms").click()
    check_page(owner)
    owner.get_by_role("button", name="Show the door-hangers").click()
    expect(owner.locator("h1")).to_have_text("Door-hangers")
    with live.context.store.read() as work:
        units = work.houses.get(DEMO).units
    assert pdf_of(owner) == [HANGER] * len(units)
    for sheet in owner.locator(".sheet").all():
        assert sheet.evaluate("one => one.scrollHeight <= one.clientHeight")
    check_page(owner)


def test_the_file_opens_from_the_disk_without_a_network(
    guest: Page, new_page: Callable[..., Page], tmp_path: Path, check_page
):
    guest.goto("/p/C7")
    with guest.expect_download() as at_the_unit:
        guest.get_by_role("link", name="Keep as a file").click()
    assert 'id="access"' not in Path(at_the_unit.value.path()).read_text(encoding="utf-8")
    stop_questions(guest)
    with guest.expect_download() as coming:
        guest.get_by_role("link", name="Keep as a file").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert re.fullmatch(r"[a-z0-9-]+-cabin-7-en\.html", file.name)
    page = new_page(offline=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    expect(page.locator("h1")).to_have_text("Cabin 7")
    assert page.locator("body").evaluate("one => getComputedStyle(one).maxWidth") != "none"
    page.get_by_role("link", name="How to get in").click()
    expect(page.locator("#access")).to_be_in_viewport()
    check_page(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_guide_are_for_everybody(
    guest: Page, new_page: Callable[..., Page], check_page, scheme: str
):
    cookies = guest.context.cookies()
    page = new_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    page.context.add_cookies(cookies)
    for path in ("/g/guide/wifi", "/p/C7", "/p/C7/wifi", "/g/guide/print?pack=wifi"):
        page.goto(path)
        check_page(page)
    page.goto("/g/guide/wifi")
    page.get_by_role("button", name="No").click()
    expect(page.get_by_role("status").first).to_contain_text("You said no")
    check_page(page)


def test_a_picture_is_put_in_below_the_page_and_seen_by_the_guest(
    owner: Page, guest: Page, check_page
):
    owner.goto("/owner/packs/wifi")
    owner.get_by_label("Title").first.wait_for(state="attached")
    owner.get_by_text("Put a picture in").click()
    file = {"name": "router.jpg", "mimeType": "image/jpeg", "buffer": from_camera(6)}
    owner.locator("#picture").set_input_files(file)
    for box in owner.locator("[name^='alt.']").all():
        box.fill("The router")
    owner.get_by_role("button", name="Put in at the end of the page").click()
    expect(owner.locator("#told .notice.ok")).to_contain_text("Its line stands at the end")
    check_page(owner)
    owner.get_by_role("button", name="Save", exact=True).click()
    expect(owner.locator("#told .notice.ok")).to_contain_text("Saved")
    guest.goto("/g/guide/wifi")
    picture = guest.get_by_alt_text("The router")
    expect(picture).to_be_visible()
    size = "one => [one.complete, one.naturalWidth, one.naturalHeight]"
    assert picture.evaluate(size) == [True, 8, 16]  # turned as the camera was held
    owner.goto("/owner/packs/pictures")
    check_page(owner)

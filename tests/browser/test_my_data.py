"""The guest's data and the notice in a real browser: for everybody, on the smallest screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.browser.test_guest import House, follow, start

pytestmark = pytest.mark.browser

PATHS = ("/g/my-data", "/g/my-data/delete", "/g/notice")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("de", "dark")])
def test_every_page_is_clean_on_the_smallest_screen_without_script(
    live, new_page: Callable[..., Page], check_page: Callable[[Page], None], language, scheme
) -> None:
    house = House(live)
    page = new_page(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    start(page, house.book(language))
    Desk(live.context, house.ref).observe("tired", Actor("Maria", live.clock()))
    for path in PATHS:
        page.goto(path)
        for summary in page.locator("summary").all():
            summary.click()
        check_page(page)


def test_two_taps_serve_her_without_notes(live, new_page: Callable[..., Page]) -> None:
    house = House(live)
    page = new_page(java_script_enabled=False)
    start(page, house.book())
    follow(page.get_by_role("contentinfo").get_by_role("link", name="Your data"))
    follow(page.get_by_role("button", name="Serve me without notes"))
    assert "From now on you are served without notes." in page.locator("[role=status]").inner_text()
    assert house.advice().question is None

"""Our own script in a real browser: parts of pages, keys, one post for one wish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template_string, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine.domain.axis import Belief
from engine.errors import ConflictError
from web import create_app
from web.axis import Axis
from web.policy import allow
from web.work import is_fragment

pytestmark = pytest.mark.browser

PART = """
<section id="part" data-say="Counted {{ n }}">
<output id="n">{{ n }}</output>
<form method="post" action="/try" data-swap="#part"><button id="more" data-key="Enter">More</button>
<button id="fail" name="fail" value="yes" data-key="r 2">Fail</button></form>
<p id="key">{{ key or '' }}</p>
</section>
"""
WHOLE = (
    "{% extends 'base.html' %}{% from '_axis.html' import axis %}{% block title %}Try{% endblock %}"
    "{% block main %}<h1>Try</h1>{{ axis(drawn) }}"
    '<label for="find">Find</label><input id="find" type="search" data-key="/" data-filter="#rows">'
    '<div id="rows"><ul data-rows class="list"><li><a class="row" href="#a">Amelie</a></li>'
    '<li><a class="row" href="#b">Jonas</a></li></ul></div>' + PART + "{% endblock %}"
)


def try_page(app: Flask) -> list[str]:
    """Add a page that counts posts; return the list of keys that arrived."""
    keys: list[str] = []

    @app.route("/try", methods=["GET", "POST"])
    @allow("anyone")
    def show() -> str:
        if request.method == "POST":
            keys.append(request.headers.get("Idempotency-Key", request.form.get("idempotency", "")))
            if "fail" in request.form:
                raise ConflictError("Maria checked this guest in at 14:21.")
        template = PART if is_fragment() else WHOLE
        drawn = Axis.of(Belief(-0.9, 0.5, 0.04))
        return render_template_string(template, n=len(keys), key=keys[-1:], drawn=drawn)

    return keys


@pytest.fixture
def live(context, clock, log) -> Iterator[tuple[str, list[str]]]:
    """The application on a free port of this machine; its address, and the keys that came."""
    settings = {"CONTEXT": context, "NOW": clock, "LOG_TO": log}
    app = create_app({**settings, "BASE_URL": "http://127.0.0.1"})
    keys = try_page(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    base_url = f"http://127.0.0.1:{server.server_port}"
    app.config["BASE_URL"] = base_url
    app.extensions["tact"] = replace(context, base_url=base_url)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield base_url, keys
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def screen(browser: Browser, live: tuple[str, list[str]]) -> Iterator[Page]:
    """A page on /try whose console must stay silent."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.goto(live[0] + "/try")
    yield page
    page.close()
    assert [line for line in troubles if "409" not in line and "ERR_" not in line] == []


def test_a_post_changes_its_part_and_nothing_else(screen: Page):
    screen.evaluate("window.untouched = true")
    screen.click("#more")
    expect(screen.locator("#n")).to_have_text("1")
    expect(screen.locator("#live")).to_have_text("Counted 1")
    expect(screen.locator("#net")).to_have_text("Saved")
    assert screen.evaluate("window.untouched")
    assert screen.evaluate("document.activeElement.id") == "more"


def test_enter_presses_what_carries_it_and_a_field_keeps_its_keys(screen: Page):
    screen.keyboard.press("Enter")
    expect(screen.locator("#n")).to_have_text("1")
    screen.keyboard.press("Escape")
    screen.locator("body").evaluate("() => document.activeElement.blur()")
    screen.keyboard.press("/")
    assert screen.evaluate("document.activeElement.id") == "find"
    screen.keyboard.type("jo")
    expect(screen.locator(".row:visible")).to_have_count(1)
    screen.keyboard.press("Enter")
    assert screen.url.endswith("#b")
    expect(screen.locator("#n")).to_have_text("1")


def test_j_and_k_walk_through_the_rows(screen: Page):
    for key, name in (("j", "Amelie"), ("j", "Jonas"), ("j", "Jonas"), ("k", "Amelie")):
        screen.keyboard.press(key)
        assert screen.evaluate("document.activeElement.textContent") == name


def test_two_strokes_make_one_key_and_a_refusal_is_shown_in_place(screen: Page):
    screen.keyboard.press("r")
    screen.keyboard.press("2")
    expect(screen.locator("#problem")).to_contain_text("Maria checked this guest in at 14:21.")
    expect(screen.locator("#net")).to_have_text("Not saved")
    expect(screen.locator("#n")).to_have_text("0")
    screen.click("#more")
    expect(screen.locator("#problem")).to_have_count(0)


def test_keys_can_be_switched_off(screen: Page, live):
    screen.goto(live[0] + "/help")
    screen.click("[data-keys-switch]")
    screen.goto(live[0] + "/try")
    screen.keyboard.press("Enter")
    screen.keyboard.press("j")
    assert screen.evaluate("document.activeElement.tagName") == "BODY"
    expect(screen.locator("#n")).to_have_text("0")


def test_without_a_network_the_page_says_so_and_stays(screen: Page):
    screen.context.set_offline(True)
    screen.click("#more")
    expect(screen.locator("#net")).to_have_text("Offline")
    expect(screen.locator("#n")).to_have_text("0")
    screen.context.set_offline(False)
    screen.click("#more")
    expect(screen.locator("#n")).to_have_text("1")


def test_a_post_that_falls_back_carries_the_same_key(screen: Page, live):
    sent: list[str] = []

    def break_first(route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        route.abort()

    screen.route("**/try", break_first, times=1)
    screen.click("#more")
    expect(screen.locator("#n")).to_have_text("1")
    assert live[1] == sent


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/try", "/help", "/account/sign-in", "/nowhere"])
def test_no_page_has_a_fault_that_axe_finds(browser: Browser, live, scheme, path):
    page = browser.new_page(color_scheme=scheme)
    page.goto(live[0] + path)
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=tags)
    page.close()
    assert found.violations_count == 0, found.generate_report()


def test_at_320_pixels_nothing_scrolls_sideways_and_targets_are_large(browser: Browser, live):
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for path in ("/try", "/help", "/account/sign-in"):
        page.goto(live[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        heights = "e => Array.from(e, x => [x.offsetHeight, x.outerHTML])"
        for height, html in page.eval_on_selector_all("button, .bar a, .foot a, input", heights):
            assert height >= 44 or height == 0, html
    page.close()


def test_every_page_works_without_script(browser: Browser, live):
    page = browser.new_page(java_script_enabled=False)
    page.goto(live[0] + "/try")
    page.click("#more")
    expect(page.locator("#n")).to_have_text("1")
    page.close()

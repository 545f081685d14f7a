"""A real server with a real database before a real browser; every error in its console fails."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.bootstrap import open_context
from engine.domain.people import Role
from engine.usecases.accounts.people import add_person, people
from engine.usecases.accounts.sign_in import open_session
from engine.usecases.context import Context
from web import create_app

DESK, OWNER, SECOND = "Maria", "Ana", "Ben"
DESKTOP = {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LEAST_TAP = 44
"""Pixels of a target in both directions (design, experience)."""

SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, summary, select, input')]
  .filter(one => one.type !== 'hidden' && one.checkVisibility())
  .filter(one => !one.closest('.skip, .vh'))
  .filter(one => !(one.matches('a') && getComputedStyle(one).display === 'inline'))
  .map(one => [one, (one.closest('label') ?? one).getBoundingClientRect()])
  .filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < least)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
"""Links within a sentence are exempt (WCAG 2.5.8)."""


@dataclass
class Clock:
    """A clock that moves only when told."""

    time: datetime = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **step: float) -> None:
        self.time += timedelta(**step)


@dataclass
class Live:
    """The running application."""

    url: str
    context: Context
    clock: Clock
    log: io.StringIO = field(default_factory=io.StringIO)

    def session(self, name: str) -> str:
        """Sign somebody in without the form; returns the token for the cookie."""
        person = next(one for one in people(self.context) if one.name == name)
        return open_session(self.context, person, now=self.clock())


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house and three people, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    at = Clock().time
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://localhost", now=at)
    add_person(ctx, DESK, Role.DESK, "4711", by="test", now=at)
    add_person(ctx, SECOND, Role.DESK, "8392", by="test", now=at)
    add_person(ctx, OWNER, Role.OWNER, "a long pass phrase", by="test", now=at)
    ctx.store.checkpoint()
    ctx.store.close()
    return folder


@pytest.fixture
def live(seeded: Path, tmp_path: Path) -> Iterator[Live]:
    """A server of its own for each test."""
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder)
    server = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=Quiet)
    url, clock = f"http://127.0.0.1:{server.port}", Clock()
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url=url, now=clock())
    running = Live(url, ctx, clock)
    server.app = create_app({"CONTEXT": ctx, "BASE_URL": url, "NOW": clock, "LOG_TO": running.log})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield running
    server.shutdown()
    server.server_close()
    thread.join()
    ctx.store.close()


def _nothing(environ: object, start_response: object) -> list[bytes]:
    """Stand in until the address is known."""
    return []


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What the consoles of all pages complained about; a test that expects it clears it."""
    told: list[str] = []
    yield told
    assert told == []


@pytest.fixture
def new_page(
    browser: Browser, live: Live, faults: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Make a page in a browser of its own: `new_page('Maria', color_scheme='dark')`."""
    contexts = []

    def make(name: str | None = None, **options: object) -> Page:
        settings = {"viewport": DESKTOP, "locale": "en-GB", "base_url": live.url, **options}
        context = browser.new_context(**settings)
        contexts.append(context)
        if name:
            context.add_cookies([{"name": "tact", "value": live.session(name), "url": live.url}])
        page = context.new_page()
        page.on("console", lambda message: faults.extend(_errors(message)))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.set_default_timeout(10_000)
        return page

    yield make
    for context in contexts:
        context.close()


def _errors(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type == "error" else []


@pytest.fixture
def desk(new_page: Callable[..., Page]) -> Page:
    """A page of Maria at the desk."""
    return new_page(DESK)


@pytest.fixture
def owner(new_page: Callable[..., Page]) -> Page:
    """A page of Ana, the owner."""
    return new_page(OWNER)


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """Check a page as it is: WCAG 2.2 AA, targets, no sideways scrolling."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.response["violations"] == [], found.generate_report()
        assert page.evaluate(SMALL_TARGETS, LEAST_TAP) == []
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    return check

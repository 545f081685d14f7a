"""`tact serve`: one program that serves, works beside, keeps all data, and stops when told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from tests.commands.conftest import PATIENCE, environment

N_PROCESSES = 3
"""Two that serve, one that works."""
SIGN_IN = re.compile(r"^Sign in: (\S+)$", re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Browser:
    """Just enough of a browser: cookies, redirects, same-origin posts."""

    def __init__(self, base: str) -> None:
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> str:
        address = path if path.startswith("http") else self.base + path
        with self._opener.open(address, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        address = path if path.startswith("http") else self.base + path
        data = urllib.parse.urlencode(fields).encode()
        headers = {"Origin": self.base, "Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(address, data, headers)  # noqa: S310  # our own server
        with self._opener.open(request, timeout=10) as answer:
            return str(answer.read().decode())


class Running:
    """A served Tact with what it printed."""

    def __init__(self, process: subprocess.Popen[str], port: int, printed: Path) -> None:
        self.process = process
        self.base = f"http://127.0.0.1:{port}"
        self.browser = Browser(self.base)
        self._printed = printed

    @property
    def link(self) -> str | None:
        found = SIGN_IN.search(self._printed.read_text(encoding="utf-8"))
        return found.group(1) if found else None

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self._printed.read_text(encoding="utf-8")
            try:
                if self.browser.get("/healthz"):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise AssertionError(f"not ready: {self._printed.read_text(encoding='utf-8')}")

    def children(self) -> list[int]:
        told = [
            path.read_text() for path in Path(f"/proc/{self.process.pid}/task").glob("*/children")
        ]
        return [int(pid) for pid in " ".join(told).split()]


@contextmanager
def served(database: Path) -> Iterator[Running]:
    port = free_port()
    printed = database.parent / f"printed-{port}"
    with printed.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "serve"],
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(database, PORT=str(port)),
            start_new_session=True,
        )
        running = Running(process, port, printed)
        try:
            running.wait_until_ready()
            yield running
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)


def test_the_first_start_shows_a_full_board_and_the_next_one_keeps_everything(
    database: Path,
) -> None:
    with served(database) as first:
        assert first.link is not None
        browser = first.browser
        assert "button" in browser.get(first.link)
        browser.post(first.link)
        board = browser.get("/desk")
        refs = re.findall(r'href="/desk/([^"?/]+)"', board)
        assert len(set(refs) - {"in-house"}) >= 10
        ref = next(ref for ref in reversed(refs) if ref != "in-house")
        browser.post(f"/desk/{ref}/check-in", style="brief")
    with served(database) as second:
        assert second.link is not None  # no owner has a password yet
        second.browser.post(second.link)
        assert 'value="brief"' not in second.browser.get(f"/desk/{ref}").split("Undo")[0]


def test_a_server_killed_outright_takes_its_worker_along_and_starts_again(database: Path) -> None:
    with served(database) as running:
        end = time.monotonic() + PATIENCE
        while len(beside := running.children()) < N_PROCESSES:
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(PATIENCE)
        for pid in beside:
            gone_by = time.monotonic() + PATIENCE
            while Path(f"/proc/{pid}").exists() and "zombie" not in state(pid):
                assert time.monotonic() < gone_by, f"{pid} outlived its server"
                time.sleep(0.05)
    with served(database) as again:
        assert again.browser.get("/healthz")


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return "zombie"


def test_a_worker_that_dies_is_started_again(database: Path) -> None:
    with served(database) as running:
        worker = worker_of(running)
        os.kill(worker, signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        while worker_of(running, missing_is=worker) == worker:
            assert time.monotonic() < end
            time.sleep(0.05)


def worker_of(running: Running, missing_is: int = 0) -> int:
    for pid in running.children():
        try:
            if b"work" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
        except (FileNotFoundError, ProcessLookupError):
            continue
    return missing_is

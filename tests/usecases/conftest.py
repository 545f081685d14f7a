"""A real store with the demo house around a fixed day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.learning.learn import learn
from tests.audit.taught_stays import flipped, stays_of
from tests.mail_sink import Sink, mail_sink
from tests.usecases.own_stays import count, open_house

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)


def keep_secret(folder: Path) -> None:
    """Give a database its key before its first start: what is drawn by it is always the same."""
    (folder / ".tact").mkdir(mode=0o700)
    (folder / ".tact" / "secret.key").write_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    keep_secret(folder)
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://x", now=NOW)
    ctx.store.checkpoint()
    ctx.store.close()
    return folder


@pytest.fixture
def ctx(seeded_folder: Path, tmp_path: Path) -> Iterator[Context]:
    shutil.copytree(seeded_folder, tmp_path, dirs_exist_ok=True)
    opened = open_context(f"sqlite:///{tmp_path / 'profiles.db'}", base_url="http://x", now=NOW)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def learned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose own house has learned once, from guests unlike its rules."""
    folder = tmp_path_factory.mktemp("learned")
    keep_secret(folder)
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url="http://x", now=NOW)
    open_house(ctx, NOW)
    with ctx.store.read() as work:
        guests = flipped(adviser_in_force(ctx, work))
    count(ctx, stays_of(guests, 400, seed=11))
    learn(ctx, now=NOW, by="Ana")
    ctx.store.close()
    return folder


@pytest.fixture
def taught(learned_folder: Path, tmp_path: Path) -> Iterator[Context]:
    shutil.copytree(learned_folder, tmp_path / "copy")
    path = tmp_path / "copy" / "profiles.db"
    opened = open_context(f"sqlite:///{path}", base_url="http://x", now=NOW)
    yield opened
    opened.store.close()


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A mail server that is set up for this test alone."""
    with mail_sink() as running:
        monkeypatch.setenv("TACT_SMTP_URL", running.url)
        monkeypatch.setenv("TACT_MAIL_FROM", "stay@las-cabanas.example")
        yield running

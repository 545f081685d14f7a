"""A real store with the demo house around a fixed day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.advising import adviser_in_force
from engine.usecases.context import Context
from engine.usecases.learn import learn
from tests.audit.taught_stays import flipped, stays_of
from tests.usecases.own_stays import count, open_house

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_context(f"sqlite:///{tmp_path / 'profiles.db'}", base_url="http://x", now=NOW)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def learned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose own house has learned once, from guests unlike its rules."""
    folder = tmp_path_factory.mktemp("learned")
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

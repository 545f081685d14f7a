"""A first start with the demo house, made once and copied for each test that asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.context import Context

BASE_URL = "http://localhost"
NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)


def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded")
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url=BASE_URL, now=NOW)
    ctx.store.checkpoint()
    ctx.store.close()
    return folder


def copied(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder)
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", base_url=BASE_URL, now=NOW)
    yield ctx
    ctx.store.close()

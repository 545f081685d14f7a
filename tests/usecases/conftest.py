"""A real store with the demo house around a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.context import Context

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_context(f"sqlite:///{tmp_path / 'profiles.db'}", base_url="http://x", now=NOW)
    yield opened
    opened.store.close()

"""A real store with the demo house, as for the use cases; and the command on a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import database, tact
from tests.usecases.conftest import ctx, seeded_folder

__all__ = ["ctx", "database", "seeded_folder", "tact"]


@pytest.fixture
def seeded(seeded_folder: Path, database: Path) -> Path:
    """The database of the command, with the demo house in it."""
    shutil.copytree(seeded_folder, database.parent, dirs_exist_ok=True)
    return database

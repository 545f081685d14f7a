"""The command `tact` as people run it: a process of its own, a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Tact = Callable[..., Ran]


def environment(database: Path, **more: str) -> dict[str, str]:
    """Surroundings of a command, with nothing of ours but what is said here."""
    own = ("TACT_", "PORT", "HOST")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    return {**inherited, "TACT_DATABASE_URL": f"sqlite:///{database}", **more}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "profiles.db"


@pytest.fixture
def tact(database: Path) -> Tact:
    def run(*arguments: str, given: str | bytes = "", **more: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", *arguments],
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            timeout=PATIENCE,
            env=environment(database, **more),
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run

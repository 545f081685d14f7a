"""A restore that is cut off leaves one whole database: the old one or the new one."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import Tact, environment
from tests.privacy.test_backup import ROOT, backed_up, names


def killed_at(database: Path, moment: int, *command: str) -> int:
    """Run a command that is killed at one of its calls; return how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "tests.privacy.killed_at", str(moment), *command],
        cwd=ROOT,
        capture_output=True,
        env=environment(database),
        check=False,
    ).returncode


def test_a_restore_killed_at_any_call_leaves_the_old_or_the_new(
    tact: Tact, seeded: Path, tmp_path: Path
) -> None:
    path = backed_up(tact)
    new = names(path)
    with closing(sqlite3.connect(seeded)) as connection, connection:
        connection.execute("UPDATE guest SET name = 'Nobody'")
    kept = tmp_path / "kept.db"
    shutil.copy(seeded, kept)
    ended, moment, seen = -signal.SIGKILL, 1, []
    while ended == -signal.SIGKILL:
        shutil.copy(kept, seeded)
        ended = killed_at(seeded, moment, "restore", str(path))
        seen.append(names(seeded))
        assert seen[-1] in ({"Nobody"}, new)
        moment += 4
    assert ended == 0
    assert seen[0] == {"Nobody"}
    assert seen[-1] == new
    assert len(seen) > 5

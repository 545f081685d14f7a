"""A process that is killed while it writes the coded stays leaves nothing that tells a lie."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.store.snapshot import SnapshotFile
from engine.usecases.advice.coded_snapshot import snapshot_of
from engine.usecases.advice.snapshots import key_of, stays_kept
from engine.usecases.context import Context
from tests.usecases.coded import (
    as_after_a_restart,
    file_of,
    houses_of,
    move_on,
    says_what_the_database_says,
    stays_of,
)

ROOT = Path(__file__).parents[2]


def written_until_killed(ctx: Context, moment: int) -> None:
    """Let another process write, and be killed at one of its calls to the system."""
    url = f"sqlite:///{ctx.store.folder.parent / 'profiles.db'}"
    ended = subprocess.run(  # our own module, in this interpreter
        [sys.executable, "-m", "tests.usecases.killed_writer", url, str(moment)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def n_sound(ctx: Context) -> int:
    """Blocks of the file whose checksums hold."""
    found = SnapshotFile(file_of(ctx), key_of(ctx.catalogue, houses_of(ctx))).read()
    return len(found[0]) if found else 0


@pytest.mark.parametrize(
    ("moment", "sound"),
    [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (8, 2)],
    ids=[
        "half of the header", "before the header is safe", "before the first block",
        "half of the first block", "before the first block is safe", "half of the second block",
        "before the second block is safe",
    ],
)  # fmt: skip
def test_a_new_file_that_was_not_finished_is_taken_up_or_made_anew(
    ctx: Context, moment: int, sound: int
):
    written_until_killed(ctx, moment)
    assert n_sound(ctx) == sound
    read: list[int] = []
    snapshot_of.cache_clear()
    kept = stays_kept(ctx, lambda _, of: read.append(of))
    assert says_what_the_database_says(ctx, kept)
    assert read[-1] == len(stays_of(ctx)) - 60 * sound
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_file_that_was_being_added_to_tells_the_old_until_the_new_is_whole(
    ctx: Context, moment: int
):
    stays_kept(ctx)
    before = n_sound(ctx)
    move_on(ctx)
    written_until_killed(ctx, moment)
    assert n_sound(ctx) == before + (moment == 3)
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_whoever_held_the_stays_while_another_was_killed_tells_what_is_so(ctx: Context):
    stays_kept(ctx)
    move_on(ctx)
    written_until_killed(ctx, 2)
    assert says_what_the_database_says(ctx, stays_kept(ctx))

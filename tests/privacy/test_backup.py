"""A backup is whole and private, is put back at once, and brings nobody back who was erased."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.store.backup import backups_folder
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.privacy.backups import KEPT, back_up, back_up_nightly, last_backup, plan_backup
from tests.commands.conftest import Ran, Tact
from tests.usecases.conftest import NOW

ROOT = Path(__file__).parents[2]


def names(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM guest")}


def anybody(database: Path) -> tuple[str, str]:
    """Return booking and name of some guest."""
    with closing(sqlite3.connect(database)) as connection:
        wanted = "SELECT ref, name FROM stay JOIN guest ON guest.id = guest_id ORDER BY stay.id"
        ref, name = connection.execute(wanted).fetchone()
    return ref, name


def backed_up(tact: Tact) -> Path:
    ran = tact("backup", "--json")
    assert ran.status == 0, ran.err
    return Path(json.loads(ran.out)["file"])


def erased(tact: Tact, ref: str) -> Ran:
    ran = tact("erase", ref, "--house", DEMO, "--yes", "--json")
    assert ran.status == 0, ran.err
    return ran


def test_a_backup_is_whole_private_and_can_be_checked_without_tact(
    tact: Tact, seeded: Path
) -> None:
    ran = tact("backup", "--json")
    (told,) = ran.lines
    path = Path(told["file"])
    files = sorted(path.parent.iterdir())
    assert {file.suffix for file in files} == {".db", ".sha256", ".key"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (path.parent, *files))
    sums = dict(reversed(line.split("  ")) for line in read(path, ".sha256").splitlines())
    for name, sha256 in sums.items():
        assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == sha256
    assert told["sha256"] == sums[path.name]
    assert told["bytes"] == path.stat().st_size
    assert names(path) == names(seeded)


def read(path: Path, suffix: str) -> str:
    return path.with_name(path.name + suffix).read_text()


def test_two_backups_of_one_second_are_two(ctx: Context) -> None:
    first, second = back_up(ctx, now=NOW), back_up(ctx, now=NOW)
    assert first.path != second.path
    assert first.path.exists()


def test_a_drill_says_how_long_it_takes_and_leaves_nothing(
    tact: Tact, seeded: Path, tmp_path: Path
) -> None:
    assert tact("restore-drill").status == 4
    backed_up(tact)
    before = sorted(seeded.parent.rglob("*"))
    room = tmp_path / "room"
    room.mkdir()
    ran = tact("restore-drill", "--json", TMPDIR=str(room))
    (told,) = ran.lines
    assert told["seconds"] > 0
    assert told["stays"] > 0
    assert list(room.iterdir()) == []
    assert [path for path in sorted(seeded.parent.rglob("*")) if path != room] == before


@pytest.mark.parametrize("command", [("backup",), ("erase", "1", "--yes")])
def test_without_a_database_nothing_is_made(
    tact: Tact, database: Path, command: tuple[str, ...]
) -> None:
    ran = tact(*command, "--json")
    assert (ran.status, ran.out) == (5, "")
    assert "There is no database" in ran.err
    assert not database.exists()


@pytest.mark.parametrize("command", ["backup", "restore", "restore-drill"])
def test_a_server_is_backed_up_by_its_own_means(tact: Tact, command: str) -> None:
    url = "postgresql://nobody@127.0.0.1:1/tact"
    given = [] if command == "backup" else ["some.db"]
    ran = tact(command, *given, TACT_DATABASE_URL=url)
    assert (ran.status, ran.out) == (5, "")
    assert "pg_dump" in ran.err


def test_every_night_there_is_one_and_the_last_seven_are_kept(ctx: Context) -> None:
    assert last_backup(ctx) is None
    for night in range(KEPT + 3):
        back_up_nightly(ctx, {}, NOW + timedelta(days=night))
    folder = backups_folder(Path(str(ctx.store.path)))
    kept = sorted(folder.glob("*.db"))
    assert len(kept) == KEPT
    assert len(list(folder.iterdir())) == 3 * KEPT
    assert last_backup(ctx) == NOW + timedelta(days=KEPT + 2)


def test_the_backup_of_the_night_is_planned_once_for_three_at_the_house(ctx: Context) -> None:
    with ctx.store.begin() as work:
        plan_backup(work, NOW)
        plan_backup(work, NOW + timedelta(minutes=5))
        (job,) = [job for job in work.jobs.waiting() if job.kind == "backup"]
    assert job.due_at == datetime(2026, 6, 13, 1, 0, tzinfo=UTC)
    assert not work_one(ctx, now=NOW, tasks=TASKS)
    assert work_one(ctx, now=job.due_at, tasks=TASKS)
    assert last_backup(ctx) == job.due_at

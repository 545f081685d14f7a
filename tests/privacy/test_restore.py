"""A restore puts a backup back at once, and brings nobody back who was erased since."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.commands.conftest import Tact
from tests.privacy.test_backup import anybody, backed_up, erased, names

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM stay").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_open(database: Path) -> Iterator[None]:
    """Let another process have a database open, as the server has."""
    command = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.communicate()


def test_a_restore_brings_back_what_was_and_keeps_what_is_aside(tact: Tact, seeded: Path) -> None:
    before = names(seeded)
    path = backed_up(tact)
    with closing(sqlite3.connect(seeded)) as connection, connection:
        connection.execute("UPDATE guest SET name = 'Nobody'")
    ran = tact("restore", str(path), "--json")
    assert ran.status == 0, ran.err
    told = json.loads(ran.out)
    assert names(seeded) == before
    assert names(Path(told["aside"])) == {"Nobody"}
    assert told["erased_again"] == 0
    assert not list(seeded.parent.glob("*.restoring"))
    assert seeded.stat().st_mode & 0o077 == 0
    assert backed_up(tact).exists()


def test_who_was_erased_since_the_backup_stays_erased(tact: Tact, seeded: Path) -> None:
    ref, name = anybody(seeded)
    path = backed_up(tact)
    erased(tact, ref)
    assert name in names(path)
    ran = tact("restore", str(path), "--json")
    assert json.loads(ran.out)["erased_again"] == 1
    for file in (seeded, *seeded.parent.glob(".tact/*")):
        assert name.encode() not in file.read_bytes(), file
    assert json.loads(tact("restore", str(path), "--json").out)["erased_again"] == 1


def test_a_backup_with_erasures_takes_them_to_a_new_machine(
    tact: Tact, seeded: Path, tmp_path: Path
) -> None:
    ref, name = anybody(seeded)
    old = backed_up(tact)
    erased(tact, ref)
    new = backed_up(tact)
    other = tmp_path / "other" / "profiles.db"
    other.parent.mkdir()
    for path in (new, old):
        ran = tact("restore", str(path), "--json", TACT_DATABASE_URL=f"sqlite:///{other}")
        assert ran.status == 0, ran.err
        assert name not in names(other)
    key = (other.parent / ".tact" / "secret.key").read_bytes()
    assert key == (seeded.parent / ".tact" / "secret.key").read_bytes()


def test_a_number_that_somebody_else_has_by_now_erases_nobody(tact: Tact, seeded: Path) -> None:
    ref, name = anybody(seeded)
    path = backed_up(tact)
    erased(tact, ref)
    ledger = seeded.parent / ".tact" / "erasures.jsonl"
    line = json.loads(ledger.read_text())
    ledger.write_text(json.dumps(line | {"hashes": ["0" * 32]}) + "\n")
    assert json.loads(tact("restore", str(path), "--json").out)["erased_again"] == 0
    assert name in names(seeded)


def test_a_number_of_an_erased_guest_is_not_given_again_after_a_restore(
    tact: Tact, seeded: Path
) -> None:
    path = backed_up(tact)
    with closing(sqlite3.connect(seeded)) as connection, connection:
        row = "INSERT INTO guest (id, house_id, name, folded_name) VALUES (9000, 'demo', 'X', 'x')"
        connection.execute(row)
    erased(tact, "9000")
    assert tact("restore", str(path)).status == 0
    with closing(sqlite3.connect(seeded)) as connection:
        given = "SELECT seq FROM sqlite_sequence WHERE name = 'guest'"
        assert connection.execute(given).fetchone() == (9000,)


@pytest.mark.parametrize("suffix", ["", ".key"])
def test_a_backup_that_was_changed_is_refused(tact: Tact, seeded: Path, suffix: str) -> None:
    path = backed_up(tact)
    changed = path.with_name(path.name + suffix)
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    ran = tact("restore", str(path))
    assert (ran.status, ran.out) == (4, "")
    assert "is not as it was" in ran.err
    assert not list(seeded.parent.glob("profiles.db.before*"))


def test_a_file_without_checksum_is_refused(tact: Tact, seeded: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(seeded, copy)
    for path in (copy, tmp_path / "nothing.db"):
        ran = tact("restore", str(path))
        assert ran.status == 4
        assert "tact backup" in ran.err


def test_nothing_is_replaced_while_a_program_has_it_open(tact: Tact, seeded: Path) -> None:
    path = backed_up(tact)
    content = seeded.read_bytes()
    with held_open(seeded):
        ran = tact("restore", str(path))
    assert ran.status == 5
    assert "stop `tact serve`" in ran.err
    assert seeded.read_bytes() == content
    assert tact("restore", str(path)).status == 0


def test_a_damaged_database_can_be_replaced(tact: Tact, seeded: Path) -> None:
    before = names(seeded)
    path = backed_up(tact)
    seeded.write_bytes(b"nonsense" * 4096)
    assert tact("backup").status == 5
    ran = tact("restore", str(path), "--json")
    assert ran.status == 0, ran.err
    assert names(seeded) == before
    assert Path(json.loads(ran.out)["aside"]).read_bytes().startswith(b"nonsense")


def test_a_backup_of_a_newer_tact_is_refused(tact: Tact, seeded: Path) -> None:
    with closing(sqlite3.connect(seeded)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = backed_up(tact)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    path.with_name(f"{path.name}.sha256").write_text(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
    )
    ran = tact("restore", str(path))
    assert ran.status == 5
    assert "newer Tact" in ran.err
    assert not list(seeded.parent.glob("*.restoring"))

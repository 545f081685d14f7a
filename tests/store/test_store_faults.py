"""What goes wrong with the database is told so that a person can act on it."""

from __future__ import annotations

import multiprocessing
import os
import re
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_writers import AT, hold_queue

from engine.cli import parser
from engine.errors import (
    BadInputError,
    EnvironmentFaultError,
    StoreDamagedError,
    StoreLockedError,
    StoreNewerError,
    StoreReadOnlyError,
)
from engine.store import Store, faults
from engine.store.faults import faults_told

NOBODY = 65534


def write(store: Store) -> None:
    with store.begin() as work:
        work.counters.hit("a", AT, 60)


def impatient(store: Store) -> Store:
    return Store(f"sqlite:///{store.path}", patience=0.2)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Act as a user without rights: the superuser writes through every mode."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def test_a_database_held_by_another_process_is_told_after_some_patience(store: Store) -> None:
    fresh = multiprocessing.get_context("spawn")
    is_held, may_go = fresh.Event(), fresh.Event()
    other = fresh.Process(target=hold_queue, args=(f"sqlite:///{store.path}", is_held, may_go))
    other.start()
    assert is_held.wait(30)
    hurried = impatient(store)
    for act in (hurried.migrate, lambda: write(hurried)):
        with pytest.raises(StoreLockedError, match=r"profiles\.db is held by another program"):
            act()
    with hurried.read() as work:
        assert work.houses.all() == ()
    may_go.set()
    other.join()
    write(hurried)
    hurried.close()


def test_a_database_held_by_a_program_that_knows_no_queue_is_told_too(store: Store) -> None:
    other = sqlite3.connect(str(store.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    hurried = impatient(store)
    with pytest.raises(StoreLockedError, match=r"profiles\.db"):
        write(hurried)
    other.close()
    write(hurried)
    hurried.close()


def test_a_file_that_cannot_be_written_is_told(common_folder: Path) -> None:
    path = common_folder / "profiles.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    path.chmod(0o444)
    for file in (store.folder, *store.folder.iterdir()):
        file.chmod(0o777)
    common_folder.chmod(0o777)
    with as_nobody(), pytest.raises(StoreReadOnlyError, match=r"profiles\.db cannot be written"):
        write(store)
    store.close()


def test_a_folder_that_cannot_be_written_is_told(common_folder: Path) -> None:
    common_folder.chmod(0o555)
    store = Store(f"sqlite:///{common_folder}/profiles.db")
    with as_nobody(), pytest.raises(StoreReadOnlyError, match=f"{common_folder}.*cannot be writ"):
        store.migrate()
    assert list(common_folder.iterdir()) == []
    store.close()


def test_a_file_opened_for_reading_alone_is_told_as_such(store: Store) -> None:
    def open_for_reading() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)

    engine = sa.create_engine("sqlite://", creator=open_for_reading)
    with (
        pytest.raises(StoreReadOnlyError, match="the file"),
        faults_told("the file"),
        engine.begin() as connection,
    ):
        connection.execute(sa.text("DELETE FROM counter"))
    engine.dispose()


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    path.write_bytes(b"booking;arrival;departure\n" * 1000)
    store = Store(f"sqlite:///{path}")
    for act in (store.migrate, lambda: write(store)):
        with pytest.raises(StoreDamagedError, match=r"profiles\.db .* the last good copy"):
            act()
    assert not store.is_current()
    assert path.read_bytes().startswith(b"booking;")
    store.close()


def test_a_damaged_database_is_told_while_reading(store: Store) -> None:
    store.checkpoint()
    store.close()
    assert store.path
    pages = bytearray(store.path.read_bytes())
    pages[4096:] = os.urandom(64) * ((len(pages) - 4096) // 64)
    store.path.write_bytes(pages)
    with pytest.raises(StoreDamagedError), store.read() as work:
        work.houses.all()
    store.close()


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreDamagedError, match="not a database of Tact"):
        store.migrate()
    store.close()
    left = sqlite3.connect(path)
    assert left.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    left.close()


def test_a_database_of_a_newer_tact_is_refused_and_left_alone(store: Store) -> None:
    with store.begin() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9042'"))
    assert not store.is_current()
    with pytest.raises(StoreNewerError, match=r"profiles\.db .* newer Tact \(schema 9042\)"):
        store.migrate()
    with store.read() as work:
        assert work.houses.all() == ()


def test_a_database_that_is_not_there_is_told_and_not_made_by_reading(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/profiles.db")
    with pytest.raises(EnvironmentFaultError, match="There is no database"), store.read() as work:
        work.houses.all()
    assert list(tmp_path.iterdir()) == []
    lost = Store(f"sqlite:///{tmp_path}/nowhere/profiles.db")
    with pytest.raises(EnvironmentFaultError, match="There is no database"):
        lost.migrate()


def test_a_database_that_was_not_migrated_is_told(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    sqlite3.connect(path).close()
    path.touch()
    store = Store(f"sqlite:///{path}")
    with pytest.raises(EnvironmentFaultError, match="up to date"), store.read() as work:
        work.houses.all()
    store.close()


@pytest.mark.parametrize(
    "url", ["", "profiles.db", "sqlite://", "sqlite:///:memory:", "mysql://a/b"]
)
def test_an_address_of_no_lasting_database_is_refused(url: str) -> None:
    with pytest.raises(BadInputError, match=r"sqlite:///path, postgresql://"):
        Store(url)


def test_what_a_guest_said_never_lands_in_an_error(store: Store) -> None:
    secret = "Zdenka Unikatna"
    insert = sa.text("INSERT INTO house (id) VALUES (:name)")
    with pytest.raises(sa.exc.IntegrityError) as caught, store.begin() as work:
        work.connection.execute(insert, {"name": secret})
    assert secret not in str(caught.value)


def test_the_secret_is_random_private_and_the_same_for_good(store: Store, tmp_path: Path) -> None:
    secret = store.secret()
    elsewhere = Store(f"sqlite:///{tmp_path}/other/profiles.db", folder_path=tmp_path / "b")
    assert len(secret) == 32
    assert store.secret() == Store(f"sqlite:///{store.path}").secret() == secret
    assert elsewhere.secret() != secret
    assert stat.S_IMODE((tmp_path / ".tact").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".tact" / "secret.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["secret.key"]


def test_the_database_is_private_to_its_user(store: Store) -> None:
    assert store.path
    write(store)
    files = list(store.path.parent.glob("profiles.db*"))
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_no_fault_names_a_command_that_tact_does_not_have() -> None:
    (commands,) = (action for action in parser()._actions if action.choices)
    said = Path(faults.__file__).read_text()
    assert set(re.findall(r"`tact ([\w-]+)", said)) <= set(commands.choices)

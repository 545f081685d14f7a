"""Putting a restored database in the place of the one in use, which is kept aside."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import StoreLockedError
from engine.store import folder
from engine.store.backup import MADE
from engine.store.faults import files_told
from engine.store.private_file import sync
from engine.store.queue import queue_of
from engine.store.replay_note import forget_replay
from engine.store.snapshot import NAME as SNAPSHOT

PATIENCE = 2.0
"""Seconds to wait for a writer; a server that runs is not waited for."""
LOCK_BYTES, N_LOCK_BYTES = 0x40000000, 512
"""Where SQLite locks a file (its `os.h`): whoever has it open holds one of them, damaged or not."""
LOGS = ("-wal", "-shm")


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Be the only one who has a database open; nobody writes to it until the block ends.

    Raises
    ------
    StoreLockedError
        When the server or any other program has it open.
    """
    beside = folder.Folder(database.parent / folder.NAME)
    try:
        with queue_of(beside.path, str(database)).turn(PATIENCE):
            _refuse_in_use(database)
            yield
    except StoreLockedError:
        raise in_use(database) from None


def in_use(database: Path) -> StoreLockedError:
    """Return the error for a database that is to be replaced while somebody has it open."""
    return StoreLockedError(
        f"{database} is in use; stop `tact serve` and every other program that has it open, then "
        "try again. Nothing was changed."
    )


def swap(made: Path, database: Path, now: datetime) -> Path | None:
    """Put `made`, closed and with its `.tact/`, in the place of a database; inside `alone`.

    Cut off at any point, either the old database is there or the new one, each of them whole.

    Returns
    -------
    Path or None
        Where the old one is kept; None where there was none.
    """
    aside = database.with_name(f"{database.name}.before-{now.astimezone(UTC):{MADE}}")
    own, new = database.parent / folder.NAME, made.parent / folder.NAME
    with files_told(str(database)):
        was_there = _keep_aside(database, aside)
        _replace_key(own, new, aside.suffix)
        _forget_copies(own)
        made.replace(database)
        sync(database.parent)
    return aside if was_there else None


def _keep_aside(database: Path, aside: Path) -> bool:
    """Give the old database a second name; its log is folded in first, or goes aside with it."""
    if not database.exists() or not database.stat().st_size:
        return False
    fold_log(database)
    for suffix in LOGS:
        log = database.with_name(database.name + suffix)
        if log.exists():
            log.replace(aside.with_name(aside.name + suffix))
    os.link(database, aside)
    return True


def fold_log(database: Path) -> None:
    """Fold the log into its file; a damaged one, which may be why it is replaced, stays so."""
    try:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise in_use(database) from None


def _replace_key(own: Path, new: Path, suffix: str) -> None:
    """Take over the key of the backup: without it no link of its guests works."""
    key, restored = own / folder.KEY, new / folder.KEY
    if not restored.exists() or (key.exists() and key.read_bytes() == restored.read_bytes()):
        return
    if key.exists():
        os.link(key, key.with_name(key.name + suffix))
    restored.replace(key)


def _forget_copies(own: Path) -> None:
    """Take away what was made from the old database and is made anew when it is needed."""
    for name in (SNAPSHOT, f"{SNAPSHOT}.new"):
        (own / name).unlink(missing_ok=True)
    forget_replay(own)


def _refuse_in_use(database: Path) -> None:
    if not database.exists():
        return
    with files_told(str(database)):
        handle = os.open(database, os.O_RDWR)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, N_LOCK_BYTES, LOCK_BYTES)
    except OSError:
        raise in_use(database) from None
    finally:
        os.close(handle)

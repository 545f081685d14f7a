"""What a database says when it cannot go on, told so that a person can act on it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from engine.errors import (
    ConflictError,
    EnvironmentFaultError,
    StoreDamagedError,
    StoreLockedError,
    StoreNewerError,
    StoreReadOnlyError,
    TactError,
)
from engine.sentences import Sentence

LOST_CONNECTION = "08"
"""PostgreSQL's class of error codes for connections that fail."""
NO_SUCH = ("no such table", "no such column")
BEATEN = ("40001", "40P01")
"""Two transactions that cannot both win: serialisation failure, deadlock."""
ONLY_READING = "25006"
UNDEFINED = ("42P01", "42703")
TAKEN = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505")


def locked(place: str) -> StoreLockedError:
    """Return the error for a database that another program holds too long."""
    return StoreLockedError(
        Sentence(
            "{place} is held by another program; close that program or wait for it, then try "
            "again.",
            place=place,
        )
    )


def read_only(place: str) -> StoreReadOnlyError:
    """Return the error for a database that cannot be written."""
    return StoreReadOnlyError(
        Sentence(
            "{place} cannot be written; check that the file and its folder belong to the user "
            "that runs Tact and that the disk is not mounted read-only.",
            place=place,
        )
    )


def damaged(place: str) -> StoreDamagedError:
    """Return the error for a file that is no database of ours."""
    return StoreDamagedError(
        Sentence(
            "{place} is not a database of Tact, or it is damaged; stop Tact, move the file and "
            "those beside it ending in -wal and -shm away, put the last good copy of the file "
            "there, and start Tact again.",
            place=place,
        )
    )


def newer(place: str, revision: str) -> StoreNewerError:
    """Return the error for a database that a newer Tact changed."""
    return StoreNewerError(
        Sentence(
            "{place} was made by a newer Tact (schema {revision}); install that version, or put "
            "a copy of the file from before there.",
            place=place,
            revision=revision,
        )
    )


def other_age(place: str, revision: str) -> EnvironmentFaultError:
    """Say that a database must be brought to this version first, or needs a newer one."""
    return EnvironmentFaultError(
        Sentence(
            "{place} has schema {revision}, this Tact another. "
            "Start `tact serve` once with the newest Tact, then try again. Nothing was changed.",
            place=place,
            revision=revision,
        )
    )


def full(place: str) -> EnvironmentFaultError:
    """Return the error for a disk without space."""
    return EnvironmentFaultError(
        Sentence(
            "The disk of {place} is full; free some space. What was saved before is safe.",
            place=place,
        )
    )


def missing(place: str) -> EnvironmentFaultError:
    """Return the error for a database that is not there or out of reach."""
    return EnvironmentFaultError(
        Sentence(
            "There is no database at {place}; `tact serve` makes one in a folder that exists.",
            place=place,
        )
    )


def behind(place: str) -> EnvironmentFaultError:
    """Return the error for a database that was never brought to this schema."""
    return EnvironmentFaultError(
        Sentence(
            "{place} has not been brought up to date; `tact serve` does it when it starts.",
            place=place,
        )
    )


def faster() -> ConflictError:
    """Return the error for something that was written by two people at once."""
    return ConflictError("Somebody else was faster. Load the page again and repeat your change.")


def unreachable(place: str) -> EnvironmentFaultError:
    """Return the error for a database server that does not answer."""
    return EnvironmentFaultError(
        Sentence("{place} does not answer; check that the server runs, try again.", place=place)
    )


@contextmanager
def faults_told(place: str) -> Iterator[None]:
    """Turn faults of the database into errors that name `place`; pass all others on."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error, place)
        if told is None:
            raise
        # The driver's own words may repeat what a guest said: they end here.
        raise told from None
    except sqlite3.Error as error:  # of a connection that is used without SQLAlchemy
        told = _told_by_sqlite(error, place)
        if told is None:
            raise
        raise told from None


@contextmanager
def files_told(place: str) -> Iterator[None]:
    """Turn faults of files beside the database into errors that name `place`."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise full(place) from error
        if error.errno == errno.ENOENT:
            raise missing(place) from error
        raise read_only(place) from error


def _told(error: DBAPIError, place: str) -> TactError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _told_by_sqlite(error.orig, place)
    return _told_by_server(str(getattr(error.orig, "sqlstate", None) or ""), error, place)


def _told_by_sqlite(error: sqlite3.Error, place: str) -> TactError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name in TAKEN:
        return faster()
    if name == "SQLITE_ERROR" and str(error).startswith(NO_SUCH):
        return behind(place)
    family = "_".join(name.split("_")[:2])
    if family == "SQLITE_CANTOPEN":
        return read_only(place) if Path(place).exists() else missing(place)
    make = {
        "SQLITE_BUSY": locked,
        "SQLITE_LOCKED": locked,
        "SQLITE_READONLY": read_only,
        "SQLITE_PERM": read_only,
        "SQLITE_NOTADB": damaged,
        "SQLITE_CORRUPT": damaged,
        "SQLITE_FULL": full,
    }.get(family)
    return make(place) if make else None


def _told_by_server(state: str, error: DBAPIError, place: str) -> TactError | None:
    if state in TAKEN + BEATEN:
        return faster()
    if state == ONLY_READING:
        return read_only(place)
    if state in UNDEFINED:
        return behind(place)
    if error.connection_invalidated or state.startswith(LOST_CONNECTION):
        return unreachable(place)
    return None

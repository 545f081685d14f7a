"""The store: where work begins, and where reading cannot write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

import sqlalchemy as sa

from engine.errors import BadInputError, EnvironmentFaultError
from engine.store import engines, faults, folder, migrate
from engine.store.faults import faults_told, files_told, missing
from engine.store.migrations import HEAD
from engine.store.queue import queue_of
from engine.store.work import Work

PATIENCE = 15.0
"""Seconds that a writer waits for its turn before it says so."""
SHORT_PATIENCE = 0.25
"""Seconds to wait for a turn that nobody needs; a page that is read must not feel it."""
CHECKPOINT_EVERY = 200
"""Commits of one process after which the log is folded back into the file."""


class Store:
    """One database, with the folder `.tact/` beside it.

    Parameters
    ----------
    url : str
        `sqlite:///path` or `postgresql://…`.
    folder_path : Path, optional
        Where `.tact/` lies; beside the database, or in the current folder for a server.
    patience : float
        Seconds that a writer waits for others.

    Raises
    ------
    BadInputError
        When `url` names no database that Tact can use.
    """

    def __init__(
        self, url: str, *, folder_path: Path | None = None, patience: float = PATIENCE
    ) -> None:
        self._url = _address(url)
        self._patience = patience
        self._commits = 0
        self.path = _path_of(self._url)
        """The file; None on a server."""
        self.place = str(self.path or self._url.render_as_string(hide_password=True))
        """The database as named to people."""
        beside = self.path.parent if self.path else Path.cwd()
        self._folder = folder.Folder(folder_path or beside / folder.NAME)
        self._writer, self._reader = self._engines()

    @contextmanager
    def begin(self, *, patience: float | None = None) -> Iterator[Work]:
        """Queue for a transaction: returning commits, raising rolls back.

        Parameters
        ----------
        patience : float, optional
            Seconds to wait for one's turn, and then for programs that know no queue; on a
            server, its own limits count. That of the store unless told otherwise.

        Raises
        ------
        StoreLockedError, StoreReadOnlyError, StoreDamagedError
            When the database cannot be written.
        """
        waits = self._patience if patience is None else patience
        with faults_told(self.place), self._turn(waits):
            with (
                self._writer.connect() as connection,
                self._waiting(connection, waits),
                connection.begin(),
            ):
                yield Work(connection)
            self._fold_log_now_and_then()

    def note(self, write: Callable[[Work], object]) -> bool:
        """Write what nobody waits for, such as when somebody was last seen.

        Returns
        -------
        bool
            False where the database is busy or cannot be written: then nothing was.
        """
        try:
            with self.begin(patience=SHORT_PATIENCE) as work:
                write(work)
        except EnvironmentFaultError:
            return False
        return True

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Look at one moment of the database; nothing can be written."""
        with faults_told(self.place), self._reader.connect() as connection:
            yield Work(connection)

    def migrate(self) -> None:
        """Bring the schema to the one of this Tact; does nothing where it is.

        Raises
        ------
        StoreNewerError
            When the database was made by a newer Tact.
        StoreLockedError, StoreReadOnlyError, StoreDamagedError
            When the database cannot be written, or is none.
        """
        with faults_told(self.place), self._turn():
            self._make_file()
            engine = self._migrator()
            try:
                with engine.begin() as connection:
                    migrate.migrate(connection, self.place)
            finally:
                engine.dispose()

    def is_there(self) -> bool:
        """Return whether there is a database, of whatever age; nothing is made.

        Raises
        ------
        StoreDamagedError, StoreReadOnlyError, StoreLockedError
            When there is a file that cannot be read.
        """
        if self.path and (not self.path.exists() or not self.path.stat().st_size):
            return False
        with self.read() as work:
            return migrate.revision_of(work.connection) is not None

    def refuse_missing(self) -> None:
        """Refuse to go on where there is no database, for those who must not make one.

        Raises
        ------
        EnvironmentFaultError
            When there is none.
        """
        if not self.is_there():
            raise missing(self.place)

    def is_current(self) -> bool:
        """Return whether the database is there with the schema of this Tact."""
        try:
            with self.read() as work:
                return migrate.revision_of(work.connection) == HEAD
        except EnvironmentFaultError:
            return False

    def refuse_other_age(self) -> None:
        """Refuse a database that another version of Tact made, for those who may not migrate it.

        Raises
        ------
        EnvironmentFaultError
            When it is older or newer than this Tact.
        """
        with self.read() as work:
            revision = migrate.revision_of(work.connection)
        if revision != HEAD:
            raise faults.other_age(self.place, str(revision))

    def checkpoint(self) -> None:
        """Fold the log into the file and empty it, so that what was erased is gone from both."""
        if self.path:
            with faults_told(self.place), self._turn():
                self._pragma("wal_checkpoint(TRUNCATE)")

    def secret(self) -> bytes:
        """Return the secret key of this database: 32 bytes, private to this machine."""
        return self._folder.secret()

    @property
    def folder(self) -> Path:
        """The folder `.tact/`, which exists from now on."""
        return self._folder.file("")

    @property
    def url(self) -> str:
        """The address, with its password."""
        return self._url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Let go of all connections."""
        self._reader.dispose()
        self._writer.dispose()

    def _engines(self) -> tuple[sa.Engine, sa.Engine]:
        if self.path is None:
            writer = engines.server_engine(self._url, is_reader=False)
            return writer, engines.server_engine(self._url, is_reader=True)
        writer = engines.sqlite_engine(
            self.path, engines.WRITER, "BEGIN IMMEDIATE", patience=self._patience
        )
        return writer, engines.sqlite_engine(
            self.path, engines.READER, "BEGIN", patience=self._patience
        )

    def _migrator(self) -> sa.Engine:
        if self.path is None:
            return engines.server_engine(self._url, is_reader=False)
        return engines.sqlite_engine(
            self.path, engines.MIGRATOR, "BEGIN IMMEDIATE", patience=self._patience, kept=False
        )

    @contextmanager
    def _waiting(self, connection: sa.Connection, patience: float) -> Iterator[None]:
        """Let SQLite wait `patience` seconds for a lock; kept connections get theirs back."""
        if self.path is None or patience == self._patience:
            yield
            return
        _wait(connection, patience)
        try:
            yield
        finally:
            _wait(connection, self._patience)

    def _turn(self, patience: float | None = None) -> AbstractContextManager[None]:
        if self.path is None:
            return nullcontext()
        if not self.path.parent.is_dir():
            raise missing(self.place)
        waits = self._patience if patience is None else patience
        return queue_of(self._folder.path, self.place).turn(waits)

    def _make_file(self) -> None:
        """Make the file private from its first byte; SQLite gives its log the same mode."""
        if self.path and not self.path.exists():
            with files_told(self.place):
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def _fold_log_now_and_then(self) -> None:
        self._commits += 1
        if self.path and self._commits % CHECKPOINT_EVERY == 0:
            # The commit is acknowledged already: a full disk here must not take it back.
            with suppress(sa.exc.DBAPIError, sqlite3.Error):
                self._pragma("wal_checkpoint(PASSIVE)")

    def _pragma(self, text: str) -> None:
        connection = self._writer.raw_connection()
        try:
            connection.cursor().execute(f"PRAGMA {text}").close()
        finally:
            connection.close()


def _wait(connection: sa.Connection, patience: float) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA busy_timeout={round(1000 * patience)}").close()


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise BadInputError(
            "The address of the database is not readable. Allowed: sqlite:///path, postgresql://…"
        ) from error
    kind = address.get_backend_name()
    if kind not in ("sqlite", "postgresql") or (kind == "sqlite" and _is_nowhere(address)):
        raise BadInputError(
            "The address names no database that lasts. Allowed: sqlite:///path, postgresql://…"
        )
    return address


def _is_nowhere(address: sa.URL) -> bool:
    return address.database in (None, "", ":memory:")


def path_of(url: str) -> Path | None:
    """Return the file that an address names; None on a server.

    Raises
    ------
    BadInputError
        When it names no database that Tact can use.
    """
    return _path_of(_address(url))


def _path_of(address: sa.URL) -> Path | None:
    if address.get_backend_name() != "sqlite":
        return None
    return Path(str(address.database)).absolute()

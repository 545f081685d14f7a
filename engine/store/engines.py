"""Connections: one kind that writes and one that cannot."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.errors import BadInputError

EVERY_CONNECTION = ("secure_delete=ON",)
WRITER = (
    *EVERY_CONNECTION,
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL lost acknowledged commits in simulated power cuts
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes behind the ledger's triggers
    "wal_autocheckpoint=0",  # the queue does it: SQLite before 3.51.3 can lose a reset log
    "journal_size_limit=8388608",
)
MIGRATOR = (*WRITER, "foreign_keys=OFF")
READER = (*EVERY_CONNECTION, "query_only=ON")

dump = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
COMMON: dict[str, Any] = {"hide_parameters": True, "json_serializer": dump}
"""Parameters stay hidden: they are what guests said, and errors land in logs."""


def sqlite_engine(
    path: Path, pragmas: Sequence[str], begin: str, *, patience: float, kept: bool = True
) -> sa.Engine:
    """Return an engine for the file at `path`, which must exist when it is used.

    Parameters
    ----------
    path : Path
        The database.
    pragmas : sequence of str
        Set on each new connection, in order.
    begin : str
        How a transaction starts: `BEGIN` or `BEGIN IMMEDIATE`.
    patience : float
        Seconds that SQLite waits for a lock of another program.
    kept : bool
        Whether connections stay open for the next transaction.
    """
    pool: dict[str, Any] = (
        {"pool_size": 16, "max_overflow": 48} if kept else {"poolclass": NullPool}
    )
    engine = sa.create_engine(
        f"sqlite:///{path}", creator=partial(_connect, path, pragmas, patience), **pool, **COMMON
    )
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def server_engine(url: sa.URL, *, is_reader: bool) -> sa.Engine:
    """Return an engine for a PostgreSQL server."""
    psycopg3 = url.set(drivername="postgresql+psycopg")
    try:
        engine = sa.create_engine(psycopg3, pool_pre_ping=True, **COMMON)
    except ModuleNotFoundError as error:
        raise BadInputError(
            "PostgreSQL needs one more package: pip install 'tact[postgresql]'."
        ) from error
    if not is_reader:
        return engine
    # One moment for the whole of a reading, as on SQLite.
    return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def _connect(path: Path, pragmas: Sequence[str], patience: float) -> sqlite3.Connection:
    # mode=rw: a wrong path is told instead of making an empty database.
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=patience,  # busy_timeout
    )
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection

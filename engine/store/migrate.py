"""Bringing a database to the schema of this Tact."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engine.store import faults
from engine.store.migrations import HEAD

SCRIPTS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_418_253
"""Any number: PostgreSQL lets one migration in at a time by it."""


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of the schema; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)


def migrate(connection: sa.Connection, place: str) -> None:
    """Run all missing migrations inside the transaction of `connection`.

    Raises
    ------
    StoreNewerError
        When the database is ahead of this Tact.
    StoreDamagedError
        When the file belongs to another program, or rows point nowhere.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    revision = revision_of(connection)
    if revision == HEAD:
        return
    if revision is None and sa.inspect(connection).get_table_names():
        raise faults.damaged(place)
    _upgrade(connection, place, revision)
    _refuse_lost_links(connection, place)


def _upgrade(connection: sa.Connection, place: str, revision: str | None) -> None:
    # Imported here: web processes, which find a database up to date, start without Alembic.
    from alembic import command  # noqa: PLC0415  # the reason above
    from alembic.config import Config  # noqa: PLC0415  # the reason above
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # the reason above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise faults.newer(place, revision)
    command.upgrade(config, "head")


def _refuse_lost_links(connection: sa.Connection, place: str) -> None:
    """Look for rows that point nowhere: keys are not enforced while tables are rebuilt."""
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise faults.damaged(place)

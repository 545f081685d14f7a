"""One schema, however it came about; every column knows what it holds."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from engine.store import Store
from engine.store.columns import DataClass, Row
from engine.store.migrate import SCRIPTS
from engine.store.migrations import HEAD
from engine.store.rows import EvidenceRow

TABLES = Row.metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]
assert EvidenceRow.metadata is Row.metadata


def schema(connection: sa.Connection) -> dict[str, list[str]]:
    rows = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL")
    )
    return {row.name: parts(row.sql) for row in rows}


def parts(sql: str) -> list[str]:
    """Return a statement as its columns and constraints, whose order means nothing."""
    plain = re.sub(r"\s+", " ", sql).replace('"', "").removesuffix(" )")
    return sorted(re.split(r", (?=CONSTRAINT )", plain))


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_has_a_class_of_data(column: sa.Column[object]) -> None:
    assert column.info.get("data_class") in set(DataClass)


def test_a_fresh_schema_equals_a_migrated_one(store: Store) -> None:
    fresh = sa.create_engine("sqlite://")
    with fresh.begin() as connection:
        Row.metadata.create_all(connection)
        wanted = schema(connection)
    fresh.dispose()
    with store.read() as work:
        made = schema(work.connection)
        made.pop("alembic_version")
        assert made == wanted


def test_the_migrations_leave_nothing_to_migrate(store: Store) -> None:
    with store.read() as work:
        context = MigrationContext.configure(work.connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_the_head_that_tact_works_with_is_the_last_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/profiles.db")
    assert not store.is_current()
    assert not (tmp_path / "profiles.db").exists()
    store.migrate()
    before = (tmp_path / "profiles.db").read_bytes()
    assert store.is_current()
    store.migrate()
    assert (tmp_path / "profiles.db").read_bytes() == before
    store.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE VIEW stay AS SELECT 1")
    other.close()
    store = Store(f"sqlite:///{path}")
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        store.migrate()
    store.close()
    left = sqlite3.connect(path)
    names = [name for (name,) in left.execute("SELECT name FROM sqlite_master ORDER BY name")]
    left.close()
    assert names == ["stay"]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_table_can_be_made_on_a_server(table: sa.Table) -> None:
    dialect = postgresql.dialect()
    assert str(CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=dialect))

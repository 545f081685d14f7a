"""How Alembic reaches the database: always through a connection that is handed over."""

from __future__ import annotations

from alembic import context

from engine.store.rows import HouseRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=HouseRow.metadata,  # that of all tables
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Jobs say of which stay they are, so that they go with the guest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the stay to the jobs, and fill it in for those that name one."""
    with op.batch_alter_table(
        "job",
        table_args=(sa.PrimaryKeyConstraint("id", name="pk_job"),),
        table_kwargs={"sqlite_autoincrement": True},
    ) as table:
        table.add_column(sa.Column("stay_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_job_stay_id", "stay", ["stay_id"], ["id"])
    op.create_index("ix_job_stay_id", "job", ["stay_id"])
    _fill_in()


def _fill_in() -> None:
    job = sa.table("job", sa.column("payload", sa.JSON()), sa.column("stay_id", sa.Integer()))
    stay = sa.table("stay", sa.column("id", sa.Integer()))
    named = job.c.payload["stay"].as_integer()
    op.execute(sa.update(job).where(named.in_(sa.select(stay.c.id))).values(stay_id=named))

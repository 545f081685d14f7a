"""How much chance each owner allows, and what it gave each stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ARM = sa.Enum(
    "engine",
    "control",
    "test",
    "thompson",
    name="arm",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    """Make the settings and the assignments."""
    _make_settings()
    _make_assignments()


def _make_settings() -> None:
    op.create_table(
        "exploration",
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("control_share", sa.Float(), nullable=False),
        sa.Column("test_share", sa.Float(), nullable=False),
        sa.Column("has_thompson", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.Float(), nullable=False),
        sa.Column("floor", sa.Float(), nullable=False),
        sa.Column("monthly_budget", sa.Float(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_exploration_house_id"),
        sa.PrimaryKeyConstraint("house_id", name="pk_exploration"),
    )


def _make_assignments() -> None:
    op.create_table(
        "assignment",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("arm", ARM, nullable=False),
        sa.Column("style", sa.String(), nullable=False),
        sa.Column("odds", sa.JSON(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("usual", sa.String(), nullable=False),
        sa.Column("spent", sa.Float(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_assignment_stay_id"),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_assignment_house_id"),
        sa.PrimaryKeyConstraint("stay_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_house_id_month", "assignment", ["house_id", "month"])

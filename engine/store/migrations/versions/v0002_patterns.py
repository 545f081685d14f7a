"""What the learner sees, and what is remembered of guests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the counted patterns of stays, and the traits of guests."""
    op.create_table(
        "pattern",
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name="n_not_negative"),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_pattern_house_id"),
        sa.PrimaryKeyConstraint("house_id", "hash", name="pk_pattern"),
    )
    op.create_table(
        "stay_pattern",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id", "hash"],
            ["pattern.house_id", "pattern.hash"],
            name="fk_stay_pattern_house_id_hash",
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_stay_pattern_stay_id"),
        sa.PrimaryKeyConstraint("stay_id", name="pk_stay_pattern"),
    )
    op.create_index(
        "ix_stay_pattern_house_id_hash", "stay_pattern", ["house_id", "hash"], unique=False
    )
    op.create_table(
        "trait",
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("variance", sa.Float(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("mean_before", sa.Float(), nullable=True),
        sa.Column("variance_before", sa.Float(), nullable=True),
        sa.Column("at_before", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name="fk_trait_guest_id"),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_trait_stay_id"),
        sa.PrimaryKeyConstraint("guest_id", name="pk_trait"),
    )
    op.create_index("ix_trait_stay_id", "trait", ["stay_id"], unique=False)

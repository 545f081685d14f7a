"""Rules tried beside those in force, and rules published later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the trials, what they said of each stay, and the schedule."""
    _make_rollouts()
    _make_trial_stays()
    _make_schedule()


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _make_rollouts() -> None:
    op.create_table(
        "rollout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column(
            "state", _one_of("rolloutstate", "running", "stopped", "finished"), nullable=False
        ),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["rule_set.version"], name="fk_rollout_version"),
        sa.ForeignKeyConstraint(["against"], ["rule_set.version"], name="fk_rollout_against"),
        sa.PrimaryKeyConstraint("id", name="pk_rollout"),
        sqlite_autoincrement=True,
    )
    _index_one("rollout", "running")


def _make_trial_stays() -> None:
    op.create_table(
        "trial_stay",
        sa.Column("rollout_id", sa.Integer(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("old_style", sa.String(), nullable=False),
        sa.Column("new_style", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["rollout_id"], ["rollout.id"], name="fk_trial_stay_rollout_id"),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_trial_stay_stay_id"),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_trial_stay_house_id"),
        sa.PrimaryKeyConstraint("rollout_id", "stay_id", name="pk_trial_stay"),
    )
    op.create_index("ix_trial_stay_stay_id", "trial_stay", ["stay_id"])


def _make_schedule() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "state",
            _one_of("publicationstate", "waiting", "done", "cancelled", "refused"),
            nullable=False,
        ),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["version"], ["rule_set.version"], name="fk_publication_version"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sqlite_autoincrement=True,
    )
    _index_one("publication", "waiting")


def _index_one(table: str, state: str) -> None:
    """Let at most one row be in a state."""
    only = sa.text(f"state = '{state}'")
    op.create_index(
        f"uq_{table}_one_{state}",
        table,
        ["state"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )

"""What guests allow, forbid and write; mails, pictures and counts of packs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of consent, mail and packs."""
    _make_consent()
    _make_mail()
    _make_voice()
    _make_packs()
    _make_desk_codes()


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _house(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["house_id"], ["house.id"], name=f"fk_{table}_house_id")


def _stay(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=f"fk_{table}_stay_id")


def _make_consent() -> None:
    op.create_table(
        "consent_terms",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["evidence.seq"], name="fk_consent_terms_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_consent_terms"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column(
            "kind", _one_of("objectionkind", "no_notes", "no_mail", "erased"), nullable=False
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        _house("objection"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.UniqueConstraint("house_id", "hash", "kind", name="uq_objection_house_id_hash_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "restriction",
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name="fk_restriction_guest_id"),
        sa.PrimaryKeyConstraint("guest_id", name="pk_restriction"),
    )


def _make_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column(
            "state", _one_of("mailstate", "waiting", "sent", "cancelled", "failed"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _house("mail"),
        _stay("mail"),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("once", name="uq_mail_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"])
    op.create_index("ix_mail_stay_id", "mail", ["stay_id"])


def _make_voice() -> None:
    op.create_table(
        "voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _house("voice"),
        _stay("voice"),
        sa.PrimaryKeyConstraint("id", name="pk_voice"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voice_house_id_id", "voice", ["house_id", "id"])
    op.create_index("ix_voice_stay_id", "voice", ["stay_id"])


def _make_packs() -> None:
    op.create_table(
        "pack_use",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=True),
        _stay("pack_use"),
        sa.PrimaryKeyConstraint("stay_id", "pack", name="pk_pack_use"),
    )
    op.create_table(
        "pack_count",
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        _house("pack_count"),
        sa.PrimaryKeyConstraint("house_id", "pack", "month", name="pk_pack_count"),
    )
    op.create_table(
        "picture",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_picture"),
    )


def _make_desk_codes() -> None:
    op.create_table(
        "desk_code",
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        _stay("desk_code"),
        sa.PrimaryKeyConstraint("code_sha256", name="pk_desk_code"),
    )
    op.create_index("ix_desk_code_stay_id", "desk_code", ["stay_id"])

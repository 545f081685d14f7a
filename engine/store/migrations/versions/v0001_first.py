"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CHANGES = """
CREATE TRIGGER evidence_never_changes BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: add a retraction instead'); END
"""
VANISHES = """
CREATE TRIGGER evidence_never_vanishes BEFORE DELETE ON evidence
WHEN NOT EXISTS (SELECT 1 FROM erasing)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: add a retraction instead'); END
"""
KEEP = """
CREATE FUNCTION keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM erasing) THEN RETURN OLD; END IF;
RAISE EXCEPTION 'the ledger is append-only: add a retraction instead'
USING ERRCODE = 'restrict_violation'; END $$
"""
KEEP_EACH = """
CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence
FOR EACH ROW EXECUTE FUNCTION keep_evidence()
"""
KEEP_ALL = """
CREATE TRIGGER evidence_is_never_emptied BEFORE TRUNCATE ON evidence
FOR EACH STATEMENT EXECUTE FUNCTION keep_evidence()
"""


def upgrade() -> None:
    """Make all tables, and the triggers that keep the ledger."""
    _houses_and_stays()
    _ledger_and_advice()
    _rules()
    _people()
    _work()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in (CHANGES, VANISHES) if is_sqlite else (KEEP, KEEP_EACH, KEEP_ALL):
        op.execute(trigger)


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _houses_and_stays() -> None:
    op.create_table(
        "house",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("house_class", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("usual_style", sa.String(), nullable=False),
        sa.Column("pack_values", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_house"),
    )
    op.create_table(
        "unit",
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("complexity", sa.String(), nullable=False),
        sa.Column("must_know", sa.JSON(), nullable=False),
        sa.Column("pack_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_unit_house_id"),
        sa.PrimaryKeyConstraint("house_id", "code", name="pk_unit"),
    )
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("external_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_guest_house_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest"),
        sa.UniqueConstraint("house_id", "external_key", name="uq_guest_house_id_external_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_guest_house_id", "guest", ["house_id"], unique=False)
    op.create_table(
        "stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("arrival_on", sa.Date(), nullable=False),
        sa.Column("departure_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            _one_of("staystatus", "expected", "in_house", "departed", "cancelled", "no_show"),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expected_hour", sa.Integer(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by", sa.String(), nullable=True),
        sa.Column("served_style", sa.String(), nullable=True),
        sa.Column("link_sha256", sa.String(), nullable=True),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name="fk_stay_guest_id"),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_stay_house_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stay"),
        sa.UniqueConstraint("house_id", "ref", name="uq_stay_house_id_ref"),
        sa.UniqueConstraint("link_sha256", name="uq_stay_link_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stay_guest_id", "stay", ["guest_id"], unique=False)
    op.create_index("ix_stay_house_id_arrival_on", "stay", ["house_id", "arrival_on"], unique=False)


def _ledger_and_advice() -> None:
    op.create_table(
        "evidence",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            _one_of(
                "evidencekind",
                "cue",
                "answer",
                "reaction",
                "outcome",
                "note",
                "asked",
                "stop",
                "reopened",
                "set_aside",
                "consent",
                "arrival",
                "retraction",
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "basis",
            _one_of("legalbasis", "contract", "legitimate_interest", "consent"),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("retracts", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_evidence_house_id"),
        sa.ForeignKeyConstraint(["retracts"], ["evidence.seq"], name="fk_evidence_retracts"),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_evidence_stay_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_evidence"),
        sa.UniqueConstraint("once", name="uq_evidence_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_evidence_house_id_seq", "evidence", ["house_id", "seq"], unique=False)
    op.create_index("ix_evidence_retracts", "evidence", ["retracts"], unique=False)
    op.create_index("ix_evidence_stay_id_seq", "evidence", ["stay_id", "seq"], unique=False)
    op.create_table(
        "erasing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasing"),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("output", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name="fk_recommendation_stay_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_recommendation_stay_id_id", "recommendation", ["stay_id", "id"], unique=False
    )


def _rules() -> None:
    op.create_table(
        "rule_set",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=True),
        sa.Column("state", _one_of("rulesetstate", "published", "retired"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_rule_set_house_id"),
        sa.PrimaryKeyConstraint("version", name="pk_rule_set"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_rule_set_one_published",
        "rule_set",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "rule_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("house_id", sa.String(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_rule_draft_house_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_draft"),
    )
    op.create_table(
        "seed",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_seed"),
    )


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("role", _one_of("role", "desk", "owner"), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("folded_name", name="uq_person_folded_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("role", _one_of("role", "desk", "owner"), nullable=False),
        sa.Column("house_id", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name="fk_session_house_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_session"),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("role", _one_of("role", "desk", "owner"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sign_in_link"),
    )


def _work() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _one_of("jobstate", "waiting", "done", "dead"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "reply",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reply"),
    )
    op.create_index("ix_reply_at", "reply", ["at"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counter",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name="pk_counter"),
    )

"""Every table, column by column, each with the class of data it holds.

`by` columns name an account of the house; they are identity, of staff.
"""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.domain.consent import LegalBasis
from engine.domain.evidence import EvidenceKind
from engine.domain.exploration import Arm
from engine.domain.people import Role
from engine.domain.stays import StayStatus
from engine.store.columns import (
    JSON,
    Row,
    aggregate,
    behaviour,
    free_text,
    identity,
    one_of,
    system,
)

NUMBERED = {"sqlite_autoincrement": True}
"""A number that an erased row had is never given again."""


class RuleSetState(StrEnum):
    """Where a numbered set of rules stands."""

    PUBLISHED = "published"
    RETIRED = "retired"


class LearningState(StrEnum):
    """What became of a learning run."""

    KEPT = "kept"
    """A gate did not hold: kept to be read, never to advise by."""
    CANDIDATE = "candidate"
    IN_FORCE = "in_force"


class JobState(StrEnum):
    """Where a job stands; one that is leased still waits to be finished."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class HouseRow(Row, table=True):
    """A hotel or a group of cabins."""

    __tablename__ = "house"

    id: str = system(primary_key=True)
    name: str = system()
    house_class: str = system()
    time_zone: str = system()
    languages: list[str] = system(sa_type=JSON)
    usual_style: str = system()
    pack_values: dict[str, Any] = system(sa_type=JSON)
    contact: str = system()
    quiet_from: int = system()
    quiet_until: int = system()
    is_demo: bool = system()


class UnitRow(Row, table=True):
    """A room or cabin."""

    __tablename__ = "unit"

    house_id: str = system(foreign_key="house.id", primary_key=True)
    code: str = system(primary_key=True)
    place: int = system()
    name: str = system()
    kind: str = system()
    complexity: str = system()
    must_know: list[dict[str, str]] = system(sa_type=JSON)
    pack_values: dict[str, str] = system(sa_type=JSON)


class GuestRow(Row, table=True):
    """The person."""

    __tablename__ = "guest"
    __table_args__ = (sa.UniqueConstraint("house_id", "external_key"), NUMBERED)

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id", index=True)
    external_key: str | None = identity()
    name: str = identity()
    folded_name: str = identity()
    language: str | None = identity()
    email: str | None = identity()


class StayRow(Row, table=True):
    """One visit of one guest to one house."""

    __tablename__ = "stay"
    __table_args__ = (
        sa.UniqueConstraint("house_id", "ref"),
        sa.Index(None, "house_id", "arrival_on"),
        NUMBERED,
    )

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id")
    ref: str = identity()
    guest_id: int = identity(foreign_key="guest.id", index=True)
    unit: str | None = behaviour()
    arrival_on: date = behaviour()
    departure_on: date = behaviour()
    status: StayStatus = behaviour(sa_type=one_of(StayStatus))
    facts: dict[str, Any] = behaviour(sa_type=JSON)
    source: str = system()
    version: int = system()
    expected_hour: int | None = behaviour()
    checked_in_at: datetime | None = behaviour()
    checked_in_by: str | None = identity()
    served_style: str | None = behaviour()
    link_sha256: str | None = system(unique=True)
    link_generation: int = system()


class EvidenceRow(Row, table=True):
    """One entry of the ledger; triggers refuse to change or delete it."""

    __tablename__ = "evidence"
    __table_args__ = (
        sa.Index(None, "stay_id", "seq"),
        sa.Index(None, "house_id", "seq"),
        NUMBERED,
    )

    seq: int | None = system(primary_key=True)
    stay_id: int = identity(foreign_key="stay.id")
    house_id: str = system(foreign_key="house.id")
    kind: EvidenceKind = behaviour(sa_type=one_of(EvidenceKind))
    key: str = behaviour()
    value: Any = free_text(sa_type=JSON, nullable=True)  # a note's words, else a grade or a yes
    by: str = identity()
    at: datetime = behaviour()
    basis: LegalBasis = system(sa_type=one_of(LegalBasis))
    source: str = system()
    retracts: int | None = behaviour(foreign_key="evidence.seq", index=True)
    once: str | None = system(unique=True)


class ErasingRow(Row, table=True):
    """While its one row is there, entries of the ledger may be deleted."""

    __tablename__ = "erasing"

    id: int = system(primary_key=True, sa_type=sa.Integer)


class RecommendationRow(Row, table=True):
    """What was advised, from what, with which versions."""

    __tablename__ = "recommendation"
    __table_args__ = (sa.Index(None, "stay_id", "id"), NUMBERED)

    id: int | None = system(primary_key=True)
    stay_id: int = identity(foreign_key="stay.id")
    at: datetime = behaviour()
    by: str = identity()
    inputs: dict[str, Any] = behaviour(sa_type=JSON)
    output: dict[str, Any] = behaviour(sa_type=JSON)
    versions: dict[str, Any] = system(sa_type=JSON)
    propensity: float = system()


class ExplorationRow(Row, table=True):
    """How much chance an owner lets into the choice of style; a house without a row lets none."""

    __tablename__ = "exploration"

    house_id: str = system(foreign_key="house.id", primary_key=True)
    is_on: bool = system()
    control_share: float = system()
    test_share: float = system()
    has_thompson: bool = system()
    reach: float = system()
    floor: float = system()
    monthly_budget: float = system()
    by: str = identity()
    at: datetime = system()


class AssignmentRow(Row, table=True):
    """Which style chance gave a stay, from what, and what that costs its month."""

    __tablename__ = "assignment"
    __table_args__ = (sa.Index(None, "house_id", "month"),)

    stay_id: int = identity(foreign_key="stay.id", primary_key=True)
    house_id: str = system(foreign_key="house.id")
    month: str = behaviour()
    arm: Arm = behaviour(sa_type=one_of(Arm))
    style: str = behaviour()
    odds: dict[str, Any] = behaviour(sa_type=JSON)
    cost: float = behaviour()
    expected: dict[str, Any] = behaviour(sa_type=JSON)
    settings: dict[str, Any] = system(sa_type=JSON)
    usual: str = system()
    spent: float = system()
    has_left: bool = behaviour()


class PatternRow(Row, table=True):
    """How many stays of a house show one pattern: what the learner sees."""

    __tablename__ = "pattern"
    __table_args__ = (sa.CheckConstraint("n >= 0", name="n_not_negative"),)

    house_id: str = system(foreign_key="house.id", primary_key=True)
    hash: str = system(primary_key=True)
    content: dict[str, Any] = aggregate(sa_type=JSON)
    n: int = aggregate()


class StayPatternRow(Row, table=True):
    """Which pattern a stay is counted under, so that it can be counted out again."""

    __tablename__ = "stay_pattern"
    __table_args__ = (
        sa.ForeignKeyConstraint(["house_id", "hash"], ["pattern.house_id", "pattern.hash"]),
        sa.Index(None, "house_id", "hash"),
    )

    stay_id: int = identity(foreign_key="stay.id", primary_key=True)
    house_id: str = system()
    hash: str = behaviour()


class LearningRunRow(Row, table=True):
    """What the stays of a house taught up to one day; its content never changes."""

    __tablename__ = "learning_run"
    __table_args__ = (sa.UniqueConstraint("house_id", "until"), NUMBERED)

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id")
    until: date = system()
    state: LearningState = system(sa_type=one_of(LearningState))
    content: dict[str, Any] = aggregate(sa_type=JSON)
    by: str = identity()
    at: datetime = system()
    turn: int = system()  # 0 = not in force; of those that are, the highest is advised by


class TraitRow(Row, table=True):
    """What is remembered of a guest who allowed it; the row goes with the consent."""

    __tablename__ = "trait"

    guest_id: int = identity(foreign_key="guest.id", primary_key=True)
    mean: float = behaviour()
    variance: float = behaviour()
    at: date = behaviour()
    stay_id: int = identity(foreign_key="stay.id", index=True)
    mean_before: float | None = behaviour()
    variance_before: float | None = behaviour()
    at_before: date | None = behaviour()


class RuleSetRow(Row, table=True):
    """An immutable numbered set of rules."""

    __tablename__ = "rule_set"
    __table_args__ = (
        sa.Index(
            "uq_rule_set_one_published",
            "state",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        NUMBERED,
    )

    version: int | None = system(primary_key=True)
    house_id: str | None = system(foreign_key="house.id")
    state: RuleSetState = system(sa_type=one_of(RuleSetState))
    content: dict[str, Any] = system(sa_type=JSON)
    reason: str = free_text()
    by: str = identity()
    at: datetime = system()


class RuleDraftRow(Row, table=True):
    """The rules that an owner is changing; one at a time."""

    __tablename__ = "rule_draft"

    id: int = system(primary_key=True, sa_type=sa.Integer)
    house_id: str | None = system(foreign_key="house.id")
    content: dict[str, Any] = system(sa_type=JSON)
    based_on: int = system()
    by: str = identity()
    at: datetime = system()
    version: int = system()


class PersonRow(Row, table=True):
    """Somebody who works here."""

    __tablename__ = "person"
    __table_args__ = (NUMBERED,)

    id: int | None = system(primary_key=True)
    name: str = identity()
    folded_name: str = identity(unique=True)
    role: Role = system(sa_type=one_of(Role))
    secret_hash: str | None = system()
    is_active: bool = system()
    language: str | None = identity()
    added_at: datetime = system()


class SessionRow(Row, table=True):
    """Somebody who is signed in; the token itself is never stored."""

    __tablename__ = "session"

    token_sha256: str = system(primary_key=True)
    person_id: int | None = identity(foreign_key="person.id", index=True)
    role: Role = system(sa_type=one_of(Role))
    house_id: str | None = system(foreign_key="house.id")
    opened_at: datetime = system()
    seen_at: datetime = system()
    expires_at: datetime = system()


class SignInLinkRow(Row, table=True):
    """A link that signs in once."""

    __tablename__ = "sign_in_link"

    token_sha256: str = system(primary_key=True)
    role: Role = system(sa_type=one_of(Role))
    made_at: datetime = system()
    expires_at: datetime = system()
    used_at: datetime | None = system()


class JobRow(Row, table=True):
    """Work for later; enqueued in the same transaction as its cause."""

    __tablename__ = "job"
    __table_args__ = (sa.Index(None, "state", "due_at"), NUMBERED)

    id: int | None = system(primary_key=True)
    kind: str = system()
    key: str = system(unique=True)
    payload: dict[str, Any] = behaviour(sa_type=JSON)
    added_at: datetime = system()
    due_at: datetime = system()
    state: JobState = system(sa_type=one_of(JobState))
    tries: int = system()
    leased_until: datetime | None = system()
    message: str | None = free_text()


class ReplyRow(Row, table=True):
    """Where a post led, so that the same post again leads there without acting twice."""

    __tablename__ = "reply"

    key: str = system(primary_key=True)
    text: str = behaviour()
    at: datetime = system(index=True)


class SeedRow(Row, table=True):
    """The content of `seed/` as it was, so that past advice can be made again."""

    __tablename__ = "seed"

    version: str = system(primary_key=True)
    tree: dict[str, Any] = system(sa_type=JSON)


class ContentRow(Row, table=True):
    """What an owner says otherwise of one thing of the seed; the last row of a thing counts."""

    __tablename__ = "content"
    __table_args__ = (sa.Index(None, "thing", "id"), NUMBERED)

    id: int | None = system(primary_key=True)
    thing: str = system()
    told: dict[str, Any] = system(sa_type=JSON)
    by: str = identity()
    at: datetime = system()
    reason: str = free_text()


class HistoryRow(Row, table=True):
    """What somebody did to the house, its rules or its people."""

    __tablename__ = "history"
    __table_args__ = (NUMBERED,)

    id: int | None = system(primary_key=True)
    what: str = system()
    by: str = identity()
    at: datetime = system()
    detail: dict[str, Any] = free_text(sa_type=JSON)


class CounterRow(Row, table=True):
    """How often something happened in one window of time."""

    __tablename__ = "counter"

    key: str = system(primary_key=True)
    window: int = system(primary_key=True, sa_type=sa.BigInteger)
    n: int = aggregate()

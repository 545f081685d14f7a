"""Guests and their stays: who comes, what was noticed, what was advised."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.consent import LegalBasis
from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayStatus
from engine.store.columns import JSON, NUMBERED, Row, behaviour, free_text, identity, one_of, system


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

"""The owner's rules: drafts, versions, trials, what is to be published."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.domain.rollout import RolloutState
from engine.store.columns import JSON, NUMBERED, Row, behaviour, free_text, identity, one_of, system


class RuleSetState(StrEnum):
    """Where a numbered set of rules stands."""

    PUBLISHED = "published"
    RETIRED = "retired"


def _one(table: str, state: str) -> sa.Index:
    """Return the index that lets at most one row be in a state."""
    only = sa.text(f"state = '{state}'")
    name = f"uq_{table}_one_{state}"
    return sa.Index(name, "state", unique=True, sqlite_where=only, postgresql_where=only)


class RuleSetRow(Row, table=True):
    """An immutable numbered set of rules."""

    __tablename__ = "rule_set"
    __table_args__ = (_one("rule_set", "published"), NUMBERED)

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


class PublicationState(StrEnum):
    """Where a scheduled publication stands."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """Its time came, and the draft could not be published as it was."""


class RolloutRow(Row, table=True):
    """One trial of a numbered set of rules."""

    __tablename__ = "rollout"
    __table_args__ = (_one("rollout", "running"), NUMBERED)

    id: int | None = system(primary_key=True)
    version: int = system(foreign_key="rule_set.version")
    against: int = system(foreign_key="rule_set.version")
    key: str = system()
    percent: int = system()
    state: RolloutState = system(sa_type=one_of(RolloutState))
    by: str = identity()
    at: datetime = system()
    ended_by: str | None = identity()
    ended_at: datetime | None = system()
    why: str = system()


class TrialStayRow(Row, table=True):
    """What both versions of the rules said of a stay before its guest arrived."""

    __tablename__ = "trial_stay"

    rollout_id: int = system(foreign_key="rollout.id", primary_key=True)
    stay_id: int = identity(foreign_key="stay.id", primary_key=True, index=True)
    house_id: str = system(foreign_key="house.id")
    is_new: bool = behaviour()
    percent: int = system()
    old_style: str = behaviour()
    new_style: str = behaviour()
    shown: str | None = behaviour()


class PublicationRow(Row, table=True):
    """A draft that is to be published at a time."""

    __tablename__ = "publication"
    __table_args__ = (_one("publication", "waiting"), NUMBERED)

    id: int | None = system(primary_key=True)
    due_at: datetime = system()
    mark: str = system()
    reason: str = free_text()
    by: str = identity()
    at: datetime = system()
    state: PublicationState = system(sa_type=one_of(PublicationState))
    why: str = system()
    version: int | None = system(foreign_key="rule_set.version")

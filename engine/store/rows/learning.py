"""What the learner counts and finds, and how chance chooses."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.domain.exploration import Arm
from engine.store.columns import JSON, NUMBERED, Row, aggregate, behaviour, identity, one_of, system


class LearningState(StrEnum):
    """What became of a learning run."""

    KEPT = "kept"
    """A gate did not hold: kept to be read, never to advise by."""
    CANDIDATE = "candidate"
    IN_FORCE = "in_force"


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

"""How much chance each owner allows, and what it gave each stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.exploration import Arm, Assignment, Draw, Exploration
from engine.store.columns import table_of
from engine.store.records import AssignmentRecord
from engine.store.rows import AssignmentRow, ExplorationRow

SETTINGS, ASSIGNMENT = table_of(ExplorationRow), table_of(AssignmentRow)
OF_HOUSE = sa.select(
    SETTINGS.c.is_on,
    SETTINGS.c.control_share,
    SETTINGS.c.test_share,
    SETTINGS.c.has_thompson,
    SETTINGS.c.reach,
    SETTINGS.c.floor,
    SETTINGS.c.monthly_budget,
).where(SETTINGS.c.house_id == sa.bindparam("house"))
"""The columns of the settings in the order of their dataclass."""
OF_STAYS = sa.select(ASSIGNMENT).where(
    ASSIGNMENT.c.stay_id.in_(sa.bindparam("stay_ids", expanding=True))
)
THIS_MONTH = (
    ASSIGNMENT.c.house_id == sa.bindparam("house"),
    ASSIGNMENT.c.month == sa.bindparam("month"),
)
SPENT = sa.select(sa.func.coalesce(sa.func.sum(ASSIGNMENT.c.cost), 0.0)).where(*THIS_MONTH)
BY_ARM = sa.select(ASSIGNMENT.c.arm, sa.func.count()).where(*THIS_MONTH).group_by(ASSIGNMENT.c.arm)
ITS_STAY = ASSIGNMENT.c.stay_id == sa.bindparam("its_stay")
LEAVE = sa.update(ASSIGNMENT).where(ITS_STAY).values(has_left=True, cost=0.0)


class Explorations:
    """Settings of all houses, and the assignments of their stays."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, house: str) -> Exploration | None:
        """Return what an owner set, on or off; None where she never did."""
        row = self._connection.execute(OF_HOUSE, {"house": house}).first()
        return Exploration(*row) if row else None

    def set(self, house: str, settings: Exploration, *, by: str, at: datetime) -> None:
        """Keep what an owner allows from now on."""
        here = SETTINGS.c.house_id == house
        columns = {**asdict(settings), "by": by, "at": at}
        known = sa.update(SETTINGS).where(here).values(columns)
        if not self._connection.execute(known).rowcount:
            self._connection.execute(sa.insert(SETTINGS).values(house_id=house, **columns))

    def kept(self, stay_ids: Collection[int]) -> dict[int, AssignmentRecord]:
        """Return the assignments of those of these stays that have one."""
        rows = self._connection.execute(OF_STAYS, {"stay_ids": list(stay_ids)})
        return {row.stay_id: _record(row) for row in rows}

    def keep(self, house: str, stay_id: int, record: AssignmentRecord) -> None:
        """Keep the assignment of a stay, instead of the one before."""
        self._connection.execute(sa.delete(ASSIGNMENT).where(ITS_STAY), {"its_stay": stay_id})
        row = {"stay_id": stay_id, "house_id": house, **_columns(record)}
        self._connection.execute(sa.insert(ASSIGNMENT), row)

    def leave(self, stay_id: int) -> None:
        """Take a stay out before it cost anything; its arm stays known."""
        self._connection.execute(LEAVE, {"its_stay": stay_id})

    def spent(self, house: str, month: str) -> float:
        """Return the points that the stays of one month, such as 2026-06, cost so far."""
        named = {"house": house, "month": month}
        return float(self._connection.scalar(SPENT, named) or 0.0)

    def by_arm(self, house: str, month: str) -> dict[Arm, int]:
        """Return how many stays of one month were drawn into each arm."""
        rows = self._connection.execute(BY_ARM, {"house": house, "month": month})
        counts = {row.arm: int(row[1]) for row in rows}
        return {arm: counts.get(arm, 0) for arm in Arm}


def _columns(record: AssignmentRecord) -> Mapping[str, Any]:
    given, draw = record.assignment, record.draw
    return {
        "month": record.month,
        "arm": given.arm,
        "style": given.style,
        "odds": dict(given.odds),
        "cost": given.cost,
        "expected": dict(record.expected),
        "settings": asdict(draw.settings),
        "usual": draw.usual,
        "spent": draw.spent,
        "has_left": record.has_left,
    }


def _record(row: sa.Row[Any]) -> AssignmentRecord:
    odds = row.odds
    draw = Draw(Exploration(**row.settings), row.usual, row.spent)
    given = Assignment(row.style, odds[row.style], row.arm, odds, row.cost)
    return AssignmentRecord(row.month, given, draw, row.expected, row.has_left)

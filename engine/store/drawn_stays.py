"""Stays whose style was drawn by lot, with all that was known when it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.recommendations import HAD_ARRIVED, RECOMMENDATION, STYLE
from engine.store.rows import AssignmentRow, StayRow

ASSIGNMENT, STAY = table_of(AssignmentRow), table_of(StayRow)


class DrawnStay(NamedTuple):
    """One stay that was served as the lot fell."""

    stay_id: int
    style: str
    propensity: float
    """Chance with which this style was drawn, above 0 and below 1."""
    inputs: Mapping[str, Any]
    """What was known of her, as kept with the recommendation."""


LATEST = (
    sa.select(ASSIGNMENT.c.stay_id)
    .join_from(ASSIGNMENT, STAY, ASSIGNMENT.c.stay_id == STAY.c.id)
    .where(
        ASSIGNMENT.c.house_id == sa.bindparam("house"),
        sa.not_(ASSIGNMENT.c.has_left),
        STAY.c.checked_in_at.is_not(None),
    )
    .order_by(ASSIGNMENT.c.stay_id.desc())
    .limit(sa.bindparam("most"))
)
AT_ARRIVAL = (
    sa.func.row_number()
    .over(
        partition_by=RECOMMENDATION.c.stay_id,
        order_by=(
            sa.case((HAD_ARRIVED, 1), else_=0),
            sa.case((HAD_ARRIVED, RECOMMENDATION.c.id), else_=-RECOMMENDATION.c.id),
        ),
    )
    .label("place")
)
"""The last advice before the guest had arrived, else the first one after: that was served."""
DECIDED = (
    sa.select(
        RECOMMENDATION.c.stay_id,
        STYLE.label("style"),
        RECOMMENDATION.c.propensity,
        RECOMMENDATION.c.inputs,
        AT_ARRIVAL,
    )
    .where(RECOMMENDATION.c.stay_id.in_(LATEST))
    .subquery()
)
DRAWN = (
    sa.select(DECIDED.c.stay_id, DECIDED.c.style, DECIDED.c.propensity, DECIDED.c.inputs)
    .where(DECIDED.c.place == 1, DECIDED.c.propensity < 1.0)
    .order_by(DECIDED.c.stay_id)
)


def drawn_stays(connection: sa.Connection, house: str, most: int) -> tuple[DrawnStay, ...]:
    """Return the latest stays of a house that were left to chance, `most` of them at most."""
    rows = connection.execute(DRAWN, {"house": house, "most": most})
    return tuple(DrawnStay(*row) for row in rows)

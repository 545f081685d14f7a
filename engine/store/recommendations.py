"""What was advised, with all that is needed to advise it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.exploration import Arm
from engine.errors import NotFoundError
from engine.store.columns import add_row, table_of
from engine.store.records import DecisionRecord, Overrides, RecommendationRecord
from engine.store.rows import RecommendationRow, StayRow

RECOMMENDATION, STAY = table_of(RecommendationRow), table_of(StayRow)
RECORDS = sa.select(
    RECOMMENDATION.c.id,
    RECOMMENDATION.c.stay_id,
    RECOMMENDATION.c.at,
    RECOMMENDATION.c.by,
    RECOMMENDATION.c.inputs,
    RECOMMENDATION.c.output,
    RECOMMENDATION.c.versions,
    RECOMMENDATION.c.propensity,
)
"""The columns of a record in the order of its dataclass."""
ONE = RECORDS.where(RECOMMENDATION.c.id == sa.bindparam("id"))
OF_STAY = RECORDS.where(RECOMMENDATION.c.stay_id == sa.bindparam("stay_id"))
IN_ORDER = OF_STAY.order_by(RECOMMENDATION.c.id)
LATEST = OF_STAY.order_by(RECOMMENDATION.c.id.desc()).limit(1)
LATEST_OF_MANY = RECORDS.where(
    RECOMMENDATION.c.id.in_(
        sa.select(sa.func.max(RECOMMENDATION.c.id))
        .where(RECOMMENDATION.c.stay_id.in_(sa.bindparam("stay_ids", expanding=True)))
        .group_by(RECOMMENDATION.c.stay_id)
    )
)
HAD_ARRIVED = RECOMMENDATION.c.inputs["is_arrived"].as_boolean()
STYLE = RECOMMENDATION.c.output["style"].as_string()
DRAWN_ARM = sa.func.coalesce(
    RECOMMENDATION.c.output["more"]["left"].as_string(),
    RECOMMENDATION.c.output["more"]["arm"].as_string(),
)
"""The arm that the lot fell on, whether or not the guest's own word ended it."""
DECISIONS = sa.select(
    STYLE.label("style"),
    RECOMMENDATION.c.propensity,
    DRAWN_ARM.label("arm"),
    RECOMMENDATION.c.inputs["trait"].label("trait"),
).where(RECOMMENDATION.c.stay_id == sa.bindparam("stay_id"))
NEWEST = DECISIONS.order_by(RECOMMENDATION.c.id.desc()).limit(1)
AT_ARRIVAL = DECISIONS.order_by(
    sa.case((HAD_ARRIVED, 1), else_=0),
    sa.case((HAD_ARRIVED, RECOMMENDATION.c.id), else_=-RECOMMENDATION.c.id),
).limit(1)
"""The last advice before the guest had arrived, else the first one after."""
BEFORE_ARRIVAL = (
    sa.select(sa.func.max(RECOMMENDATION.c.id))
    .join_from(RECOMMENDATION, STAY, RECOMMENDATION.c.stay_id == STAY.c.id)
    .where(
        STAY.c.house_id == sa.bindparam("house"),
        STAY.c.served_style.is_not(None),
        sa.not_(HAD_ARRIVED),
    )
    .group_by(RECOMMENDATION.c.stay_id)
)
OVERRIDES = (
    sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((STAY.c.served_style != STYLE, 1), else_=0)), 0),
    )
    .join_from(RECOMMENDATION, STAY, RECOMMENDATION.c.stay_id == STAY.c.id)
    .where(
        RECOMMENDATION.c.id.in_(BEFORE_ARRIVAL),
        sa.func.coalesce(DRAWN_ARM, Arm.ENGINE.value) != Arm.CONTROL.value,
    )
)
ADD = sa.insert(RECOMMENDATION)


class Recommendations:
    """Recommendations of all stays."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(  # noqa: PLR0913  # what a replay needs, each named at the call
        self,
        stay_id: int,
        *,
        at: datetime,
        by: str,
        inputs: Mapping[str, Any],
        output: Mapping[str, Any],
        versions: Mapping[str, Any],
        propensity: float = 1.0,
    ) -> int:
        """Keep what was advised to `by`, and return its number.

        `inputs`, `output` and `versions` hold what JSON can hold. `propensity` is the chance
        with which the style was chosen, above 0 and up to 1.
        """
        row = {
            "stay_id": stay_id,
            "at": at,
            "by": by,
            "inputs": dict(inputs),
            "output": dict(output),
            "versions": dict(versions),
            "propensity": propensity,
        }
        return add_row(self._connection, ADD, row)

    def get(self, id: int) -> RecommendationRecord:
        """Return the recommendation `id`.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        row = self._connection.execute(ONE, {"id": id}).first()
        if row is None:
            raise NotFoundError("There is no such recommendation.")
        return RecommendationRecord(*row)

    def latest(self, stay_id: int) -> RecommendationRecord | None:
        """Return the last recommendation of a stay, or None before the first."""
        row = self._connection.execute(LATEST, {"stay_id": stay_id}).first()
        return RecommendationRecord(*row) if row else None

    def latest_of_many(self, ids: Collection[int]) -> dict[int, RecommendationRecord]:
        """Return the last recommendation of each stay that has one."""
        rows = self._connection.execute(LATEST_OF_MANY, {"stay_ids": list(ids)})
        return {row.stay_id: RecommendationRecord(*row) for row in rows}

    def decision(self, stay_id: int, *, is_arrived: bool) -> DecisionRecord | None:
        """Return what was decided for a stay, or None where nothing was advised yet.

        For a guest who `is_arrived` it is the advice that the desk had before it checked her in,
        or the one kept with the check-in where there was none; before that the latest advice.
        """
        query = AT_ARRIVAL if is_arrived else NEWEST
        row = self._connection.execute(query, {"stay_id": stay_id}).first()
        if row is None:
            return None
        trait = Trait(*row.trait) if row.trait else NO_TRAIT
        return DecisionRecord(row.style or "", row.propensity, row.arm, trait)

    def overrides(self, house: str) -> Overrides:
        """Count how often the desk served another style than it was advised before arrival."""
        n_stays, n_changed = self._connection.execute(OVERRIDES, {"house": house}).one()
        return Overrides(int(n_stays), int(n_changed))

    def of(self, stay_id: int) -> tuple[RecommendationRecord, ...]:
        """Return all recommendations of a stay, oldest first."""
        rows = self._connection.execute(IN_ORDER, {"stay_id": stay_id})
        return tuple(RecommendationRecord(*row) for row in rows)

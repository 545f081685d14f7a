"""What the stays of a house taught, day by day, and which of it advice is given by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import ConflictError, NotFoundError
from engine.sentences import Sentence
from engine.store.columns import table_of
from engine.store.records import LearningRunRecord
from engine.store.rows import HouseRow, LearningRunRow, LearningState

RUN, HOUSE = table_of(LearningRunRow), table_of(HouseRow)
HERE = RUN.c.house_id == sa.bindparam("house")
RECORDS = sa.select(RUN.c.house_id, RUN.c.until, RUN.c.state, RUN.c.content, RUN.c.by, RUN.c.at)
"""The columns of a record in the order of its dataclass."""
RUNS = RECORDS.where(HERE)
NEWEST_FIRST = RUNS.order_by(RUN.c.until.desc())
ONE = RUNS.where(RUN.c.until == sa.bindparam("until"))
LAST_TURN = sa.select(sa.func.max(RUN.c.turn)).where(HERE)
IN_FORCE = (
    sa.select(RUN.c.until)
    .where(HERE, RUN.c.state == LearningState.IN_FORCE)
    .order_by(RUN.c.turn.desc())
    .limit(1)
)
LATEST = (
    sa.select(RUN.c.house_id, sa.func.max(RUN.c.until).label("until"))
    .join(HOUSE, HOUSE.c.id == RUN.c.house_id)
    .where(~HERE, ~HOUSE.c.is_demo, RUN.c.until <= sa.bindparam("day"))
    .group_by(RUN.c.house_id)
    .subquery()
)
"""Day of the latest run of each other own house."""
IS_LATEST = sa.and_(LATEST.c.house_id == RUN.c.house_id, LATEST.c.until == RUN.c.until)
LATEST_OF_OTHERS = RECORDS.join(LATEST, IS_LATEST).order_by(RUN.c.house_id)
CHANGE = sa.update(RUN).where(HERE, RUN.c.until == sa.bindparam("day"))


class LearningRuns:
    """Learning runs of all houses, one for each house and day.

    A run that is put in force lies upon those that were in force before; withdrawn, it gives way
    to the one beneath.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(
        self,
        house: str,
        until: date,
        *,
        state: LearningState,
        content: Mapping[str, Any],
        by: str,
        at: datetime,
    ) -> LearningRunRecord:
        """Keep a run, and return it; where that day has one, nothing changes and that is returned.

        `content` holds what JSON can hold; `state` is candidate or kept.
        """
        known = self.find(house, until)
        if known is None:
            row = {"house_id": house, "until": until, "state": state, "content": dict(content)}
            self._connection.execute(sa.insert(RUN).values(**row, by=by, at=at, turn=0))
        return self.of(house, until)

    def find(self, house: str, until: date) -> LearningRunRecord | None:
        """Return the run of one day, or None where there is none."""
        row = self._connection.execute(ONE, {"house": house, "until": until}).first()
        return _shown(LearningRunRecord(*row), self.day_in_force(house)) if row else None

    def of(self, house: str, until: date) -> LearningRunRecord:
        """Return the run of one day.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        found = self.find(house, until)
        if found is None:
            raise NotFoundError(_none_of(until))
        return found

    def all(self, house: str) -> tuple[LearningRunRecord, ...]:
        """Return every run of a house, the latest day first."""
        top = self.day_in_force(house)
        rows = self._connection.execute(NEWEST_FIRST, {"house": house})
        return tuple(_shown(LearningRunRecord(*row), top) for row in rows)

    def latest_of_others(self, house: str, until: date) -> tuple[LearningRunRecord, ...]:
        """Return the latest run up to one day of each other own house, by house; of the demo none.

        Their state is as it was stored.
        """
        rows = self._connection.execute(LATEST_OF_OTHERS, {"house": house, "day": until})
        return tuple(LearningRunRecord(*row) for row in rows)

    def day_in_force(self, house: str) -> date | None:
        """Return the day of the run that a house is advised by, or None."""
        return self._connection.scalar(IN_FORCE, {"house": house})

    def in_force(self, house: str) -> LearningRunRecord | None:
        """Return the run that a house is advised by, or None where its owner's numbers stand."""
        until = self.day_in_force(house)
        return None if until is None else self.find(house, until)

    def put_in_force(self, house: str, until: date) -> LearningRunRecord:
        """Advise by a run from now on, and return it.

        Raises
        ------
        ConflictError
            If a gate kept it.
        NotFoundError
            When there is no such run.
        """
        if self.of(house, until).state is LearningState.KEPT:
            raise ConflictError("A gate did not hold for this run, so nobody is advised by it.")
        turn = (self._connection.scalar(LAST_TURN, {"house": house}) or 0) + 1
        self._change(house, until, LearningState.IN_FORCE, turn)
        return self.of(house, until)

    def withdraw(self, house: str) -> LearningRunRecord | None:
        """Advise no longer by the run in force; return the one before it, which is again.

        Raises
        ------
        NotFoundError
            When none is in force.
        """
        until = self.day_in_force(house)
        if until is None:
            raise NotFoundError("No learned weights are in force; the owner's numbers stand.")
        self._change(house, until, LearningState.CANDIDATE, 0)
        return self.in_force(house)

    def _change(self, house: str, until: date, state: LearningState, turn: int) -> None:
        named = {"house": house, "day": until}
        self._connection.execute(CHANGE.values(state=state, turn=turn), named)


def _shown(record: LearningRunRecord, top: date | None) -> LearningRunRecord:
    """Return a run as it stands: one beneath another waits until that one is withdrawn."""
    is_beneath = record.state is LearningState.IN_FORCE and record.until != top
    return replace(record, state=LearningState.CANDIDATE) if is_beneath else record


def _none_of(until: date) -> Sentence:
    return Sentence("There is no learning run of {day}.", day=until.isoformat())

"""Rules that are tried beside those in force, and what they said of each stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.cues import Value
from engine.domain.rollout import Rollout, RolloutState, TrialStay
from engine.errors import ConflictError
from engine.store.columns import add_row, table_of
from engine.store.rows import RolloutRow, StayRow, TrialStayRow

ROLLOUT, TRIAL, STAY = table_of(RolloutRow), table_of(TrialStayRow), table_of(StayRow)
ROLLOUTS = sa.select(
    ROLLOUT.c.id,
    ROLLOUT.c.version,
    ROLLOUT.c.against,
    ROLLOUT.c.key,
    ROLLOUT.c.percent,
    ROLLOUT.c.state,
    ROLLOUT.c.by,
    ROLLOUT.c.at,
    ROLLOUT.c.ended_by,
    ROLLOUT.c.ended_at,
    ROLLOUT.c.why,
)
"""The columns of a trial in the order of its dataclass."""
RUNNING = ROLLOUTS.where(ROLLOUT.c.state == RolloutState.RUNNING)
LATEST = ROLLOUTS.order_by(ROLLOUT.c.id.desc()).limit(1)
NEVER_IN_FORCE = sa.select(ROLLOUT.c.version).where(ROLLOUT.c.state != RolloutState.FINISHED)
TRIALS = sa.select(
    TRIAL.c.stay_id,
    TRIAL.c.is_new,
    TRIAL.c.percent,
    TRIAL.c.old_style,
    TRIAL.c.new_style,
    TRIAL.c.shown,
)
"""The columns of a stay under trial in the order of its dataclass."""
OF_ROLLOUT = TRIAL.c.rollout_id == sa.bindparam("rollout")
OF_STAYS = TRIALS.where(OF_ROLLOUT, TRIAL.c.stay_id.in_(sa.bindparam("stay_ids", expanding=True)))
MET = (
    TRIALS.add_columns(STAY.c.guest_id, STAY.c.served_style, STAY.c.facts)
    .join_from(TRIAL, STAY, TRIAL.c.stay_id == STAY.c.id)
    .where(OF_ROLLOUT)
    .order_by(TRIAL.c.stay_id)
)
FORGET = sa.delete(TRIAL).where(OF_ROLLOUT, TRIAL.c.stay_id == sa.bindparam("its_stay"))
NOT_LOOKED = object()


@dataclass(frozen=True, slots=True)
class TriedStay:
    """A stay under trial with what its house knows of it by now."""

    trial: TrialStay
    guest_id: int
    served_style: str | None
    """None until the desk met the guest."""
    facts: Mapping[str, Value]


class Rollouts:
    """Trials of rules; at most one is running."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._running: Rollout | object | None = NOT_LOOKED

    def running(self) -> Rollout | None:
        """Return the trial that is running, or None; looked up once in a unit of work."""
        if self._running is NOT_LOOKED:
            row = self._connection.execute(RUNNING).first()
            self._running = Rollout(*row) if row else None
        return self._running if isinstance(self._running, Rollout) else None

    def latest(self) -> Rollout | None:
        """Return the trial that began last, running or not."""
        row = self._connection.execute(LATEST).first()
        return Rollout(*row) if row else None

    def never_in_force(self) -> frozenset[int]:
        """Return the versions that were tried and did not come in force by that."""
        return frozenset(self._connection.scalars(NEVER_IN_FORCE))

    def begin(
        self, version: int, *, against: int, key: str, percent: int, by: str, at: datetime
    ) -> Rollout:
        """Try a version beside the one in force.

        Raises
        ------
        ConflictError
            While another one is tried.
        """
        if self.running() is not None:
            raise ConflictError("Other rules are being tried. Finish or stop that trial first.")
        row = {"version": version, "against": against, "key": key, "percent": percent}
        told = {**row, "state": RolloutState.RUNNING, "by": by, "at": at, "why": ""}
        id = add_row(self._connection, sa.insert(ROLLOUT), told)
        self._running = NOT_LOOKED
        return Rollout(id, version, against, key, percent, RolloutState.RUNNING, by, at)

    def set_percent(self, id: int, percent: int) -> None:
        """Serve another share of the guests by the new rules."""
        self._change(id, percent=percent)

    def end(self, id: int, state: RolloutState, *, by: str, at: datetime, why: str = "") -> None:
        """End a trial."""
        self._change(id, state=state, ended_by=by, ended_at=at, why=why)

    def keep(self, rollout: int, house: str, trial: TrialStay) -> None:
        """Keep what both versions say of a stay, instead of what they said before."""
        self._connection.execute(FORGET, {"rollout": rollout, "its_stay": trial.stay_id})
        row = {"rollout_id": rollout, "house_id": house, **asdict(trial)}
        self._connection.execute(sa.insert(TRIAL), row)

    def of_stays(self, rollout: int, ids: Collection[int]) -> dict[int, TrialStay]:
        """Return what was kept of those of these stays that have it."""
        rows = self._connection.execute(OF_STAYS, {"rollout": rollout, "stay_ids": list(ids)})
        return {row.stay_id: TrialStay(*row) for row in rows}

    def stays(self, rollout: int) -> tuple[TriedStay, ...]:
        """Return every stay of a trial, in the order in which the stays came into the book."""
        rows = self._connection.execute(MET, {"rollout": rollout})
        return tuple(TriedStay(TrialStay(*row[:-3]), *row[-3:]) for row in rows)

    def _change(self, id: int, **columns: Any) -> None:
        self._connection.execute(sa.update(ROLLOUT).where(ROLLOUT.c.id == id).values(columns))
        self._running = NOT_LOOKED

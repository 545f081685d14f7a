"""What is remembered of guests from one stay to the next, where they allowed it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engine.domain.axis import NO_TRAIT, Trait
from engine.store.columns import table_of
from engine.store.records import TraitRecord
from engine.store.rows import TraitRow

TRAIT = table_of(TraitRow)
OF_GUESTS = sa.select(TRAIT).where(TRAIT.c.guest_id.in_(sa.bindparam("ids", expanding=True)))


class Traits:
    """One row per guest who is remembered; whether she allowed it is for the caller to know."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_guests(self, guest_ids: Collection[int]) -> dict[int, TraitRecord]:
        """Return what is remembered of each of these guests, the others left out."""
        rows = self._connection.execute(OF_GUESTS, {"ids": sorted(set(guest_ids))})
        return {row.guest_id: _record(row) for row in rows}

    def keep(self, guest_id: int, record: TraitRecord) -> None:
        """Remember this of a guest, instead of what was remembered before."""
        self.forget(guest_id)
        row = {"guest_id": guest_id, **_columns(record)}
        self._connection.execute(sa.insert(TRAIT), row)

    def forget(self, guest_id: int) -> bool:
        """Erase what is remembered of a guest; return whether there was anything."""
        gone = self._connection.execute(sa.delete(TRAIT).where(TRAIT.c.guest_id == guest_id))
        return bool(gone.rowcount)


def _columns(record: TraitRecord) -> dict[str, Any]:
    had_before = record.before_at is not None
    return {
        "mean": record.trait.mean,
        "variance": record.trait.variance,
        "at": record.at,
        "stay_id": record.stay_id,
        "mean_before": record.before.mean if had_before else None,
        "variance_before": record.before.variance if had_before else None,
        "at_before": record.before_at,
    }


def _record(row: sa.Row[Any]) -> TraitRecord:
    had_before = row.at_before is not None
    before = Trait(row.mean_before, row.variance_before) if had_before else NO_TRAIT
    return TraitRecord(
        trait=Trait(row.mean, row.variance),
        at=row.at,
        stay_id=row.stay_id,
        before=before,
        before_at=row.at_before,
    )

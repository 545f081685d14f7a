"""Guests who are served without notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from engine.domain.stays import Stay
from engine.store.columns import table_of
from engine.store.rows import RestrictionRow

RESTRICTION = table_of(RestrictionRow)
OF_GUESTS = sa.select(RESTRICTION.c.guest_id).where(
    RESTRICTION.c.guest_id.in_(sa.bindparam("ids", expanding=True))
)

MOST_NAMED = 500
"""Guests named in one statement; for more all who have the wish are read, who are few."""


class Restrictions:
    """One row per guest whose wish stands; it goes when she takes the wish back."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, guest_id: int, at: datetime) -> bool:
        """Note the wish of a guest, once; return whether it is news."""
        if self.of([guest_id]):
            return False
        self._connection.execute(sa.insert(RESTRICTION).values(guest_id=guest_id, at=at))
        return True

    def of(self, guest_ids: Collection[int]) -> frozenset[int]:
        """Return those of these guests who are served without notes."""
        wanted = set(guest_ids)
        if not wanted:
            return frozenset()
        if len(wanted) > MOST_NAMED:
            every = self._connection.scalars(sa.select(RESTRICTION.c.guest_id))
            return frozenset(wanted.intersection(every))
        return frozenset(self._connection.scalars(OF_GUESTS, {"ids": sorted(wanted)}))

    def since(self, guest_id: int) -> datetime | None:
        """Return when a guest asked for it, None where she did not."""
        wanted = sa.select(RESTRICTION.c.at).where(RESTRICTION.c.guest_id == guest_id)
        at: datetime | None = self._connection.scalar(wanted)
        return at

    def without(self, stays: Sequence[Stay]) -> list[Stay]:
        """Return these stays without those of guests who are served without notes."""
        theirs = self.of([stay.guest.id for stay in stays])
        return [stay for stay in stays if stay.guest.id not in theirs]

    def remove(self, guest_id: int) -> bool:
        """Take the wish of a guest back; return whether there was one."""
        gone = sa.delete(RESTRICTION).where(RESTRICTION.c.guest_id == guest_id)
        return bool(self._connection.execute(gone).rowcount)

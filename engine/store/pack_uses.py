"""Which packs were opened and found useful: per stay while it lasts, and as counts of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.stays import Stay
from engine.store.columns import table_of
from engine.store.rows import PackCountRow, PackUseRow, StayRow

USE, COUNT = table_of(PackUseRow), table_of(PackCountRow)
STAY = table_of(StayRow)
OPENED, USEFUL, NOT_USEFUL = "opened", "useful", "not_useful"
COUNTED = (OPENED, USEFUL, NOT_USEFUL)


@dataclass(frozen=True, slots=True)
class PackCount:
    """How many stays opened a pack, and how many of them said whether it was useful."""

    opened: int = 0
    useful: int = 0
    not_useful: int = 0


class PackUses:
    """One row per stay and pack; each is also counted, in the month in which the stay begins."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def note_opened(self, stay: Stay, pack: str) -> bool:
        """Note that a stay opened a pack; return whether this was the first time."""
        if pack in self.of(stay.id):
            return False
        row = {"stay_id": stay.id, "pack": pack, "is_useful": None}
        self._connection.execute(sa.insert(USE), row)
        self._count(stay, pack, OPENED, 1)
        return True

    def say(self, stay: Stay, pack: str, *, is_useful: bool) -> bool:
        """Note what a guest said of a pack that she opened; a later word replaces the earlier.

        Returns
        -------
        bool
            False where she never opened it: then nothing is noted.
        """
        said = self.of(stay.id)
        if pack not in said:
            return False
        before = said[pack]
        if before is is_useful:
            return True
        if before is not None:
            self._count(stay, pack, USEFUL if before else NOT_USEFUL, -1)
        self._count(stay, pack, USEFUL if is_useful else NOT_USEFUL, 1)
        here = (USE.c.stay_id == stay.id, USE.c.pack == pack)
        self._connection.execute(sa.update(USE).where(*here).values(is_useful=is_useful))
        return True

    def of(self, stay_id: int) -> dict[str, bool | None]:
        """Return the packs that a stay opened, with what was said of each."""
        rows = sa.select(USE.c.pack, USE.c.is_useful).where(USE.c.stay_id == stay_id)
        return {row.pack: row.is_useful for row in self._connection.execute(rows)}

    def forget_before(self, house: str, day: date) -> int:
        """Forget what the stays of a house opened that ended before `day`; the counts remain."""
        over = sa.select(STAY.c.id).where(STAY.c.house_id == house, STAY.c.departure_on < day)
        return self._connection.execute(sa.delete(USE).where(USE.c.stay_id.in_(over))).rowcount

    def counts(self, since: str) -> dict[str, PackCount]:
        """Return the counts of each pack over all houses from one month on.

        Parameters
        ----------
        since : str
            First month counted, as 2026-06.
        """
        sums = [sa.func.sum(COUNT.c[name]).label(name) for name in COUNTED]
        query = sa.select(COUNT.c.pack, *sums).where(COUNT.c.month >= since).group_by(COUNT.c.pack)
        rows = self._connection.execute(query)
        return {row.pack: PackCount(row.opened, row.useful, row.not_useful) for row in rows}

    def _count(self, stay: Stay, pack: str, what: str, step: int) -> None:
        """Count in the month of the arrival, so that a changed mind meets the same row."""
        key = {"house_id": stay.house, "pack": pack, "month": f"{stay.arrival_on:%Y-%m}"}
        column = COUNT.c[what]
        is_here = [COUNT.c[name] == value for name, value in key.items()]
        fewest = sa.case((column + step > 0, column + step), else_=0)
        counted = sa.update(COUNT).where(*is_here).values({what: fewest})
        if not self._connection.execute(counted).rowcount:
            first: dict[str, Any] = dict.fromkeys(COUNTED, 0)
            self._connection.execute(sa.insert(COUNT), key | first | {what: max(step, 0)})

"""What the learner sees: how many stays of a house show each pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFoundError
from engine.store.columns import JSON, table_of
from engine.store.rows import PatternRow, StayPatternRow, StayRow

PATTERN, COUNTED, STAY = table_of(PatternRow), table_of(StayPatternRow), table_of(StayRow)
HERE = sa.and_(PATTERN.c.house_id == sa.bindparam("house"), PATTERN.c.hash == sa.bindparam("key"))
UNDER = (
    sa.select(STAY.c.house_id, COUNTED.c.hash)
    .join_from(STAY, COUNTED, COUNTED.c.stay_id == STAY.c.id, isouter=True)
    .where(STAY.c.id == sa.bindparam("stay_id"))
)
ONE_MORE = sa.text(
    "INSERT INTO pattern (house_id, hash, content, n) VALUES (:house, :key, :content, 1) "
    "ON CONFLICT (house_id, hash) DO UPDATE SET n = pattern.n + 1"
).bindparams(sa.bindparam("content", type_=JSON))
ONE_LESS = sa.update(PATTERN).where(HERE).values(n=PATTERN.c.n - 1)
GONE = sa.delete(PATTERN).where(HERE, PATTERN.c.n == 0)
OF_HOUSE = (
    sa.select(PATTERN.c.content, PATTERN.c.n)
    .where(PATTERN.c.house_id == sa.bindparam("house"))
    .order_by(PATTERN.c.hash)
)
ITS_STAY = COUNTED.c.stay_id == sa.bindparam("its_stay")


class Patterns:
    """Counted patterns of all houses, and under which of them each stay counts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, stay_id: int, pattern_key: str, content: Mapping[str, Any]) -> bool:
        """Count a stay under a pattern, and no longer under the one before.

        Parameters
        ----------
        stay_id : int
            The stay.
        pattern_key : str
            A hash of `content`; equal keys are equal patterns.
        content : mapping
            What JSON can hold.

        Returns
        -------
        bool
            False where it counted under this one already, and nothing was written.

        Raises
        ------
        NotFoundError
            When there is no such stay.
        """
        house, before = self._under(stay_id)
        if before == pattern_key:
            return False
        new = {"house": house, "key": pattern_key, "content": dict(content)}
        self._connection.execute(ONE_MORE, new)
        if before is None:
            row = {"stay_id": stay_id, "house_id": house, "hash": pattern_key}
            self._connection.execute(sa.insert(COUNTED), row)
        else:
            move = sa.update(COUNTED).where(ITS_STAY).values(hash=sa.bindparam("to"))
            self._connection.execute(move, {"its_stay": stay_id, "to": pattern_key})
            self._count_out(house, before)
        return True

    def of_house(self, house: str) -> Iterator[tuple[Mapping[str, Any], int]]:
        """Give content and count of every pattern of a house."""
        for row in self._connection.execute(OF_HOUSE, {"house": house}):
            yield row.content, row.n

    def remove_stay(self, stay_id: int) -> bool:
        """Count a stay out, as if it had never been; return whether it was counted.

        A pattern that nobody shows any more leaves no trace.

        Raises
        ------
        NotFoundError
            When there is no such stay.
        """
        house, before = self._under(stay_id)
        if before is None:
            return False
        self._connection.execute(sa.delete(COUNTED).where(ITS_STAY), {"its_stay": stay_id})
        self._count_out(house, before)
        return True

    def _under(self, stay_id: int) -> tuple[str, str | None]:
        """Return the house of a stay, and the key that it counts under."""
        row = self._connection.execute(UNDER, {"stay_id": stay_id}).first()
        if row is None:
            raise NotFoundError("There is no such stay.")
        return row.house_id, row.hash

    def _count_out(self, house: str, key: str) -> None:
        for statement in (ONE_LESS, GONE):
            self._connection.execute(statement, {"house": house, "key": key})

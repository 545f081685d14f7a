"""Wishes that outlive a guest's data: only keyed hashes say whose they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.rows import ObjectionKind, ObjectionRow

OBJECTION = table_of(ObjectionRow)


class Objections:
    """Objections of all houses, by the hash of whoever objects."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, house: str, whose: str, kind: ObjectionKind, at: datetime) -> None:
        """Note an objection, once."""
        if not self.has(house, whose, kind):
            row = {"house_id": house, "hash": whose, "kind": kind, "at": at}
            self._connection.execute(sa.insert(OBJECTION), row)

    def has(self, house: str, whose: str, kind: ObjectionKind) -> bool:
        """Return whether somebody objects."""
        wanted = sa.select(OBJECTION.c.id).where(*_is(house, [whose], kind))
        return self._connection.scalar(wanted) is not None

    def of_house(self, house: str) -> frozenset[tuple[ObjectionKind, str]]:
        """Return kind and hash of every objection of a house, for whoever looks at many guests."""
        rows = self._connection.execute(
            sa.select(OBJECTION.c.kind, OBJECTION.c.hash).where(OBJECTION.c.house_id == house)
        )
        return frozenset((row.kind, row.hash) for row in rows)

    def remove(self, house: str, hashes: Collection[str], kind: ObjectionKind) -> int:
        """Take objections back; return how many there were."""
        gone = sa.delete(OBJECTION).where(*_is(house, hashes, kind))
        return self._connection.execute(gone).rowcount


def _is(
    house: str, hashes: Collection[str], kind: ObjectionKind
) -> tuple[sa.ColumnElement[bool], ...]:
    return (OBJECTION.c.house_id == house, OBJECTION.c.hash.in_(hashes), OBJECTION.c.kind == kind)

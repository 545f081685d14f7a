"""What of the database changed since its stays were coded."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.stays import Stay
from engine.store.columns import table_of
from engine.store.rows import EvidenceRow, StayRow
from engine.store.stay_rows import STAYS, stay_of
from engine.store.traits import TRAIT

STAY, EVIDENCE = table_of(StayRow), table_of(EvidenceRow)
LEDGER = sa.select(sa.func.coalesce(sa.func.max(EVIDENCE.c.seq), 0), sa.func.count()).select_from(
    EVIDENCE
)
COUNTED = sa.select(
    sa.func.count(),
    sa.func.coalesce(sa.func.sum(STAY.c.version), 0),
    sa.func.coalesce(sa.func.max(STAY.c.id), 0),
).select_from(STAY)
VERSIONS = sa.select(STAY.c.id, STAY.c.version).order_by(STAY.c.id)
SINCE = (
    sa.select(EVIDENCE.c.stay_id, sa.func.max(EVIDENCE.c.seq))
    .where(EVIDENCE.c.seq > sa.bindparam("seq"))
    .group_by(EVIDENCE.c.stay_id)
)
ENTRIES_SINCE = (
    sa.select(sa.func.count()).select_from(EVIDENCE).where(EVIDENCE.c.seq > sa.bindparam("seq"))
)
BY_ID = STAYS.where(STAY.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(STAY.c.id)
REMEMBERED = STAYS.where(
    STAY.c.house_id == sa.bindparam("house"), STAY.c.guest_id.in_(sa.select(TRAIT.c.guest_id))
).order_by(STAY.c.id)


class Mark(NamedTuple):
    """The database at one moment, in five numbers that no change leaves as they are."""

    last_seq: int
    entries: int
    stays: int
    versions: int
    """Sum of the versions of all stays: each change adds one."""
    last_stay: int


def mark_of(connection: sa.Connection) -> Mark:
    """Return the moment at which the database stands."""
    last_seq, entries = connection.execute(LEDGER).one()
    stays, versions, last_stay = connection.execute(COUNTED).one()
    return Mark(last_seq, entries, stays, versions, last_stay)


def versions_of(connection: sa.Connection) -> list[tuple[int, int]]:
    """Return number and version of every stay, by rising number."""
    return [(row[0], row[1]) for row in connection.execute(VERSIONS)]


def spoken_since(connection: sa.Connection, seq: int) -> dict[int, int]:
    """Return the latest entry of each stay that has one later than `seq`."""
    return {row[0]: row[1] for row in connection.execute(SINCE, {"seq": seq})}


def last_seq(connection: sa.Connection) -> int:
    """Return the latest entry of the ledger; 0 before the first."""
    return connection.scalar(sa.select(sa.func.max(EVIDENCE.c.seq))) or 0


def entries_since(connection: sa.Connection, seq: int) -> int:
    """Return how many entries are later than `seq`."""
    return connection.scalar(ENTRIES_SINCE, {"seq": seq}) or 0


def stays_by_id(connection: sa.Connection, ids: Collection[int]) -> tuple[Stay, ...]:
    """Return those of some stays that are there, by rising number."""
    return tuple(stay_of(row) for row in connection.execute(BY_ID, {"ids": list(ids)}))


def stays_remembered(connection: sa.Connection, house: str) -> tuple[Stay, ...]:
    """Return the stays of a house whose guest anything is remembered of."""
    return tuple(stay_of(row) for row in connection.execute(REMEMBERED, {"house": house}))

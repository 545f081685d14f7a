"""What owners ask about the house as a whole: who told how it was, where stays hang, how large."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from engine.domain.evidence import EvidenceKind
from engine.store.columns import table_of
from engine.store.rows import EvidenceRow
from engine.store.stay_rows import STAY
from engine.store.work import Work

EVIDENCE = table_of(EvidenceRow)
WHO_TOLD = (
    sa.select(EVIDENCE.c.stay_id)
    .where(EVIDENCE.c.house_id == sa.bindparam("house"), EVIDENCE.c.kind == EvidenceKind.OUTCOME)
    .distinct()
)
TOLD = (
    sa.select(STAY.c.id)
    .where(
        STAY.c.house_id == sa.bindparam("house"),
        STAY.c.arrival_on >= sa.bindparam("since"),
        STAY.c.id.in_(WHO_TOLD),
    )
    .order_by(STAY.c.arrival_on.desc(), STAY.c.id.desc())
)
BY_UNIT = (
    sa.select(STAY.c.unit, sa.func.count())
    .where(STAY.c.house_id == sa.bindparam("house"), STAY.c.unit.is_not(None))
    .group_by(STAY.c.unit)
)


def told_how_it_was(work: Work, house: str, since: date, most: int) -> tuple[int, ...]:
    """Return the numbers of the latest stays that told how they were, the earliest first."""
    query = TOLD.limit(most)
    ids = work.connection.scalars(query, {"house": house, "since": since})
    return tuple(ids)[::-1]


def stays_by_unit(work: Work, house: str) -> dict[str, int]:
    """Return how many stays, past and coming, each unit of a house has."""
    rows = work.connection.execute(BY_UNIT, {"house": house})
    return {row[0]: int(row[1]) for row in rows}


def bytes_used(work: Work) -> int:
    """Return the size of the database in bytes, the part that is free for reuse included."""
    connection = work.connection
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    pages = connection.scalar(sa.text("PRAGMA page_count")) or 0
    return int(pages) * int(connection.scalar(sa.text("PRAGMA page_size")) or 0)


def engine_version(work: Work) -> tuple[str, tuple[int, ...]]:
    """Return the name of the database program and its version."""
    dialect = work.connection.dialect
    return dialect.name, tuple(int(part) for part in dialect.server_version_info or ())

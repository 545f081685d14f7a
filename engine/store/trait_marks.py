"""What of the remembered guests changed since somebody looked."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.rows import TraitRow

TRAIT = table_of(TraitRow)
NUMBERS = (TRAIT.c.mean, TRAIT.c.variance, TRAIT.c.mean_before, TRAIT.c.variance_before)
PLACES = (TRAIT.c.guest_id, TRAIT.c.stay_id)
MARK = sa.select(
    sa.func.count(),
    *(sa.func.coalesce(sa.func.sum(column), 0) for column in (*NUMBERS, *PLACES)),
    sa.func.max(TRAIT.c.at),
    sa.func.max(TRAIT.c.at_before),
).select_from(TRAIT)


def trait_mark(connection: sa.Connection) -> tuple[object, ...]:
    """Return the moment at which the remembered guests stand: each change makes another one."""
    return tuple(connection.execute(MARK).one())

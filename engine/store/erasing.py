"""Erasing a guest: every row that hangs on her, found by the keys of the schema itself.

A column that is of class `identity` and points to a guest, a stay or an entry of the ledger makes
its row hers. So a table added later is erased without a word here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from engine.store.columns import DataClass, Row, table_of
from engine.store.ledger import erasing
from engine.store.rows import GuestRow, ReplyRow

GUEST, REPLY = table_of(GuestRow), table_of(ReplyRow)
THE_GUEST = GUEST.c.id == sa.bindparam("guest")

Condition = sa.ColumnElement[bool]


def rows_of_guest(tables: Collection[sa.Table] | None = None) -> Mapping[sa.Table, Condition]:
    """Return for each table that can hold something of a guest which of its rows are hers.

    Parameters
    ----------
    tables : collection of Table, optional
        Each after those that it points to; those of the schema unless told otherwise.

    Returns
    -------
    mapping of Table to condition
        In the same order. Conditions take the number of the guest as `guest`.
    """
    hers: dict[sa.Table, Condition] = {GUEST: THE_GUEST}
    for table in tables or Row.metadata.sorted_tables:
        links = [link for link in table.foreign_keys if _is_hers(link, hers)]
        if table is not GUEST and links:
            hers[table] = sa.or_(*[_points_to(link, hers) for link in _in_order(links)])
    return hers


def erase_rows(connection: sa.Connection, guest_id: int) -> dict[str, int]:
    """Delete every row of a guest; return how many of which table.

    The learner's counts of her stays are the caller's to subtract first.
    """
    n_rows: dict[str, int] = {}
    with erasing(connection):
        for table, condition in reversed(tuple(rows_of_guest().items())):
            gone = connection.execute(sa.delete(table).where(condition), {"guest": guest_id})
            if gone.rowcount:
                n_rows[table.name] = gone.rowcount
    return n_rows


def erase_replies(connection: sa.Connection, refs: Collection[str]) -> int:
    """Delete the replies to posts that led to a page of these stays; return how many."""
    led = [REPLY.c.text.contains(quote(ref), autoescape=True) for ref in refs]
    if not led:
        return 0
    return connection.execute(sa.delete(REPLY).where(sa.or_(*led))).rowcount


def columns_of(table: sa.Table, *classes: DataClass) -> tuple[sa.Column[Any], ...]:
    """Return the columns of a table that hold data of these classes."""
    return tuple(column for column in table.columns if class_of(column) in classes)


def class_of(column: sa.Column[Any]) -> DataClass:
    """Return what a column holds."""
    return DataClass(column.info["data_class"])


def _is_hers(link: sa.ForeignKey, hers: Mapping[sa.Table, Condition]) -> bool:
    return link.column.table in hers and class_of(link.parent) is DataClass.IDENTITY


def _in_order(links: Collection[sa.ForeignKey]) -> list[sa.ForeignKey]:
    return sorted(links, key=lambda link: link.parent.name)


def _points_to(link: sa.ForeignKey, hers: Mapping[sa.Table, Condition]) -> Condition:
    if link.column.table is GUEST:
        return link.parent == sa.bindparam("guest")
    return link.parent.in_(sa.select(link.column).where(hers[link.column.table]))

"""Erasing a guest: every row that hangs on her, found by the keys of the schema itself.

A column that is of class `identity` and points to a guest, a stay or an entry of the ledger makes
its row hers. So a table added later is erased without a word here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from engine.store.columns import DataClass, Row, table_of
from engine.store.ledger import erasing
from engine.store.rows import GuestRow, ReplyRow

GUEST, REPLY = table_of(GuestRow), table_of(ReplyRow)
THE_GUEST = GUEST.c.id == sa.bindparam("guest")

SAYS_WHENCE = frozenset({"source", "basis"})

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
    return hanging_on(GUEST, THE_GUEST, tables or Row.metadata.sorted_tables)


def hanging_on(
    root: sa.Table, its_rows: Condition, tables: Collection[sa.Table]
) -> Mapping[sa.Table, Condition]:
    """Return for each table that hangs on rows of another one which of its own rows do.

    Parameters
    ----------
    root : Table
    its_rows : condition
        Which rows of it.
    tables : collection of Table
        Each after those that it points to.
    """
    found: dict[sa.Table, Condition] = {root: its_rows}
    for table in tables:
        links = [link for link in table.foreign_keys if _is_hers(link, found)]
        if table is not root and links:
            found[table] = sa.or_(*[_points_to(link, found) for link in _in_order(links)])
    return found


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


def count_rows(connection: sa.Connection, guest_id: int) -> dict[str, int]:
    """Return how many rows of which table are of a guest."""
    counts = {
        table.name: connection.scalar(
            sa.select(sa.func.count()).select_from(table).where(condition), {"guest": guest_id}
        )
        for table, condition in rows_of_guest().items()
    }
    return {name: n for name, n in counts.items() if n}


def rows_told(
    connection: sa.Connection,
    guest_id: int,
    *classes: DataClass,
    only: Mapping[sa.Table, Condition] | None = None,
    **names: Any,
) -> Iterator[tuple[sa.Table, dict[str, Any]]]:
    """Give every row of a guest with its columns of these classes, and where they come from.

    `source`, `basis` and the moment say that, whatever class they are of. Of the tables in `only`
    just those rows are given; `names` are the parameters of its conditions.
    """
    for table, hers in rows_of_guest().items():
        condition = hers & only[table] if only and table in only else hers
        told = {column.name for column in columns_of(table, *classes)} | SAYS_WHENCE
        columns = [column for column in table.columns if column.name in told]
        order = list(table.primary_key)
        found = sa.select(*columns).where(condition).order_by(*order)
        for row in connection.execute(found, {"guest": guest_id, **names}):
            yield table, dict(row._mapping)


def erase_replies(connection: sa.Connection, refs: Collection[str]) -> int:
    """Delete the replies to posts that led to a page of these stays; return how many."""
    led = [REPLY.c.text.contains(quote(ref), autoescape=True) for ref in refs]
    if not led:
        return 0
    return connection.execute(sa.delete(REPLY).where(sa.or_(*led))).rowcount


def never_give_again(connection: sa.Connection, guest_id: int) -> None:
    """See that no new guest gets a number up to this one, in a file that knows nothing of it."""
    given = {"table": GUEST.name, "number": guest_id}
    known = connection.execute(
        sa.text("UPDATE sqlite_sequence SET seq = max(seq, :number) WHERE name = :table"), given
    )
    if not known.rowcount:
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:table, :number)"), given)


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

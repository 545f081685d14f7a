"""Letting data go when its time is over, class by class, by the keys and classes of the schema.

A column added later goes with its class, a table added later with the stay that it points to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.evidence import EvidenceKind
from engine.store.columns import DataClass, Row, table_of
from engine.store.erasing import columns_of, erase_replies, erase_rows, hanging_on
from engine.store.ledger import erasing
from engine.store.rows import EvidenceRow, GuestRow, HistoryRow, SessionRow, StayRow, TraitRow
from engine.store.rows.privacy import ConsentTermsRow

GUEST, STAY, EVIDENCE = table_of(GuestRow), table_of(StayRow), table_of(EvidenceRow)
TRAIT, TERMS = table_of(TraitRow), table_of(ConsentTermsRow)
HISTORY, SESSION = table_of(HistoryRow), table_of(SessionRow)
THE_STAYS = STAY.c.id.in_(sa.bindparam("stays", expanding=True))
IS_NOTE = EVIDENCE.c.kind == EvidenceKind.NOTE
"""Of the ledger, what is in somebody's own words; all other values are grades and ids."""
ACTORS = frozenset({"by", "checked_in_by"})
"""Who at the desk did something: no name of a guest, and gone with the row."""
Condition = sa.ColumnElement[bool]


def rows_of_stays(tables: Collection[sa.Table] | None = None) -> Mapping[sa.Table, Condition]:
    """Return for each table that hangs on stays which of its rows do; conditions take `stays`."""
    return hanging_on(STAY, THE_STAYS, tables or Row.metadata.sorted_tables)


def departed(connection: sa.Connection, house: str, before: date) -> list[tuple[int, int, str]]:
    """Return number, guest and reference of the stays of a house that ended before a day."""
    ended = sa.select(STAY.c.id, STAY.c.guest_id, STAY.c.ref).where(
        STAY.c.house_id == house, STAY.c.departure_on < before
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(ended.order_by(STAY.c.id))]


def named_guests(connection: sa.Connection, ids: Collection[int], before: date) -> list[int]:
    """Return those of some guests who still have a name, and whose last stay ended before a day."""
    columns = _anonymous(GUEST)
    is_named = sa.or_(*[column.is_distinct_from(columns[column.name]) for column in _of(GUEST)])
    is_here = sa.exists().where(STAY.c.guest_id == GUEST.c.id, STAY.c.departure_on >= before)
    wanted = sa.select(GUEST.c.id).where(GUEST.c.id.in_(list(ids)), is_named, ~is_here)
    return list(connection.scalars(wanted))


def has_words(connection: sa.Connection, stays: Sequence[int]) -> bool:
    """Return whether anything in somebody's own words hangs on these stays."""
    return any(
        connection.scalar(sa.select(sa.literal(1)).where(which).limit(1), {"stays": stays})
        for _, which in _with_words()
    )


def forget_words(connection: sa.Connection, stays: Sequence[int]) -> int:
    """Delete what was said of these stays in somebody's own words; return how many rows changed.

    Where words are the whole of a row, it goes.
    """
    n = 0
    with erasing(connection):
        for table, which in _with_words():
            words = columns_of(table, DataClass.FREE_TEXT)
            if table is EVIDENCE:
                n += _forget_entries(connection, which, stays)
                continue
            if all(column.nullable for column in words):
                change: sa.Update | sa.Delete = sa.update(table).values(dict.fromkeys(words))
            else:
                change = sa.delete(table)
            n += connection.execute(change.where(which), {"stays": stays}).rowcount
    return n


def forget_names(
    connection: sa.Connection, refs: Mapping[int, tuple[str, str]], guests: Collection[int]
) -> int:
    """Take names away: of stays their reference, of guests all; return how many rows changed.

    Parameters
    ----------
    connection : Connection
    refs : mapping of int to (str, str)
        The reference of each stay, and what stands for it from now on.
    guests : collection of int
        Those with no other stay.
    """
    for id, (ref, opaque) in refs.items():
        connection.execute(sa.update(STAY).where(STAY.c.id == id).values(ref=opaque))
        _rename_within(connection, id, ref, opaque)
    erase_replies(connection, [ref for ref, _ in refs.values()])
    for table, which in rows_of_stays().items():
        values = _anonymous(table)
        if values and table is not EVIDENCE:
            connection.execute(sa.update(table).where(which).values(values), {"stays": [*refs]})
    if guests:
        theirs = sa.update(GUEST).where(GUEST.c.id.in_(list(guests)))
        connection.execute(theirs.values(_anonymous(GUEST)))
    return len(refs) + len(guests)


def _rename_within(connection: sa.Connection, stay: int, ref: str, opaque: str) -> None:
    """Put another reference wherever documents that hang on a stay repeat it."""
    for table, which in rows_of_stays().items():
        documents = [column for column in table.c if isinstance(column.type, sa.JSON)]
        if not documents or table is EVIDENCE:
            continue
        keys = list(table.primary_key)
        rows = connection.execute(sa.select(*keys, *documents).where(which), {"stays": [stay]})
        for row in rows.all():
            told = {c.name: _renamed(row._mapping[c], ref, opaque) for c in documents}
            if told != {c.name: row._mapping[c] for c in documents}:
                this = sa.and_(*[key == row._mapping[key] for key in keys])
                connection.execute(sa.update(table).where(this).values(told))


def _renamed(told: Any, ref: str, opaque: str) -> Any:
    if isinstance(told, dict):
        return {key: _renamed(value, ref, opaque) for key, value in told.items()}
    if isinstance(told, list):
        return [_renamed(value, ref, opaque) for value in told]
    return opaque if told == ref else told


def drop_stays(connection: sa.Connection, stays: Sequence[int], guests: Collection[int]) -> int:
    """Delete stays with all that hangs on them, and those guests who have no other one.

    The learner's counts stay: they are of nobody in particular.
    """
    n = 0
    with erasing(connection):
        for table, which in reversed(tuple(rows_of_stays().items())):
            n += connection.execute(sa.delete(table).where(which), {"stays": stays}).rowcount
    left = set(connection.scalars(sa.select(STAY.c.guest_id).where(STAY.c.guest_id.in_(guests))))
    for guest in set(guests) - left:
        n += sum(erase_rows(connection, guest).values())
    return n


def thin_stays(
    connection: sa.Connection, stays: Sequence[int], kept: Collection[int], *, with_words: bool
) -> int:
    """Delete what hangs on stays but what a guest allows to keep, and the proof that she did.

    Parameters
    ----------
    connection : Connection
    stays : sequence of int
    kept : collection of int
        Entries of the ledger that prove what she allows.
    with_words : bool
        Whether her own words stay too.
    """
    spared = {STAY, TRAIT, TERMS}
    if with_words:
        spared |= {table for table, _ in _with_words()} - {EVIDENCE}
    n = 0
    with erasing(connection):
        for table, which in reversed(tuple(rows_of_stays().items())):
            if table in spared:
                continue
            goes = which & EVIDENCE.c.seq.not_in(list(kept)) if table is EVIDENCE else which
            if table is EVIDENCE and with_words:
                goes &= ~IS_NOTE
            n += connection.execute(sa.delete(table).where(goes), {"stays": stays}).rowcount
    behaviour = {c.name: _nothing(c) for c in columns_of(STAY, DataClass.BEHAVIOUR) if _may_go(c)}
    connection.execute(sa.update(STAY).where(THE_STAYS).values(behaviour), {"stays": stays})
    return n


def newest_sign_of_life(connection: sa.Connection, nobody: Collection[str]) -> Any:
    """Return when anybody last did anything: spoke of a stay, changed the house, looked at a page.

    Parameters
    ----------
    connection : Connection
    nobody : collection of str
        Who signs what Tact writes into the history by itself.
    """
    last_spoken = sa.select(sa.func.max(EVIDENCE.c.seq)).scalar_subquery()
    moments = (
        sa.select(EVIDENCE.c.at).where(EVIDENCE.c.seq == last_spoken),
        sa.select(sa.func.max(HISTORY.c.at)).where(HISTORY.c.by.not_in(list(nobody))),
        sa.select(sa.func.max(SESSION.c.seen_at)),
    )
    told = [connection.scalar(moment) for moment in moments]
    return max((moment for moment in told if moment is not None), default=None)


def _with_words() -> list[tuple[sa.Table, Condition]]:
    """Return the tables that hold words of stays, and in which of their rows there are any."""
    found: list[tuple[sa.Table, Condition]] = []
    for table, which in rows_of_stays().items():
        words = columns_of(table, DataClass.FREE_TEXT)
        if words:
            said = IS_NOTE if table is EVIDENCE else sa.or_(*[c.is_not(None) for c in words])
            found.append((table, which & said))
    return found


def _forget_entries(connection: sa.Connection, which: Condition, stays: Sequence[int]) -> int:
    """Delete entries of the ledger, and whatever takes them back."""
    gone = set(connection.scalars(sa.select(EVIDENCE.c.seq).where(which), {"stays": stays}))
    found = gone
    while found:
        after = sa.select(EVIDENCE.c.seq).where(EVIDENCE.c.retracts.in_(list(found)))
        found = set(connection.scalars(after)) - gone
        gone |= found
    if gone:
        connection.execute(sa.delete(EVIDENCE).where(EVIDENCE.c.seq.in_(list(gone))))
    return len(gone)


def _of(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns that say who a guest is; keys only point to where that stands."""
    return [
        column
        for column in columns_of(table, DataClass.IDENTITY)
        if not (column.primary_key or column.foreign_keys or column.name in ACTORS)
        and column is not STAY.c.ref
    ]


def _anonymous(table: sa.Table) -> dict[str, Any]:
    return {column.name: _nothing(column) for column in _of(table)}


def _may_go(column: sa.Column[Any]) -> bool:
    return bool(column.nullable) or isinstance(column.type, sa.JSON)


def _nothing(column: sa.Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, sa.JSON):
        return {}
    return 0 if isinstance(column.type, sa.Integer | sa.Numeric | sa.Boolean) else ""

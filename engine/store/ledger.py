"""The ledger: entries are added, never changed; undo adds a retraction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.domain.consent import Purpose
from engine.domain.evidence import Evidence, EvidenceKind
from engine.errors import NotFoundError
from engine.store.columns import add_row, table_of
from engine.store.rows import ErasingRow, EvidenceRow, StayRow

EVIDENCE, ERASING, STAY = table_of(EvidenceRow), table_of(ErasingRow), table_of(StayRow)
ENTRIES = sa.select(
    EVIDENCE.c.kind,
    EVIDENCE.c.key,
    EVIDENCE.c.value,
    EVIDENCE.c.by,
    EVIDENCE.c.at,
    EVIDENCE.c.basis,
    EVIDENCE.c.source,
    EVIDENCE.c.seq,
    EVIDENCE.c.retracts,
    EVIDENCE.c.stay_id,
)
"""The columns of an entry in the order of its dataclass, then the stay."""
OF_ONE = ENTRIES.where(EVIDENCE.c.stay_id == sa.bindparam("stay_id")).order_by(EVIDENCE.c.seq)
OF_MANY = ENTRIES.where(EVIDENCE.c.stay_id.in_(sa.bindparam("stay_ids", expanding=True))).order_by(
    EVIDENCE.c.seq
)
CONSENTS = (
    ENTRIES.add_columns(STAY.c.guest_id)
    .join_from(EVIDENCE, STAY, EVIDENCE.c.stay_id == STAY.c.id)
    .where(
        STAY.c.guest_id.in_(sa.bindparam("guest_ids", expanding=True)),
        EVIDENCE.c.key == sa.bindparam("purpose"),
        EVIDENCE.c.kind.in_((EvidenceKind.CONSENT, EvidenceKind.RETRACTION)),
    )
    .order_by(EVIDENCE.c.seq)
)
"""Every yes and no of guests to one purpose, in all their stays, with what was taken back."""
ONCE = ENTRIES.where(EVIDENCE.c.once == sa.bindparam("once"))
LAST = sa.select(sa.func.max(EVIDENCE.c.seq)).where(EVIDENCE.c.house_id == sa.bindparam("house"))
SINCE = (
    sa.select(EVIDENCE.c.stay_id)
    .where(EVIDENCE.c.house_id == sa.bindparam("house"), EVIDENCE.c.seq > sa.bindparam("seq"))
    .distinct()
)
ADD = sa.insert(EVIDENCE)
HOUSE_OF = sa.select(STAY.c.house_id).where(STAY.c.id == sa.bindparam("stay_id"))


class Ledger:
    """Entries of all stays, in the order of their arrival."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, stay_id: int, evidence: Evidence, *, key: str | None = None) -> Evidence:
        """Add an entry to a stay.

        Parameters
        ----------
        stay_id : int
            The stay that it speaks of.
        evidence : Evidence
            Without a place in the ledger yet.
        key : str, optional
            Names this one act; the same act again adds nothing.

        Returns
        -------
        Evidence
            With its `seq`; for a key that was used before, the first entry.

        Raises
        ------
        NotFoundError
            When there is no such stay, or it has no entry that `retracts` names.
        """
        first = self._entry_once(key)
        if first is not None:
            return first
        house = self._connection.scalar(HOUSE_OF, {"stay_id": stay_id})
        if house is None:
            raise NotFoundError("There is no such stay.")
        self._refuse_foreign_retraction(stay_id, evidence)
        row = {"stay_id": stay_id, "house_id": house, "once": key, **_columns(evidence)}
        return replace(evidence, seq=add_row(self._connection, ADD, row))

    def knows(self, key: str | None) -> bool:
        """Return whether an act with this idempotency key was recorded before."""
        return self._entry_once(key) is not None

    def of(self, stay_id: int) -> tuple[Evidence, ...]:
        """Return all entries of a stay, retracted ones and retractions included."""
        rows = self._connection.execute(OF_ONE, {"stay_id": stay_id})
        return tuple(Evidence(*row[:-1]) for row in rows)

    def of_many(self, ids: Collection[int]) -> dict[int, tuple[Evidence, ...]]:
        """Return all entries of several stays, each stay with a place in the answer."""
        found: dict[int, list[Evidence]] = {id: [] for id in ids}
        for row in self._connection.execute(OF_MANY, {"stay_ids": list(found)}):
            found[row[-1]].append(Evidence(*row[:-1]))
        return {id: tuple(entries) for id, entries in found.items()}

    def consents(
        self, guest_ids: Collection[int], purpose: Purpose
    ) -> dict[int, tuple[Evidence, ...]]:
        """Return what each of these guests said to a purpose, in any of her stays."""
        found: dict[int, list[Evidence]] = {id: [] for id in guest_ids}
        wanted = {"guest_ids": list(found), "purpose": purpose.value}
        for row in self._connection.execute(CONSENTS, wanted):
            found[row[-1]].append(Evidence(*row[:-2]))
        return {id: tuple(entries) for id, entries in found.items()}

    def last_seq(self, house: str) -> int:
        """Return the place of the latest entry of a house; 0 before the first."""
        return self._connection.scalar(LAST, {"house": house}) or 0

    def stays_since(self, house: str, seq: int) -> frozenset[int]:
        """Return the stays of a house with an entry later than `seq`."""
        return frozenset(self._connection.scalars(SINCE, {"house": house, "seq": seq}))

    def _entry_once(self, key: str | None) -> Evidence | None:
        if key is None:
            return None
        row = self._connection.execute(ONCE, {"once": key}).first()
        return Evidence(*row[:-1]) if row else None

    def _refuse_foreign_retraction(self, stay_id: int, evidence: Evidence) -> None:
        if evidence.retracts is None:
            return
        owner = sa.select(EVIDENCE.c.stay_id).where(EVIDENCE.c.seq == evidence.retracts)
        if self._connection.scalar(owner) != stay_id:
            raise NotFoundError("There is no such entry in this stay.")


@contextmanager
def erasing(connection: sa.Connection) -> Iterator[None]:
    """Let entries be deleted until the block ends: erasure, never undo."""
    # A savepoint: the permission never outlives the block, whoever catches what.
    with connection.begin_nested():
        connection.execute(sa.insert(ERASING).values(id=1))
        yield
        connection.execute(sa.delete(ERASING))


def _columns(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "key": evidence.key,
        "value": evidence.value,
        "by": evidence.by,
        "at": evidence.at,
        "basis": evidence.basis,
        "source": evidence.source,
        "retracts": evidence.retracts,
    }

"""On what terms guests said yes or no: which words they read, in which language, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from engine.domain.stays import StayStatus
from engine.store.columns import table_of
from engine.store.rows import ConsentTermsRow, EvidenceRow, StayRow, TraitRow

TERMS, EVIDENCE = table_of(ConsentTermsRow), table_of(EvidenceRow)
STAY, TRAIT = table_of(StayRow), table_of(TraitRow)
WAS_HERE = (StayStatus.IN_HOUSE, StayStatus.DEPARTED)
GIVEN = (
    sa.select(TERMS.c.seq, TERMS.c.expires_on, STAY.c.departure_on)
    .join_from(TERMS, EVIDENCE, TERMS.c.seq == EVIDENCE.c.seq)
    .join(STAY, EVIDENCE.c.stay_id == STAY.c.id)
    .where(TERMS.c.seq.in_(sa.bindparam("seqs", expanding=True)))
)
VISITS = (
    sa.select(STAY.c.guest_id, STAY.c.arrival_on, STAY.c.departure_on)
    .where(STAY.c.guest_id.in_(sa.bindparam("ids", expanding=True)), STAY.c.status.in_(WAS_HERE))
    .order_by(STAY.c.arrival_on, STAY.c.id)
)


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """The terms of one yes or no."""

    text_version: str
    language: str
    expires_on: date | None = None
    """Last day on which a yes counts; a no has no end."""


class Consents:
    """Terms beside entries of the ledger, which hold the yes or no itself; never changed."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, seq: int, terms: ConsentTerms) -> None:
        """Keep the terms of the entry `seq`."""
        row = {"text_version": terms.text_version, "language": terms.language}
        self._connection.execute(
            sa.insert(TERMS).values(seq=seq, expires_on=terms.expires_on, **row)
        )

    def of(self, seqs: Collection[int]) -> dict[int, ConsentTerms]:
        """Return the terms of these entries; those from before terms were kept have none."""
        rows = self._connection.execute(sa.select(TERMS).where(TERMS.c.seq.in_(list(seqs))))
        return {
            row.seq: ConsentTerms(row.text_version, row.language, row.expires_on) for row in rows
        }

    def given(self, seqs: Collection[int]) -> dict[int, tuple[date, date]]:
        """Return when each yes ends as it was given, and when the stay ends in which it was."""
        rows = self._connection.execute(GIVEN, {"seqs": list(seqs)})
        return {row.seq: (row.expires_on, row.departure_on) for row in rows if row.expires_on}

    def visits(self, guest_ids: Collection[int]) -> dict[int, list[tuple[date, date]]]:
        """Return arrival and departure of every stay of these guests that took or takes place."""
        found: dict[int, list[tuple[date, date]]] = {id: [] for id in guest_ids}
        for guest, arrival, departure in self._connection.execute(VISITS, {"ids": list(found)}):
            found[guest].append((arrival, departure))
        return found

    def remembered(self) -> tuple[int, ...]:
        """Return every guest of whom something is remembered."""
        return tuple(self._connection.scalars(sa.select(TRAIT.c.guest_id)))

"""Mails to guests: what waits, what went, what did not; never their words, never an address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.columns import add_row, table_of
from engine.store.rows import MailRow, MailState

MAIL = table_of(MailRow)
MAILS = sa.select(
    MAIL.c.id,
    MAIL.c.house_id,
    MAIL.c.stay_id,
    MAIL.c.kind,
    MAIL.c.state,
    MAIL.c.due_at,
    MAIL.c.sent_at,
    MAIL.c.tries,
    MAIL.c.why,
)
"""The columns of a mail in the order of its dataclass."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail."""

    id: int
    house: str
    stay_id: int
    kind: str
    state: MailState
    due_at: datetime
    sent_at: datetime | None
    tries: int
    """How often it was begun to be handed over."""
    why: str
    """Why it waits longer, was cancelled or given up, in a word; empty where nothing is to say."""


class Mails:
    """Mails of all houses; a stay gets one of each kind at most."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, id: int) -> MailRecord | None:
        """Return a mail; None where it went with its guest."""
        return next(iter(self._some(MAIL.c.id == id)), None)

    def of_stay(self, stay_id: int) -> dict[str, MailRecord]:
        """Return the mails of a stay by kind."""
        return {mail.kind: mail for mail in self._some(MAIL.c.stay_id == stay_id)}

    def add(  # of which house and stay, what, when, and who made it
        self, house: str, stay_id: int, kind: str, *, due_at: datetime, by: str
    ) -> MailRecord:
        """Let a mail wait for its time; a stay must not have one of this kind."""
        row = {
            "house_id": house,
            "stay_id": stay_id,
            "kind": kind,
            "once": f"{kind}:{stay_id}",
            "state": MailState.WAITING,
            "due_at": due_at,
            "tries": 0,
            "why": "",
            "by": by,
        }
        id = add_row(self._connection, sa.insert(MAIL), row)
        return MailRecord(id, house, stay_id, kind, MailState.WAITING, due_at, None, 0, "")

    def wait(self, id: int, *, due_at: datetime, why: str = "", tries: int | None = None) -> None:
        """Let a mail wait, for another time or another reason than before."""
        more = {} if tries is None else {"tries": tries}
        self._set(id, state=MailState.WAITING, due_at=due_at, why=why, **more)

    def begin(self, id: int, why: str) -> None:
        """Note that a mail is being handed over: whoever finds it so knows it was cut off."""
        changes = {"tries": MAIL.c.tries + 1, "why": why}
        self._connection.execute(sa.update(MAIL).where(MAIL.c.id == id).values(changes))

    def sent(self, id: int, at: datetime) -> None:
        """Note that the mail server has it, whatever was wished meanwhile: it cannot be undone."""
        self._set(id, state=MailState.SENT, sent_at=at, why="")

    def end(self, id: int, state: MailState, why: str) -> bool:
        """Cancel or give up a mail that waits; return whether it did."""
        ended = sa.update(MAIL).where(MAIL.c.id == id, MAIL.c.state == MailState.WAITING)
        return bool(self._connection.execute(ended.values(state=state, why=why)).rowcount)

    def cancel(
        self, stay_ids: Collection[int], why: str, kinds: Collection[str] | None = None
    ) -> int:
        """Cancel what waits for these stays, of some kinds or of all; return how many."""
        which = [MAIL.c.stay_id.in_(stay_ids), MAIL.c.state == MailState.WAITING]
        if kinds is not None:
            which.append(MAIL.c.kind.in_(kinds))
        ended = sa.update(MAIL).where(*which).values(state=MailState.CANCELLED, why=why)
        return self._connection.execute(ended).rowcount

    def in_state(
        self, state: MailState, house: str | None = None, limit: int | None = MOST_SHOWN
    ) -> tuple[MailRecord, ...]:
        """Return the mails that stand like this, by due time, of one house or of all."""
        which = [MAIL.c.state == state]
        if house is not None:
            which.append(MAIL.c.house_id == house)
        return self._some(*which, limit=limit)

    def count(self, house: str, state: MailState) -> int:
        """Return how many mails of a house stand like this."""
        query = sa.select(sa.func.count()).where(MAIL.c.house_id == house, MAIL.c.state == state)
        return self._connection.scalar(query) or 0

    def sent_by_month(self, house: str) -> Mapping[tuple[str, str], int]:
        """Return how many mails went out by month, 2026-06 in UTC, and kind."""
        year, month = (sa.extract(part, MAIL.c.sent_at) for part in ("year", "month"))
        query = (
            sa.select(year, month, MAIL.c.kind, sa.func.count())
            .where(MAIL.c.house_id == house, MAIL.c.state == MailState.SENT)
            .group_by(year, month, MAIL.c.kind)
        )
        rows = self._connection.execute(query)
        return {(f"{int(row[0]):04}-{int(row[1]):02}", row[2]): row[3] for row in rows}

    def _some(
        self, *which: sa.ColumnElement[bool], limit: int | None = None
    ) -> tuple[MailRecord, ...]:
        query = MAILS.where(*which).order_by(MAIL.c.due_at, MAIL.c.id).limit(limit)
        return tuple(MailRecord(*row) for row in self._connection.execute(query))

    def _set(self, id: int, **columns: Any) -> None:
        self._connection.execute(sa.update(MAIL).where(MAIL.c.id == id).values(columns))

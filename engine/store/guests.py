"""Guests behind stays: found again by the number that their source gives them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.domain.stays import StayDraft
from engine.errors import NotFoundError
from engine.store.columns import add_row
from engine.store.fold import fold
from engine.store.records import GuestRecord
from engine.store.stay_rows import GUEST, STAY, differences

BY_KEY = sa.select(GUEST).where(
    GUEST.c.house_id == sa.bindparam("house"), GUEST.c.external_key == sa.bindparam("key")
)

BY_REF = sa.select(STAY.c.guest_id.label("id")).where(
    STAY.c.house_id == sa.bindparam("house"), STAY.c.ref == sa.bindparam("key")
)
BY_ID = sa.select(
    GUEST.c.id,
    GUEST.c.house_id,
    GUEST.c.external_key,
    GUEST.c.name,
    GUEST.c.language,
    GUEST.c.email,
).where(GUEST.c.id == sa.bindparam("id"))
"""The columns of a record in the order of its dataclass."""
ADD = sa.insert(GUEST)


class Guests:
    """Guests of all houses; a house never sees those of another."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, draft: StayDraft) -> int:
        """Return the number of the guest whom a new stay is for, added where unknown."""
        known = self._by_key(draft)
        if known is None:
            return self._add(draft)
        self._change(known.id, differences(_told(draft), known))
        return int(known.id)

    def bring_up_to_date(self, draft: StayDraft, stay: sa.Row[Any]) -> bool:
        """Change the guest of a known stay to what its source tells; return whether it did."""
        changed = differences(_told(draft), stay)
        self._change(stay.guest_id, changed)
        return bool(changed)

    def get(self, id: int) -> GuestRecord:
        """Return who a guest is.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        row = self._connection.execute(BY_ID, {"id": id}).first()
        if row is None:
            raise NotFoundError("There is no such guest.")
        return GuestRecord(*row)

    def has(self, id: int) -> bool:
        """Return whether there is a guest with this number."""
        return self._connection.execute(BY_ID, {"id": id}).first() is not None

    def named(self, house: str, text: str) -> int | None:
        """Return the number of the guest whom `text` names in a house, None where it names nobody.

        Tried in this order: the number of a booking, the source's own number of the person, ours.
        """
        wanted = {"house": house, "key": text}
        row = self._connection.execute(BY_REF, wanted).first()
        row = row or self._connection.execute(BY_KEY, wanted).first()
        if row is None and text.isascii() and text.isdigit():
            own = sa.select(GUEST.c.id).where(GUEST.c.house_id == house, GUEST.c.id == int(text))
            row = self._connection.execute(own).first()
        return int(row.id) if row else None

    def rename(self, id: int, **columns: str | None) -> None:
        """Change name or language of a guest."""
        self._change(id, columns)

    def _by_key(self, draft: StayDraft) -> sa.Row[Any] | None:
        if draft.guest_key is None:
            return None
        wanted = {"house": draft.house, "key": draft.guest_key}
        return self._connection.execute(BY_KEY, wanted).first()

    def _add(self, draft: StayDraft) -> int:
        row = {
            "house_id": draft.house,
            "external_key": draft.guest_key,
            "name": draft.guest_name,
            "folded_name": fold(draft.guest_name),
            "language": draft.language,
            "email": draft.email,
        }
        return add_row(self._connection, ADD, row)

    def _change(self, id: int, columns: dict[str, Any]) -> None:
        if not columns:
            return
        if "name" in columns:
            columns = {**columns, "folded_name": fold(columns["name"])}
        self._connection.execute(sa.update(GUEST).where(GUEST.c.id == id).values(columns))


def _told(draft: StayDraft) -> dict[str, Any]:
    columns = {"name": draft.guest_name, "language": draft.language, "email": draft.email}
    return {key: value for key, value in columns.items() if value is not None}

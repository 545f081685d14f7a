"""What owners changed in the texts and numbers of `seed/`, edit by edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import ConflictError, NotFoundError
from engine.sentences import Sentence
from engine.store.columns import add_row, table_of
from engine.store.rows import ContentRow

CONTENT = table_of(ContentRow)
RECORDS = sa.select(
    CONTENT.c.id,
    CONTENT.c.thing,
    CONTENT.c.told,
    CONTENT.c.by,
    CONTENT.c.at,
    CONTENT.c.reason,
)
"""The columns of a record in the order of its dataclass."""
NEWEST = sa.select(sa.func.max(CONTENT.c.id))
ITS_THING = CONTENT.c.thing == sa.bindparam("its_thing")
OF_THING = RECORDS.where(ITS_THING).order_by(CONTENT.c.id.desc())
LAST_OF_EACH = sa.select(sa.func.max(CONTENT.c.id)).group_by(CONTENT.c.thing)
STANDING = RECORDS.where(CONTENT.c.id.in_(LAST_OF_EACH)).order_by(CONTENT.c.id)


@dataclass(frozen=True, slots=True)
class ContentRecord:
    """One edit: from it on, all that an owner says otherwise of one thing."""

    id: int
    thing: str
    """Such as packs/wifi."""
    told: Mapping[str, Any]
    """Field to value, only where it differs from the shipped one; nothing: as shipped."""
    by: str
    at: datetime
    reason: str


class Contents:
    """Edits by their number; none is ever changed or deleted, and the last of a thing counts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def newest(self) -> int:
        """Return the number of the newest edit, 0 where nothing was ever edited."""
        return self._connection.scalar(NEWEST) or 0

    def standing(self) -> tuple[ContentRecord, ...]:
        """Return the last edit of each thing, in the order in which they were made."""
        return tuple(ContentRecord(*row) for row in self._connection.execute(STANDING))

    def of(self, thing: str) -> tuple[ContentRecord, ...]:
        """Return every edit of one thing, newest first."""
        rows = self._connection.execute(OF_THING, {"its_thing": thing})
        return tuple(ContentRecord(*row) for row in rows)

    def one(self, thing: str, number: int) -> ContentRecord:
        """Return one edit of one thing.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        for record in self.of(thing):
            if record.id == number:
                return record
        raise NotFoundError("There is no such version.")

    def add(
        self,
        thing: str,
        told: Mapping[str, Any],
        *,
        by: str,
        at: datetime,
        reason: str,
        seen: int | None = None,
    ) -> int:
        """Keep an edit and return its number.

        Parameters
        ----------
        thing : str
            Such as packs/wifi.
        told : mapping
            All that the owner says otherwise of it from now on.
        by : str
            Account name.
        at : datetime
            Now.
        reason : str
            Why, in the owner's words; may be empty.
        seen : int, optional
            The last edit of the thing that `by` saw, 0 for none; None does not ask.

        Raises
        ------
        ConflictError
            When somebody else edited the thing in the meantime.
        """
        last = next(iter(self.of(thing)), None)
        if seen is not None and last is not None and seen != last.id:
            raise ConflictError(
                Sentence("{who} changed this while you were looking at it.", who=last.by)
            )
        row = {"thing": thing, "told": dict(told), "by": by, "at": at, "reason": reason}
        return add_row(self._connection, sa.insert(CONTENT), row)

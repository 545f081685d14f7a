"""Short codes that open a guest's page on the tablet of the desk: made for minutes, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.errors import LinkError
from engine.store.columns import table_of
from engine.store.rows import DeskCodeRow

CODE = table_of(DeskCodeRow)


@dataclass(frozen=True, slots=True)
class DeskCodeRecord:
    """A code that still opens its page; the code itself is not kept."""

    made_at: datetime
    expires_at: datetime


class DeskCodes:
    """Codes by their hash; a stay has one at most."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, code_sha256: str, stay_id: int, made_at: datetime, expires_at: datetime) -> None:
        """Keep a new code of a stay; the one before it is dead, and expired ones are forgotten."""
        gone = sa.or_(CODE.c.stay_id == stay_id, CODE.c.expires_at <= made_at)
        self._connection.execute(sa.delete(CODE).where(gone))
        row = {"code_sha256": code_sha256, "stay_id": stay_id, "made_at": made_at}
        self._connection.execute(sa.insert(CODE).values(expires_at=expires_at, **row))

    def of(self, stay_id: int, at: datetime) -> DeskCodeRecord | None:
        """Return the code of a stay that is still good at `at`, or None."""
        alive = (CODE.c.used_at.is_(None), CODE.c.expires_at > at)
        wanted = sa.select(CODE.c.made_at, CODE.c.expires_at)
        row = self._connection.execute(wanted.where(CODE.c.stay_id == stay_id, *alive)).first()
        return DeskCodeRecord(*row) if row else None

    def use(self, code_sha256: str, at: datetime) -> int:
        """Use a code up and return the number of its stay.

        Raises
        ------
        LinkError
            When it is wrong, used or expired; the reply does not say which.
        """
        here = CODE.c.code_sha256 == code_sha256
        alive = (here, CODE.c.used_at.is_(None), CODE.c.expires_at > at)
        used = sa.update(CODE).where(*alive).values(used_at=at)
        if not self._connection.execute(used).rowcount:
            raise LinkError("This link does not work, or no longer. Ask at the desk.")
        stay_id = self._connection.execute(sa.select(CODE.c.stay_id).where(here))
        return int(stay_id.scalar_one())

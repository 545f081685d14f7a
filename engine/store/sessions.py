"""Who is signed in; tokens are kept as their hash alone."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.domain.people import Role
from engine.store.columns import table_of
from engine.store.records import SessionRecord
from engine.store.rows import SessionRow

SESSION = table_of(SessionRow)
ONE = sa.select(
    SESSION.c.token_sha256,
    SESSION.c.person_id,
    SESSION.c.role,
    SESSION.c.house_id,
    SESSION.c.opened_at,
    SESSION.c.seen_at,
    SESSION.c.expires_at,
).where(SESSION.c.token_sha256 == sa.bindparam("token_sha256"))
"""The columns of a session in the order of its dataclass."""


class Sessions:
    """Sessions of all people, ended ones until they are cleared away."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(
        self,
        token_sha256: str,
        person_id: int | None,
        role: Role,
        house: str | None,
        at: datetime,
        expires_at: datetime,
    ) -> SessionRecord:
        """Begin a session; `person_id` is None after a link for which nobody has a name yet."""
        row = sa.insert(SESSION).values(
            token_sha256=token_sha256,
            person_id=person_id,
            role=role,
            house_id=house,
            opened_at=at,
            seen_at=at,
            expires_at=expires_at,
        )
        self._connection.execute(row)
        return SessionRecord(token_sha256, person_id, role, house, at, at, expires_at)

    def get(self, token_sha256: str) -> SessionRecord | None:
        """Return a session, over or not; the caller compares its times with now."""
        row = self._connection.execute(ONE, {"token_sha256": token_sha256}).first()
        return SessionRecord(*row) if row else None

    def touch(self, token_sha256: str, at: datetime) -> None:
        """Note that somebody was here at `at`; time never runs back."""
        self._connection.execute(
            sa.update(SESSION)
            .where(SESSION.c.token_sha256 == token_sha256, SESSION.c.seen_at < at)
            .values(seen_at=at)
        )

    def close(self, token_sha256: str) -> None:
        """End a session."""
        self._connection.execute(sa.delete(SESSION).where(SESSION.c.token_sha256 == token_sha256))

    def close_all(self, person_id: int) -> int:
        """End all sessions of a person and return how many there were."""
        return self._connection.execute(
            sa.delete(SESSION).where(SESSION.c.person_id == person_id)
        ).rowcount

    def clear(self, at: datetime) -> int:
        """Forget the sessions that were over at `at` and return how many there were."""
        return self._connection.execute(
            sa.delete(SESSION).where(SESSION.c.expires_at <= at)
        ).rowcount

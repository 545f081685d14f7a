"""Links that sign somebody in once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.domain.people import Role
from engine.errors import LinkError
from engine.store.columns import table_of
from engine.store.rows import SignInLinkRow

LINK = table_of(SignInLinkRow)
DEAD_LINK = "This link does not work, or no longer. Ask for a new one."
"""The same for wrong, used and expired: the reply tells nothing."""


class SignInLinks:
    """Links by the hash of their token."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, token_sha256: str, role: Role, at: datetime, expires_at: datetime) -> None:
        """Keep a new link for a role; those that expired before `at` are forgotten."""
        self._connection.execute(sa.delete(LINK).where(LINK.c.expires_at <= at))
        row = sa.insert(LINK).values(
            token_sha256=token_sha256, role=role, made_at=at, expires_at=expires_at
        )
        self._connection.execute(row)

    def use(self, token_sha256: str, at: datetime) -> Role:
        """Use a link up and return its role.

        Raises
        ------
        LinkError
            When it is wrong, used or expired.
        """
        alive = (
            sa.update(LINK)
            .where(
                LINK.c.token_sha256 == token_sha256,
                LINK.c.used_at.is_(None),
                LINK.c.expires_at > at,
            )
            .values(used_at=at)
        )
        if not self._connection.execute(alive).rowcount:
            raise LinkError(DEAD_LINK)
        role = sa.select(LINK.c.role).where(LINK.c.token_sha256 == token_sha256)
        return Role(self._connection.execute(role).scalar_one())

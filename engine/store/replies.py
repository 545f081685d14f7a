"""Where a post led, by its idempotency key."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.rows import ReplyRow

REPLY = table_of(ReplyRow)
TEXT = sa.select(REPLY.c.text).where(REPLY.c.key == sa.bindparam("key"))


class Replies:
    """Replies already given."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """Return the reply to the post `key`, or None where it is new."""
        return self._connection.scalar(TEXT, {"key": key})

    def put(self, key: str, text: str, at: datetime) -> None:
        """Keep the reply to a post; the first one stays."""
        if self.get(key) is None:
            self._connection.execute(sa.insert(REPLY).values(key=key, text=text, at=at))

    def clear(self, before: datetime) -> int:
        """Forget the replies given before a time and return how many there were."""
        return self._connection.execute(sa.delete(REPLY).where(REPLY.c.at < before)).rowcount

"""Pictures of packs, by the hash of their bytes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.store.columns import table_of
from engine.store.rows import PictureRow

PICTURE = table_of(PictureRow)
KNOWN = (
    PICTURE.c.sha256,
    PICTURE.c.media_type,
    PICTURE.c.width,
    PICTURE.c.height,
    PICTURE.c.name,
    PICTURE.c.by,
    PICTURE.c.at,
)
ABOUT = (*KNOWN, sa.func.length(PICTURE.c.content))
"""The columns of a record in the order of its dataclass."""


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """What is known of a picture without its bytes."""

    sha256: str
    media_type: str
    width: int
    """Pixels, as shown."""
    height: int
    name: str
    """Of the file that was put in."""
    by: str
    at: datetime
    size: int
    """Bytes."""


class Pictures:
    """A picture never changes: other bytes have another hash."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[PictureRecord, ...]:
        """Return what is known of every picture, newest first."""
        rows = self._connection.execute(
            sa.select(*ABOUT).order_by(PICTURE.c.at.desc(), PICTURE.c.sha256)
        )
        return tuple(PictureRecord(*row) for row in rows)

    def of(self, hashes: Collection[str]) -> dict[str, PictureRecord]:
        """Return what is known of each of these, those left out that are not here."""
        if not hashes:
            return {}
        here = sa.select(*ABOUT).where(PICTURE.c.sha256.in_(sorted(hashes)))
        return {row.sha256: PictureRecord(*row) for row in self._connection.execute(here)}

    def content(self, sha256: str) -> tuple[str, bytes] | None:
        """Return media type and bytes of one picture, None where it is not here."""
        query = sa.select(PICTURE.c.media_type, PICTURE.c.content)
        row = self._connection.execute(query.where(PICTURE.c.sha256 == sha256)).first()
        return (row.media_type, bytes(row.content)) if row else None

    def add(self, record: PictureRecord, content: bytes) -> None:
        """Keep a picture, once; the same bytes again change nothing."""
        if self.of([record.sha256]):
            return
        about = {column.name: getattr(record, column.name) for column in KNOWN}
        self._connection.execute(sa.insert(PICTURE), about | {"content": content})

    def remove(self, sha256: str) -> bool:
        """Delete a picture; return whether it was here."""
        gone = sa.delete(PICTURE).where(PICTURE.c.sha256 == sha256)
        return bool(self._connection.execute(gone).rowcount)

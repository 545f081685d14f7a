"""What guests wrote after their stay, in their own words and language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.domain.stays import Stay
from engine.store.columns import table_of
from engine.store.rows import VoiceRow

VOICE = table_of(VoiceRow)


@dataclass(frozen=True, slots=True)
class Voice:
    """One answer in a guest's own words."""

    prompt: str
    """What was asked, as an id."""
    text: str
    language: str
    """Tag of the language that the page spoke when she wrote it."""
    source: str
    """Where she wrote it: prompt, tablet."""
    at: datetime


class Voices:
    """One text per stay and prompt; a later one stands in the place of the earlier."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, stay_id: int) -> dict[str, Voice]:
        """Return what the guest of a stay wrote, by prompt."""
        columns = (VOICE.c.prompt, VOICE.c.text, VOICE.c.language, VOICE.c.source, VOICE.c.at)
        rows = sa.select(*columns).where(VOICE.c.stay_id == stay_id).order_by(VOICE.c.id)
        return {row.prompt: Voice(*row) for row in self._connection.execute(rows)}

    def put(self, stay: Stay, voice: Voice) -> None:
        """Keep what she wrote instead of what she wrote to the same prompt before."""
        self.remove(stay.id, voice.prompt)
        row = {"house_id": stay.house, "stay_id": stay.id, "prompt": voice.prompt}
        row |= {"text": voice.text, "language": voice.language, "source": voice.source}
        self._connection.execute(sa.insert(VOICE).values(at=voice.at, **row))

    def remove(self, stay_id: int, prompt: str) -> bool:
        """Forget a text for good; return whether there was one."""
        here = (VOICE.c.stay_id == stay_id, VOICE.c.prompt == prompt)
        return bool(self._connection.execute(sa.delete(VOICE).where(*here)).rowcount)

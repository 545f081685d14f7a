"""The stays of one house held ready for drafts, in the memory of one process.

What is held is made from the coded stays and from what is remembered of guests, and is made anew
once either has changed: numbers of stays, no names.
"""

from __future__ import annotations

from datetime import date
from threading import Lock

from engine.audit.live import LivePreview
from engine.decision.advise import Adviser
from engine.decision.coded_stays import Kept
from engine.decision.past import PastStays
from engine.store.trait_marks import trait_mark
from engine.usecases.advice.past_stays import past_of_house
from engine.usecases.context import Context

Days = tuple[date, date]


class ReadyStays:
    """Holds the stays that were looked at last, of one house, with their styles now."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Kept | None = None
        self._made_from: tuple[object, ...] = ()
        self._past: PastStays | None = None
        self._live: LivePreview | None = None

    def forget(self) -> None:
        """Let go of everything, for whoever erases a guest."""
        with self._lock:
            self._kept = self._past = self._live = None

    def past(self, ctx: Context, kept: Kept, house: str, days: Days) -> PastStays:
        """Return the stays of a house that arrive on some days."""
        with self._lock:
            return self._past_of(ctx, kept, house, days)

    def live(self, ctx: Context, kept: Kept, house: str, days: Days, now: Adviser) -> LivePreview:
        """Return these stays served by the rules in force, ready for drafts."""
        with self._lock:
            past = self._past_of(ctx, kept, house, days)
            if self._live is None or self._live.now.adviser is not now:
                self._live = None  # first the one before goes: two would need twice the room
                self._live = LivePreview(past, now)
            return self._live

    def _past_of(self, ctx: Context, kept: Kept, house: str, days: Days) -> PastStays:
        with ctx.store.read() as work:
            remembered = trait_mark(work.connection)
        made_from = (house, days, remembered)
        if self._past is None or self._kept is not kept or self._made_from != made_from:
            self._past = self._live = None
            self._past = past_of_house(ctx, kept, house, days=days)
            self._kept, self._made_from = kept, made_from
        return self._past


READY = ReadyStays()
"""Of this process."""

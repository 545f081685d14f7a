"""Let go of guests' data when its time is over: words first, then names, then the stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.consent import Purpose
from engine.domain.evidence import EvidenceKind
from engine.domain.privacy import Retention
from engine.domain.stays import House
from engine.errors import ClockAheadError
from engine.store import Work
from engine.store.letting_go import (
    departed,
    drop_stays,
    forget_names,
    forget_words,
    has_words,
    named_guests,
    newest_sign_of_life,
    thin_stays,
)
from engine.usecases.advice.snapshots import forget_stays
from engine.usecases.advice.traits import allowed_until
from engine.usecases.context import Context
from engine.usecases.guests.pack_use import forget_pack_uses
from engine.usecases.privacy.whose import OPAQUE, opaque_ref
from engine.usecases.stays.arrivals import house_today

LET_GO = "data.let_go"
"""Entry of the history: numbers only."""
NOBODY = ("Tact", "tact restore")
"""Who wrote what Tact writes into the history by itself, whatever its clock says."""
MOST_AHEAD = timedelta(hours=48)
"""A clock that is set wrong must not delete what should have been kept for months."""
BATCH = 200
"""Stays per transaction: the desk never waits longer than for so many."""

Stays = Mapping[int, tuple[int, str]]
"""Guest and reference of each stay, by its number."""


@dataclass
class Gone:
    """How much of what was let go of."""

    words: int = 0
    """Rows that were, or held, words."""
    names: int = 0
    """Guests and stays that have no name or reference any more."""
    rows: int = 0
    """Of stays that were over long ago, with all that hung on them."""

    def __bool__(self) -> bool:
        """Whether there was anything."""
        return bool(self.words or self.names or self.rows)


def let_go_daily(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Let go of what is over, in every house; a job."""
    let_go(ctx, now=now)


def plan_retention(work: Work, now: datetime) -> None:
    """Plan to let go, once a day."""
    work.jobs.add("retention", {}, key=f"retention:{now:%Y-%m-%d}", due_at=now, at=now)


def let_go(ctx: Context, *, now: datetime) -> Gone:
    """Let go of what is over, in every house, in steps that each hold on their own.

    Raises
    ------
    ClockAheadError
        When the clock is more than two days ahead of whatever was done last; nothing is deleted.
    """
    with ctx.store.read() as work:
        _refuse_clock(work, now)
        houses = work.houses.all()
    with ctx.store.begin() as work:
        forget_pack_uses(work, now)
    gone, kept = Gone(), ctx.catalogue.privacy.retention
    for house in houses:
        today = house_today(house, now)
        for let, days in _classes(kept):
            for stays in _batches(ctx, house, today - timedelta(days=days)):
                let(ctx, stays, today, today - timedelta(days=days), gone)
    if gone:
        _note(ctx, gone, now)
    return gone


def _classes(kept: Retention) -> tuple[tuple[Let, int], ...]:
    return (_words, kept.free_text), (_names, kept.identity), (_stays, kept.behaviour)


Let = Callable[[Context, Stays, date, date, Gone], None]
"""Lets go of one class of data of stays that ended before a day: today, that day, the count."""


def _refuse_clock(work: Work, now: datetime) -> None:
    last = newest_sign_of_life(work.connection, NOBODY)
    if last is not None and now - last > MOST_AHEAD:
        raise ClockAheadError(
            f"The clock is {(now - last).days} days ahead of whatever was done here last: nothing "
            "old was deleted. Set the clock, or sign in once if nobody was here for so long."
        )


def _batches(ctx: Context, house: House, before: date) -> Iterator[Stays]:
    with ctx.store.read() as work:
        over = departed(work.connection, house.id, before)
    for start in range(0, len(over), BATCH):
        yield {id: (guest, ref) for id, guest, ref in over[start : start + BATCH]}


def _words(ctx: Context, stays: Stays, today: date, before: date, gone: Gone) -> None:
    with ctx.store.read() as work:
        allowed = _who_allow(work, stays, today, Purpose.KEEP_WORDS)
        due = [id for id, (guest, _) in stays.items() if guest not in allowed]
        if not due or not has_words(work.connection, due):
            return
    with ctx.store.begin() as work:
        gone.words += forget_words(work.connection, due)


def _names(ctx: Context, stays: Stays, today: date, before: date, gone: Gone) -> None:
    with ctx.store.read() as work:
        allowed = _who_allow(work, stays, today, Purpose.REMEMBER_ME)
        due = {id: told for id, told in stays.items() if told[0] not in allowed}
        guests = named_guests(work.connection, {guest for guest, _ in due.values()}, before)
        house = work.stays.by_id(next(iter(due))).house if due else ""
    refs = {
        id: (ref, opaque_ref(ctx.secret, house, ref))
        for id, (_, ref) in due.items()
        if not ref.startswith(OPAQUE)
    }
    if not refs and not guests:
        return
    with ctx.store.begin() as work:
        for guest in guests:
            work.traits.forget(guest)
        gone.names += forget_names(work.connection, refs, guests)


def _stays(ctx: Context, stays: Stays, today: date, before: date, gone: Gone) -> None:
    with ctx.store.read() as work:
        remembered = _who_allow(work, stays, today, Purpose.REMEMBER_ME)
        spoken = _who_allow(work, stays, today, Purpose.KEEP_WORDS)
    due = [id for id, (guest, _) in stays.items() if guest not in remembered | spoken]
    with ctx.store.begin() as work:
        if due:
            gone.rows += drop_stays(work.connection, due, {stays[id][0] for id in due})
        for guests, with_words in ((remembered - spoken, False), (spoken, True)):
            thin = [id for id, (guest, _) in stays.items() if guest in guests]
            if thin:
                kept = _proofs(work, thin)
                gone.rows += thin_stays(work.connection, thin, kept, with_words=with_words)


def _who_allow(work: Work, stays: Stays, today: date, purpose: Purpose) -> frozenset[int]:
    guests = {guest for guest, _ in stays.values()}
    until = allowed_until(work, guests, purpose)
    return frozenset(guest for guest, last in until.items() if today <= last)


def _proofs(work: Work, stays: list[int]) -> set[int]:
    """Return every yes and no in the ledgers of some stays, with what takes them back."""
    kept: set[int] = set()
    for entries in work.ledger.of_many(stays).values():
        for entry in entries:
            if entry.kind is EvidenceKind.CONSENT or entry.retracts in kept:
                kept.add(entry.seq)
    return kept


def _note(ctx: Context, gone: Gone, now: datetime) -> None:
    with ctx.store.begin() as work:
        numbers = {"words": gone.words, "names": gone.names, "rows": gone.rows}
        work.history.add(LET_GO, "Tact", now, numbers)
    forget_stays(ctx)
    ctx.store.checkpoint()

"""A guest's wish to be served without notes: nothing known of her is used, nothing new is kept."""

from __future__ import annotations

from datetime import datetime

from engine.store import ObjectionKind, Work
from engine.usecases.advice.patterns import renew_pattern, subtract_guest
from engine.usecases.context import Context
from engine.usecases.privacy.whose import hashes_of


def serve_without_notes(ctx: Context, guest_id: int, *, now: datetime) -> None:
    """From now on serve a guest as somebody unknown, also when her bookings are read in again.

    What is remembered of her goes at once, and her stays teach nothing any more. What was told of
    this stay is kept unused, so that she can take the wish back; erasing it is another wish.

    Raises
    ------
    NotFoundError
        If there is no such guest.
    """
    with ctx.store.begin() as work:
        house, hashes = _named(ctx, work, guest_id)
        for whose in hashes:
            work.objections.add(house, whose, ObjectionKind.NO_NOTES, now)
        if work.restrictions.add(guest_id, now):
            work.traits.forget(guest_id)
            subtract_guest(work, guest_id)
            _code_anew(work, guest_id)


def serve_with_notes(ctx: Context, guest_id: int, *, now: datetime) -> None:
    """Take the wish back: what was told of her counts again, what was remembered stays gone.

    Raises
    ------
    NotFoundError
        If there is no such guest.
    """
    with ctx.store.begin() as work:
        house, hashes = _named(ctx, work, guest_id)
        work.objections.remove(house, hashes, ObjectionKind.NO_NOTES)
        if work.restrictions.remove(guest_id):
            _code_anew(work, guest_id)
            for stay in work.stays.of_guest(guest_id):
                renew_pattern(work, ctx.catalogue.facts, stay, now=now)


def _named(ctx: Context, work: Work, guest_id: int) -> tuple[str, tuple[str, ...]]:
    """Return the house of a guest, and the hashes of all that a source may name her by."""
    person = work.guests.get(guest_id)
    refs = [stay.ref for stay in work.stays.of_guest(guest_id)]
    hashes = hashes_of(
        ctx.secret, person.house, guest_key=person.external_key, email=person.email, refs=refs
    )
    return person.house, hashes


def _code_anew(work: Work, guest_id: int) -> None:
    """Give each of her stays its next version, so that replays read it again."""
    for stay in work.stays.of_guest(guest_id):
        work.stays.change(stay)

"""No more mail: said in one tap, kept when the guest's data is gone, and taken back as easily."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.domain.stays import Stay
from engine.store import GuestRecord, ObjectionKind, Work
from engine.usecases.context import Context
from engine.usecases.guests.links import fingerprint
from engine.usecases.guests.mails import Why, is_reminder_open, note_opened
from engine.usecases.privacy.whose import hashes_of, opaque_ref


def names_of(ctx: Context, guest: GuestRecord, stays: Collection[Stay]) -> tuple[str, ...]:
    """Return a hash for each thing by which a guest of these stays may be known again."""
    refs = [stay.ref for stay in stays]
    refs += [opaque_ref(ctx.secret, guest.house, ref) for ref in refs]
    return hashes_of(
        ctx.secret, guest.house, guest_key=guest.external_key, email=guest.email, refs=refs
    )


def stay_of_mail(ctx: Context, code: str) -> Stay:
    """Return the stay whose mail held this code; one that is over lets her object all the same.

    Raises
    ------
    LinkError
        If no link has this code.
    """
    with ctx.store.read() as work:
        return work.stays.by_link(fingerprint(code))


def refuse_mail(ctx: Context, code: str, *, now: datetime) -> Stay:
    """Send a guest no more mails, about this stay and later ones; what waits is cancelled.

    Raises
    ------
    LinkError
        If no link has this code.
    """
    with ctx.store.begin() as work:
        stay = work.stays.by_link(fingerprint(code))
        refuse_mail_of(ctx, work, stay, now=now)
    return stay


def refuse_mail_of(ctx: Context, work: Work, stay: Stay, *, now: datetime) -> None:
    """Do so within a unit of work that is under way."""
    stays = work.stays.of_guest(stay.guest.id)
    for whose in names_of(ctx, work.guests.get(stay.guest.id), stays):
        work.objections.add(stay.house, whose, ObjectionKind.NO_MAIL, now)
    work.mails.cancel([one.id for one in stays], Why.NO_MAIL_WANTED)


def want_mail_again(ctx: Context, code: str) -> Stay:
    """Take the wish back; mails that were cancelled stay so, later ones come.

    Raises
    ------
    LinkError
        If no link has this code.
    """
    with ctx.store.begin() as work:
        stay = work.stays.by_link(fingerprint(code))
        named = names_of(ctx, work.guests.get(stay.guest.id), work.stays.of_guest(stay.guest.id))
        work.objections.remove(stay.house, named, ObjectionKind.NO_MAIL)
    return stay


def note_opening(ctx: Context, stay: Stay, *, now: datetime) -> None:
    """Note that a guest opened her page, so that nobody reminds her; she never waits for it."""
    with ctx.store.read() as work:
        is_news = is_reminder_open(work, stay)
    if is_news:
        ctx.store.note(lambda work: note_opened(work, stay, now=now))

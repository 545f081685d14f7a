"""Erase a guest: her rows, what the learner counted of her, and every copy beside the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine.domain.stays import Stay
from engine.errors import NotFoundError
from engine.sentences import Sentence
from engine.store import GuestRecord, ObjectionKind, Work
from engine.store.erasing import erase_replies, erase_rows
from engine.store.erasure_ledger import Erasure, write_erasure
from engine.usecases.advice.patterns import subtract_guest
from engine.usecases.advice.snapshots import forget_stays
from engine.usecases.context import Context
from engine.usecases.privacy.whose import hashes_of, opaque_ref

ERASED = "guest.erased"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased, in numbers: a receipt that names her would keep what it says is gone."""

    house: str
    guest: int
    at: datetime
    rows: Mapping[str, int]
    """How many of which table."""
    subtracted: int
    """Stays that the learner no longer counts."""
    refit_at: datetime | None
    """When the house learns anew without her; None where nothing learned is in force."""

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as JSON can hold it."""
        refit = self.refit_at.isoformat() if self.refit_at else None
        return asdict(self) | {
            "rows": dict(self.rows),
            "at": self.at.isoformat(),
            "refit_at": refit,
        }


def find_guest(work: Work, house: str, text: str) -> int:
    """Return the number of the guest whom `text` names: her own number, her key, or a booking.

    Raises
    ------
    NotFoundError
        If the house has no such guest, with what is allowed.
    """
    number = work.guests.named(house, text)
    if number is None:
        told = (
            "House {house} has no guest {given}. Allowed: the number of a guest, the source's own "
            "number of the person, or the number of a booking."
        )
        raise NotFoundError(Sentence(told, house=house, given=repr(text)))
    return number


def erase_guest(ctx: Context, guest_id: int, *, by: str, now: datetime) -> Receipt:
    """Erase a guest for good, in one transaction; nothing of her comes back by a later import.

    The order matters: the erasure ledger is on the disk before the rows go, so that a backup
    from before can be cleaned in any case; the log of the database is emptied after.

    Raises
    ------
    NotFoundError
        If there is no such guest.
    """
    with ctx.store.begin() as work:
        person = work.guests.get(guest_id)
        stays = work.stays.of_guest(guest_id)
        hashes = _hashes(ctx, person, stays)
        write_erasure(ctx.store.folder, Erasure(person.house, guest_id, hashes, now))
        receipt = _erase(work, person.house, guest_id, stays, now)
        for whose in hashes:
            work.objections.add(person.house, whose, ObjectionKind.ERASED, now)
        work.history.add(ERASED, by, now, {"guest": guest_id, "rows": sum(receipt.rows.values())})
    forget_stays(ctx)
    ctx.store.checkpoint()
    return receipt


def erase_again(work: Work, secret: bytes, erasure: Erasure, *, now: datetime) -> bool:
    """Erase a guest whom a backup brought back; return whether it held her.

    Her number alone does not say that it is she: a backup may come from another database. The
    wish not to come back is noted in any case, since her bookings may be read in again.
    """
    if all(house.id != erasure.house for house in work.houses.all()):
        return False
    for whose in erasure.hashes:
        work.objections.add(erasure.house, whose, ObjectionKind.ERASED, erasure.at)
    if not work.guests.has(erasure.guest):
        return False
    person, stays = work.guests.get(erasure.guest), work.stays.of_guest(erasure.guest)
    refs = [stay.ref for stay in stays]
    opaque = [opaque_ref(secret, person.house, ref) for ref in refs]  # as they may have been later
    named = hashes_of(
        secret,
        person.house,
        guest_key=person.external_key,
        email=person.email,
        refs=[*refs, *opaque],
    )
    if person.house != erasure.house or (erasure.hashes and not {*named} & {*erasure.hashes}):
        return False
    _erase(work, person.house, erasure.guest, stays, now)
    return True


def _erase(
    work: Work, house: str, guest_id: int, stays: tuple[Stay, ...], now: datetime
) -> Receipt:
    subtracted = subtract_guest(work, guest_id)
    n_replies = erase_replies(work.connection, [stay.ref for stay in stays])
    rows = erase_rows(work.connection, guest_id)
    if n_replies:
        rows["reply"] = n_replies
    refit = _plan_refit(work, house, guest_id, now) if subtracted else None
    return Receipt(house, guest_id, now, rows, subtracted, refit)


def _plan_refit(work: Work, house: str, guest_id: int, now: datetime) -> datetime | None:
    """Let the house learn anew where it is advised by what her stays helped to teach."""
    if work.learning_runs.day_in_force(house) is None:
        return None
    key = f"learn:{house}:erased:{guest_id}"
    work.jobs.add("learn", {"house": house}, key=key, due_at=now, at=now)
    return now


def _hashes(ctx: Context, person: GuestRecord, stays: tuple[Stay, ...]) -> tuple[str, ...]:
    refs = [stay.ref for stay in stays]
    return hashes_of(
        ctx.secret, person.house, guest_key=person.external_key, email=person.email, refs=refs
    )

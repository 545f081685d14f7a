"""What is remembered of a guest, as one of her stays may use it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.consent import Purpose
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.model import PriorConstants
from engine.domain.stays import Stay
from engine.inference.memory import forget
from engine.store import TraitRecord, Work

DAYS_IN_YEAR = 365.25


def may_remember(said: Iterable[Evidence]) -> bool:
    """Whether a guest's last word on being remembered is yes; silence is no.

    Parameters
    ----------
    said : iterable of Evidence
        Every yes and no in all her stays with what was taken back, by rising `seq`.
    """
    words = [entry for entry in standing(said) if entry.kind is EvidenceKind.CONSENT]
    return bool(words) and words[-1].value is True


def guests_who_allow(work: Work, guest_ids: Collection[int]) -> frozenset[int]:
    """Return those of these guests who let us remember them."""
    if not guest_ids:
        return frozenset()
    told = work.ledger.consents(guest_ids, Purpose.REMEMBER_ME)
    return frozenset(id for id, said in told.items() if may_remember(said))


def traits_of(work: Work, stays: Collection[Stay], constants: PriorConstants) -> dict[int, Trait]:
    """Return by number of the stay what is remembered of its guest, faded to its arrival.

    Stays of whom nothing is remembered, or may not be, are left out.
    """
    if not stays:
        return {}
    kept = work.traits.of_guests([stay.guest.id for stay in stays])
    allowed = guests_who_allow(work, kept)
    return {
        stay.id: trait_for(stay, kept[stay.guest.id], constants)
        for stay in stays
        if stay.guest.id in allowed
    }


def trait_for(stay: Stay, record: TraitRecord, constants: PriorConstants) -> Trait:
    """Return what was remembered of a guest before `stay`, and never what it taught itself.

    A stay that began before the guest left the last one knows nothing of it.
    """
    if record.stay_id == stay.id:
        return faded(record.before, record.before_at, stay.arrival_on, constants)
    if record.at > stay.arrival_on:
        return NO_TRAIT
    return faded(record.trait, record.at, stay.arrival_on, constants)


def faded(trait: Trait, since: date | None, until: date, constants: PriorConstants) -> Trait:
    """Let a trait fade from one day to another; without the first there is nothing to fade."""
    if since is None:
        return NO_TRAIT
    return forget(trait, (until - since).days / DAYS_IN_YEAR, constants)

"""What is remembered of a guest, as one of her stays may use it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.consent import Purpose, last_day
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.model import PriorConstants
from engine.domain.stays import Stay
from engine.inference.memory import forget
from engine.store import TraitRecord, Work

DAYS_IN_YEAR = 365.25


def last_word(said: Iterable[Evidence]) -> Evidence | None:
    """Return a guest's last yes or no to one purpose, None where she said nothing.

    Parameters
    ----------
    said : iterable of Evidence
        Every yes and no in all her stays with what was taken back, by rising `seq`.
    """
    words = [entry for entry in standing(said) if entry.kind is EvidenceKind.CONSENT]
    return words[-1] if words else None


def allowed_until(
    work: Work, guest_ids: Collection[int], purpose: Purpose = Purpose.REMEMBER_ME
) -> dict[int, date]:
    """Return for each of these guests whose last word is yes the last day on which it counts.

    Of a yes without terms nobody could show what she read: it counts as silence.
    """
    if not guest_ids:
        return {}
    told = work.ledger.consents(guest_ids, purpose)
    words = {id: last_word(said) for id, said in told.items()}
    yes = {id: word.seq for id, word in words.items() if word and word.value is True}
    if not yes:
        return {}
    given, visits = work.consents.given(yes.values()), work.consents.visits(yes)
    return {id: last_day(*given[seq], visits[id]) for id, seq in yes.items() if seq in given}


def guests_who_allow(
    work: Work,
    guest_ids: Collection[int],
    on: date,
    purpose: Purpose = Purpose.REMEMBER_ME,
) -> frozenset[int]:
    """Return those of these guests who allow something on a day; a yes that has ended is silence.

    By default it is to be remembered.
    """
    until = allowed_until(work, guest_ids, purpose)
    return frozenset(id for id, last in until.items() if on <= last)


def traits_of(
    work: Work,
    stays: Collection[Stay],
    constants: PriorConstants,
    *,
    on: date | None = None,
) -> dict[int, Trait]:
    """Return by number of the stay what is remembered of its guest, faded to its arrival.

    Stays of whom nothing is remembered, or may not be on the day `on`, are left out. Without a
    day each stay is looked at as on its arrival.
    """
    if not stays:
        return {}
    kept = work.traits.of_guests([stay.guest.id for stay in stays])
    until = allowed_until(work, kept)
    return {
        stay.id: trait_for(stay, kept[stay.guest.id], constants)
        for stay in stays
        if stay.guest.id in until and (on or stay.arrival_on) <= until[stay.guest.id]
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

"""What a guest allows: her yes or no is an entry of the ledger, and her last word counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.catalogue import Catalogue
from engine.domain.consent import Purpose, months_later
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.languages import first_read
from engine.domain.privacy import ConsentText
from engine.domain.stays import Stay
from engine.errors import BadInputError, ConflictError
from engine.store import Work
from engine.store.consents import ConsentTerms
from engine.usecases.advice.advising import Advised
from engine.usecases.advice.patterns import renew_pattern
from engine.usecases.advice.traits import allowed_until, guests_who_allow, last_word
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use, house_today
from engine.usecases.stays.recording import Act, Actor, entry, keep_advice

BATCH = 500
"""Guests looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One yes or no of a guest, with all that is kept of it."""

    purpose: Purpose
    is_allowed: bool
    by: str
    source: str
    """Where it was said: prompt, tablet, or desk, where it was read aloud."""
    at: datetime
    text_version: str
    """Of the words that she read; empty where it was not kept."""
    language: str
    expires_on: date | None
    """Last day on which a yes counts, as it stands now; None for a no."""
    ended_at: datetime | None
    """When another word of hers took its place, or it was taken back; None while it stands."""


def let_remember(
    ctx: Context,
    ref: str,
    actor: Actor,
    *,
    is_allowed: bool,
    house_id: str | None = None,
    language: str | None = None,
) -> Advised:
    """Record whether a guest lets us remember her, and act on it at once.

    From a no on nothing is kept and nothing is used: what was remembered is erased in the same
    transaction. From a yes on she is remembered from this stay, once it is over; what she told
    in earlier ones is not looked up again.

    Raises
    ------
    ConflictError
        If she is served without notes: that has to be taken back first.
    NotFoundError
        If the house has no stay by this reference.
    """
    return record_consent(
        ctx,
        ref,
        Purpose.REMEMBER_ME,
        actor,
        is_allowed=is_allowed,
        house_id=house_id,
        language=language,
    )


def record_consent(  # noqa: PLR0913  # as above
    ctx: Context,
    ref: str,
    purpose: Purpose,
    actor: Actor,
    *,
    is_allowed: bool,
    house_id: str | None = None,
    language: str | None = None,
) -> Advised:
    """Record a yes or no to one purpose with its terms; the same word again adds nothing.

    Parameters
    ----------
    ctx : Context
    ref : str
        Of the stay in which she says it.
    purpose : Purpose
        One that the seed has words for.
    actor : Actor
        Who records it; at the desk only after reading the words aloud.
    is_allowed : bool
        Yes or no.
    house_id : str, optional
        The house in use unless told otherwise.
    language : str, optional
        In which she read or heard the words; hers otherwise, where they exist in it.

    Raises
    ------
    BadInputError
        If nothing is asked for this purpose.
    ConflictError, NotFoundError
        As above.
    """
    asked = text_for(ctx.catalogue, purpose)
    with ctx.store.begin() as work:
        house = house_in_use(work, house_id)
        stay = work.stays.get(house.id, ref)
        _refuse_memory(work, stay, is_allowed=is_allowed)
        act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
        today = house_today(house, actor.at)
        if not work.ledger.knows(actor.key) and _is_news(act, asked, today, is_allowed=is_allowed):
            tag = language_of_words(ctx.catalogue, asked, language or stay.guest.language)
            keep_word(act, asked, tag, is_allowed=is_allowed)
        return keep_advice(ctx, work, stay, actor, house)


def text_for(catalogue: Catalogue, purpose: Purpose) -> ConsentText:
    """Return what is asked for a purpose.

    Raises
    ------
    BadInputError
        If nothing is.
    """
    asked = catalogue.privacy.consents.get(purpose)
    if asked is None:
        raise BadInputError("Guests are not asked for this here.")
    return asked


def language_of_words(catalogue: Catalogue, asked: ConsentText, tag: str | None) -> str:
    """Return the language in which the words of a consent are read to a guest who speaks `tag`."""
    return first_read((tag, *catalogue.languages), asked.text) or next(iter(asked.text))


def keep_word(act: Act, asked: ConsentText, language: str, *, is_allowed: bool) -> None:
    """Add a yes or no to the ledger, and its terms beside it."""
    said = entry(EvidenceKind.CONSENT, asked.purpose, is_allowed, act.actor)
    kept = act.work.ledger.append(act.stay.id, said, key=act.actor.key)
    until = months_later(act.stay.departure_on, asked.months) if is_allowed else None
    act.work.consents.add(kept.seq, ConsentTerms(asked.version, language, until))


def _refuse_memory(work: Work, stay: Stay, *, is_allowed: bool) -> None:
    if is_allowed and work.restrictions.of([stay.guest.id]):
        raise ConflictError("This guest is served without notes. Take that back first.")


def _is_news(act: Act, asked: ConsentText, today: date, *, is_allowed: bool) -> bool:
    """Whether this is another word than her last one, or to other words; a no is kept always."""
    guest = act.stay.guest.id
    word = last_word(act.work.ledger.consents([guest], asked.purpose)[guest])
    if word is None or word.value is not is_allowed:
        return True
    terms = act.work.consents.of([word.seq]).get(word.seq)
    has_ended = is_allowed and not guests_who_allow(act.work, [guest], today, asked.purpose)
    return has_ended or terms is None or terms.text_version != asked.version


@dataclass(frozen=True, slots=True)
class StandingWord:
    """What a guest last said to one purpose."""

    is_allowed: bool | None
    """None: nothing yet, or a yes that has ended."""
    until: date | None
    """Last day on which her yes counts."""


def standing_word(
    ctx: Context, stay: Stay, *, now: datetime, purpose: Purpose = Purpose.REMEMBER_ME
) -> StandingWord:
    """Return what the guest of a stay last said to a purpose, to be remembered by default."""
    with ctx.store.read() as work:
        guest, today = stay.guest.id, house_today(work.houses.get(stay.house), now)
        word = last_word(work.ledger.consents([guest], purpose)[guest])
        until = allowed_until(work, [guest], purpose).get(guest)
    if word is None or word.value is not True:
        return StandingWord(None if word is None else False, None)
    is_over = until is None or today > until
    return StandingWord(None, None) if is_over else StandingWord(True, until)


def consents_of(work: Work, guest_id: int) -> tuple[ConsentGiven, ...]:
    """Return every yes and no of a guest, in the order in which she said them."""
    found: list[tuple[int, ConsentGiven]] = []
    for purpose in Purpose:
        found += _of_purpose(work, guest_id, purpose)
    return tuple(given for _, given in sorted(found, key=lambda pair: pair[0]))


def _of_purpose(work: Work, guest_id: int, purpose: Purpose) -> list[tuple[int, ConsentGiven]]:
    entries = work.ledger.consents([guest_id], purpose)[guest_id]
    words = [one for one in entries if one.kind is EvidenceKind.CONSENT]
    terms = work.consents.of([one.seq for one in words])
    until = allowed_until(work, [guest_id], purpose).get(guest_id)
    standing_word = last_word(entries)
    given = []
    for word in words:
        told = terms.get(word.seq, ConsentTerms("", ""))
        is_standing = standing_word is not None and word.seq == standing_word.seq
        consent = ConsentGiven(
            purpose=purpose,
            is_allowed=word.value is True,
            by=word.by,
            source=word.source,
            at=word.at,
            text_version=told.text_version,
            language=told.language,
            expires_on=until if is_standing and until else told.expires_on,
            ended_at=None if is_standing else _ended(word, entries),
        )
        given.append((word.seq, consent))
    return given


def _ended(word: Evidence, entries: Collection[Evidence]) -> datetime | None:
    """Return when a word was followed by another one, or taken back."""
    ends = (
        one.at
        for one in entries
        if one.seq > word.seq and (one.kind is EvidenceKind.CONSENT or one.retracts == word.seq)
    )
    return next(ends, None)


def forget_lapsed(ctx: Context, *, now: datetime) -> int:
    """Erase what is remembered of guests whose yes has ended; return how many there were."""
    with ctx.store.read() as work:
        kept = work.consents.remembered()
    n_lapsed = 0
    for start in range(0, len(kept), BATCH):
        with ctx.store.begin() as work:
            n_lapsed += _forget_lapsed(ctx, work, kept[start : start + BATCH], now)
    return n_lapsed


def _forget_lapsed(ctx: Context, work: Work, guests: Sequence[int], now: datetime) -> int:
    lapsed = set(guests) - guests_who_allow(work, guests, now.date())
    for guest in lapsed:
        work.traits.forget(guest)
        for stay in work.stays.of_guest(guest):
            renew_pattern(work, ctx.catalogue.facts, stay, now=now)
    return len(lapsed)

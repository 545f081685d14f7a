"""All that is kept of a guest and her stay, with where it came from and what it led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.consent import LegalBasis, Purpose
from engine.domain.cues import Texts, Value
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.rules import Rule
from engine.domain.stays import House, Stay
from engine.store import GuestRecord, Work
from engine.store.erasing import count_rows
from engine.usecases.advice.traits import allowed_until
from engine.usecases.advice.without_notes import NEEDED
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code
from engine.usecases.rules.in_words import rule_set_of
from engine.usecases.stays.arrivals import house_today
from engine.usecases.stays.consent import ConsentGiven, consents_of

BOOKING = "booking"
"""Source of what the reservation system told."""
IN_SIGHT = frozenset({"guest", "stay", "evidence", "consent_terms", "voice"})
"""Tables that the page shows line by line; of all others it says how much there is."""
MAY_TAKE_BACK = frozenset(
    {
        EvidenceKind.CUE,
        EvidenceKind.ANSWER,
        EvidenceKind.REACTION,
        EvidenceKind.NOTE,
        EvidenceKind.OUTCOME,
    }
)
"""What a guest may call not so; that she arrived, or said yes, is another matter."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept."""

    what: str
    """`fact`, `words`, a part of the booking, or the kind of an entry of the ledger."""
    key: str
    """Id of the fact, cue, question, offer or prompt."""
    value: Value | date | None
    source: str
    """`booking`, or where an entry came from: desk, prompt, tablet, import."""
    at: datetime | None
    """None: as long as the booking is here."""
    basis: LegalBasis
    mark: str = ""
    """Names it in “that is not so”; empty where it cannot be called so."""
    is_taken_back: bool = False
    """It counts no more, and is kept to show that it was taken back."""


@dataclass(frozen=True, slots=True)
class Led:
    """One thing that led to what we thought."""

    kind: str
    """`rule`, `answer` or `reaction`."""
    id: str
    because: Texts
    """What the rule says; empty for her own word, and for a rule that is gone."""
    cues: tuple[str, ...]
    """Cues that the rule looks at: they are told in kinder words than staff need."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What we thought would suit her, as it was last kept."""

    style: str
    led: tuple[Led, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class MyData:
    """All that is kept of a guest, as far as one of her stays shows it."""

    house: House
    stay: Stay
    person: GuestRecord
    kept: tuple[Kept, ...]
    thought: Thought | None
    consents: tuple[ConsentGiven, ...]
    """Every yes and no, oldest first."""
    allowed: Mapping[Purpose, date]
    """What she allows now, and until when."""
    without_notes_since: datetime | None
    n_other_stays: int
    is_remembered: bool
    """Something of an earlier stay is remembered."""
    besides: Mapping[str, int]
    """Rows of tables that are not shown line by line."""


def my_data(ctx: Context, code: str, *, now: datetime) -> MyData:
    """Gather all that is kept.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    """
    with ctx.store.read() as work:
        stay = stay_of_code(ctx, work, code, now=now)
        house, guest = work.houses.get(stay.house), stay.guest.id
        rows = count_rows(work.connection, guest)
        return MyData(
            house=house,
            stay=stay,
            person=work.guests.get(guest),
            kept=(*_of_booking(ctx, stay), *_of_ledger(work, stay), *_of_words(work, stay)),
            thought=_thought(ctx, work, stay),
            consents=consents_of(work, guest),
            allowed=allowed_now(work, house, guest, now),
            without_notes_since=work.restrictions.since(guest),
            n_other_stays=len(work.stays.of_guest(guest)) - 1,
            is_remembered=bool(rows.get("trait")),
            besides={name: n for name, n in rows.items() if name not in IN_SIGHT},
        )


def allowed_now(work: Work, house: House, guest: int, now: datetime) -> dict[Purpose, date]:
    """Return what a guest allows today, and until when."""
    today = house_today(house, now)
    until = {purpose: allowed_until(work, [guest], purpose).get(guest) for purpose in Purpose}
    return {purpose: last for purpose, last in until.items() if last and today <= last}


def _of_booking(ctx: Context, stay: Stay) -> Iterator[Kept]:
    parts: Mapping[str, Value | date | None] = {
        "ref": stay.ref,
        "unit": stay.unit,
        "arrival_on": stay.arrival_on,
        "departure_on": stay.departure_on,
        "expected_hour": stay.expected_hour,
    }
    for what, value in parts.items():
        if value is not None:
            yield Kept(what, what, value, BOOKING, None, LegalBasis.CONTRACT)
    for id, value in stay.facts.items():
        is_needed = id in NEEDED
        basis = LegalBasis.CONTRACT if is_needed else LegalBasis.LEGITIMATE_INTEREST
        yield Kept("fact", id, value, BOOKING, None, basis, "" if is_needed else f"fact-{id}")


def _of_ledger(work: Work, stay: Stay) -> Iterator[Kept]:
    entries = work.ledger.of(stay.id)
    counting = {said.seq for said in standing(entries)}
    for said in entries:
        if said.kind not in (EvidenceKind.RETRACTION, EvidenceKind.CONSENT):
            yield _kept(said, is_standing=said.seq in counting)


def _kept(said: Evidence, *, is_standing: bool) -> Kept:
    may_be_wrong = is_standing and said.kind in MAY_TAKE_BACK
    return Kept(
        what=said.kind.value,
        key=said.key,
        value=said.value,
        source=said.source,
        at=said.at,
        basis=said.basis,
        mark=f"entry-{said.seq}" if may_be_wrong else "",
        is_taken_back=not is_standing,
    )


def _of_words(work: Work, stay: Stay) -> Iterator[Kept]:
    for voice in work.voices.of(stay.id).values():
        basis = LegalBasis.LEGITIMATE_INTEREST
        yield Kept("words", voice.prompt, voice.text, voice.source, voice.at, basis)


def _thought(ctx: Context, work: Work, stay: Stay) -> Thought | None:
    last = work.recommendations.latest(stay.id)
    if last is None:
        return None
    in_force = rule_set_of(work.rule_sets.published()).rules
    rules = {rule.id: rule for rule in (*ctx.catalogue.rules, *in_force)}
    led = tuple(_led(ctx, rules, reason["key"]) for reason in last.output["reasons"])
    return Thought(last.output["style"], led, last.at)


def _led(ctx: Context, rules: Mapping[str, Rule], key: str) -> Led:
    kind, _, id = key.partition(".")
    rule = rules.get(id) if kind == "rule" else None
    if rule is None:
        return Led(kind, id, {}, ())
    tested = (test.fact for test in (*rule.when, *rule.any))
    return Led(kind, id, rule.because, tuple(one for one in tested if one in ctx.catalogue.cues))

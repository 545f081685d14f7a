"""One stay, as the template gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.domain.advice import Advice
from engine.domain.catalogue import Catalogue
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.people import Role
from engine.domain.stays import Stay, StayStatus
from engine.domain.styles import Mode, Stage
from engine.usecases.stays.arrivals import Card
from web.axis import Axis
from web.desk.address import part_of, path_of
from web.desk.aloud import ConsentAloud, consent_aloud
from web.desk.board import Row
from web.desk.notes import NoteView, notes_on
from web.desk.shown import clock_time, day_in_words, hour, text
from web.desk.talk import (
    Grants,
    Known,
    OfferView,
    QuestionView,
    ReasonView,
    Wish,
    entry_in_words,
    granted,
    known,
    offers,
    question,
    reasons,
    situation,
    wishes,
)
from web.words import name_of
from web.work import context, signed_in

OF_DESK = "desk"
"""Source of what staff recorded here; only that can be undone here."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One cue to tap."""

    id: str
    label: str
    key: int
    """Number key, 0 for none."""
    is_on: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One style to check in with."""

    style: str
    verb: str


@dataclass(frozen=True, slots=True)
class PackLink:
    """One pack put forward; without an address where the page must not be open to all."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Undo:
    """One entry that can be taken back."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Done:
    """How the check-in was done."""

    time: str
    by: str
    verb: str
    seq: int | None
    packs_go: bool = False
    """A mail with the packs is on its way."""


@dataclass(frozen=True, slots=True)
class CardView:
    """One stay: what to do, why, and what was recorded."""

    id: int
    path: str
    row: Row
    name: str
    unit: str
    nights: int
    time: str
    day: str
    """Day of arrival in words; empty for one who arrives or arrived up to today."""
    situation: tuple[str, ...]
    known: tuple[Known, ...]
    advice: str
    way: Way
    axis: Axis
    is_cold: bool
    """Nothing points anywhere yet."""
    is_usual: bool
    """Served as the house always does, for comparison: no advice is shown."""
    language: str
    stage: str
    line: str
    stages: Mapping[str, str]
    by_phone: Mapping[str, str]
    must_know: tuple[str, ...]
    helps: tuple[str, ...]
    grants: Grants
    wishes: tuple[Wish, ...]
    notes: tuple[NoteView, ...]
    consent: ConsentAloud | None
    is_without_notes: bool
    is_short_now: bool
    may_use_device: bool
    question: QuestionView | None
    offer_now: OfferView | None
    offers: tuple[OfferView, ...]
    chips: tuple[Chip, ...]
    more_chips: tuple[Chip, ...]
    can_check_in: bool
    others: tuple[Way, ...]
    done: Done | None
    packs: tuple[PackLink, ...]
    reasons: tuple[ReasonView, ...]
    why: str
    """The owner's page that takes the advice apart; empty for all others."""
    set_aside: tuple[Undo, ...]
    undo: Undo | None
    link: str | None
    focus: str
    """Part that a screen reader is led to after this change; empty: stay where you are."""
    is_hidden: bool
    """Nothing about the guest is shown: somebody may look over the shoulder."""

    @classmethod
    def of(cls, card: Card, *, focus: str = "", is_hidden: bool = False) -> CardView:
        """Write a card."""
        advised, catalogue = card.advised, context().catalogue
        stay, advice = advised.stay, advised.recommendation
        chips = _chips(catalogue, advised.case.cues)
        told = offers(card, catalogue)
        is_arrived = advised.case.is_arrived
        stage = Stage.SOLUTIONS if is_arrived else Stage.GREET
        return cls(
            id=stay.id,
            path=path_of(stay.ref),
            row=Row.of(advised, card.house, is_here=True),
            name=name_of(stay.guest),
            unit=_unit(card, stay),
            nights=(stay.departure_on - stay.arrival_on).days,
            time=hour(stay.expected_hour),
            day=_day(stay, card.today),
            situation=() if advised.is_without_notes else situation(catalogue, stay),
            known=() if advised.is_without_notes else known(catalogue, stay),
            advice=advice.advice.value,
            way=_way(catalogue, stay.served_style or advice.style, advice.closed),
            axis=Axis.of(advice.belief),
            is_cold=not advice.reasons,
            is_usual=advised.is_usual_service,
            language=card.language,
            stage=stage.value,
            line=card.spoken[Mode.IN_PERSON][stage],
            stages=_lines(card, Mode.IN_PERSON),
            by_phone=_lines(card, Mode.BY_PHONE),
            must_know=tuple(advice.must_know),
            helps=_helps(catalogue, advice.helps),
            grants=granted(card),
            wishes=wishes(catalogue, advised),
            notes=notes_on(card),
            consent=consent_aloud(card),
            is_without_notes=advised.is_without_notes,
            is_short_now=advice.is_short_now,
            may_use_device=advice.may_use_device,
            question=question(catalogue, advice.question, card.language),
            offer_now=_offer_now(card, told),
            offers=told,
            chips=tuple(chip for chip in chips if chip.key or chip.is_on),
            more_chips=tuple(chip for chip in chips if not chip.key and not chip.is_on),
            can_check_in=stay.status is StayStatus.EXPECTED and not is_arrived,
            others=tuple(_way(catalogue, style, advice.closed) for style in advice.alternatives),
            done=_done(card, catalogue),
            packs=_packs(card, catalogue),
            reasons=reasons(card, catalogue),
            why=_why(stay),
            set_aside=_set_aside(card, catalogue),
            undo=_undo(card, catalogue),
            link=card.link,
            focus=focus,
            is_hidden=is_hidden,
        )

    @property
    def is_watching(self) -> bool:
        """Whether to make an offer and see how it lands."""
        return self.advice == Advice.OBSERVE.value and self.offer_now is not None

    @property
    def open_offers(self) -> tuple[OfferView, ...]:
        """Offers whose reaction can be recorded: those not closed."""
        return tuple(one for one in self.offers if not one.is_closed)

    @property
    def made_offers(self) -> tuple[OfferView, ...]:
        """Offers that were made, or raised by the guest."""
        return tuple(one for one in self.offers if one.reaction or one.is_closed)


def _offer_now(card: Card, told: tuple[OfferView, ...]) -> OfferView | None:
    """The offer to make now; under usual service none is put forward."""
    offer = None if card.advised.is_usual_service else card.offer_now
    return next((one for one in told if one.id == offer), None)


def _why(stay: Stay) -> str:
    person = signed_in()
    is_owner = person is not None and person.role is Role.OWNER
    return f"/owner/stays/{part_of(stay.ref)}/why" if is_owner else ""


def _unit(card: Card, stay: Stay) -> str:
    units = (unit.name for unit in card.house.units if unit.code == stay.unit)
    return next(units, stay.unit or "")


def _day(stay: Stay, today: date) -> str:
    return day_in_words(stay.arrival_on) if stay.arrival_on > today else ""


def _way(catalogue: Catalogue, style: str, closed: tuple[str, ...]) -> Way:
    known_style = catalogue.styles.get(style)
    return Way(style, text(known_style.verb_when(closed)) if known_style else style)


def _lines(card: Card, mode: Mode) -> dict[str, str]:
    return {stage.value: line for stage, line in card.spoken[mode].items()}


def _helps(catalogue: Catalogue, ids: tuple[str, ...]) -> tuple[str, ...]:
    """What help to give; a wish of the guest stands among the wishes instead."""
    facts = (catalogue.facts[id] for id in ids)
    return tuple(text(fact.adds_help) for fact in facts if not fact.is_instruction)


def _chips(catalogue: Catalogue, seen: frozenset[str]) -> list[Chip]:
    """All cues: those with a number key first, in the order of the keys."""
    cues = sorted(catalogue.cues.values(), key=lambda cue: cue.key or len(catalogue.cues) + 9)
    return [Chip(cue.id, text(cue.label), cue.key, cue.id in seen) for cue in cues]


def _done(card: Card, catalogue: Catalogue) -> Done | None:
    stay = card.advised.stay
    if stay.status is StayStatus.EXPECTED:
        return None
    style = catalogue.styles.get(stay.served_style or "")
    return Done(
        time=clock_time(stay.checked_in_at, card.house) if stay.checked_in_at else "",
        by=stay.checked_in_by or "",
        verb=text(style.verb) if style else "",
        seq=card.arrival_seq if stay.status is StayStatus.IN_HOUSE else None,
        packs_go=card.packs_go and stay.status is StayStatus.IN_HOUSE,
    )


def _packs(card: Card, catalogue: Catalogue) -> tuple[PackLink, ...]:
    unit = card.advised.stay.unit
    chosen = (catalogue.packs[id] for id in card.advised.recommendation.packs)
    return tuple(
        PackLink(text(pack.title), f"/p/{unit}/{pack.id}" if unit and not pack.is_guarded else "")
        for pack in chosen
    )


def _set_aside(card: Card, catalogue: Catalogue) -> tuple[Undo, ...]:
    entries = (e for e in card.advised.entries if e.kind is EvidenceKind.SET_ASIDE)
    return tuple(Undo(entry.seq, entry_in_words(entry, card, catalogue)) for entry in entries)


def _undo(card: Card, catalogue: Catalogue) -> Undo | None:
    """The last thing recorded at the desk, unless it is the check-in, which has its own button."""
    mine: list[Evidence] = [e for e in card.advised.entries if e.source == OF_DESK]
    if not mine or mine[-1].kind is EvidenceKind.ARRIVAL:
        return None
    return Undo(mine[-1].seq, entry_in_words(mine[-1], card, catalogue))

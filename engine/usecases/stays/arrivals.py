"""Who comes today, what to do for each, and the card of one stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.decision.advise import Adviser
from engine.decision.guardrails import guard
from engine.decision.script import language_of, script_of, with_name
from engine.decision.situation import Situation
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.offers import Reaction
from engine.domain.rules import Rule
from engine.domain.stays import House, Stay, StayStatus
from engine.domain.styles import Mode, Stage
from engine.errors import BadInputError, NotFoundError
from engine.sentences import Sentence
from engine.store import Work
from engine.usecases.advice.advising import Advised, advise_stays, adviser_in_force
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_link
from engine.usecases.guests.mail_server import packs_go

ON_BOARD = frozenset({StayStatus.EXPECTED, StayStatus.IN_HOUSE, StayStatus.DEPARTED})
AHEAD = timedelta(days=30)
"""How far the board looks for the next arrival when today has none."""


@dataclass(frozen=True, slots=True)
class Board:
    """The arrivals of one day with advice for each."""

    house: House
    day: date
    today: date
    rows: tuple[Advised, ...]
    next_arrival: Stay | None
    """First arrival after `day`; None while somebody is still expected on it."""

    @property
    def n_done(self) -> int:
        """How many of the day's arrivals are checked in."""
        return sum(row.stay.status is not StayStatus.EXPECTED for row in self.rows)


@dataclass(frozen=True, slots=True)
class OfferState:
    """One offer on the card: open, or how and when it was taken."""

    offer: str
    reaction: Reaction | None
    at: datetime | None
    is_closed: bool
    """Staff may not start it again in this stay."""


@dataclass(frozen=True, slots=True)
class Card:
    """One stay as the desk sees it."""

    house: House
    advised: Advised
    offers: tuple[OfferState, ...]
    fired: tuple[Rule, ...]
    """Rules behind the reasons shown, by id."""
    arrival_seq: int | None
    """Ledger entry of the check-in, for undo."""
    last_seq: int | None
    """Newest entry that still counts, for undo."""
    link: str | None
    """Full address of the guest's own page; None once it is no longer valid."""
    spoken: Mapping[Mode, Mapping[Stage, str]]
    """What to say in each stage, with the guest's name, in the style served or else advised."""
    language: str
    """Of the spoken lines: the guest's where every text exists in it."""
    offer_now: str | None
    """Offer to make now, if any: the one to watch, or else the first open one of the style."""
    today: date
    """At the house."""
    packs_go: bool = False
    """A mail with the packs goes to the guest within the minute."""


def house_today(house: House, now: datetime) -> date:
    """Return the date at the house."""
    return now.astimezone(ZoneInfo(house.time_zone)).date()


def house_in_use(work: Work, house_id: str | None = None) -> House:
    """Return the house asked for, else the first own one, else the demo."""
    if house_id:
        return work.houses.get(house_id)
    houses = work.houses.all()
    if not houses:
        raise NotFoundError("There is no house yet. Start with your own house.")
    return next((house for house in houses if not house.is_demo), houses[0])


def house_named(work: Work, asked: str | None, otherwise: Sentence) -> House:
    """Return the house asked for, or the only own one; the demo only where it is named.

    Parameters
    ----------
    otherwise : Sentence
        What to say where there is no own house.

    Raises
    ------
    BadInputError
        If there are several own houses and none was named.
    NotFoundError
        If there is no such house.
    """
    if asked is not None:
        return work.houses.get(asked)
    own = [house for house in work.houses.all() if not house.is_demo]
    if not own:
        raise NotFoundError(otherwise)
    if len(own) > 1:
        names = ", ".join(house.id for house in own)
        raise BadInputError(Sentence("Which house? Name one of {names}.", names=names))
    return own[0]


def board(
    ctx: Context, *, now: datetime, day: date | None = None, house_id: str | None = None
) -> Board:
    """Show the arrivals of one day, today unless told otherwise."""
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        today = house_today(house, now)
        shown = day or today
        stays = [s for s in work.stays.between(house.id, shown, shown) if s.status in ON_BOARD]
        rows = advise_stays(ctx, work, house, stays, now=now)
        is_over = all(stay.status is not StayStatus.EXPECTED for stay in stays)
        upcoming = _next_after(work, house, shown) if is_over else None
    return Board(house, shown, today, rows, upcoming)


def _next_after(work: Work, house: House, day: date) -> Stay | None:
    later = work.stays.between(house.id, day + timedelta(days=1), day + AHEAD)
    return next((stay for stay in later if stay.status is StayStatus.EXPECTED), None)


def in_house(ctx: Context, *, now: datetime, house_id: str | None = None) -> Board:
    """Show everybody who is in house."""
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        today = house_today(house, now)
        rows = advise_stays(ctx, work, house, work.stays.in_house(house.id), now=now)
    return Board(house, today, today, rows, None)


def card(ctx: Context, ref: str, *, now: datetime, house_id: str | None = None) -> Card:
    """Show one stay.

    Raises
    ------
    NotFoundError
        If the house has no stay by this reference.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        (advised,) = advise_stays(ctx, work, house, [work.stays.get(house.id, ref)], now=now)
        return card_of(ctx, work, house, advised, now=now)


OF_THE_DESK = frozenset({"desk", "tablet"})
"""Sources that staff may take back; the guest's word and the reservation system's are theirs."""


def may_undo(stay: Stay, said: Evidence) -> bool:
    """Whether staff may take an entry back."""
    is_over = said.kind is EvidenceKind.ARRIVAL and stay.status is StayStatus.DEPARTED
    return said.source in OF_THE_DESK and not is_over


def card_of(ctx: Context, work: Work, house: House, advised: Advised, *, now: datetime) -> Card:
    """Complete an advised stay to a card."""
    adviser = adviser_in_force(ctx, work, house.id, advised.stay)
    rules = {rule.id: rule for rule in adviser.rule_set.rules}
    keys = [reason.key.removeprefix("rule.") for reason in advised.recommendation.reasons]
    own = [e for e in advised.entries if may_undo(advised.stay, e)]
    arrivals = [e.seq for e in own if e.kind is EvidenceKind.ARRIVAL]
    situation = Situation(advised.case, ctx.catalogue)
    style = advised.stay.served_style or advised.recommendation.style
    return Card(
        house=house,
        advised=advised,
        offers=_offer_states(ctx, advised),
        fired=tuple(rules[key] for key in keys if key in rules),
        arrival_seq=arrivals[-1] if arrivals else None,
        last_seq=own[-1].seq if own else None,
        link=guest_link(ctx, work, advised.stay, now=now),
        spoken=_spoken(situation, style, advised.stay.guest.name),
        language=language_of(situation),
        offer_now=advised.recommendation.offer or _open_offer(adviser, situation, style),
        today=house_today(house, now),
        packs_go=advised.case.is_arrived and packs_go(work, advised.stay),
    )


def _spoken(situation: Situation, style: str, name: str) -> dict[Mode, dict[Stage, str]]:
    return {
        mode: {
            stage: with_name(line, name)
            for stage, line in script_of(situation, style, mode).items()
        }
        for mode in Mode
    }


def _open_offer(adviser: Adviser, situation: Situation, style: str) -> str | None:
    """The first offer that staff start in this style and that no guardrail takes away.

    After a no the next thing is not pushed forward at once: from then on the guest asks.
    """
    if any(entry.reaction is Reaction.DECLINED for entry in situation.case.reactions):
        return None
    allowed = guard(situation, adviser.everything).offers
    offers = situation.catalogue.offers.values()
    return next((o.id for o in offers if o.id in allowed and style in o.styles), None)


def _offer_states(ctx: Context, advised: Advised) -> tuple[OfferState, ...]:
    taken = {e.key: e for e in advised.entries if e.kind is EvidenceKind.REACTION}
    closed = advised.recommendation.closed
    states = []
    for offer in ctx.catalogue.offers.values():
        entry = taken.get(offer.id)
        reaction = Reaction(str(entry.value)) if entry else None
        at = entry.at if entry else None
        states.append(OfferState(offer.id, reaction, at, offer.topic in closed))
    return tuple(states)

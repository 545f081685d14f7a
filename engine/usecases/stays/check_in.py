"""What the desk does with a stay: notice, ask, check in, see how it landed, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from engine.decision.situation import Situation
from engine.domain.consent import LegalBasis
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.offers import Reaction
from engine.domain.stays import House, StayStatus
from engine.errors import (
    BadInputError,
    ClosedTopicError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
)
from engine.sentences import Sentence
from engine.usecases.advice.advising import adviser_in_force, case_of
from engine.usecases.context import Context
from engine.usecases.guests.mails import cancel_packs, plan_packs
from engine.usecases.stays.arrivals import Card, card_of, house_in_use, may_undo
from engine.usecases.stays.recording import Act, Actor, keep_advice, keep_what_was_shown


class Desk:
    """Everything that staff record about one stay of one house.

    Each act is one unit of work: it appends to the ledger, advises anew, saves the
    recommendation and returns the fresh card. The same act sent again (same key) changes
    nothing and returns the card as it is.

    Parameters
    ----------
    ctx : Context
        Store and catalogue.
    ref : str
        The reference of the stay.
    house_id : str, optional
        The house in use unless told otherwise.
    """

    def __init__(self, ctx: Context, ref: str, house_id: str | None = None) -> None:
        self.ctx = ctx
        self.ref = ref
        self.house_id = house_id

    def observe(self, cue: str, actor: Actor, *, is_seen: bool = True) -> Card:
        """Record that a cue was seen, or take it back.

        Raises
        ------
        BadInputError
            If the catalogue has no such cue.
        """
        _allowed("cue", cue, self.ctx.catalogue.cues)
        is_wish = self.ctx.catalogue.cues[cue].is_instruction

        def do(act: Act) -> None:
            seen = act.of(EvidenceKind.CUE, cue)
            if is_seen and not seen:
                _refuse_note(act, is_needed=is_wish)
                act.append(EvidenceKind.CUE, cue, True, LegalBasis.CONTRACT if is_wish else None)
            for sighting in [] if is_seen else seen:
                act.retract(sighting)

        return self._do(do, actor)

    def answer(self, question: str, grade: int, actor: Actor) -> Card:
        """Record what the guest answered to a question put aloud."""
        _allowed("question", question, self.ctx.catalogue.questions)
        asked = self.ctx.catalogue.questions[question]
        _allowed("grade", grade, range(len(asked.grades)))

        def do(act: Act) -> None:
            _refuse_note(act, is_needed=asked.is_instruction)
            act.append_answer(asked, grade)

        return self._do(do, actor)

    def skip(self, question: str, actor: Actor) -> Card:
        """Record that a question was put and left open."""
        _allowed("question", question, self.ctx.catalogue.questions)
        return self._do(lambda act: act.append(EvidenceKind.ASKED, question, None), actor)

    def react(self, offer: str, reaction: str, actor: Actor) -> Card:
        """Record how an offer was taken; to correct a slip, undo it first.

        Raises
        ------
        ClosedTopicError
            If the topic was closed before: it is not offered again.
        """
        _allowed("offer", offer, self.ctx.catalogue.offers)
        _allowed("reaction", reaction, [kind.value for kind in Reaction])

        topic = self.ctx.catalogue.offers[offer].topic

        def do(act: Act) -> None:
            earlier = act.of(EvidenceKind.REACTION, offer)
            is_closed = topic in self._closed(act)
            if any(said.value == reaction for said in earlier) and (
                is_closed or not Reaction(reaction).closes_topic
            ):
                return
            if is_closed:
                raise ClosedTopicError(
                    "This topic was declined before and is not offered again in this stay."
                )
            _refuse_note(act, is_needed=Reaction(reaction).closes_topic)
            for said in earlier:
                act.retract(said)
            act.append(EvidenceKind.REACTION, offer, reaction)

        return self._do(do, actor)

    def reopen(self, offer: str, actor: Actor) -> Card:
        """Record that somebody of the party asked about a closed topic."""
        _allowed("offer", offer, self.ctx.catalogue.offers)
        topic = self.ctx.catalogue.offers[offer].topic
        return self._do(lambda act: act.append(EvidenceKind.REOPENED, topic, None), actor)

    def set_aside(self, rule: str, actor: Actor) -> Card:
        """Remove one reason for this stay: the rule then says nothing.

        Raises
        ------
        BadInputError
            If no rule in force has this id.
        """

        def do(act: Act) -> None:
            rules = adviser_in_force(self.ctx, act.work, stay=act.stay).rule_set.rules
            _allowed("rule", rule, [one.id for one in rules])
            act.append(EvidenceKind.SET_ASIDE, rule, None)

        return self._do(do, actor)

    def check_in(self, style: str, actor: Actor) -> Card:
        """Record the arrival and the style it was met in; repeated, it stays one arrival.

        Raises
        ------
        ConflictError
            If somebody else checked this guest in before.
        """
        _allowed("style", style, self.ctx.catalogue.styles)

        def do(act: Act) -> None:
            arrival = next(iter(act.of(EvidenceKind.ARRIVAL)), None)
            if arrival is None:
                keep_what_was_shown(self.ctx, act)
                _arrive(act, style)
            elif arrival.by != act.actor.by:
                clock = _clock(act.house, arrival)
                told = "{who} checked this guest in at {time}."
                raise ConflictError(Sentence(told, who=arrival.by, time=clock))

        return self._do(do, actor)

    def undo(self, seq: int, actor: Actor) -> Card:
        """Take back one entry; nothing is deleted.

        Raises
        ------
        NotFoundError
            If the entry is not one of this stay, or was taken back before.
        NotAllowedError
            If it is the guest's own word, the reservation system's, or of a stay that is over.
        """

        def do(act: Act) -> None:
            said = next((e for e in act.told if e.seq == seq), None)
            if said is None:
                raise NotFoundError("This was taken back before, or belongs to another stay.")
            if not may_undo(act.stay, said):
                raise NotAllowedError("Only who said this can take it back.")
            if said.kind is EvidenceKind.ARRIVAL:
                _unarrive(act)
            act.retract(said)

        return self._do(do, actor)

    def _do(self, do: Callable[[Act], None], actor: Actor) -> Card:
        with self.ctx.store.begin() as work:
            house = house_in_use(work, self.house_id)
            stay = work.stays.get(house.id, self.ref)
            act = Act(work, house, stay, standing(work.ledger.of(stay.id)), actor)
            if not work.ledger.knows(actor.key):
                do(act)
            advised = keep_advice(self.ctx, work, act.stay, actor, house)
            return card_of(self.ctx, work, house, advised, now=actor.at)

    def _closed(self, act: Act) -> frozenset[str]:
        case = case_of(act.stay, act.house, act.told, now=act.actor.at)
        return Situation(case, self.ctx.catalogue).closed


def _arrive(act: Act, style: str) -> None:
    act.append(EvidenceKind.ARRIVAL, "style", style)
    act.stay = act.work.stays.change(
        act.stay,
        status=StayStatus.IN_HOUSE,
        checked_in_at=act.actor.at,
        checked_in_by=act.actor.by,
        served_style=style,
    )
    plan_packs(act.work, act.house, act.stay, by=act.actor.by, now=act.actor.at)


def _unarrive(act: Act) -> None:
    act.stay = act.work.stays.change(
        act.stay,
        status=StayStatus.EXPECTED,
        checked_in_at=None,
        checked_in_by=None,
        served_style=None,
    )
    cancel_packs(act.work, act.stay)


def _refuse_note(act: Act, *, is_needed: bool) -> None:
    """Refuse to note anything of a guest who wishes it so, but what she herself asks for."""
    if not is_needed and act.work.restrictions.of([act.stay.guest.id]):
        raise NotAllowedError("This guest is served without notes. Nothing was written down.")


def _clock(house: House, said: Evidence) -> str:
    return f"{said.at.astimezone(ZoneInfo(house.time_zone)):%H:%M}"


def _allowed(what: str, value: object, among: Iterable[object]) -> None:
    """Refuse a value outside the closed list, naming what is allowed."""
    values = list(among)
    if value not in values:
        names = ", ".join(str(one) for one in values)
        told = "Unknown {what} {value}. Allowed: {names}."
        raise BadInputError(Sentence(told, what=Sentence(what), value=repr(value), names=names))

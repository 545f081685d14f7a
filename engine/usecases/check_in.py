"""What the desk does with a stay: notice, ask, check in, see how it landed, undo."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.offers import Reaction
from engine.domain.stays import Stay, StayStatus
from engine.errors import BadInputError, ClosedTopicError, ConflictError, NotFoundError
from engine.store import Work
from engine.usecases.arrivals import Card, card_of, house_in_use
from engine.usecases.context import Context
from engine.usecases.recording import Actor, entry, keep_advice


class Desk:
    """Everything that staff record about one stay of one house.

    Each act is one unit of work: it appends to the ledger, advises anew, saves the
    recommendation and returns the fresh card.

    Parameters
    ----------
    ctx : Context
        Store and catalogue.
    ref : str
        The reference of the stay.
    house_id : str, optional
        The first house of the database unless told otherwise.
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
        with self.ctx.store.begin() as work:
            stay, told = self._load(work)
            seen = [e for e in told if e.kind is EvidenceKind.CUE and e.key == cue]
            if is_seen and not seen:
                self._append(work, stay, entry(EvidenceKind.CUE, cue, True, actor), actor)
            for sighting in [] if is_seen else seen:
                self._retract(work, stay, sighting, actor)
            return self._card(work, stay, actor)

    def answer(self, question: str, grade: int, actor: Actor) -> Card:
        """Record what the guest answered to a question put aloud."""
        _allowed("question", question, self.ctx.catalogue.questions)
        grades = self.ctx.catalogue.questions[question].grades
        _allowed("grade", grade, range(len(grades)))
        with self.ctx.store.begin() as work:
            stay, _ = self._load(work)
            self._append(work, stay, entry(EvidenceKind.ANSWER, question, grade, actor), actor)
            return self._card(work, stay, actor)

    def skip(self, question: str, actor: Actor) -> Card:
        """Record that a question was put and left open."""
        _allowed("question", question, self.ctx.catalogue.questions)
        with self.ctx.store.begin() as work:
            stay, _ = self._load(work)
            self._append(work, stay, entry(EvidenceKind.ASKED, question, None, actor), actor)
            return self._card(work, stay, actor)

    def react(self, offer: str, reaction: str, actor: Actor) -> Card:
        """Record how an offer was taken.

        Raises
        ------
        ClosedTopicError
            If the topic was closed before: it is not offered again.
        """
        _allowed("offer", offer, self.ctx.catalogue.offers)
        _allowed("reaction", reaction, [kind.value for kind in Reaction])
        with self.ctx.store.begin() as work:
            stay, told = self._load(work)
            self._refuse_closed(work, stay, offer, actor)
            earlier = [e for e in told if e.kind is EvidenceKind.REACTION and e.key == offer]
            now = self._append(
                work, stay, entry(EvidenceKind.REACTION, offer, reaction, actor), actor
            )
            for said in earlier:
                if said.seq != now.seq:  # the same post again must not take its own entry back
                    self._retract(work, stay, said, actor)
            return self._card(work, stay, actor)

    def reopen(self, offer: str, actor: Actor) -> Card:
        """Record that somebody of the party asked about a closed topic."""
        _allowed("offer", offer, self.ctx.catalogue.offers)
        topic = self.ctx.catalogue.offers[offer].topic
        with self.ctx.store.begin() as work:
            stay, _ = self._load(work)
            self._append(work, stay, entry(EvidenceKind.REOPENED, topic, None, actor), actor)
            return self._card(work, stay, actor)

    def set_aside(self, rule: str, actor: Actor) -> Card:
        """Remove one reason for this stay: the rule then says nothing."""
        with self.ctx.store.begin() as work:
            stay, _ = self._load(work)
            self._append(work, stay, entry(EvidenceKind.SET_ASIDE, rule, None, actor), actor)
            return self._card(work, stay, actor)

    def check_in(self, style: str, actor: Actor) -> Card:
        """Record the arrival and the style it was met in; repeated, it stays one arrival.

        Raises
        ------
        ConflictError
            If somebody else checked this guest in before.
        """
        _allowed("style", style, self.ctx.catalogue.styles)
        with self.ctx.store.begin() as work:
            stay, told = self._load(work)
            arrival = next((e for e in told if e.kind is EvidenceKind.ARRIVAL), None)
            if arrival is None:
                stay = self._arrive(work, stay, style, actor)
            elif arrival.by != actor.by:
                raise ConflictError(
                    f"{arrival.by} checked this guest in at {_clock(work, stay, arrival)}."
                )
            return self._card(work, stay, actor)

    def undo(self, seq: int, actor: Actor) -> Card:
        """Take back one entry; nothing is deleted, and once more changes nothing.

        Raises
        ------
        NotFoundError
            If the entry is not one of this stay.
        """
        with self.ctx.store.begin() as work:
            stay, told = self._load(work)
            if all(e.seq != seq for e in work.ledger.of(stay.id)):
                raise NotFoundError("There is no such entry in this stay.")
            said = next((e for e in told if e.seq == seq), None)
            if said is not None and said.kind is EvidenceKind.ARRIVAL:
                stay = _unarrive(work, stay)
            if said is not None:
                self._retract(work, stay, said, actor)
            return self._card(work, stay, actor)

    def _load(self, work: Work) -> tuple[Stay, tuple[Evidence, ...]]:
        house = house_in_use(work, self.house_id)
        stay = work.stays.get(house.id, self.ref)
        return stay, standing(work.ledger.of(stay.id))

    def _append(self, work: Work, stay: Stay, said: Evidence, actor: Actor) -> Evidence:
        return work.ledger.append(stay.id, said, key=actor.key)

    def _retract(self, work: Work, stay: Stay, said: Evidence, actor: Actor) -> None:
        back = entry(EvidenceKind.RETRACTION, said.key, None, actor, retracts=said.seq)
        key = f"{actor.key}:{said.seq}" if actor.key else None
        work.ledger.append(stay.id, back, key=key)

    def _card(self, work: Work, stay: Stay, actor: Actor) -> Card:
        advised = keep_advice(self.ctx, work, stay, actor)
        return card_of(self.ctx, work, work.houses.get(stay.house), advised, now=actor.at)

    def _refuse_closed(self, work: Work, stay: Stay, offer: str, actor: Actor) -> None:
        card = self._card(work, stay, actor)
        state = next(state for state in card.offers if state.offer == offer)
        is_correction = state.reaction is not None
        if state.is_closed and not is_correction:
            raise ClosedTopicError(
                "This topic was declined before and is not offered again in this stay."
            )

    def _arrive(self, work: Work, stay: Stay, style: str, actor: Actor) -> Stay:
        said = self._append(work, stay, entry(EvidenceKind.ARRIVAL, "style", style, actor), actor)
        if said.seq not in {e.seq for e in standing(work.ledger.of(stay.id))}:
            return stay  # a post repeated after its undo: what was taken back stays taken back
        return work.stays.change(
            stay,
            status=StayStatus.IN_HOUSE,
            checked_in_at=actor.at,
            checked_in_by=actor.by,
            served_style=style,
        )


def _unarrive(work: Work, stay: Stay) -> Stay:
    return work.stays.change(
        stay,
        status=StayStatus.EXPECTED,
        checked_in_at=None,
        checked_in_by=None,
        served_style=None,
    )


def _clock(work: Work, stay: Stay, said: Evidence) -> str:
    zone = ZoneInfo(work.houses.get(stay.house).time_zone)
    return f"{said.at.astimezone(zone):%H:%M}"


def _allowed(what: str, value: object, among: Iterable[object]) -> None:
    """Refuse a value outside the closed list, naming what is allowed."""
    values = list(among)
    if value not in values:
        names = ", ".join(str(one) for one in values)
        raise BadInputError(f"Unknown {what} {value!r}. Allowed: {names}.")

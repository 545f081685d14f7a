"""The prompt: few questions, one at a time, then what we will do and the guide.

Link, printed code, tablet of the desk and staff who ask aloud all write the one record of the
stay; the source of each entry says which of them it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.evidence import EvidenceKind, standing
from engine.domain.questions import Question
from engine.domain.stays import House, Stay, StayStatus
from engine.errors import BadInputError, ConflictError
from engine.store import Work
from engine.usecases.advice.advising import Advised, advise_stays, adviser_in_force
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code
from engine.usecases.stays.arrivals import house_in_use
from engine.usecases.stays.recording import Act, Actor, keep_advice

GUEST = "guest"

OVER = frozenset({StayStatus.DEPARTED, StayStatus.CANCELLED, StayStatus.NO_SHOW})
"""Nothing is asked of a guest who has left, or did not come."""


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """A guest who is asked aloud: staff tap her answers, and no code is needed."""

    ref: str
    house: str | None = None
    """The house in use where None."""


Whose = str | OnBehalf
"""Whose record: by the code of a guest's page, or by the reference of the stay."""


@dataclass(frozen=True, slots=True)
class PromptState:
    """Where a guest stands on her own page."""

    house: House
    stay: Stay
    question: Question | None
    """What to ask now; None = done."""
    number: int
    """Of the question now asked, from 1."""
    answers: tuple[tuple[Question, int], ...]
    """What she answered so far, in order."""
    asked: tuple[Question, ...]
    """Answered or skipped so far, in order; she may come back to each of them."""
    has_stopped: bool
    is_over: bool
    """She has left, or did not come: nothing is asked any more."""
    we_will: str
    """Style that she is served in, as an id; the page puts it in words."""
    advised: Advised


def open_prompt(ctx: Context, whose: Whose, *, now: datetime) -> PromptState:
    """Show where the guest stands.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    NotFoundError
        If the house has no stay by this reference.
    """
    with ctx.store.read() as work:
        return _state(ctx, work, _stay(ctx, work, whose, now), now)


def _stay(ctx: Context, work: Work, whose: Whose, now: datetime) -> Stay:
    if isinstance(whose, OnBehalf):
        return work.stays.get(house_in_use(work, whose.house).id, whose.ref)
    return stay_of_code(ctx, work, whose, now=now)


def _state(ctx: Context, work: Work, stay: Stay, now: datetime) -> PromptState:
    house = work.houses.get(stay.house)
    (advised,) = advise_stays(ctx, work, house, [stay], now=now)
    return _state_of(ctx, work, house, advised)


def _state_of(ctx: Context, work: Work, house: House, advised: Advised) -> PromptState:
    stay, case = advised.stay, advised.case
    is_over = stay.status in OVER
    adviser = adviser_in_force(ctx, work, house.id, stay)
    next_id = None if is_over else adviser.next_prompt_question(case)
    questions = ctx.catalogue.questions
    return PromptState(
        house=house,
        stay=stay,
        question=questions[next_id] if next_id else None,
        number=len(case.asked) + 1,
        answers=tuple((questions[id], grade) for id, grade in case.answers.items()),
        asked=tuple(questions[id] for id in _in_order(advised)),
        has_stopped=case.has_stopped,
        is_over=is_over,
        we_will=advised.recommendation.style,
        advised=advised,
    )


def _in_order(advised: Advised) -> tuple[str, ...]:
    """Return the questions put so far, first one first."""
    put = (EvidenceKind.ANSWER, EvidenceKind.ASKED)
    return tuple(dict.fromkeys(said.key for said in advised.entries if said.kind in put))


def _may_answer(state: PromptState, question: Question) -> bool:
    """An earlier question always; a new one only while one is open on the prompt."""
    if question in state.asked:
        return not state.is_over
    return state.question is not None and question.on_prompt


def _refuse_closed(ctx: Context, act: Act, question: Question) -> None:
    """Refuse a fourth question, and any new one after 'no more questions'.

    Raises
    ------
    ConflictError
        If the question was not put before and none is open any more.
    """
    if not _may_answer(_state(ctx, act.work, act.stay, act.actor.at), question):
        raise ConflictError("This question is no longer asked. Nothing was changed.")


def _do(ctx: Context, whose: Whose, do: Callable[[Act], None], actor: Actor) -> PromptState:
    with ctx.store.begin() as work:
        stay = _stay(ctx, work, whose, actor.at)
        house = work.houses.get(stay.house)
        if not work.ledger.knows(actor.key):
            do(Act(work, house, stay, standing(work.ledger.of(stay.id)), actor))
        return _state_of(ctx, work, house, keep_advice(ctx, work, stay, actor, house))


def answer(ctx: Context, whose: Whose, question_id: str, grade: int, actor: Actor) -> PromptState:
    """Record an answer; a later answer to the same question counts instead.

    Raises
    ------
    BadInputError
        If there is no such question or no such answer to it.
    ConflictError
        If the question was not put before and none is open any more.
    """
    question = ctx.catalogue.questions.get(question_id)
    if question is None or not 0 <= grade < len(question.grades):
        raise BadInputError("Choose one of the answers, or skip the question.")

    def do(act: Act) -> None:
        _refuse_closed(ctx, act, question)
        earlier = act.of(EvidenceKind.ANSWER, question.id)
        if not earlier or earlier[-1].value != grade:
            act.append_answer(question, grade)

    return _do(ctx, whose, do, actor)


def skip(ctx: Context, whose: Whose, question_id: str, actor: Actor) -> PromptState:
    """Leave one question open; it is not asked again in this stay, an answer is taken back.

    Raises
    ------
    BadInputError
        If there is no such question.
    ConflictError
        If the question was not put before and none is open any more.
    """
    question = ctx.catalogue.questions.get(question_id)
    if question is None:
        raise BadInputError("There is no such question.")

    def do(act: Act) -> None:
        _refuse_closed(ctx, act, question)
        _leave_open(act, question.id)

    return _do(ctx, whose, do, actor)


def stop(ctx: Context, whose: Whose, actor: Actor) -> PromptState:
    """Ask no more questions in this stay, here or at the desk."""
    return _do(ctx, whose, _stop, actor)


def delete_answers(ctx: Context, whose: Whose, actor: Actor) -> PromptState:
    """Take back every answer of the guest, given here or aloud; nothing more is asked."""

    def do(act: Act) -> None:
        for question_id in dict.fromkeys(said.key for said in act.of(EvidenceKind.ANSWER)):
            _leave_open(act, question_id)
        _stop(act)

    return _do(ctx, whose, do, actor)


def _leave_open(act: Act, question_id: str) -> None:
    """Take back what was answered, and remember that the question was put."""
    for said in act.of(EvidenceKind.ANSWER, question_id):
        act.retract(said)
    if not act.of(EvidenceKind.ASKED, question_id):
        act.append(EvidenceKind.ASKED, question_id, None)


def _stop(act: Act) -> None:
    if not act.of(EvidenceKind.STOP):
        act.append(EvidenceKind.STOP, "prompt", None)

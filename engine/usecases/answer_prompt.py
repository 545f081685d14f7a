"""The guest's own page: few questions, one at a time, then what we will do and the guide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.consent import LegalBasis
from engine.domain.evidence import Evidence, EvidenceKind, standing
from engine.domain.questions import Question
from engine.domain.stays import House, Stay
from engine.errors import BadInputError
from engine.store import Work
from engine.usecases.advising import Advised, advise_stays, adviser_in_force
from engine.usecases.context import Context
from engine.usecases.guest_links import stay_of_code
from engine.usecases.recording import Actor, entry, keep_advice

GUEST = "guest"


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
    has_stopped: bool
    we_will: str
    """Style that she is served in, as an id; the page puts it in words."""
    advised: Advised


def open_prompt(ctx: Context, code: str, *, now: datetime) -> PromptState:
    """Show where the guest stands.

    Raises
    ------
    LinkError
        If the link is wrong, revoked or expired.
    """
    with ctx.store.read() as work:
        return _state(ctx, work, stay_of_code(ctx, work, code, now=now), now)


def _state(ctx: Context, work: Work, stay: Stay, now: datetime) -> PromptState:
    house = work.houses.get(stay.house)
    (advised,) = advise_stays(ctx, work, house, [stay], now=now)
    case = advised.case
    next_id = adviser_in_force(ctx, work).next_prompt_question(case)
    questions = ctx.catalogue.questions
    return PromptState(
        house=house,
        stay=stay,
        question=questions[next_id] if next_id else None,
        number=len(case.asked) + 1,
        answers=tuple((questions[id], grade) for id, grade in case.answers.items()),
        has_stopped=case.has_stopped,
        we_will=advised.recommendation.style,
        advised=advised,
    )


def _record(ctx: Context, code: str, said: Evidence, actor: Actor) -> PromptState:
    with ctx.store.begin() as work:
        stay = stay_of_code(ctx, work, code, now=actor.at)
        work.ledger.append(stay.id, said, key=actor.key)
        keep_advice(ctx, work, stay, actor)
        return _state(ctx, work, stay, actor.at)


def answer(ctx: Context, code: str, question_id: str, grade: int, actor: Actor) -> PromptState:
    """Record an answer; a later answer to the same question counts instead.

    Raises
    ------
    BadInputError
        If there is no such question or no such answer to it.
    """
    question = ctx.catalogue.questions.get(question_id)
    if question is None or not 0 <= grade < len(question.grades):
        raise BadInputError("Choose one of the answers, or skip the question.")
    basis = LegalBasis.CONTRACT if question.is_instruction else None
    return _record(
        ctx, code, entry(EvidenceKind.ANSWER, question_id, grade, actor, basis=basis), actor
    )


def skip(ctx: Context, code: str, question_id: str, actor: Actor) -> PromptState:
    """Leave one question open; it is not asked again in this stay."""
    if question_id not in ctx.catalogue.questions:
        raise BadInputError("There is no such question.")
    return _record(ctx, code, entry(EvidenceKind.ASKED, question_id, None, actor), actor)


def stop(ctx: Context, code: str, actor: Actor) -> PromptState:
    """Ask no more questions in this stay, here or at the desk."""
    return _record(ctx, code, entry(EvidenceKind.STOP, "prompt", None, actor), actor)


def delete_answers(ctx: Context, code: str, actor: Actor) -> PromptState:
    """Take back every answer that the guest gave on her own page; none is asked again."""
    with ctx.store.begin() as work:
        stay = stay_of_code(ctx, work, code, now=actor.at)
        for said in standing(work.ledger.of(stay.id)):
            if said.kind is EvidenceKind.ANSWER and said.by == GUEST:
                back = entry(EvidenceKind.RETRACTION, said.key, None, actor, retracts=said.seq)
                work.ledger.append(stay.id, back)
                work.ledger.append(stay.id, entry(EvidenceKind.ASKED, said.key, None, actor))
        keep_advice(ctx, work, stay, actor)
        return _state(ctx, work, stay, actor.at)

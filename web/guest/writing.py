"""From where a guest stands to what her page says, in her language."""

from __future__ import annotations

from engine.domain.cues import Texts
from engine.domain.questions import Question
from engine.usecases.guests.answer_prompt import PromptState
from engine.usecases.guests.guide import GuidePack, stay_guide, unit_of
from web.guest.consent import mail_view, memory_view
from web.guest.door import is_at_desk
from web.guest.pages import AfterView, Answered, EndPage, Option, QuestionPage, links
from web.i18n import language, languages
from web.work import context, now

GUIDE = "/g/guide"
ASKS_FOR_THE_WELCOME = "welcome"
"""The question whose answer says itself what we will do."""


def question_page(
    state: PromptState, question: Question, *, is_unchosen: bool = False
) -> QuestionPage:
    """Return the page of one question, with what was answered before."""
    chosen = {one.id: grade for one, grade in state.answers}.get(question.id)
    return QuestionPage(
        house=state.house.name,
        question=question.id,
        text=told(question.text),
        options=tuple(
            Option(number, told(grade.text), number == chosen)
            for number, grade in enumerate(question.grades)
        ),
        number=_number(state, question),
        most=context().catalogue.model.cost.most_questions,
        back=_before(state, question),
        contact=state.house.contact,
        is_answered=chosen is not None,
        may_stop=state.question is not None,
        is_unchosen=is_unchosen,
        is_at_desk=is_at_desk(),
    )


def end_page(
    state: PromptState, *, is_deleted: bool = False, after: AfterView | None = None
) -> EndPage:
    """Return the page after the last question, and after the stay."""
    unit = unit_of(state.house, state.stay.unit)
    return EndPage(
        house=state.house.name,
        we_will=_we_will(state),
        answered=_answered(state),
        has_answers=bool(state.answers),
        packs=links(guide_for(state), GUIDE),
        unit_kind=unit.kind if unit else "",
        has_stopped=state.has_stopped,
        is_over=state.is_over,
        is_deleted=is_deleted and not state.answers,
        after=after,
        memory=memory_view(state),
        mail=mail_view(state),
        is_without_notes=state.advised.is_without_notes,
        is_at_desk=is_at_desk(),
    )


def guide_for(state: PromptState) -> tuple[GuidePack, ...]:
    """Return the guide of this stay: what the advice puts forward, then all that is open."""
    return stay_guide(context(), state, language(), now=now())


def _number(state: PromptState, question: Question) -> int:
    """Return the place of a question among those put, from 1."""
    asked = state.asked
    return asked.index(question) + 1 if question in asked else len(asked) + 1


def _before(state: PromptState, question: Question) -> str | None:
    place = _number(state, question) - 2
    return state.asked[place].id if place >= 0 else None


def _we_will(state: PromptState) -> str:
    """Return what we promise: her own word on the welcome, else the style advised."""
    for question, grade in state.answers:
        if question.id == ASKS_FOR_THE_WELCOME:
            return told(question.grades[grade].we_will)
    closed = state.advised.recommendation.closed
    return told(context().catalogue.styles[state.we_will].guest_text_when(closed))


def _answered(state: PromptState) -> tuple[Answered, ...]:
    grades = {question.id: told(question.grades[n].text) for question, n in state.answers}
    return tuple(Answered(q.id, told(q.text), grades.get(q.id)) for q in state.asked)


def told(texts: Texts) -> str:
    """Return a text in the language of the page, else in the first one that has it."""
    return next(texts[tag] for tag in (language(), *languages()) if tag in texts)

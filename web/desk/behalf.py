"""The guest's questions at the desk: on the tablet by a short code, or asked aloud by staff."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from engine.domain.languages import read_by
from engine.domain.questions import Question
from engine.errors import ConflictError
from engine.usecases.guests.answer_prompt import (
    OnBehalf,
    PromptState,
    answer,
    delete_answers,
    open_prompt,
    skip,
    stop,
)
from engine.usecases.guests.desk_codes import DeskCode, code_of, make_code
from engine.usecases.stays.recording import Actor
from web.desk.address import path_of
from web.desk.shown import clock_time, text
from web.desk.talk import QuestionView, question
from web.desk.views import bp
from web.forms import UNREADABLE, Form, load
from web.policy import allow
from web.words import name_of
from web.work import by, context, idempotency_key, now

STAFF = "staff"
"""Source of what a guest said aloud to somebody who tapped it for her."""
SKIP, STOP = "skip", "stop"
HALF = 4
"""Letters of a code that are written together: eight in a row are misread."""


class BehalfForm(Form):
    """What the guest said to a question: an answer, nothing, or 'no more questions'."""

    question = fields.String(required=True)
    action = fields.String(
        load_default="", validate=validate.OneOf(("", SKIP, STOP), error=UNREADABLE)
    )
    grade = fields.Integer(load_default=None)


@dataclass(frozen=True, slots=True)
class SaidView:
    """One question put, with the answer in words."""

    question: str
    text: str
    answer: str | None
    """None: left open."""


@dataclass(frozen=True, slots=True)
class BehalfPage:
    """What to ask, what was answered, and the code for the tablet."""

    path: str
    name: str
    unit: str
    language: str
    question: QuestionView | None
    number: int
    most: int
    chosen: int | None
    """Grade that stands, where the question was answered before."""
    said: tuple[SaidView, ...]
    has_answers: bool
    has_stopped: bool
    is_over: bool
    code: str
    """In two halves; empty where there is none."""
    code_until: str


@bp.get("/desk/<stay:ref>/prompt")
@allow("desk", "owner")
def prompt(ref: str) -> ResponseReturnValue:
    """Show what to ask now, or the question to be answered anew."""
    state = open_prompt(context(), OnBehalf(ref), now=now())
    asked = _question(state, request.args.get("question"))
    code = code_of(context(), ref, now=now())
    return render_template("desk/prompt.html", page=page_of(state, asked, code))


@bp.post("/desk/<stay:ref>/prompt")
@allow("desk", "owner")
def prompt_said(ref: str) -> ResponseReturnValue:
    """Record what the guest said."""
    said, whose = load(BehalfForm, request.form), OnBehalf(ref)
    try:
        if said["action"] == STOP:
            stop(context(), whose, _staff())
        elif said["action"] == SKIP or said["grade"] is None:
            skip(context(), whose, said["question"], _staff())
        else:
            answer(context(), whose, said["question"], said["grade"], _staff())
    except ConflictError:
        pass  # asked elsewhere meanwhile: the page shows where the guest stands
    return redirect(f"{path_of(ref)}/prompt", 303)


@bp.post("/desk/<stay:ref>/prompt/delete")
@allow("desk", "owner")
def prompt_deleted(ref: str) -> ResponseReturnValue:
    """Take back all answers, as the guest asks."""
    delete_answers(context(), OnBehalf(ref), _staff())
    return redirect(f"{path_of(ref)}/prompt", 303)


@bp.post("/desk/<stay:ref>/prompt/code")
@allow("desk", "owner")
def prompt_code(ref: str) -> ResponseReturnValue:
    """Make a code for the tablet; the page shows it while it is good."""
    make_code(context(), ref, now=now())
    return redirect(f"{path_of(ref)}/prompt", 303)


def _staff() -> Actor:
    return Actor(by(), now(), source=STAFF, key=idempotency_key())


def _question(state: PromptState, wanted: str | None) -> Question | None:
    earlier = () if state.is_over else state.asked
    return next((one for one in earlier if one.id == wanted), state.question)


def page_of(state: PromptState, asked: Question | None, code: DeskCode | None) -> BehalfPage:
    """Write the page: spoken in the guest's language, all else in that of the desk."""
    catalogue, stay, answers = context().catalogue, state.stay, dict(_grades(state))
    known = read_by(stay.guest.language, catalogue.languages) or catalogue.languages[0]
    units = (unit.name for unit in state.house.units if unit.code == stay.unit)
    return BehalfPage(
        path=path_of(stay.ref),
        name=name_of(stay.guest),
        unit=next(units, stay.unit or ""),
        language=known,
        question=question(catalogue, asked.id if asked else None, known),
        number=_number(state, asked),
        most=catalogue.model.cost.most_questions,
        chosen=answers.get(asked.id) if asked else None,
        said=tuple(_said(one, answers.get(one.id)) for one in state.asked),
        has_answers=bool(answers),
        has_stopped=state.has_stopped,
        is_over=state.is_over,
        code=f"{code.code[:HALF]} {code.code[HALF:]}" if code else "",
        code_until=clock_time(code.until, state.house) if code else "",
    )


def _grades(state: PromptState) -> list[tuple[str, int]]:
    return [(one.id, grade) for one, grade in state.answers]


def _number(state: PromptState, asked: Question | None) -> int:
    """Return the place of a question among those put, from 1."""
    return state.asked.index(asked) + 1 if asked in state.asked else len(state.asked) + 1


def _said(one: Question, grade: int | None) -> SaidView:
    return SaidView(one.id, text(one.text), None if grade is None else text(one.grades[grade].text))

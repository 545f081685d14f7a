"""The guest's own page: start, few questions, thank you, and after the stay how it was."""

from __future__ import annotations

from urllib.parse import quote

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.questions import Question
from engine.errors import ConflictError
from engine.usecases.guests.answer_prompt import (
    PromptState,
    answer,
    delete_answers,
    open_prompt,
    skip,
    stop,
)
from engine.usecases.guests.door import knock
from engine.usecases.guests.mail_wishes import note_opening
from web.guest import after, guide, mail, my_data, notice, tablet
from web.guest.blueprint import bp
from web.guest.door import code, give, guest, has_code, opened, speak_like
from web.guest.forms import SKIP, STOP, Said, read_said
from web.guest.pages import CodePage, StartPage
from web.guest.writing import end_page, question_page
from web.policy import allow
from web.work import context, now

HERE = "/g"

__all__ = ["after", "bp", "guide", "mail", "my_data", "notice", "tablet"]


@bp.get("/g/<link>")
@allow("anyone")
def start_form(link: str) -> ResponseReturnValue:
    """Show one button and nothing of the guest: links are opened by mail scanners too."""
    house, stay = opened(lambda: knock(context(), link, now=now()))
    speak_like(stay)
    return render_template("guest/start.html", page=StartPage(house.name))


@bp.post("/g/<link>")
@allow("anyone")
def start(link: str) -> ResponseReturnValue:
    """Keep the code in a cookie, so that it leaves the address."""
    state = _opened(link)
    note_opening(context(), state.stay, now=now())
    return give(make_response(redirect(_next(state), 303)), link.strip().lower())


@bp.get("/g")
@allow("anyone")
def show() -> ResponseReturnValue:
    """Show the question asked for or the one to be put now, or else the end.

    Without a code of her own, the guest stands before the tablet and types the one of the desk.
    """
    if not has_code():
        return render_template("guest/code.html", page=CodePage())
    state = _opened(code())
    wanted = request.args.get("question")
    question = _question(state, wanted)
    if wanted and question is None:
        return redirect(HERE, 303)
    if question is not None:
        return render_template("guest/question.html", page=question_page(state, question))
    page = end_page(state, is_deleted="deleted" in request.args, after=after.view(state))
    return render_template("guest/end.html", page=page)


@bp.post("/g")
@allow("anyone")
def say() -> ResponseReturnValue:
    """Record an answer, a skip or the wish for no more questions."""
    sent = code()
    state, said = _opened(sent), read_said(request.form)
    question = _question(state, said.question)
    if question is not None and said.action not in (SKIP, STOP) and said.grade is None:
        page = question_page(state, question, is_unchosen=True)
        return render_template("guest/question.html", page=page), 422
    try:
        return redirect(_next(_record(sent, said)), 303)
    except ConflictError:
        return redirect(HERE, 303)


@bp.post("/g/delete")
@allow("anyone")
def delete() -> ResponseReturnValue:
    """Take back all answers."""
    sent = code()
    opened(lambda: delete_answers(context(), sent, guest()))
    return redirect(f"{HERE}?deleted=1", 303)


def _opened(sent: str) -> PromptState:
    state = opened(lambda: open_prompt(context(), sent, now=now()))
    speak_like(state.stay)
    return state


def _record(sent: str, said: Said) -> PromptState:
    if said.action == STOP:
        return stop(context(), sent, guest())
    if said.action == SKIP or said.grade is None:
        return skip(context(), sent, said.question, guest())
    return answer(context(), sent, said.question, said.grade, guest())


def _next(state: PromptState) -> str:
    """Each question has its own address, so that Back in the browser leads to it."""
    return f"{HERE}?question={quote(state.question.id)}" if state.question else HERE


def _question(state: PromptState, wanted: str | None) -> Question | None:
    """Return the question to show; one that was never put can only be the current one."""
    if wanted is None or (state.question and state.question.id == wanted):
        return state.question
    earlier = () if state.is_over else state.asked
    return next((question for question in earlier if question.id == wanted), None)

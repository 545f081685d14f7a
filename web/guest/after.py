"""After the stay: how our contact was, how the stay was, two texts; all of it optional."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.outcomes import ContactFelt, Satisfaction
from engine.errors import ConflictError
from engine.usecases.guests.after_stay import (
    LONGEST,
    PROMPTS,
    AfterStay,
    Told,
    open_after_stay,
    take_back,
    tell,
)
from engine.usecases.guests.answer_prompt import PromptState, open_prompt
from web.guest.blueprint import bp
from web.guest.door import code, guest, opened, speak_like
from web.guest.forms import NO_ANSWER, read_told
from web.guest.pages import AfterView, Choice, WordsField
from web.guest.writing import end_page, told
from web.i18n import language
from web.policy import allow
from web.work import context, now

HERE = "/g"


def view(state: PromptState) -> AfterView | None:
    """Return the part of the last page that asks how it was; None where nothing is asked."""
    if not state.is_over:
        return None
    sent = code()
    return written(opened(lambda: open_after_stay(context(), sent, now=now())))


@bp.post("/g/after")
@allow("anyone")
def tell_after() -> ResponseReturnValue:
    """Keep what she tells, in the language in which she was asked."""
    sent, said = code(), read_told(request.form)
    state = opened(lambda: open_prompt(context(), sent, now=now()))
    speak_like(state.stay)
    if any(len(text) > LONGEST for text in said.words.values()):
        asked = opened(lambda: open_after_stay(context(), sent, now=now()))
        page = end_page(state, after=written(asked, said))
        return render_template("guest/end.html", page=page), 422
    try:
        opened(lambda: tell(context(), sent, said, guest(), language()))
    except ConflictError:
        return redirect(HERE, 303)
    return redirect(f"{HERE}?told=1", 303)


@bp.post("/g/after/delete")
@allow("anyone")
def take_back_after() -> ResponseReturnValue:
    """Take back all that she told after her stay."""
    sent = code()
    opened(lambda: take_back(context(), sent, guest()))
    return redirect(f"{HERE}?untold=1", 303)


def written(asked: AfterStay, said: Told | None = None) -> AfterView | None:
    """Write what is asked; `said` is what was typed and could not be kept."""
    if not asked.is_asked:
        return None
    shown, consent = said or asked.told, asked.consent
    return AfterView(
        contact=_choices("contact", [grade.value for grade in ContactFelt], shown.contact),
        satisfaction=_choices(
            "satisfaction", [grade.value for grade in Satisfaction], shown.satisfaction
        ),
        words=tuple(_field(prompt, shown) for prompt in PROMPTS),
        most=LONGEST,
        keep=told(consent.text) if consent else "",
        means=told(consent.means) if consent else "",
        may_keep=shown.may_keep,
        days_kept=asked.days_kept,
        is_told=not asked.told.is_empty,
        is_saved="told" in request.args and not asked.told.is_empty,
        is_taken_back="untold" in request.args and asked.told.is_empty,
    )


def _choices(what: str, grades: list[int], chosen: int | None) -> tuple[Choice, ...]:
    """The grades, and once one is chosen also the way back to none."""
    choices = [
        Choice(str(grade), f"after.{what}_{_name(grade)}", grade == chosen) for grade in grades
    ]
    if chosen is not None:
        choices.append(Choice(NO_ANSWER, "after.no_answer", is_chosen=False))
    return tuple(choices)


def _name(grade: int) -> str:
    return f"minus_{-grade}" if grade < 0 else str(grade)


def _field(prompt: str, shown: Told) -> WordsField:
    text = shown.words.get(prompt, "")
    return WordsField(prompt, f"after.{prompt}", text, is_too_long=len(text) > LONGEST)

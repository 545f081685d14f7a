"""From the demo house to the own one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import FormError, Problem
from engine.usecases.demo import remove_demo
from engine.usecases.house.own_house import KINDS, begin_own_house, has_demo, own_houses, time_zones
from web.i18n import language
from web.owner.blueprint import bp
from web.owner.rules import forms
from web.policy import allow
from web.words import word
from web.work import by, context, now

AFTER = "/owner/reservations"


@dataclass(frozen=True, slots=True)
class StartPage:
    """The form for the own house, with what was typed."""

    time_zones: Sequence[str]
    all_languages: Sequence[str]
    is_demo_here: bool
    own: str
    """Name of the own house; empty while there is none."""
    name: str = ""
    kind: str = KINDS[0]
    units: str = ""
    time_zone: str = ""
    languages: Sequence[str] = ()
    contact: str = ""
    problems: Sequence[Problem] = ()
    kinds: Sequence[str] = KINDS


@bp.get("/start-own-house")
@allow("owner")
def start_form() -> ResponseReturnValue:
    """Ask for what a house needs to begin with."""
    return render_template("owner/start.html", page=_page((language(),)))


@bp.post("/start-own-house")
@allow("owner")
def start_post() -> ResponseReturnValue:
    """Begin with the own house; the demo house goes with all that is in it."""
    names = {kind: str(word(f"owner.unit_{kind}", n="{n}")) for kind in KINDS}
    try:
        begin_own_house(context(), forms.own_house(request.form, names), by=by(), now=now())
    except FormError as error:
        return render_template("owner/start.html", page=_typed(error.problems)), 422
    return redirect(AFTER, 303)


@bp.post("/remove-demo")
@allow("owner")
def demo_out() -> ResponseReturnValue:
    """Let the demo house go where the own one is here already."""
    if own_houses(context()) and has_demo(context()):
        remove_demo(context(), by=by(), now=now())
    return redirect("/owner", 303)


def _typed(problems: Sequence[Problem]) -> StartPage:
    """Return the page with the form as it was sent."""
    form = request.form
    return replace(
        _page(tuple(form.getlist("languages"))),
        name=form.get("name", ""),
        kind=form.get("kind", KINDS[0]),
        units=form.get("units", ""),
        time_zone=form.get("time_zone", ""),
        contact=form.get("contact", ""),
        problems=problems,
    )


def _page(languages: Sequence[str]) -> StartPage:
    return StartPage(
        time_zones=time_zones(),
        all_languages=context().catalogue.languages,
        is_demo_here=has_demo(context()),
        own=next((house.name for house in own_houses(context())), ""),
        languages=languages,
    )

"""Why a stay was advised as it was: find the stay, take its advice apart, suppose otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInputError
from engine.usecases.rules.what_if import Supposed, supposed_of, what_if
from engine.usecases.rules.why import StayWhy, find_stays, why_of
from web.errors import status_of
from web.i18n import translated
from web.owner.blueprint import bp
from web.owner.rules.stays_page import advice_meant, stays_page, why_path
from web.owner.rules.what_if_page import what_if_page
from web.owner.rules.why_page import why_page
from web.policy import allow
from web.work import context, now

LONGEST_SEARCH = 100
FACT, ANSWER = "fact.", "answer."
"""What the names of fields begin with."""


@bp.get("/stays")
@allow("owner")
def stays_room() -> ResponseReturnValue:
    """Show recent stays, or those that were looked for."""
    asked = request.args.get("q", "")[:LONGEST_SEARCH]
    found = find_stays(context(), asked, request.args.get("house"), now=now())
    return render_template("owner/stays.html", page=stays_page(found))


@bp.get("/stays/<stay:ref>/why")
@allow("owner")
def stay_why(ref: str) -> ResponseReturnValue:
    """Show why a stay was advised as it was, and whether it can be advised so again."""
    page = why_page(_told(ref), is_open=_insists())
    return render_template("owner/why.html", page=page)


@bp.get("/stays/<stay:ref>/what-if")
@allow("owner")
def stay_what_if(ref: str) -> ResponseReturnValue:
    """Show what would be advised if something were otherwise; a GET, since nothing is saved."""
    told = _told(ref)
    if told.is_blind and not _insists():
        return redirect(why_path(told.house.id, ref, advice_meant(told)), 303)
    if "asked" not in request.args:
        page = what_if_page(told, supposed_of(told.case))
        return render_template("owner/what_if.html", page=page)
    supposed = _supposed(told)
    try:
        page = what_if_page(told, supposed, what_if(told, supposed))
    except BadInputError as error:
        page = what_if_page(told, supposed, problem=translated(error.message))
        return render_template("owner/what_if.html", page=page), status_of(error)
    return render_template("owner/what_if.html", page=page)


def _insists() -> bool:
    """Whether the owner looks although it spoils a comparison."""
    return "show" in request.args


def _told(ref: str) -> StayWhy:
    return why_of(
        context(),
        ref,
        request.args.get("house"),
        now=now(),
        given=request.args.get("given", type=int),
        as_now="now" in request.args,
    )


def _supposed(told: StayWhy) -> Supposed:
    """Return the form as it was sent; what it does not say is as it is."""

    def named(start: str, known: Mapping[str, str]) -> dict[str, str]:
        sent = request.args.items()
        return {
            **known,
            **{name.removeprefix(start): text for name, text in sent if name.startswith(start)},
        }

    now_so = supposed_of(told.case)
    facts, answers = named(FACT, now_so.facts), named(ANSWER, now_so.answers)
    return Supposed(facts, request.args.getlist("cue"), answers)

"""The room of fairness and quality."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from engine.errors import FormError
from engine.usecases.house import culture
from engine.usecases.house import fairness as use
from web.errors import status_of
from web.forms import Form, load
from web.owner.blueprint import bp
from web.owner.house.fairness_page import PATH, fairness_page
from web.policy import allow
from web.work import by, context, now, once


class HouseForm(Form):
    """Which house is looked at."""

    house = fields.String(load_default="")


class OpenForm(HouseForm):
    """Why the lock is opened."""

    reason = fields.String(load_default="")


@bp.get("/fairness")
@allow("owner")
def fairness_room() -> ResponseReturnValue:
    """Show whether all guests get all of the quality, whoever they are."""
    room = use.fairness_room(context(), request.args.get("house"), now=now())
    return render_template("owner/fairness.html", page=fairness_page(room))


@bp.post("/fairness/check")
@allow("owner")
def fairness_check() -> ResponseReturnValue:
    """Plan a check of all stays."""
    house = load(HouseForm, request.form)["house"]
    return once(
        _then(house, lambda: use.ask_full_check(context(), house or None, by=by(), now=now()))
    )


@bp.post("/fairness/culture/open")
@allow("owner")
def culture_open() -> ResponseReturnValue:
    """Let rules about language and form of address be switched on."""
    told = load(OpenForm, request.form)

    def act() -> None:
        house = told["house"] or None
        audit = use.fairness_room(context(), house, now=now()).at_cap
        culture.open_culture(context(), told["reason"], by=by(), now=now(), audit=audit)
        use.ask_full_check(context(), house, by=by(), now=now())

    try:
        return once(_then(told["house"], act, "#culture"))
    except FormError as error:
        room = use.fairness_room(context(), told["house"], now=now())
        page = fairness_page(room, reason=told["reason"], problems=error.problems)
        return render_template("owner/fairness.html", page=page), status_of(error)


@bp.post("/fairness/culture/close")
@allow("owner")
def culture_close() -> ResponseReturnValue:
    """Switch every such rule off and lock them."""
    house = load(HouseForm, request.form)["house"]

    def act() -> None:
        culture.close_culture(context(), by=by(), now=now())

    return once(_then(house, act, "#culture"))


def _then(house: str, act: Callable[[], None], place: str = "#flips") -> Callable[[], str]:
    """Do it, then show the room again."""

    def target() -> str:
        act()
        return f"{PATH}?{urlencode({'house': house})}{place}" if house else f"{PATH}{place}"

    return target

"""Routes of the desk: form, use case, page; nothing more."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFoundError
from engine.usecases.stays.arrivals import Card, board, card, in_house
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from web.desk import forms
from web.desk.address import path_of
from web.desk.board import BoardView
from web.desk.card import CardView
from web.desk.pages import DeskPage
from web.forms import Form, load
from web.policy import allow
from web.work import by, context, idempotency_key, is_fragment, now

bp = Blueprint("desk", __name__)

Act = Callable[[Desk, dict[str, Any], Actor], Card]


@bp.get("/desk")
@allow("desk", "owner")
def arrivals() -> ResponseReturnValue:
    """Show who arrives on one day, today unless another is asked for."""
    asked = load(forms.BoardForm, request.args)
    shown = board(context(), now=now(), day=asked["day"])
    return _page(DeskPage(BoardView.of(shown, find=asked["q"])))


@bp.get("/desk/in-house")
@allow("desk", "owner")
def present() -> ResponseReturnValue:
    """Show who is here now."""
    asked = load(forms.BoardForm, request.args)
    shown = in_house(context(), now=now())
    return _page(DeskPage(BoardView.of(shown, find=asked["q"], is_in_house=True)))


@bp.get("/desk/<stay:ref>/qr.svg")
@allow("desk", "owner")
def qr(ref: str) -> ResponseReturnValue:
    """Draw the address of the guest's own page."""
    link = card(context(), ref, now=now()).link
    if link is None:
        raise NotFoundError("The guest's page is closed after the stay.")
    drawing = io.BytesIO()
    segno.make(link, micro=False).save(
        drawing, kind="svg", border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return Response(drawing.getvalue(), mimetype="image/svg+xml")


@bp.get("/desk/<stay:ref>")
@allow("desk", "owner")
def stay(ref: str) -> ResponseReturnValue:
    """Show one stay beside the arrivals of its day."""
    shown = card(context(), ref, now=now())
    is_hidden = request.args.get("hide") == "1"
    view = CardView.of(shown, focus="name" if is_fragment() else "", is_hidden=is_hidden)
    return _page(DeskPage(_board_beside(shown), view))


@bp.post("/desk/<stay:ref>/cues")
@allow("desk", "owner")
def observe(ref: str) -> ResponseReturnValue:
    """Record that a cue was seen, or take it back."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.observe(form["cue"], actor, is_seen=form["on"])

    return _record(ref, forms.CueForm, act)


@bp.post("/desk/<stay:ref>/answers")
@allow("desk", "owner")
def answer(ref: str) -> ResponseReturnValue:
    """Record what the guest said to a question put aloud."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.answer(form["question"], form["grade"], actor)

    return _record(ref, forms.AnswerForm, act, focus="verdict")


@bp.post("/desk/<stay:ref>/skip")
@allow("desk", "owner")
def skip(ref: str) -> ResponseReturnValue:
    """Record that a question was left open."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.skip(form["question"], actor)

    return _record(ref, forms.SkipForm, act, focus="verdict")


@bp.post("/desk/<stay:ref>/check-in")
@allow("desk", "owner")
def check_in(ref: str) -> ResponseReturnValue:
    """Record the arrival and how the guest was met."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.check_in(form["style"], actor)

    return _record(ref, forms.CheckInForm, act, focus="done", with_board=True)


@bp.post("/desk/<stay:ref>/reactions")
@allow("desk", "owner")
def react(ref: str) -> ResponseReturnValue:
    """Record how an offer landed."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.react(form["offer"], form["reaction"], actor)

    return _record(ref, forms.ReactionForm, act, focus="offers")


@bp.post("/desk/<stay:ref>/reopen")
@allow("desk", "owner")
def reopen(ref: str) -> ResponseReturnValue:
    """Record that somebody of the party asked about something declined."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.reopen(form["offer"], actor)

    return _record(ref, forms.ReopenForm, act, focus="offers")


@bp.post("/desk/<stay:ref>/set-aside")
@allow("desk", "owner")
def set_aside(ref: str) -> ResponseReturnValue:
    """Take one reason away for this stay."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.set_aside(form["rule"], actor)

    return _record(ref, forms.SetAsideForm, act, focus="verdict")


@bp.post("/desk/<stay:ref>/undo")
@allow("desk", "owner")
def undo(ref: str) -> ResponseReturnValue:
    """Take back one entry."""

    def act(desk: Desk, form: dict[str, Any], actor: Actor) -> Card:
        return desk.undo(form["seq"], actor)

    return _record(ref, forms.UndoForm, act, focus="verdict", with_board=True)


def _record(
    ref: str, form: type[Form], act: Act, *, focus: str = "", with_board: bool = False
) -> ResponseReturnValue:
    """Let `act` record a form; answer with the fresh card, or lead back to its page."""
    actor = Actor(by(), now(), key=idempotency_key())
    fresh = act(Desk(context(), ref), load(form, request.form), actor)
    if not is_fragment():
        return redirect(path_of(ref), 303)
    beside = _board_beside(fresh) if with_board else None
    return _page(DeskPage(beside, CardView.of(fresh, focus=focus)))


def _page(page: DeskPage) -> str:
    """Write the whole page, or for the script the parts that changed."""
    if not is_fragment():
        return render_template("desk/desk.html", page=page)
    if request.method == "GET":
        return render_template("desk/_swap.html", page=page)
    return render_template("desk/_fresh.html", page=page)


def _board_beside(shown: Card) -> BoardView:
    """The arrivals of the day of this stay; for those who came earlier, of today."""
    arrival = shown.advised.stay.arrival_on
    today = board(context(), now=now())
    is_today = arrival <= today.day
    beside = today if is_today else board(context(), now=now(), day=arrival)
    return BoardView.of(beside, here=shown.advised.stay.id)

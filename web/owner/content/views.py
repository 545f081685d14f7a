"""Routes of the rooms Questions, Styles and Packs: form, use case, page."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError, NotFoundError, Problem
from engine.usecases.house.content import (
    Signature,
    confirm_translations,
    move_question,
    rehearse,
    restore,
    save,
)
from engine.usecases.house.content_preview import example_place
from engine.usecases.house.content_told import Opened, open_thing
from web.errors import status_of
from web.forms import load
from web.owner.blueprint import bp
from web.owner.content.forms import CALIBRATED, SaveForm, as_posted, calibrated, typed
from web.owner.content.page import Shown, room_page, thing_page
from web.owner.content.pictures import LARGEST_REQUEST, with_picture
from web.policy import allow
from web.words import word
from web.work import by, context, now, once

THING = "/<any(questions, styles, packs):kind>/<thing_id>"
NOTICES = frozenset({"saved", "restored", "confirmed"})


@bp.get("/questions")
@allow("owner")
def questions() -> ResponseReturnValue:
    """Show all questions."""
    return render_template("owner/content_room.html", page=room_page("questions"))


@bp.get("/styles")
@allow("owner")
def styles() -> ResponseReturnValue:
    """Show all styles."""
    return render_template("owner/content_room.html", page=room_page("styles"))


@bp.get("/packs")
@allow("owner")
def packs() -> ResponseReturnValue:
    """Show all packs."""
    return render_template("owner/content_room.html", page=room_page("packs"))


@bp.get(THING)
@allow("owner")
def thing(kind: str, thing_id: str) -> ResponseReturnValue:
    """Show one question, style or pack."""
    done = request.args.get("done", "")
    notice = word(f"content.{done}").unescape() if done in NOTICES else ""
    return _page(open_thing(context(), f"{kind}/{thing_id}"), Shown(notice=notice))


@bp.post(THING)
@allow("owner")
def thing_post(kind: str, thing_id: str) -> ResponseReturnValue:
    """Put an edit in force, or show the form again with what was typed."""
    one = open_thing(context(), f"{kind}/{thing_id}")
    told = load(SaveForm, request.form)

    def act() -> str:
        fields = typed(request.form, one.fields)
        save(context(), one.thing, fields, _signed(told["reason"]), seen=told["seen"])
        return _path(one, "saved")

    try:
        return once(act)
    except ConflictError as error:
        fresh = open_thing(context(), one.thing)
        return _page(fresh, _again(conflict=error.message), status_of(error))
    except FormError as error:
        return _page(one, _again(problems=error.problems), status_of(error))


@bp.post(f"{THING}/preview")
@allow("owner")
def thing_preview(kind: str, thing_id: str) -> ResponseReturnValue:
    """Show what was typed as it will be; nothing is saved."""
    one = open_thing(context(), f"{kind}/{thing_id}")
    try:
        fields = typed(request.form, one.fields)
        made = rehearse(context(), one.thing, fields)
    except FormError as error:
        return _page(one, _again(problems=error.problems), status_of(error))
    posted = request.form.to_dict()
    reason = posted.get("reason", "")
    return _page(one, Shown(posted, made, fields, reason=reason))


@bp.post("/packs/<thing_id>/picture")
@allow("owner")
def pack_picture(thing_id: str) -> ResponseReturnValue:
    """Keep a picture and fill in the lines that show it; the page itself is not saved."""
    request.max_content_length = LARGEST_REQUEST
    one = open_thing(context(), f"packs/{thing_id}")
    try:
        posted = with_picture(one, request.form.to_dict())
    except FormError as error:
        return _page(one, _again(problems=error.problems), status_of(error))
    notice = word("pictures.put_now").unescape()
    return _page(one, Shown(posted, reason=posted.get("reason", ""), notice=notice))


@bp.post("/questions/<thing_id>/calibrated")
@allow("owner")
def question_calibrated(thing_id: str) -> ResponseReturnValue:
    """Fill in what a calibration run found; nothing is saved."""
    one = open_thing(context(), f"questions/{thing_id}")
    posted = request.form.to_dict()
    try:
        n_thresholds = len(one.fields["thresholds"])
        found = calibrated(posted.get(CALIBRATED, ""), thing_id, n_thresholds)
        if found is None:
            none = word("content.calibrated_none").unescape()
            raise FormError(Problem("", "", CALIBRATED, none))
    except FormError as error:
        return _page(one, _again(problems=error.problems), status_of(error))
    posted = {**posted, **as_posted(found)}
    return _page(one, Shown(posted, reason=posted.get("reason", "")))


@bp.post(f"{THING}/restore/<int:number>")
@allow("owner")
def thing_restore(kind: str, thing_id: str, number: int) -> ResponseReturnValue:
    """Put an earlier version in force again."""
    one = open_thing(context(), f"{kind}/{thing_id}")
    numbers = [version.number for version in reversed(one.versions)]
    if number not in numbers:
        raise NotFoundError("There is no such version.")
    reason = (
        word("content.restored_reason", n=numbers.index(number))
        if number
        else word("content.restored_shipped")
    )

    def act() -> str:
        restore(context(), one.thing, number, _signed(reason.unescape()))
        return _path(one, "restored")

    try:
        return once(act)
    except FormError as error:
        return _page(one, Shown(problems=error.problems), status_of(error))


@bp.post(f"{THING}/still-right")
@allow("owner")
def thing_still_right(kind: str, thing_id: str) -> ResponseReturnValue:
    """Note that the translations still say the same."""
    one = open_thing(context(), f"{kind}/{thing_id}")
    reason = word("content.confirmed_reason").unescape()

    def act() -> str:
        confirm_translations(context(), one.thing, _signed(reason))
        return _path(one, "confirmed")

    return once(act)


@bp.post("/questions/<thing_id>/move")
@allow("owner")
def question_move(thing_id: str) -> ResponseReturnValue:
    """List a question earlier or later."""
    step = -1 if request.form.get("to") == "earlier" else 1

    def act() -> str:
        move_question(context(), thing_id, step, _signed(""))
        return f"/owner/questions#{thing_id}"

    return once(act)


def _signed(reason: str) -> Signature:
    return Signature(by(), now(), reason)


def _path(one: Opened, done: str) -> str:
    return f"/owner/{one.thing}?done={done}"


def _again(*, problems: tuple[Problem, ...] = (), conflict: str = "") -> Shown:
    posted = request.form.to_dict()
    reason = posted.get("reason", "")
    return Shown(posted, problems=problems, conflict=conflict, reason=reason)


def _page(one: Opened, shown: Shown, status: int = 200) -> ResponseReturnValue:
    zone = example_place(context())[0].time_zone
    return render_template("owner/content.html", page=thing_page(one, zone, shown)), status

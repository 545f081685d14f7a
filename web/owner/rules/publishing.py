"""Rules tried beside those in force, published later, and stays pinned as tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from engine.errors import ConflictError, FormError, NotFoundError, Problem
from engine.usecases.rules.rollout import (
    finish_trial,
    set_share,
    start_trial,
    stop_trial,
    trial_room,
)
from engine.usecases.rules.rule_tests import accept_test, remove_test
from engine.usecases.rules.schedule import cancel, schedule, schedule_now
from engine.usecases.rules.tune_rules import rules_room
from web.errors import status_of
from web.forms import Form, load
from web.messages import marked
from web.owner.blueprint import bp
from web.owner.rules.publishing_page import PostedPlan, publishing_page
from web.owner.told import time_zone
from web.policy import allow
from web.work import by, context, now, once

PATH = "/owner/publishing"
DONE = (
    *("scheduled", "unscheduled", "begun", "share", "stopped", "finished"),
    *("accepted", "removed"),
)
"""What the page may say was done just now."""
MESSAGES = (
    marked("{rule}: test {n} expects {expected} to be missing, but it is {told}."),
    marked("{rule}: test {n} expects “{expected}”, but the rule says “{told}”."),
    *(marked("fires"), marked("does not fire"), marked("cannot tell")),
    marked("Other rules are being tried. Finish or stop that trial first."),
    marked("Nothing is being tried any more."),
    marked("Nothing waits to be published any more."),
    marked("There is no such test."),
    marked("Nothing that this rule asks about is known of this stay."),
    marked("This rule has a test of such a guest already."),
    marked("The clocks go forward that night: this time does not exist."),
    marked("This time is over. Choose one that is still to come."),
    marked("Choose a day within {n} days."),
    marked("Write a share from 0 to 100."),
)
WHEN = marked("Write day and time such as 2026-06-14 06:00.")


class ScheduleForm(Form):
    """When and why."""

    when = fields.String(load_default="")
    reason = fields.String(load_default="")
    seen = fields.String(load_default="")


class TrialForm(Form):
    """Which share of the guests to begin with, and why."""

    percent = fields.Integer(required=True)
    reason = fields.String(load_default="")
    seen = fields.String(load_default="")


class ShareForm(Form):
    """Another share."""

    percent = fields.Integer(required=True)


class RedForm(Form):
    """What to do about a red test."""

    place = fields.Integer(required=True)
    seen = fields.String(load_default="")
    do = fields.String(required=True, validate=validate.OneOf(["accept", "remove"]))


@bp.get("/publishing")
@allow("owner")
def publishing() -> ResponseReturnValue:
    """Show what is tried, what waits, and the tests that are red."""
    done = request.args.get("done", "")
    return _room(done=done if done in DONE else "")


def _room(*, posted: PostedPlan | None = None, done: str = "") -> str:
    ctx, at = context(), now()
    page = publishing_page(
        rules_room(ctx),
        schedule_now(ctx, now=at),
        trial_room(ctx),
        time_zone(),
        now=at,
        posted=posted,
        done=done,
    )
    return render_template("owner/publishing.html", page=page)


@bp.post("/publishing/schedule")
@allow("owner")
def publishing_schedule() -> ResponseReturnValue:
    """Publish the draft at a time."""

    def act() -> None:
        told = load(ScheduleForm, request.form)
        when = _when(told["when"])
        schedule(context(), when, told["reason"], by=by(), now=now(), seen=told["seen"])

    return _done("schedule", "scheduled", act)


def _when(written: str) -> datetime:
    """Read a time of the house, or with an offset the moment that it says."""
    try:
        return datetime.fromisoformat(written.strip()).replace(second=0, microsecond=0)
    except ValueError:
        raise FormError(Problem("", "", "when", WHEN)) from None


@bp.post("/publishing/schedule/cancel")
@allow("owner")
def publishing_cancel() -> ResponseReturnValue:
    """Let the draft stay a draft."""
    return _done("schedule", "unscheduled", lambda: cancel(context(), by=by(), now=now()))


@bp.post("/publishing/trial")
@allow("owner")
def publishing_trial() -> ResponseReturnValue:
    """Try the draft beside the rules in force."""

    def act() -> None:
        told = load(TrialForm, request.form)
        seen, percent = told["seen"], told["percent"]
        start_trial(context(), percent, told["reason"], by=by(), now=now(), seen=seen)

    return _done("trial", "begun", act)


@bp.post("/publishing/trial/share")
@allow("owner")
def publishing_share() -> ResponseReturnValue:
    """Serve another share of the guests by the new rules."""

    def act() -> None:
        told = load(ShareForm, request.form)
        set_share(context(), told["percent"], by=by(), now=now())

    return _done("share", "share", act)


@bp.post("/publishing/trial/stop")
@allow("owner")
def publishing_stop() -> ResponseReturnValue:
    """Serve everybody by the rules in force again."""
    return _done("share", "stopped", lambda: stop_trial(context(), by=by(), now=now()))


@bp.post("/publishing/trial/finish")
@allow("owner")
def publishing_finish() -> ResponseReturnValue:
    """Put the new rules in force for everybody."""

    def act() -> None:
        finish_trial(context(), by=by(), now=now())

    return _done("share", "finished", act)


@bp.post("/publishing/tests/<rule_id>")
@allow("owner")
def publishing_test(rule_id: str) -> ResponseReturnValue:
    """Change a red test to what happens, or take it out."""
    told = load(RedForm, request.form)
    does = accept_test if told["do"] == "accept" else remove_test
    done = "accepted" if told["do"] == "accept" else "removed"

    def act() -> None:
        seen, place = told["seen"], told["place"]
        does(context(), rule_id, place, by=by(), now=now(), seen=seen)

    return _done("tests", done, act)


def _done(form: str, done: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Act once and say so, or show the room again with what was typed."""

    def acted() -> str:
        act()
        return f"{PATH}?done={done}"

    try:
        return once(acted)
    except (FormError, ConflictError, NotFoundError) as error:
        problems = error.problems if isinstance(error, FormError) else ()
        given = {key: request.form.get(key, "") for key in ("when", "reason", "percent")}
        conflict = "" if problems else error.message
        posted = PostedPlan(**given, form=form, problems=problems, conflict=conflict)
        return _room(posted=posted), status_of(error)

"""You say, your guests say: what the stays tell of each rule, and what an owner does about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from engine.errors import BadInputError, ConflictError, NotFoundError, TactError
from engine.usecases.learning import guests_say_acts as acts
from engine.usecases.learning.guests_say import guests_say
from engine.usecases.learning.learn import put_in_force, withdraw
from engine.usecases.learning.splitting import split_rule
from engine.usecases.rules.evidence import rule_evidence
from engine.usecases.rules.run_preview import preview_run
from web.errors import status_of
from web.forms import Form, load
from web.i18n import translated
from web.owner.blueprint import bp
from web.owner.guests_say.evidence_page import evidence_page, run_page
from web.owner.guests_say.learner_told import PATH
from web.owner.guests_say.page import guests_say_page
from web.policy import allow
from web.work import by, context, now, once

DONE = (
    *("kept", "used", "held", "split", "split_left", "accepted", "declined"),
    *("asked", "in_force", "withdrawn"),
)
"""What a page may say was done just now."""


class HouseForm(Form):
    """Whose guests are meant."""

    house = fields.String(required=True)


class RuleForm(HouseForm):
    """One rule as it was seen."""

    seen = fields.String(load_default=None)


class HoldForm(RuleForm):
    """One step firmer or looser."""

    step = fields.Integer(required=True, validate=validate.OneOf([-1, 1]))


class SplitForm(RuleForm):
    """By which cue."""

    fact = fields.String(required=True)


@bp.get("/guests-say")
@allow("owner")
def guests_say_room() -> ResponseReturnValue:
    """Show every rule beside what the guests say of it."""
    told = guests_say(context(), request.args.get("house"), now=now())
    done = request.args.get("done", "")
    page = guests_say_page(told, done=done if done in DONE else "")
    return render_template("owner/guests_say.html", page=page)


@bp.get("/guests-say/rules/<rule_id>")
@allow("owner")
def guests_say_evidence(rule_id: str) -> ResponseReturnValue:
    """Show the stays behind the numbers of one rule."""
    at, house = now(), request.args.get("house")
    voice = acts.voice_of(context(), house, rule_id, now=at)
    evidence = rule_evidence(context(), rule_id, house, now=at)
    return render_template("owner/guests_say_rule.html", page=evidence_page(evidence, voice))


@bp.get("/guests-say/runs/<until>")
@allow("owner")
def guests_say_run(until: str) -> ResponseReturnValue:
    """Show what advising by one run would change."""
    told = preview_run(context(), request.args.get("house"), _day(until), now=now())
    return render_template("owner/guests_say_run.html", page=run_page(told))


@bp.post("/guests-say/rules/<rule_id>/keep")
@allow("owner")
def guests_say_keep(rule_id: str) -> ResponseReturnValue:
    """Keep the owner's number."""
    form = load(HouseForm, request.form)
    act = partial(acts.keep_mine, context(), form["house"], rule_id, by=by(), now=now())
    return _done(form["house"], "kept", act)


@bp.post("/guests-say/rules/<rule_id>/use")
@allow("owner")
def guests_say_use(rule_id: str) -> ResponseReturnValue:
    """Write what both say together into the draft."""
    form = load(RuleForm, request.form)
    house, seen = form["house"], form["seen"]
    act = partial(acts.use_data, context(), house, rule_id, by=by(), now=now(), seen=seen)
    return _done(house, "used", act, f"rule-{rule_id}")


@bp.post("/guests-say/rules/<rule_id>/hold")
@allow("owner")
def guests_say_hold(rule_id: str) -> ResponseReturnValue:
    """Hold a number firmer or looser, in the draft."""
    form = load(HoldForm, request.form)
    step, seen = form["step"], form["seen"]
    act = partial(acts.hold, context(), rule_id, step, by=by(), now=now(), seen=seen)
    return _done(form["house"], "held", act, f"rule-{rule_id}")


@bp.post("/guests-say/rules/<rule_id>/split")
@allow("owner")
def guests_say_split(rule_id: str) -> ResponseReturnValue:
    """Put two rules in the place of one, in the draft."""
    form = load(SplitForm, request.form)
    house, fact, seen = form["house"], form["fact"], form["seen"] or ""

    def act() -> str:
        done = split_rule(context(), house, rule_id, fact, by=by(), now=now(), seen=seen)
        return "split_left" if done.left else "split"

    return _done(house, "split", act)


@bp.post("/guests-say/suggestions/<rule_id>/accept")
@allow("owner")
def guests_say_accept(rule_id: str) -> ResponseReturnValue:
    """Put a suggested rule into the draft."""
    form = load(HouseForm, request.form)
    act = partial(acts.accept_suggestion, context(), form["house"], rule_id, by=by(), now=now())
    return _done(form["house"], "accepted", act, "suggestions")


@bp.post("/guests-say/suggestions/<rule_id>/decline")
@allow("owner")
def guests_say_decline(rule_id: str) -> ResponseReturnValue:
    """Remember that a suggested rule is not wanted."""
    form = load(HouseForm, request.form)
    act = partial(acts.decline_suggestion, context(), form["house"], rule_id, by=by(), now=now())
    return _done(form["house"], "declined", act, "suggestions")


@bp.post("/guests-say/learn")
@allow("owner")
def guests_say_learn() -> ResponseReturnValue:
    """Ask for a learning run of today."""
    form = load(HouseForm, request.form)
    act = partial(acts.learn_now, context(), form["house"], by=by(), now=now())
    return _done(form["house"], "asked", act)


@bp.post("/guests-say/runs/<until>/put-in-force")
@allow("owner")
def guests_say_put_in_force(until: str) -> ResponseReturnValue:
    """Advise the guests of a house by one run: the owner's nod."""
    form = load(HouseForm, request.form)
    act = partial(put_in_force, context(), form["house"], _day(until), by=by(), now=now())
    return _done(form["house"], "in_force", act)


@bp.post("/guests-say/withdraw")
@allow("owner")
def guests_say_withdraw() -> ResponseReturnValue:
    """Advise no longer by the run in force."""
    form = load(HouseForm, request.form)
    act = partial(withdraw, context(), form["house"], by=by(), now=now())
    return _done(form["house"], "withdrawn", act)


def _done(house: str, what: str, act: Callable[[], object], place: str = "") -> ResponseReturnValue:
    """Do it once and show the room again; where it cannot be done, the room says why.

    Where `act` returns one of `DONE`, that is what was done.
    """

    def target() -> str:
        told = act()
        done = told if told in DONE else what
        return f"{PATH}?{urlencode({'house': house, 'done': done})}" + (place and f"#{place}")

    try:
        return once(target)
    except (BadInputError, ConflictError) as error:
        return _again(house, error)


def _again(house: str, error: TactError) -> ResponseReturnValue:
    told = guests_say(context(), house, now=now())
    page = guests_say_page(told, problem=translated(error.message))
    return render_template("owner/guests_say.html", page=page), status_of(error)


def _day(until: str) -> date:
    try:
        return date.fromisoformat(until)
    except ValueError:
        raise NotFoundError("There is no such learning run.") from None

"""A stay becomes a test of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import fields

from engine.errors import FormError, Problem
from engine.usecases.rules.rule_tests import (
    PinnedStay,
    RuleOfStay,
    guest_in_words,
    pin_stay,
    stay_to_pin,
)
from web.desk.address import part_of, path_of
from web.errors import status_of
from web.forms import Form, load
from web.i18n import language
from web.owner.blueprint import bp
from web.owner.told import day, text
from web.policy import allow
from web.words import name_of, word
from web.work import by, context, now, once

EXPECTATIONS = ("fires", "silent", "unknown")
ORDER = {verdict: place for place, verdict in enumerate(EXPECTATIONS)}


class PinForm(Form):
    """Which rule, and what it must say."""

    rule = fields.String(load_default="")
    expect = fields.String(load_default="")


@dataclass(frozen=True, slots=True)
class PinRow:
    """One rule that could be tested by this stay."""

    id: str
    title: str
    says: Markup
    facts: tuple[str, ...]
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class PinPage:
    """One stay with the rules that ask something known of it."""

    ref: str
    name: str
    day: str
    path: str
    action: str
    rows: tuple[PinRow, ...]
    rule: str = ""
    expect: str = "fires"
    problems: Sequence[Problem] = ()
    expectations: Sequence[str] = EXPECTATIONS


@bp.get("/publishing/pin/<stay:ref>")
@allow("owner")
def pin_form(ref: str) -> ResponseReturnValue:
    """Show what each rule says of a stay."""
    page = _page(stay_to_pin(context(), ref, now=now()), request.args.get("rule", ""))
    return render_template("owner/pin.html", page=page)


@bp.post("/publishing/pin/<stay:ref>")
@allow("owner")
def pin_post(ref: str) -> ResponseReturnValue:
    """Make the stay a test of the rule in the draft."""
    told = load(PinForm, request.form)

    def act() -> str:
        pin_stay(context(), ref, told["rule"], told["expect"], by=by(), now=now())
        return f"/owner/rules#rule-{told['rule']}"

    try:
        if not told["rule"]:
            raise FormError(Problem("", "", "rule", "Choose one of these."))
        return once(act)
    except FormError as error:
        stay = stay_to_pin(context(), ref, now=now())
        page = _page(stay, told["rule"], expect=told["expect"], problems=error.problems)
        return render_template("owner/pin.html", page=page), status_of(error)


def _page(
    pinned: PinnedStay, rule: str, *, expect: str = "", problems: Sequence[Problem] = ()
) -> PinPage:
    stay = pinned.stay
    known = sorted((one for one in pinned.rules if one.facts), key=_place)
    chosen = next((one for one in known if one.rule.id == rule), None)
    return PinPage(
        ref=stay.ref,
        name=name_of(stay.guest),
        day=day(stay.arrival_on),
        path=path_of(stay.ref),
        action=f"/owner/publishing/pin/{part_of(stay.ref)}",
        rows=tuple(_row(one) for one in known),
        rule=rule,
        expect=expect or (chosen.told.verdict if chosen else "fires"),
        problems=problems,
    )


def _place(one: RuleOfStay) -> int:
    return ORDER[one.told.verdict]


def _row(one: RuleOfStay) -> PinRow:
    return PinRow(
        id=one.rule.id,
        title=text(one.rule.because),
        says=word(f"publishing.says_{one.told.verdict}"),
        facts=guest_in_words(context(), one.facts, language()),
        is_pinned=one.is_pinned,
    )

"""Routes of the owner's rooms: form, use case, page; nothing more."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError
from engine.usecases.merging import Merge, merge_of
from engine.usecases.own_house import has_demo
from engine.usecases.preview_rules import preview
from engine.usecases.publish_rules import publish, restore
from engine.usecases.rules_in_words import rules_history, version_told
from engine.usecases.tune_rules import catch_up, discard_draft, edit_rule, rules_room
from web.errors import status_of
from web.forms import load
from web.owner import forms
from web.owner.blueprint import bp
from web.owner.history import history_page, version_page
from web.owner.pages import Refusal, Room, RoomsPage, rules_page
from web.owner.preview_page import preview_page
from web.owner.told import time_zone
from web.policy import allow
from web.words import word
from web.work import by, context, is_fragment, now, once

from web.owner import (  # isort: skip  # their routes join the blueprint
    content,
    fairness,
    guests_say,
    health,
    house,
    pinning,
    publishing,
    reservations,
    start,
    table,
    whole_rule,
    why,
)

__all__ = [
    "bp",
    "content",
    "fairness",
    "guests_say",
    "health",
    "house",
    "pinning",
    "publishing",
    "reservations",
    "start",
    "table",
    "whole_rule",
    "why",
]

RULES = "/owner/rules"
HISTORY = "/owner/rules/history"
ROOMS = (
    ("common.nav_rules", RULES, "owner.rules_lead"),
    ("rule_table.title", f"{RULES}/table", "rule_table.room_lead"),
    ("publishing.title", "/owner/publishing", "publishing.room_lead"),
    ("owner.history", HISTORY, "owner.history_room_lead"),
    ("guests_say.title", "/owner/guests-say", "guests_say.room_lead"),
    ("why.title", "/owner/stays", "why.room_lead"),
    ("content.questions", "/owner/questions", "content.questions_room_lead"),
    ("content.styles", "/owner/styles", "content.styles_room_lead"),
    ("content.packs", "/owner/packs", "content.packs_room_lead"),
    ("common.nav_reservations", "/owner/reservations", "owner.reservations_room_lead"),
    ("house.title", "/owner/house", "house.room_lead"),
    ("common.nav_fairness", "/owner/fairness", "fairness.room_lead"),
    ("common.nav_health", "/owner/health", "health.room_lead"),
    ("common.nav_people", "/owner/people", "owner.people_room_lead"),
)
START = ("owner.start", "/owner/start-own-house", "owner.start_room_lead")


@bp.get("")
@allow("owner")
def rooms() -> ResponseReturnValue:
    """Show the owner's rooms."""
    shown = (*ROOMS, START) if has_demo(context()) else ROOMS
    page = RoomsPage([Room(str(word(t)), path, str(word(lead))) for t, path, lead in shown])
    return render_template("owner/rooms.html", page=page)


@bp.get("/rules")
@allow("owner")
def rules() -> ResponseReturnValue:
    """Show every rule with its form."""
    only = request.args.get("rule") if is_fragment() else None
    is_published = "published" in request.args
    page = rules_page(rules_room(context()), time_zone(), only=only, is_published=is_published)
    template = "owner/_rules.html" if is_fragment() else "owner/rules.html"
    return render_template(template, page=page)


@bp.post("/rules/<rule_id>")
@allow("owner")
def rule_post(rule_id: str) -> ResponseReturnValue:
    """Change one rule in the draft, or show the form again with what was typed."""
    try:
        change, seen = forms.rule_change(request.form)

        def act() -> str:
            edit_rule(context(), rule_id, change, by=by(), now=now(), seen=seen)
            return f"{RULES}?rule={rule_id}#rule-{rule_id}" if is_fragment() else _at(rule_id)

        return once(act)
    except (FormError, ConflictError) as error:
        return _rule_again(rule_id, error)


def _at(rule_id: str) -> str:
    return f"{RULES}#rule-{rule_id}"


def _rule_again(rule_id: str, error: FormError | ConflictError) -> ResponseReturnValue:
    problems = error.problems if isinstance(error, FormError) else ()
    is_conflict = isinstance(error, ConflictError)
    merge = _merge(rule_id) if is_conflict else None
    refusal = Refusal(rule_id, forms.Posted.of(request.form), problems, is_conflict, merge)
    only = rule_id if is_fragment() else None
    page = rules_page(rules_room(context()), time_zone(), only=only, refusal=refusal)
    template = "owner/_rules.html" if is_fragment() else "owner/rules.html"
    return render_template(template, page=page), status_of(error)


def _merge(rule_id: str) -> Merge | None:
    change, seen = forms.rule_change(request.form)
    return merge_of(context(), rule_id, change, seen=seen or "")


@bp.get("/rules/preview")
@allow("owner")
def rules_preview() -> ResponseReturnValue:
    """Show what publishing the draft would change."""
    moment = now()
    page = preview_page(rules_room(context()), preview(context(), now=moment), moment)
    return render_template("owner/preview.html", page=page)


@bp.post("/rules/publish")
@allow("owner")
def rules_publish() -> ResponseReturnValue:
    """Put the draft in force, or show the preview again with the reason kept."""
    told = load(forms.PublishForm, request.form)

    def act() -> str:
        publish(context(), told["reason"], by=by(), now=now(), seen=told["seen"])
        return f"{RULES}?published=1"

    try:
        return once(act)
    except (FormError, ConflictError) as error:
        problems = error.problems if isinstance(error, FormError) else ()
        page = preview_page(
            rules_room(context()),
            preview(context(), now=now()),
            now(),
            reason=told["reason"],
            problems=problems,
            conflict="" if problems else error.message,
        )
        return render_template("owner/preview.html", page=page), status_of(error)


@bp.post("/rules/discard")
@allow("owner")
def rules_discard() -> ResponseReturnValue:
    """Throw the draft away."""
    discard_draft(context(), by=by(), now=now())
    return redirect(RULES, 303)


@bp.post("/rules/catch-up")
@allow("owner")
def rules_catch_up() -> ResponseReturnValue:
    """Carry the draft over to the version published meanwhile."""
    catch_up(context(), by=by(), now=now())
    return redirect(f"{RULES}/preview", 303)


@bp.get("/rules/history")
@allow("owner")
def rules_history_list() -> ResponseReturnValue:
    """Show all versions and every single change."""
    history = rules_history(context(), before=request.args.get("before", type=int))
    page = history_page(history, time_zone())
    return render_template("owner/history.html", page=page)


@bp.get("/rules/history/<int:version>")
@allow("owner")
def rules_version(version: int) -> ResponseReturnValue:
    """Show one version in full."""
    told, old_rules = version_told(context(), version)
    page = version_page(told, old_rules, rules_room(context()), time_zone())
    return render_template("owner/version.html", page=page)


@bp.post("/rules/restore/<int:version>")
@allow("owner")
def rules_restore(version: int) -> ResponseReturnValue:
    """Bring an old version back in force."""

    def act() -> str:
        reason = str(word("owner.restored_reason", version=version))
        restore(context(), version, by=by(), now=now(), reason=reason)
        return HISTORY

    return once(act)

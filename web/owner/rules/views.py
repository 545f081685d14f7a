"""Routes of the owner's rooms: form, use case, page; nothing more."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError
from engine.usecases.rules.in_words import rules_history, version_told
from engine.usecases.rules.merging import Merge, merge_of
from engine.usecases.rules.preview_rules import preview
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.tune_rules import catch_up, discard_draft, edit_rule, rules_room
from web.errors import status_of
from web.forms import load
from web.owner.blueprint import bp
from web.owner.rules import forms
from web.owner.rules.history import history_page, version_page
from web.owner.rules.pages import Refusal, rules_page
from web.owner.rules.preview_page import preview_page
from web.owner.told import time_zone
from web.policy import allow
from web.words import word
from web.work import by, context, is_fragment, now, once

RULES = "/owner/rules"
HISTORY = "/owner/rules/history"


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

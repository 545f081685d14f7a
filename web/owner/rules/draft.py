"""The whole draft: previewed, published, discarded, carried over, and brought back."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError
from engine.usecases.rules.in_words import rules_history, version_told
from engine.usecases.rules.preview_rules import preview
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.tune_rules import rules_room
from engine.usecases.rules.whole_draft import (
    bring_back_draft,
    catch_up,
    changed_since,
    discard_draft,
    last_clashes,
)
from web.errors import status_of
from web.forms import load
from web.owner.blueprint import bp
from web.owner.rules import forms
from web.owner.rules.history import HistoryPage, history_page, version_page
from web.owner.rules.preview_page import PreviewRefusal, preview_page
from web.owner.rules.views import HISTORY, RULES
from web.owner.told import time_zone
from web.policy import allow
from web.words import word
from web.work import by, context, now, once

PREVIEW = "/owner/rules/preview"


@bp.get("/rules/preview")
@allow("owner")
def rules_preview() -> ResponseReturnValue:
    """Show what publishing the draft would change."""
    moment = now()
    clashes = last_clashes(context()) if "carried" in request.args else ()
    shown = preview(context(), now=moment)
    page = preview_page(rules_room(context()), shown, moment, clashes=clashes)
    return render_template("owner/preview.html", page=page)


@bp.post("/rules/publish-draft")
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
        return _preview_again(error, told["seen"], reason=told["reason"])


@bp.post("/rules/discard-draft")
@allow("owner")
def rules_discard() -> ResponseReturnValue:
    """Throw the draft away, unless it is not the one that was looked at."""
    seen = load(forms.SeenForm, request.form)["seen"]

    def act() -> str:
        discard_draft(context(), by=by(), now=now(), seen=seen)
        return RULES

    try:
        return once(act)
    except ConflictError as error:
        return _preview_again(error, seen)


def _preview_again(
    error: FormError | ConflictError, seen: str, *, reason: str | None = None
) -> ResponseReturnValue:
    """Show the preview with what is wrong, and what changed since the draft was looked at."""
    problems, moment = error.problems if isinstance(error, FormError) else (), now()
    conflict, since = "" if problems else error.message, changed_since(context(), seen) or ()
    refusal = PreviewRefusal(problems, conflict, reason, since)
    shown = preview(context(), now=moment)
    page = preview_page(rules_room(context()), shown, moment, refusal=refusal)
    return render_template("owner/preview.html", page=page), status_of(error)


@bp.post("/rules/catch-up")
@allow("owner")
def rules_catch_up() -> ResponseReturnValue:
    """Carry the draft over to the version published meanwhile, and name what both changed."""
    clashes = catch_up(context(), by=by(), now=now())
    return redirect(f"{PREVIEW}?carried=1" if clashes else PREVIEW, 303)


@bp.get("/rules/history")
@allow("owner")
def rules_history_list() -> ResponseReturnValue:
    """Show all versions and every single change."""
    return render_template("owner/history.html", page=_history())


def _history(conflict: str = "") -> HistoryPage:
    history = rules_history(context(), before=request.args.get("before", type=int))
    return history_page(history, time_zone(), conflict=conflict)


@bp.post("/rules/history/bring-back/<int:entry>")
@allow("owner")
def rules_draft_back(entry: int) -> ResponseReturnValue:
    """Make a discarded draft the draft again."""

    def act() -> str:
        bring_back_draft(context(), entry, by=by(), now=now())
        return RULES

    try:
        return once(act)
    except ConflictError as error:
        page = _history(error.message)
        return render_template("owner/history.html", page=page), status_of(error)


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

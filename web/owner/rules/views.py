"""The room of the rules: every rule with its form; each change goes to the draft."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError
from engine.usecases.rules.merging import Merge, merge_of
from engine.usecases.rules.tune_rules import edit_rule, rules_room
from web.errors import status_of
from web.owner.blueprint import bp
from web.owner.rules import forms
from web.owner.rules.pages import Refusal, rules_page
from web.owner.told import time_zone
from web.policy import allow
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

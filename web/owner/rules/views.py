"""The room of the rules: every rule with its form; each change goes to the draft."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError, NotFoundError, TactError
from engine.usecases.context import Context
from engine.usecases.rules.lost_rules import LostRule, lost_rule
from engine.usecases.rules.merging import Merge, merge_of
from engine.usecases.rules.tune_rules import RuleChange, changed, edit_rule, rules_room
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
    return saved_or_again(rule_id, edit_rule)


class Saving(Protocol):
    """What may be done with the short form of a rule."""

    def __call__(
        self,
        ctx: Context,
        rule_id: str,
        change: RuleChange,
        *,
        by: str,
        now: datetime,
        seen: str | None,
    ) -> None:
        """Save it in the draft."""


def saved_or_again(rule_id: str, save: Saving) -> ResponseReturnValue:
    """Save the short form of a rule, or show it again with what was typed."""
    try:
        change, seen = forms.rule_change(request.form)

        def act() -> str:
            save(context(), rule_id, change, by=by(), now=now(), seen=seen)
            return f"{RULES}?rule={rule_id}#rule-{rule_id}" if is_fragment() else _at(rule_id)

        return once(act)
    except (FormError, ConflictError, NotFoundError) as error:
        return _rule_again(rule_id, error)


def _at(rule_id: str) -> str:
    return f"{RULES}#rule-{rule_id}"


def _rule_again(rule_id: str, error: TactError) -> ResponseReturnValue:
    room = rules_room(context())
    is_gone = all(rule.id != rule_id for rule in room.draft_rules)
    lost = lost_rule(context(), rule_id) if is_gone else None
    if is_gone and lost is None:
        raise error
    refusal = _gone(lost, error) if lost else _refusal(rule_id, error)
    only = rule_id if is_fragment() else None
    page = rules_page(room, time_zone(), only=only, refusal=refusal)
    template = "owner/_rules.html" if is_fragment() else "owner/rules.html"
    return render_template(template, page=page), 422 if refusal.problems else 409


def _refusal(rule_id: str, error: TactError) -> Refusal:
    problems = error.problems if isinstance(error, FormError) else ()
    merge = None if problems else _merge(rule_id)
    posted = forms.Posted.of(request.form)
    return Refusal(rule_id, posted, problems, is_conflict=not problems, merge=merge)


def _gone(lost: LostRule, error: TactError) -> Refusal:
    """Keep what was chosen for a rule that somebody took out meanwhile."""
    problems = error.problems if isinstance(error, FormError) else ()
    mine = lost.rule
    try:
        change, _ = forms.rule_change(request.form)
        mine = changed(context(), lost.rule, change)
    except FormError as wrong:
        problems = wrong.problems
    posted = forms.Posted.of(request.form)
    return Refusal(lost.rule.id, posted, problems, lost=lost, mine=mine)


def _merge(rule_id: str) -> Merge | None:
    change, seen = forms.rule_change(request.form)
    return merge_of(context(), rule_id, change, seen=seen or "")

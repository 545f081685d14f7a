"""A whole rule: write a new one, edit its tests, take it out, bring it back."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.rules import Rule
from engine.errors import ConflictError, FormError, NotFoundError
from engine.usecases.rules.in_words import Difference
from engine.usecases.rules.lost_rules import bring_back_changed, lost_rule
from engine.usecases.rules.matching import who_matches
from engine.usecases.rules.merging import merge_with, rule_seen
from engine.usecases.rules.tune_rules import mark_of_rule, rule_in, rules_room
from engine.usecases.rules.write_rules import bring_back, remove_rule, write_rule, written_rule
from engine.usecases.rules.written_tests import GROUPS
from web.owner.blueprint import bp
from web.owner.rules.pages import MergeTold
from web.owner.rules.rule_form import Typed, written
from web.owner.rules.rule_page import Hindered, WholeRulePage, whole_rule_page
from web.owner.rules.views import saved_or_again
from web.owner.told import difference_lines
from web.policy import allow
from web.words import word
from web.work import by, context, now, once

RULES = "/owner/rules"
FORM = "owner/whole_rule.html"


@bp.get("/rules/new-rule")
@allow("owner")
def new_rule_form() -> ResponseReturnValue:
    """Show an empty rule."""
    languages = context().catalogue.languages
    source = str(word("one_rule.own_source"))
    typed = Typed(because=dict.fromkeys(languages, ""), source=source)
    return render_template(FORM, page=whole_rule_page(typed, None))


@bp.post("/rules/new-rule")
@allow("owner")
def new_rule_post() -> ResponseReturnValue:
    """Add a row, look who matches, or save the new rule in the draft."""
    return _posted(None)


@bp.get("/rules/<rule_id>/edit")
@allow("owner")
def whole_rule_form(rule_id: str) -> ResponseReturnValue:
    """Show a rule with all its tests."""
    rule = _rule(rule_id)
    return render_template(FORM, page=_looked(Typed.of_rule(rule), rule, rule))


@bp.post("/rules/<rule_id>/edit")
@allow("owner")
def whole_rule_post(rule_id: str) -> ResponseReturnValue:
    """Add a row, look who matches, or save the rule in the draft."""
    return _posted(rule_id)


@bp.post("/rules/<rule_id>/remove")
@allow("owner")
def whole_rule_remove(rule_id: str) -> ResponseReturnValue:
    """Take a rule out of the draft."""

    def act() -> str:
        seen = request.form.get("seen")
        remove_rule(context(), rule_id, by=by(), now=now(), seen=seen)
        return f"{RULES}#removed"

    try:
        return once(act)
    except ConflictError:
        return render_template(FORM, page=_hindered(rule_id)), 409
    except NotFoundError:
        if lost_rule(context(), rule_id) is None:
            raise
        return redirect(f"{RULES}#removed", 303)  # somebody else took it out before


@bp.post("/rules/<rule_id>/bring-back")
@allow("owner")
def whole_rule_back(rule_id: str) -> ResponseReturnValue:
    """Put a rule that the draft took out back in, with what was chosen for it meanwhile, if any."""
    if "place" in request.form:
        return saved_or_again(rule_id, bring_back_changed)
    bring_back(context(), rule_id, by=by(), now=now())
    return redirect(_at(rule_id), 303)


def _rule(rule_id: str) -> Rule:
    return rule_in(rules_room(context()).draft_rules, rule_id)


def _found(rule_id: str | None) -> Rule | None:
    rules = rules_room(context()).draft_rules
    return next((rule for rule in rules if rule.id == rule_id), None)


def _at(rule_id: str) -> str:
    return f"{RULES}#rule-{rule_id}"


def _posted(rule_id: str | None) -> ResponseReturnValue:
    old = _found(rule_id)
    typed = Typed.of(request.form)
    if rule_id and old is None:
        return render_template(FORM, page=_conflict(typed, None)), 409
    act, _, what = request.form.get("do", "look").partition(":")
    if act == "add" and what in GROUPS:
        longer = typed.with_row(what, request.form.get(f"add-{what}", ""))
        return render_template(FORM, page=_tried(longer, old, added=longer != typed))
    if act == "drop" and what.isdecimal():
        group = typed.group_of(int(what))
        page = replace(_tried(typed.without_row(int(what)), old), focus=group)
        return render_template(FORM, page=page)
    return _done(typed, old, is_saved=act == "save")


def _done(typed: Typed, old: Rule | None, *, is_saved: bool) -> ResponseReturnValue:
    try:
        rule = _read(typed, old)
        if not is_saved:
            page = replace(_looked(typed, old, rule), focus="matches")
            return render_template(FORM, page=page)
        return once(lambda: _saved(typed, old))
    except FormError as error:
        page = whole_rule_page(typed, old, problems=error.problems)
        return render_template(FORM, page=page), 422
    except ConflictError:
        return render_template(FORM, page=_conflict(typed, old)), 409


def _read(typed: Typed, old: Rule | None) -> Rule:
    """Return the rule that was typed, or raise all that is wrong with it at once."""
    told, problems = written(typed)
    try:
        rule = written_rule(context(), told, old)
    except FormError as error:
        raise FormError(*problems, *error.problems) from None
    if problems:
        raise FormError(*problems)
    return rule


def _saved(typed: Typed, old: Rule | None) -> str:
    told, _ = written(typed)
    rule_id, seen = old.id if old else None, typed.seen or None
    return _at(write_rule(context(), told, rule_id=rule_id, by=by(), now=now(), seen=seen))


def _looked(typed: Typed, old: Rule | None, rule: Rule) -> WholeRulePage:
    looked = (rule, who_matches(context(), rule, now=now()))
    return whole_rule_page(typed, old, looked=looked)


def _tried(typed: Typed, old: Rule | None, *, added: bool = False) -> WholeRulePage:
    """Show the form again; who matches only where it can be read as it stands."""
    try:
        rule = _read(typed, old)
    except FormError:
        return whole_rule_page(typed, old, added=added)
    looked = (rule, who_matches(context(), rule, now=now()))
    return whole_rule_page(typed, old, looked=looked, added=added)


def _hindered(rule_id: str) -> WholeRulePage:
    """Show the rule as somebody left it, before it is taken out all the same."""
    room, fresh = rules_room(context()), _rule(rule_id)
    editor, _ = room.edits.get(rule_id, (room.published.by, None))
    old = rule_seen(context(), rule_id, seen=request.form.get("seen", ""))
    lines = difference_lines(Difference(old, fresh)) if old else ()
    page = _looked(Typed.of_rule(fresh), fresh, fresh)
    return replace(page, hindered=Hindered(editor, lines))


def _conflict(typed: Typed, old: Rule | None) -> WholeRulePage:
    """Show what was typed beside theirs and both; saving again goes over what they did."""
    fresh = _found(old.id) if old else None
    seen = mark_of_rule(fresh) if fresh else ""
    page = whole_rule_page(replace(typed, seen=seen), fresh, is_conflict=True)
    if fresh is None:
        return page
    lines = difference_lines(Difference(fresh, _read(typed, fresh)))
    page = replace(page, would_change=lines)
    merge = merge_with(context(), fresh.id, lambda base: _read(typed, base), seen=typed.seen)
    if merge is None:
        return page
    both = replace(Typed.of_rule(merge.both), seen=seen)
    return replace(page, merge=MergeTold.of(merge), both=both)

"""A whole draft: thrown away only as it was seen, brought back as it was, carried over by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain.rules import Operator, Rule, Sureness, Test
from engine.errors import ConflictError, NotFoundError
from engine.rules.merge import PARTS
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rules_history
from engine.usecases.rules.merging import merge_with
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.schedule import publish_on_time, schedule, schedule_now
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)
from engine.usecases.rules.whole_draft import (
    Clash,
    bring_back_draft,
    carried,
    catch_up,
    changed_since,
    clashes_of,
    discard_draft,
    last_clashes,
)
from engine.usecases.rules.write_rules import bring_back, remove_rule, used_ids
from tests.usecases.conftest import NOW

RULE, OTHER, THIRD = "business_trip", "one_night", "tired"


def edit(ctx: Context, rule: str = RULE, by: str = "Ana", **change: object) -> None:
    edit_rule(ctx, rule, RuleChange(**(change or {"weight": -0.8})), by=by, now=NOW)


def rule_of(ctx: Context, id: str = RULE) -> Rule:
    return next(rule for rule in rules_room(ctx).draft_rules if rule.id == id)


def discarded(ctx: Context) -> int:
    """Discard the draft as it is and return the number of its entry."""
    discard_draft(ctx, by="Ana", now=NOW, seen=rules_room(ctx).mark)
    return rules_history(ctx).entries[0].id


def take(ctx: Context, *rules: Rule) -> None:
    seen = mark_of_rules(rules_room(ctx).draft_rules)
    take_rules(ctx, rules, by="Ben", now=NOW, seen=seen)


def publish_all(ctx: Context) -> None:
    publish(ctx, "softer", by="Ben", now=NOW, seen=rules_room(ctx).mark)


def test_a_draft_that_somebody_changed_since_is_not_thrown_away(ctx: Context):
    edit(ctx)
    seen = rules_room(ctx).mark
    edit(ctx, OTHER, by="Ben", is_on=False)
    with pytest.raises(ConflictError, match="not discarded"):
        discard_draft(ctx, by="Ana", now=NOW, seen=seen)
    assert {one.rule.id for one in rules_room(ctx).changed} == {RULE, OTHER}


def test_a_discarded_draft_comes_back_as_it_was_with_its_mark(ctx: Context):
    edit(ctx)
    remove_rule(ctx, OTHER, by="Ben", now=NOW)
    take(ctx, *rules_room(ctx).draft_rules, replace(rule_of(ctx, THIRD), id="fresh"))
    mark, draft = rules_room(ctx).mark, rules_room(ctx).draft
    entry = discarded(ctx)
    assert rules_room(ctx).draft is None
    assert rules_history(ctx).entries[0].detail["n"] == 3
    bring_back_draft(ctx, entry, by="Ben", now=NOW)
    assert rules_room(ctx).mark == mark
    assert rules_room(ctx).draft.content == draft.content


def test_a_time_that_was_chosen_holds_again_for_a_draft_brought_back(ctx: Context):
    edit(ctx)
    when = (NOW + timedelta(days=2)).replace(tzinfo=None)
    due_at = schedule(ctx, when, "season", by="Ana", now=NOW, seen=rules_room(ctx).mark)
    entry = discarded(ctx)
    assert schedule_now(ctx, now=NOW).hindered == "gone"
    bring_back_draft(ctx, entry, by="Ana", now=NOW)
    waiting = schedule_now(ctx, now=NOW)
    assert waiting.hindered == ""
    publish_on_time(ctx, {"publication": waiting.record.id}, due_at)
    assert rules_room(ctx).published.version == 2


def test_bringing_back_joins_the_draft_that_others_began_meanwhile(ctx: Context):
    edit(ctx)
    entry = discarded(ctx)
    edit(ctx, OTHER, by="Ben", weight=0.5)
    edit(ctx, RULE, by="Ben", sure=Sureness.FIRM)
    bring_back_draft(ctx, entry, by="Ana", now=NOW)
    assert (rule_of(ctx).weight, rule_of(ctx).sure) == (-0.8, Sureness.FIRM)
    assert rule_of(ctx, OTHER).weight == 0.5


def test_bringing_back_never_goes_over_what_others_changed(ctx: Context):
    edit(ctx)
    entry = discarded(ctx)
    edit(ctx, RULE, by="Ben", weight=0.5)
    with pytest.raises(ConflictError, match="another draft"):
        bring_back_draft(ctx, entry, by="Ana", now=NOW)
    assert rule_of(ctx).weight == 0.5


def test_bringing_back_twice_changes_nothing_more_and_other_entries_nothing(ctx: Context):
    edit(ctx)
    edited = rules_history(ctx).entries[0].id
    entry = discarded(ctx)
    bring_back_draft(ctx, entry, by="Ana", now=NOW)
    mark = rules_room(ctx).mark
    bring_back_draft(ctx, entry, by="Ben", now=NOW)
    assert rules_room(ctx).mark == mark
    for wrong in (edited, 10**6):
        with pytest.raises(NotFoundError):
            bring_back_draft(ctx, wrong, by="Ana", now=NOW)


def test_a_draft_brought_back_after_another_publication_is_carried_over(ctx: Context):
    edit(ctx)
    entry = discarded(ctx)
    edit(ctx, OTHER, by="Ben", weight=0.5)
    publish_all(ctx)
    bring_back_draft(ctx, entry, by="Ana", now=NOW)
    assert rules_room(ctx).is_behind
    assert catch_up(ctx, by="Ana", now=NOW) == ()
    assert [one.rule.id for one in rules_room(ctx).changed] == [RULE]
    assert rule_of(ctx, OTHER).weight == 0.5


def test_what_changed_since_a_draft_was_seen_is_told_exactly(ctx: Context):
    edit(ctx)
    edit(ctx, THIRD, weight=0.2)
    seen = rules_room(ctx).mark
    edit(ctx, RULE, by="Ben", weight=-1.5)
    remove_rule(ctx, OTHER, by="Ben", now=NOW)
    bring_back(ctx, OTHER, by="Ben", now=NOW)
    take(ctx, *rules_room(ctx).draft_rules, replace(rule_of(ctx), id="fresh"))
    told = {one.rule.id: one for one in changed_since(ctx, seen)}
    assert set(told) == {RULE, "fresh"}
    assert (told[RULE].before.weight, told[RULE].after.weight) == (-0.8, -1.5)
    assert told["fresh"].before is None


def test_what_changed_since_is_told_also_beyond_a_discarded_draft(ctx: Context):
    edit(ctx)
    seen = rules_room(ctx).mark
    discard_draft(ctx, by="Ben", now=NOW)
    edit(ctx, OTHER, by="Ben", weight=0.5)
    assert {one.rule.id for one in changed_since(ctx, seen)} == {RULE, OTHER}


def test_what_was_never_seen_or_lies_behind_a_publication_is_not_guessed(ctx: Context):
    edit(ctx)
    seen = rules_room(ctx).mark
    assert changed_since(ctx, "no such mark") is None
    publish_all(ctx)
    assert changed_since(ctx, seen) is None
    edit(ctx, OTHER)
    assert changed_since(ctx, seen) is None


def test_carrying_over_names_each_rule_and_part_that_both_changed(ctx: Context):
    edit(ctx, RULE, weight=-1.5, is_on=False)
    edit(ctx, OTHER, sure=Sureness.FIRM)
    remove_rule(ctx, THIRD, by="Ana", now=NOW)
    entry = discarded(ctx)
    edit(ctx, RULE, by="Ben", weight=0.3)
    edit(ctx, OTHER, by="Ben", weight=0.5)
    edit(ctx, THIRD, by="Ben", weight=0.1)
    publish_all(ctx)
    bring_back_draft(ctx, entry, by="Ana", now=NOW)
    clashes = (Clash(RULE, ("weight",)), Clash(THIRD, ("removed",)))
    assert set(catch_up(ctx, by="Ana", now=NOW)) == set(clashes)
    assert set(last_clashes(ctx)) == set(clashes)
    assert set(clashes_of(rules_history(ctx).entries[0].detail)) == set(clashes)
    assert (rule_of(ctx).weight, rule_of(ctx).is_on) == (-1.5, False)
    assert (rule_of(ctx, OTHER).weight, rule_of(ctx, OTHER).sure) == (0.5, Sureness.FIRM)


def test_a_rule_that_was_published_away_and_edited_is_named(ctx: Context):
    rules = rules_room(ctx).rules
    gone = [rule for rule in rules if rule.id != RULE]
    mine = [replace(rule, weight=-2.0) if rule.id == RULE else rule for rule in rules]
    merged, clashes = carried(rules, mine, gone)
    assert clashes == (Clash(RULE, ("removed",)),)
    assert next(rule for rule in merged if rule.id == RULE).weight == -2.0
    fresh = replace(rules[0], id="fresh")
    other = replace(fresh, weight=2.0)
    _, clashes = carried(rules, [*rules, fresh], [*rules, other])
    assert clashes == (Clash("fresh", ("added",)),)


def test_a_restored_version_and_a_draft_that_agree_do_not_clash(ctx: Context):
    edit(ctx)
    publish_all(ctx)
    edit(ctx, OTHER, weight=0.5)
    restore(ctx, 1, by="Ben", now=NOW)
    assert catch_up(ctx, by="Ana", now=NOW) == ()


def test_a_rule_whose_tests_two_owners_changed_is_merged_from_what_was_seen(ctx: Context):
    edit(ctx, RULE, weight=-0.5)
    seen = mark_of_rule(rule_of(ctx))
    test = Test("nights", Operator.AT_MOST, 2)
    theirs = replace(rule_of(ctx), when=(test,), source="Ben's own")
    take(ctx, *(theirs if one.id == RULE else one for one in rules_room(ctx).draft_rules))
    told = merge_with(ctx, RULE, lambda base: replace(base, weight=-0.6), seen=seen)
    assert told.is_clean
    assert (told.base.weight, told.both.weight, told.both.when) == (-0.5, -0.6, (test,))
    discard_draft(ctx, by="Ben", now=NOW)
    again = merge_with(ctx, RULE, lambda base: replace(base, is_on=False), seen=seen)
    assert again.theirs.weight == -0.35


def test_the_id_of_a_rule_that_only_ever_stood_in_a_draft_is_never_given_again(ctx: Context):
    take(ctx, *rules_room(ctx).rules, replace(rule_of(ctx), id="fresh"))
    discard_draft(ctx, by="Ana", now=NOW)
    with ctx.store.read() as work:
        assert "fresh" in used_ids(work)


def test_every_part_and_hindrance_has_its_words_in_every_language(ctx: Context):
    for words in ctx.catalogue.words.values():
        for part in (*PARTS, "added", "removed"):
            assert words[f"owner.part_{part}"]
        for why in ("gone", "behind", "trial", "red", "locked"):
            assert words[f"publishing.stale_{why}"]

"""Two owners on one draft: theirs, mine, both, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.cues import Scope
from engine.domain.rules import Operator, Rule, Sureness, Test
from engine.rules.merge import PARTS, merge
from engine.usecases.context import Context
from engine.usecases.rules.merging import merge_of
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rule,
    rules_room,
)
from engine.usecases.rules.whole_draft import catch_up

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"
BASE = Rule(
    id="r",
    scope=Scope.STATE,
    weight=-0.3,
    because={"en": "r"},
    source="s",
    when=(Test("nights", Operator.AT_MOST, 2),),
)
RULES = st.builds(
    lambda weight, sure, is_on, nights, source: replace(
        BASE,
        weight=weight,
        sure=sure,
        is_on=is_on,
        when=(Test("nights", Operator.AT_MOST, nights),),
        source=source,
    ),
    st.sampled_from([-0.8, -0.3, 0.3]),
    st.sampled_from(Sureness),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from(["s", "t"]),
)


def rule_of(ctx: Context) -> Rule:
    return next(rule for rule in rules_room(ctx).draft_rules if rule.id == RULE)


@given(RULES, RULES, RULES)
def test_every_change_of_either_is_in_both_or_named(base: Rule, theirs: Rule, mine: Rule):
    told = merge(base, theirs, mine)
    for part, (field, *_) in PARTS.items():
        was, one, other, got = (getattr(r, field) for r in (base, theirs, mine, told.both))
        if other != was:
            assert got == other
            assert (part in told.clashes) == (one not in (was, other))
        else:
            assert got == one


def test_every_field_of_a_rule_belongs_to_a_part():
    named = {field for fields in PARTS.values() for field in fields}
    assert named | {"id"} == set(Rule.__slots__)


def test_different_parts_of_one_rule_go_together(ctx: Context):
    seen = mark_of_rule(rule_of(ctx))
    edit_rule(ctx, RULE, RuleChange(weight=-1.5), by="Ben", now=NOW)
    told = merge_of(ctx, RULE, RuleChange(sure=Sureness.FIRM), seen=seen)
    assert told is not None
    assert told.is_clean
    assert (told.both.weight, told.both.sure) == (-1.5, Sureness.FIRM)


def test_the_same_part_changed_by_both_is_named(ctx: Context):
    seen = mark_of_rule(rule_of(ctx))
    edit_rule(ctx, RULE, RuleChange(weight=-1.5), by="Ben", now=NOW)
    told = merge_of(ctx, RULE, RuleChange(weight=-0.8), seen=seen)
    assert told is not None
    assert told.clashes == ("weight",)


def test_what_was_seen_in_the_middle_of_a_draft_is_found_again(ctx: Context):
    edit_rule(ctx, RULE, RuleChange(weight=-0.5), by="Ana", now=NOW)
    seen = mark_of_rule(rule_of(ctx))
    edit_rule(ctx, RULE, RuleChange(weight=-0.6, is_on=False), by="Ben", now=NOW)
    edit_rule(ctx, RULE, RuleChange(sure=Sureness.GUESS), by="Ben", now=NOW)
    told = merge_of(ctx, RULE, RuleChange(weight=-0.5, sure=Sureness.FIRM), seen=seen)
    assert told is not None
    assert told.base.weight == -0.5
    assert (told.both.weight, told.both.is_on) == (-0.6, False)
    assert told.clashes == ("sure",)


def test_a_rule_that_nobody_ever_saw_is_merged_with_nothing(ctx: Context):
    assert merge_of(ctx, RULE, RuleChange(weight=-0.8), seen="no such mark") is None
    assert merge_of(ctx, "no_rule", RuleChange(weight=-0.8), seen="x") is None


def test_catching_up_keeps_what_was_published_of_the_same_rule(ctx: Context):
    edit_rule(ctx, RULE, RuleChange(weight=-1.5), by="Ben", now=NOW)
    publish(ctx, "first", by="Ben", now=NOW, seen=rules_room(ctx).mark)
    with ctx.store.begin() as work:
        old = work.rule_sets.version(1).content
        changed = {
            **old,
            "rules": [
                {**rule, "sure": "firm"} if rule["id"] == RULE else rule for rule in old["rules"]
            ],
        }
        work.rule_sets.save_draft(changed, based_on=1, by="Ana", at=NOW, version=None)
    catch_up(ctx, by="Ana", now=NOW)
    assert (rule_of(ctx).weight, rule_of(ctx).sure) == (-1.5, Sureness.FIRM)

"""Tests of rules in the draft: red ones stop a publication, stays become new ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.domain.rules import Operator, Rule, Test
from engine.errors import ConflictError, FormError, NotFoundError
from engine.rules import evaluate
from engine.usecases.context import Context
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.rule_tests import (
    accept_test,
    pin_stay,
    red_tests,
    remove_test,
    stay_to_pin,
)
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"


def rule_of(ctx: Context, id: str = RULE) -> Rule:
    return next(rule for rule in rules_room(ctx).draft_rules if rule.id == id)


def ask_otherwise(ctx: Context) -> None:
    """Let the rule ask for leisure: what its tests say of business guests is wrong from now on."""
    rules = rules_room(ctx).draft_rules
    test = Test("purpose", Operator.IS, "leisure")
    new = [replace(rule, when=(test,)) if rule.id == RULE else rule for rule in rules]
    take_rules(ctx, new, by="Ana", now=NOW, seen=mark_of_rules(rules))


def publish_now(ctx: Context) -> int:
    return publish(ctx, "why not", by="Ana", now=NOW, seen=rules_room(ctx).mark)


def test_the_shipped_rules_have_no_red_test(ctx: Context):
    assert red_tests(rules_room(ctx).rules) == ()


def test_publishing_is_refused_while_a_test_is_red_and_says_which(ctx: Context):
    ask_otherwise(ctx)
    found = red_tests(rules_room(ctx).draft_rules)
    assert {red.rule.id for red in found} == {RULE}
    with pytest.raises(ConflictError) as refused:
        publish_now(ctx)
    assert "business_trip: test 1 expects" in refused.value.message
    assert rules_room(ctx).published.version == 1
    assert rules_room(ctx).draft is not None


def test_a_red_test_is_changed_to_what_happens_or_removed_then_publishing_works(ctx: Context):
    ask_otherwise(ctx)
    first, *_ = red_tests(rules_room(ctx).draft_rules)
    accept_test(ctx, RULE, first.place, by="Ana", now=NOW, seen=mark_of_rule(rule_of(ctx)))
    assert rule_of(ctx).examples[first.place].expect == first.told.verdict
    while found := red_tests(rules_room(ctx).draft_rules):
        red = found[-1]
        remove_test(ctx, RULE, red.place, by="Ana", now=NOW, seen=mark_of_rule(rule_of(ctx)))
    assert publish_now(ctx) == 2


def test_only_who_saw_the_rule_as_it_is_changes_its_tests(ctx: Context):
    seen = mark_of_rule(rule_of(ctx))
    edit_rule(ctx, RULE, RuleChange(weight=-0.5), by="Ben", now=NOW)
    with pytest.raises(ConflictError):
        remove_test(ctx, RULE, 0, by="Ana", now=NOW, seen=seen)
    with pytest.raises(NotFoundError):
        remove_test(ctx, RULE, 99, by="Ana", now=NOW, seen=mark_of_rule(rule_of(ctx)))


def test_a_stay_becomes_a_test_with_what_the_rule_asks_and_nothing_else(ctx: Context):
    ref, told = _known(ctx)
    n_before = len(told.rule.examples)
    pin_stay(ctx, ref, told.rule.id, told.told.verdict, by="Ana", now=NOW)
    pinned = rule_of(ctx, told.rule.id)
    example = pinned.examples[n_before]
    assert set(example.guest) <= {test.fact for test in evaluate.tests_of(pinned)}
    assert example.expect == told.told.verdict
    assert red_tests([pinned]) == ()
    written = json.dumps(rules_room(ctx).draft.content)
    stay = stay_to_pin(ctx, ref, now=NOW).stay
    assert ref not in written
    assert stay.guest.name not in written


def test_a_pinned_stay_may_expect_what_the_rule_does_not_say_yet(ctx: Context):
    ref, told = _known(ctx)
    other = "silent" if told.told.verdict == "fires" else "fires"
    pin_stay(ctx, ref, told.rule.id, other, by="Ana", now=NOW)
    assert [red.rule.id for red in red_tests(rules_room(ctx).draft_rules)] == [told.rule.id]


def test_the_same_stay_is_not_pinned_twice(ctx: Context):
    ref, told = _known(ctx)
    pin_stay(ctx, ref, told.rule.id, told.told.verdict, by="Ana", now=NOW)
    with pytest.raises(FormError) as wrong:
        pin_stay(ctx, ref, told.rule.id, told.told.verdict, by="Ana", now=NOW)
    assert wrong.value.problems[0].key == "rule"


def test_what_a_test_may_expect_is_closed(ctx: Context):
    with pytest.raises(FormError):
        pin_stay(ctx, next(iter(_refs(ctx))), RULE, "maybe", by="Ana", now=NOW)
    with pytest.raises(NotFoundError):
        pin_stay(ctx, next(iter(_refs(ctx))), "no_such_rule", "fires", by="Ana", now=NOW)


def _refs(ctx: Context) -> list[str]:
    with ctx.store.read() as work:
        (house, *_) = work.houses.all()
        day = NOW.date()
        return [stay.ref for stay in work.stays.between(house.id, day, day)]


def _known(ctx: Context):
    """A stay and a rule that asks something known of it and has no such test yet."""
    return next(
        (ref, one)
        for ref in _refs(ctx)
        for one in stay_to_pin(ctx, ref, now=NOW).rules
        if one.facts and not one.is_pinned and one.told.verdict in ("fires", "silent")
    )

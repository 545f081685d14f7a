"""A rule is split by a cue: its tests go along, ids are new, and nobody's edit is split unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain.rules import Operator, Rule, RuleExample
from engine.errors import ConflictError
from engine.rules.evaluate import trace
from engine.usecases.context import Context
from engine.usecases.learning.splitting import SplitDone, split_rule, unfit_tests
from engine.usecases.rules.evidence import rule_evidence
from engine.usecases.rules.in_words import rules_history
from engine.usecases.rules.rule_tests import red_tests
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)
from engine.usecases.rules.whole_draft import discard_draft
from tests.usecases.conftest import NOW
from tests.usecases.own_stays import OWN


def rule_of(ctx: Context, id: str) -> Rule:
    return next(rule for rule in rules_room(ctx).draft_rules if rule.id == id)


def offered(ctx: Context) -> tuple[str, str]:
    """Return a rule with tests, and a cue that splits it."""
    for rule in rules_room(ctx).rules:
        splits = rule_evidence(ctx, rule.id, OWN, now=NOW).splits
        if splits and rule.examples:
            return rule.id, splits[0].test.fact
    raise AssertionError("no rule can be split")


def split(ctx: Context, id: str, fact: str, seen: str | None = None) -> SplitDone:
    return split_rule(ctx, OWN, id, fact, by="Ana", now=NOW, seen=seen)


def with_example(ctx: Context, id: str, example: RuleExample) -> None:
    rules = rules_room(ctx).draft_rules
    new = [
        replace(one, examples=(*one.examples, example)) if one.id == id else one for one in rules
    ]
    take_rules(ctx, new, by="Ben", now=NOW, seen=mark_of_rules(rules))


def test_every_test_that_still_fits_goes_along_and_none_of_them_is_red(taught: Context):
    id, fact = offered(taught)
    old = rule_of(taught, id)
    done = split(taught, id, fact)
    halves = [rule_of(taught, half) for half in done.ids]
    assert done.left == ()
    assert red_tests(halves) == ()
    for half in halves:
        assert [one.expect for one in half.examples] == [one.expect for one in old.examples]
        for one, before in zip(half.examples, old.examples, strict=True):
            assert trace(old, one.guest).verdict == before.expect


def test_a_test_that_tells_the_cue_goes_to_its_half_alone(taught: Context):
    id, fact = offered(taught)
    test = rule_evidence(taught, id, OWN, now=NOW).splits[0].test
    assert test.operator in (Operator.IS, Operator.AT_LEAST)
    fires = next(one for one in rule_of(taught, id).examples if one.expect == "fires")
    told = replace(fires, guest={**fires.guest, fact: test.operand})
    with_example(taught, id, told)
    with_it, without = (rule_of(taught, half) for half in split(taught, id, fact).ids)
    assert told in with_it.examples
    assert told not in without.examples


def test_a_test_that_fits_neither_half_is_named_in_the_history(taught: Context):
    id, fact = offered(taught)
    wrong = RuleExample({fact: None}, "fires")  # red before: the rule cannot tell
    with_example(taught, id, replace(wrong, guest={}))
    place = len(rule_of(taught, id).examples)
    done = split(taught, id, fact)
    assert done.left == (place,)
    (entry, *_) = rules_history(taught).entries
    assert entry.what == "rules.split"
    ((told, example),) = unfit_tests(entry.detail)
    assert (told, example.guest, example.expect) == (place, {}, "fires")


def test_a_rule_that_somebody_changed_since_is_not_split(taught: Context):
    id, fact = offered(taught)
    seen = mark_of_rule(rule_of(taught, id))
    edit_rule(taught, id, RuleChange(weight=0.123), by="Ben", now=NOW)
    with pytest.raises(ConflictError, match="Somebody changed this rule"):
        split(taught, id, fact, seen)
    assert rule_of(taught, id).weight == 0.123
    split(taught, id, fact, mark_of_rule(rule_of(taught, id)))


def test_ids_of_halves_are_never_given_again(taught: Context):
    id, fact = offered(taught)
    first = split(taught, id, fact).ids
    discard_draft(taught, by="Ana", now=NOW)
    second = split(taught, id, fact).ids
    assert set(first).isdisjoint(second)
    assert second == tuple(f"{half}_2" for half in first)

"""Rules as boxes say what the other two evaluators say, and are counted exactly."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from engine.domain.cues import Fact, FactKind, Scope, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.boxes import Space, count
from engine.rules.evaluate import trace, truth_of
from engine.rules.vectorised import RuleTable
from tests.rules.drawn import ALL_VALUES, FACTS, FIRST_DAY, N_DAYS, drawn_guest, drawn_rule, fact
from tests.rules.one_pair import joint_cuts, meeting

N_SETS, N_RULES, N_GUESTS = 50, 40, 50
"""Together 100,000 pairs of a rule and a guest."""


def one_rule(**groups: tuple[Test, ...]) -> Rule:
    return Rule("r", Scope.STATE, 1.0, {"en": "r"}, "a test", **groups)


def test_three_evaluators_agree_on_a_hundred_thousand_pairs_of_rule_and_guest() -> None:
    n_pairs, seen = 0, {True: 0, False: 0, None: 0}
    for seed in range(N_SETS):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}") for k in range(N_RULES)]
        space, table = Space(rules, FACTS), RuleTable(rules, {})
        boxed = [space.boxed(rule) for rule in rules]
        for _ in range(N_GUESTS):
            guest, day = drawn_guest(rng), FIRST_DAY + timedelta(int(rng.integers(N_DAYS)))
            many, point = table.look(guest), space.point(guest)
            for k, rule in enumerate(rules):
                is_valid = rule.is_valid_on(day)
                alone = trace(rule, guest).truth if is_valid else False
                known, fires = bool(many.known[k]), bool(many.fires[k])
                together = (fires if known else None) if is_valid else False
                assert boxed[k].verdict(point, day) is alone is together, (seed, rule, guest)
                seen[alone] += 1
                n_pairs += 1
    assert n_pairs == 100_000
    assert min(seen.values()) > 5_000


def test_counting_boxes_is_counting_guests() -> None:
    small = {"purpose": FACTS["purpose"], "nights": FACTS["nights"], "late": FACTS["late"]}
    for seed in range(200):
        rng = np.random.default_rng(seed)
        pair = [drawn_rule(rng, f"r{k}", tuple(small)) for k in range(2)]
        space = Space(pair, small)
        one, other = (space.boxed(rule) for rule in pair)
        cuts = joint_cuts(one, other)
        facts = list(cuts)
        n_one = n_both = 0
        for values in product(*(space.axes[id].classes for id in facts)):
            told = {id: v for id, v in zip(facts, values, strict=True) if v is not None}
            fires = [truth_of(rule, told) is True for rule in pair]
            n_one += fires[0]
            n_both += all(fires)
        assert count(one.fires, cuts) == n_one
        assert count(meeting(one, other), cuts) == n_both


def test_what_two_rules_tell_apart_does_not_hang_on_the_rules_beside_them() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}") for k in range(8)]
        crowd, alone = Space(rules, FACTS), Space(rules[:2], FACTS)
        told = []
        for space in (crowd, alone):
            one, other = (space.boxed(rule) for rule in rules[:2])
            cuts = joint_cuts(one, other)
            sizes = {fact: bits.bit_count() for fact, bits in cuts.items()}
            counts = [count(boxes, cuts) for boxes in (one.fires, meeting(one, other))]
            told.append((sizes, counts, one.share, other.share))
        assert told[0] == told[1], seed
        assert told[1][0] == {fact: len(axis.classes) for fact, axis in alone.axes.items()}


def test_numbers_are_cut_where_a_test_changes_its_answer_and_nowhere_else() -> None:
    asked = (
        Test("nights", Operator.AT_LEAST, 2),
        Test("nights", Operator.IS, 4),
        Test("nights", Operator.AT_MOST, 6),
    )
    rules = [one_rule(when=(test,)) for test in asked]
    assert Space(rules, FACTS).axes["nights"].classes == (None, 0, 2, 4, 5)


def test_every_number_of_a_class_gets_the_answers_of_its_first() -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}", ("nights",)) for k in range(4)]
        axis = Space(rules, FACTS).axes["nights"]
        for value in ALL_VALUES["nights"]:
            stands_for = axis.classes[axis.place(value)]
            assert stands_for is not None
            for rule in rules:
                assert truth_of(rule, {"nights": value}) is truth_of(rule, {"nights": stands_for})


def test_a_tag_that_no_rule_names_is_one_of_the_others() -> None:
    space = Space([one_rule(when=(Test("tongue", Operator.IS, "de"),))], FACTS)
    assert space.point({"tongue": "fi"}) == space.point({"tongue": "en"})
    assert space.point({"tongue": "fi"}) != space.point({"tongue": "de"})
    assert space.point({}) == {"tongue": 1}


def test_a_value_that_no_guest_can_have_is_refused() -> None:
    space = Space([one_rule(when=(Test("purpose", Operator.IS, "group"),))], FACTS)
    with pytest.raises(ValueError, match="'holiday' is no value of purpose"):
        space.point({"purpose": "holiday"})


@pytest.mark.parametrize(
    ("test", "value"),
    [
        (Test("gone", Operator.IS, True), True),
        (Test("gone", Operator.AT_LEAST, 3), 7),
        (Test("gone", Operator.ANY_OF, ("a", "b")), "b"),
        (Test("gone", Operator.KNOWN, True), "x"),
    ],
)
def test_a_fact_that_left_the_catalogue_is_cut_by_its_tests(test: Test, value: Value) -> None:
    space = Space([one_rule(when=(test,))], {})
    boxed = space.boxed(one_rule(when=(test,)))
    assert boxed.verdict(space.point({"gone": value})) is True


def test_the_range_of_a_fact_bounds_its_classes() -> None:
    hour: dict[str, Fact] = {"hour": fact("hour", FactKind.WHOLE, highest=23)}
    rule = one_rule(when=(Test("hour", Operator.MORE_THAN, 23),))
    space = Space([rule], hour)
    assert space.axes["hour"].classes == (None, 0)
    assert space.boxed(rule).fires == ()

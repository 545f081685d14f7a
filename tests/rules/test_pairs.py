"""What is said of two rules is exact, and hangs on these two alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine.domain.cues import FactKind, Scope, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules import evaluate
from engine.rules.analysis import Seen, analyse
from engine.rules.conditions import holds
from engine.rules.findings import Finding, FindingKind
from tests.rules.drawn import ALL_VALUES, FACTS, FIRST_DAY, crowded_rule, drawn_guest, drawn_rule
from tests.rules.written import is_, rule, told

OTHER_TAG = "xx"
"""Any tag that no rule names."""


def opposed(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.kind is FindingKind.OPPOSED]


def told_apart(id: str, pair: Sequence[Rule]) -> list[Value | None]:
    """One value for each kind of value that two rules can tell apart, found by trying them all."""
    tests = [test for one in pair for test in evaluate.tests_of(one) if test.fact == id]
    values = ALL_VALUES[id]
    if FACTS[id].kind is FactKind.TAG:
        asked = [test.operand for test in tests if test.operator is not Operator.KNOWN]
        named = {tag for of in asked for tag in (of if isinstance(of, tuple) else (of,))}
        return [None, OTHER_TAG, *sorted(named, key=str)]
    if FACTS[id].kind is not FactKind.WHOLE:
        return [None, *values]
    answers = [[holds(test, value) for test in tests] for value in values]
    first = [value for k, value in enumerate(values) if k == 0 or answers[k] != answers[k - 1]]
    return [None, *first]


def by_trying(pair: Sequence[Rule]) -> tuple[int, int]:
    """For how many combinations both rules fire, and how many there are."""
    ids = sorted({test.fact for one in pair for test in evaluate.tests_of(one)})
    n_both = total = 0
    for values in product(*(told_apart(id, pair) for id in ids)):
        guest = {id: value for id, value in zip(ids, values, strict=True) if value is not None}
        n_both += all(evaluate.truth_of(one, guest) is True for one in pair)
        total += 1
    return n_both, total


def test_rules_of_opposite_signs_say_for_how_many_guests_they_meet() -> None:
    business = rule("business", -0.8, when=(is_("purpose", "business"),))
    both = Test("purpose", Operator.ANY_OF, ("business", "group"))
    late = rule("late", 0.3, when=(both, is_("late", True)))
    (found,) = (f for f in analyse([business, late], FACTS) if f.rules)
    # purpose: unknown and three values; late: unknown, no, yes; both fire for business, late
    assert found.detail == (
        "business and late lean opposite ways for the same guests: "
        "in 1 of 12 combinations of the values that they ask about."
    )
    assert not found.by_chance


def test_rules_that_ask_about_different_things_meet_too_and_it_is_said_to_be_chance() -> None:
    business = rule("business", -0.8, when=(is_("purpose", "business"),))
    late = rule("late", 0.3, when=(is_("late", True),))
    tired = rule("tired", -0.3, when=(is_("tired", True),))
    found = opposed(analyse([business, late, tired], FACTS))
    assert [(f.rules, f.combinations, f.by_chance) for f in found] == [
        (("late", "tired"), (1, 9), True),
        (("business", "late"), (1, 12), True),
    ]


def test_every_pair_that_can_pull_apart_is_told_with_the_figure_that_trying_gives() -> None:
    n_by_chance = n_common = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        rules = [drawn_rule(rng, f"r{k}") for k in range(6)]
        for found in opposed(analyse(rules, FACTS)):
            pair = [one for one in rules if one.id in found.rules]
            assert found.combinations == by_trying(pair), (seed, found.rules)
            n_by_chance += found.by_chance
            n_common += not found.by_chance
    assert min(n_by_chance, n_common) >= 15, (n_by_chance, n_common)


def test_the_figure_of_rules_of_large_groups_is_the_one_that_trying_gives() -> None:
    n_told = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        rules = [crowded_rule(rng, f"r{k}", tuple(FACTS)) for k in range(3)]
        for found in opposed(analyse(rules, FACTS)):
            pair = [one for one in rules if one.id in found.rules]
            assert found.combinations == by_trying(pair), (seed, found.rules)
            n_told += 1
    assert n_told >= 5


def test_what_is_said_of_a_pair_stays_the_same_whatever_rules_stand_beside_it() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        pair = [drawn_rule(rng, f"pair{k}") for k in range(2)]
        crowd = [drawn_rule(rng, f"r{k}") for k in range(6)]
        stays = [Seen(drawn_guest(rng), FIRST_DAY) for _ in range(30)]
        ids = {one.id for one in pair}
        alone = [f for f in analyse(pair, FACTS, stays) if f.rules]
        beside = [f for f in analyse([*crowd, *pair], FACTS, stays) if f.rules]
        assert [f for f in beside if set(f.rules) <= ids] == alone, seed


def test_with_stays_it_is_said_in_how_many_it_came_true_and_the_most_frequent_comes_first() -> None:
    work = rule("work", -0.8, when=(is_("purpose", "business"),))
    late_work = rule("late_work", 0.3, when=(is_("purpose", "business"), is_("late", True)))
    tired = rule("tired", 0.3, when=(is_("tired", True),))
    guests: list[dict[str, Value]] = [
        {"purpose": "business", "late": True, "tired": True},
        {"purpose": "business", "tired": True},
        {"purpose": "leisure", "late": True},
    ]
    stays = [Seen(guest, FIRST_DAY) for guest in guests]
    found = opposed(analyse([work, late_work, tired], FACTS, stays))
    assert [(f.rules, f.stays) for f in found] == [
        (("work", "tired"), (2, 3)),
        (("work", "late_work"), (1, 3)),
    ]
    assert found[0].detail.endswith("and in 2 of 3 stays.")
    without = opposed(analyse([work, late_work, tired], FACTS))
    assert [f.rules for f in without] == [("work", "late_work"), ("work", "tired")]
    assert {f.stays for f in without} == {None}


def test_the_most_frequent_pair_comes_first_whatever_was_drawn() -> None:
    rng = np.random.default_rng(5)
    rules = [drawn_rule(rng, f"r{k}") for k in range(12)]
    stays = [Seen(drawn_guest(rng), FIRST_DAY) for _ in range(80)]
    counts = [f.stays[0] for f in opposed(analyse(rules, FACTS, stays)) if f.stays]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 3


def test_two_spellings_of_one_rule_are_a_duplicate() -> None:
    two = rule("two", 0.8, when=(Test("nights", Operator.AT_LEAST, 2),))
    more = rule("more", 0.8, when=(Test("nights", Operator.MORE_THAN, 1),))
    assert told(analyse([two, more], FACTS)) == {("duplicate", ("two", "more"))}


@pytest.mark.parametrize("weight", [0.3, 0.0, -0.8])
def test_rules_for_the_same_guests_with_other_weights_cannot_be_told_apart(weight: float) -> None:
    two = rule("two", 0.8, when=(Test("nights", Operator.AT_LEAST, 2),))
    more = rule("more", weight, when=(Test("nights", Operator.MORE_THAN, 1),))
    found = {kind for kind, _ in told(analyse([two, more], FACTS))}
    assert found == {"inseparable"} | ({"opposed"} if weight < 0 else set())


def test_a_trait_and_a_moment_of_the_same_guests_cannot_be_told_apart() -> None:
    moment = rule("moment", when=(is_("late", True),))
    trait = replace(moment, id="trait", scope=Scope.TRAIT)
    assert told(analyse([moment, trait], FACTS)) == {("inseparable", ("moment", "trait"))}


def test_a_fault_is_what_no_guest_and_no_stay_can_make_good() -> None:
    when = (is_("purpose", "business"),)
    rules = [
        rule("never", when=when, unless=when),
        rule("anybody", when=(Test("nights", Operator.AT_LEAST, 0),)),
        rule("work", 0.3, when=when),
        rule("work_again", 0.3, when=when),
        rule("more_work", 0.8, when=when),
        rule("late_work", 0.3, when=(*when, is_("late", True))),
        rule("less", -0.3, when=(is_("tired", True),)),
        rule("slow", -0.3, when=(Test("nights", Operator.MORE_THAN, 5),)),
        rule("tired_tongue", -0.3, when=(is_("tongue", "de"),)),
    ]
    stays = [Seen({"tired": True, "tongue": "de"}, FIRST_DAY)] * 20
    found = analyse(rules, FACTS, stays)
    faults = {f.kind.value for f in found if f.is_fault}
    hints = {f.kind.value for f in found if not f.is_fault}
    assert faults == {"dead", "always", "duplicate", "inseparable"}
    assert hints == {"subsumed", "opposed", "never_fired", "unmentioned", "inseparable"}
    by_stays = [f.rules for f in found if f.kind.value == "inseparable" and not f.is_fault]
    assert by_stays == [("less", "tired_tongue")]

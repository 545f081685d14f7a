"""Rules answer yes, no or cannot tell, and every evaluator gives the same answer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Scope, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.conditions import conjunction, disjunction, holds, negation, share
from engine.rules.evaluate import chance_of, trace, truth_of
from engine.rules.references import reference_covariance, reference_shares
from engine.rules.vectorised import RuleTable

TRUTHS = (True, False, None)
USUAL = {
    "class": {"low": 0.3, "middle": 0.5, "high": 0.2},
    "nights": {1: 0.4, 2: 0.3, 7: 0.3},
    "phone": {True: 0.1, False: 0.9},
    "late": {True: 0.25, False: 0.75},
}


def rule(id: str = "r", weight: float = 1.0, **groups: tuple[Test, ...]) -> Rule:
    return Rule(id, Scope.STATE, weight, {"en": id}, "a test", **groups)


def is_(fact: str, value: Value) -> Test:
    return Test(fact, Operator.IS, value)


def random_rule(rng: np.random.Generator, id: str) -> Rule:
    """Any rule over the facts above, each fact in one group at most."""
    tests = {
        "class": lambda: Test("class", Operator.ANY_OF, ("low", "high")),
        "nights": lambda: Test("nights", Operator.AT_MOST, int(rng.integers(1, 8))),
        "phone": lambda: Test("phone", Operator.IS, bool(rng.random() < 0.5)),
        "late": lambda: (
            Test("late", Operator.KNOWN, True)
            if rng.random() < 0.2
            else Test("late", Operator.IS, True)
        ),
    }
    groups: dict[str, list[Test]] = {"when": [], "any": [], "unless": []}
    for make in tests.values():
        group = rng.choice(["when", "any", "unless", "none"])
        if group != "none":
            groups[group].append(make())
    return rule(id, float(rng.normal()), **{name: tuple(said) for name, said in groups.items()})


def random_facts(rng: np.random.Generator) -> dict[str, Value]:
    return {
        fact: list(values)[rng.integers(len(values))]
        for fact, values in USUAL.items()
        if rng.random() < 0.6
    }


def test_kleene_logic_holds_for_every_pair() -> None:
    for one, other in product(TRUTHS, TRUTHS):
        both = [one, other]
        expected = False if False in both else (None if None in both else True)
        assert conjunction(both) is expected
        assert disjunction(both) is negation(conjunction([negation(one), negation(other)]))


def test_an_unknown_value_answers_no_test_but_known() -> None:
    for operator in Operator:
        told = holds(Test("nights", operator, (1, 2)), None)
        assert told is None or operator is Operator.KNOWN


@pytest.mark.parametrize(
    ("operator", "operand", "value", "expected"),
    [
        (Operator.IS, "low", "low", True),
        (Operator.ANY_OF, ("low", "high"), "middle", False),
        (Operator.NONE_OF, ("low", "high"), "middle", True),
        (Operator.AT_LEAST, 2, 2, True),
        (Operator.AT_MOST, 2, 3, False),
        (Operator.MORE_THAN, 2, 2, False),
        (Operator.LESS_THAN, 2, 1, True),
        (Operator.BETWEEN, (2, 4), 4, True),
        (Operator.KNOWN, True, 4, True),
        (Operator.KNOWN, False, 4, False),
    ],
)
def test_each_operator_means_what_it_says(
    operator: Operator, operand: Value, value: Value, expected: bool
) -> None:
    assert holds(Test("x", operator, operand), value) is expected


def test_the_rules_still_unknown_are_the_list_of_what_to_notice() -> None:
    told = trace(
        rule(when=(is_("phone", True), is_("late", True)), unless=(is_("class", "low"),)),
        {"phone": True},
    )
    assert (told.verdict, told.missing) == ("unknown", ("late", "class"))


def test_a_group_that_is_decided_asks_for_nothing_more() -> None:
    some = (is_("phone", True), is_("late", True))
    told = trace(rule(when=(is_("class", "low"),), any=some), {"phone": True})
    assert told.missing == ("class",)


def test_one_false_test_silences_a_rule_and_is_named() -> None:
    told = trace(rule(when=(is_("phone", True), is_("late", True))), {"late": False})
    assert told.verdict == "silent"
    assert told.failed == (is_("late", True),)


def test_the_table_agrees_with_the_closures_for_random_rules_and_guests() -> None:
    rng = np.random.default_rng(20261121)
    rules = [random_rule(rng, f"r{i}") for i in range(200)]
    table, chances = RuleTable(rules, USUAL), [chance_of(rule, USUAL) for rule in rules]
    for _ in range(500):
        facts = random_facts(rng)
        seen = table.look(facts)
        for k, one in enumerate(rules):
            truth = truth_of(one, facts)
            assert seen.known[k] == (truth is not None)
            assert seen.fires[k] == (truth is True)
            assert seen.expected[k] == pytest.approx(chances[k](facts), abs=1e-12)


def test_references_and_covariance_are_those_of_a_full_count_of_guests() -> None:
    rng = np.random.default_rng(7)
    rules = [random_rule(rng, f"r{i}") for i in range(30)]
    mean, second = np.zeros(30), np.zeros((30, 30))
    for values in product(*(shares.items() for shares in USUAL.values())):
        weight = float(np.prod([part for _, part in values]))
        facts = {fact: value for fact, (value, _) in zip(USUAL, values, strict=True)}
        # `known` says no of a guest about whom nothing is known, so it is left out of the count
        fires = np.array([float(bool(truth_of(one, facts))) for one in rules])
        mean += weight * fires
        second += weight * np.outer(fires, fires)
    plain = [
        k for k, one in enumerate(rules) if "known" not in str(one.when + one.any + one.unless)
    ]
    assert reference_shares(rules, USUAL)[plain] == pytest.approx(mean[plain], abs=1e-12)
    exact = (second - np.outer(mean, mean))[np.ix_(plain, plain)]
    assert reference_covariance(rules, USUAL)[np.ix_(plain, plain)] == pytest.approx(
        exact, abs=1e-12
    )


def test_rules_on_one_fact_have_the_multinomial_covariance() -> None:
    low, high = rule("low", when=(is_("class", "low"),)), rule("high", when=(is_("class", "high"),))
    covariance = reference_covariance([low, high], USUAL)
    assert covariance == pytest.approx(np.array([[0.21, -0.06], [-0.06, 0.16]]))


def test_share_of_an_unknown_fact_is_the_sum_of_what_passes() -> None:
    assert share(Test("nights", Operator.AT_LEAST, 2), USUAL["nights"]) == pytest.approx(0.6)


def test_every_starter_rule_says_of_its_examples_what_it_claims(catalogue: Catalogue) -> None:
    n_examples = 0
    for one in catalogue.rules:
        for example in one.examples:
            told = trace(one, example.guest)
            assert told.verdict == example.expect, (one.id, example)
            assert not example.missing or set(told.missing) == set(example.missing), one.id
            n_examples += 1
    assert n_examples >= 24

"""Rules as they are written: every slip is told, and what is read is written back unchanged."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.checks import check
from engine.catalogue.rules import (
    MOST_WEIGHT,
    rule_from_dict,
    rule_set_from_dict,
    rule_set_to_dict,
    rule_to_dict,
)
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Scope
from engine.domain.rules import Operator, Rule, RuleExample, RuleSet, Sureness, Test
from engine.errors import Problem, RuleError

Tree = dict[str, Any]

SHORT_WORK_TRIP: dict[str, Any] = {
    "id": "business_short_stay",
    "scope": "state",
    "strength": "medium",
    "leaning": "efficiency",
    "sure": "usual",
    "when": {
        "purpose": "business",
        "nights": {"at_most": 2},
        "channel": {"any_of": ["web", "corporate"]},
    },
    "unless": {"asks_questions": True},
    "because": {"en": "Short work trips: the key, the Wi-Fi, the bed."},
    "source": "article A4; 5-1",
    "valid": {"from": date(2026, 1, 1)},
    "test": [
        {
            "guest": {"purpose": "business"},
            "expect": "unknown",
            "missing": ["nights", "channel", "asks_questions"],
        }
    ],
}
"""The example of the design page."""


def problem_of(catalogue: Catalogue, **changes: Any) -> Problem:
    written = {**SHORT_WORK_TRIP, **changes}
    limit = catalogue.model.prior.culture_weight_limit
    with pytest.raises(RuleError) as caught:
        rule_from_dict(written, catalogue.facts, file="rules/mine.toml", culture_limit=limit)
    assert len(caught.value.problems) == 1, caught.value.message
    return caught.value.problems[0]


def test_the_example_of_the_design_page_is_read_as_written(catalogue: Catalogue):
    rule = rule_from_dict(SHORT_WORK_TRIP, catalogue.facts)

    assert rule == Rule(
        id="business_short_stay",
        scope=Scope.STATE,
        weight=-0.8,
        because={"en": "Short work trips: the key, the Wi-Fi, the bed."},
        source="article A4; 5-1",
        when=(
            Test("purpose", Operator.IS, "business"),
            Test("nights", Operator.AT_MOST, 2),
            Test("channel", Operator.ANY_OF, ("web", "corporate")),
        ),
        unless=(Test("asks_questions", Operator.IS, True),),
        valid_from=date(2026, 1, 1),
        examples=(
            RuleExample(
                {"purpose": "business"}, "unknown", ("nights", "channel", "asks_questions")
            ),
        ),
    )


def test_a_fact_that_does_not_exist_names_the_near_miss(catalogue: Catalogue):
    problem = problem_of(catalogue, when={"nigths": 2})

    assert problem.file == "rules/mine.toml"
    assert problem.id == "business_short_stay"
    assert problem.key == "when.nigths"
    assert "did you mean 'nights'?" in problem.message
    assert "nights" in problem.allowed


@pytest.mark.parametrize("group", ["when", "any", "unless"])
def test_where_somebody_comes_from_is_never_scored(catalogue: Catalogue, group: str):
    problem = problem_of(catalogue, **{"unless": {}, group: {"home_market": "DK"}})

    assert problem.key == f"{group}.home_market"
    assert "never scored" in problem.message


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"purpose": "buisness"}, "did you mean 'business'?"),
        ({"purpose": True}, "true is not a known value"),
        ({"purpose": {"any_of": ["business", "leisur"]}}, "did you mean 'leisure'?"),
        ({"purpose": {"at_most": 2}}, "'at_most' cannot be asked of a fact of kind one_of"),
        ({"nights": {"atmost": 2}}, "did you mean 'at_most'?"),
        ({"nights": "2"}, "'2' is not a known value; did you mean 2?"),
        ({"nights": True}, "true is not a known value"),
        ({"nights": -1}, "-1 is not a known value; did you mean 0?"),
        ({"nights": {"at_most": 2.5}}, "needs a whole number"),
        ({"nights": {"at_most": "2"}}, "needs a whole number"),
        ({"nights": {"at_least": 1, "at_most": 2}}, "did you mean { between = [1, 2] }?"),
        ({"nights": {"between": [3, 1]}}, "the smaller one first"),
        ({"nights": {"between": [1]}}, "needs two whole numbers"),
        ({"nights": [1, 2]}, "did you mean { any_of = [1, 2] }?"),
        ({"nights": 1.0}, "did you mean 1?"),
        ({"nights": {}}, "needs an operator, not {}"),
        ({"channel": {"any_of": []}}, "a list of different values"),
        ({"channel": {"none_of": ["web", "web"]}}, "a list of different values"),
        ({"channel": {"any_of": "web"}}, "a list of different values"),
        ({"channel": {"known": "yes"}}, "true or false"),
        ({"delayed": {"any_of": [True]}}, "cannot be asked of a fact of kind yes_no"),
        ({"delayed": "yes"}, "'yes' is not a known value; did you mean true?"),
        ({"delayed": 1}, "1 is not a known value"),
    ],
)
def test_a_test_that_cannot_be_asked_is_told(
    catalogue: Catalogue, written: dict[str, Any], message: str
):
    problem = problem_of(catalogue, when=written)

    assert problem.key.startswith(f"when.{next(iter(written))}")
    assert message in problem.message


def test_a_group_is_a_table(catalogue: Catalogue):
    assert "must be a table of tests" in problem_of(catalogue, any=["nights"]).message


def test_a_rule_says_when(catalogue: Catalogue):
    assert "at least one test" in problem_of(catalogue, when={}).message


@pytest.mark.parametrize("weight", [MOST_WEIGHT + 0.1, -9, math.nan, math.inf, "0.3", True])
def test_a_weight_is_a_finite_number_of_sensible_size(catalogue: Catalogue, weight: Any):
    in_words = {"strength", "leaning"}
    written = {key: part for key, part in SHORT_WORK_TRIP.items() if key not in in_words}
    with pytest.raises(RuleError) as caught:
        rule_from_dict({**written, "weight": weight}, catalogue.facts)

    assert [problem.key for problem in caught.value.problems] == ["weight"]


def test_a_weight_is_given_once(catalogue: Catalogue):
    assert "given twice" in problem_of(catalogue, weight=-0.8).message


def test_a_strength_without_a_leaning_is_no_weight(catalogue: Catalogue):
    written = {key: part for key, part in SHORT_WORK_TRIP.items() if key != "leaning"}
    with pytest.raises(RuleError, match="leaning: is missing beside strength = 'medium'"):
        rule_from_dict(written, catalogue.facts)


def test_a_rule_about_culture_breaks_a_tie_and_no_more(catalogue: Catalogue):
    problem = problem_of(catalogue, when={"form_of_address": "formal"})

    assert problem.key == "weight"
    assert problem.allowed == ("-0.13 to 0.13",)


def test_a_rule_about_culture_is_off_in_the_seed(tree: Tree):
    culture = next(
        rule
        for rule in tree["rules/culture.toml"]["rule"]
        if {"language", "form_of_address"} & rule["when"].keys()
    )
    culture["on"] = True

    (problem,) = check(tree)

    assert (problem.file, problem.id, problem.key) == ("rules/culture.toml", culture["id"], "on")


def test_an_example_speaks_of_facts_and_values_that_exist(catalogue: Catalogue):
    guest = {"guest": {"purpose": "work"}, "expect": "fires"}
    missing = {"guest": {}, "expect": "unknown", "missing": ["nigths"]}
    hopes = {"guest": {}, "expect": "fire"}

    assert problem_of(catalogue, test=[guest]).key == "test.0.guest.purpose"
    assert problem_of(catalogue, test=[missing]).key == "test.0.missing.0"
    assert problem_of(catalogue, test=[hopes]).allowed == ("fires", "silent", "unknown")


def test_a_rule_does_not_end_before_it_begins(catalogue: Catalogue):
    problem = problem_of(catalogue, valid={"from": "2026-02-01", "until": "2026-01-01"})

    assert problem.key == "valid"


def test_a_stored_rule_is_read_without_its_facts():
    rule = rule_from_dict({**SHORT_WORK_TRIP, "when": {"a_fact_long_gone": "x"}})

    assert rule.when == (Test("a_fact_long_gone", Operator.IS, "x"),)


def test_two_tests_of_one_fact_are_never_silently_one():
    nights = (Test("nights", Operator.AT_LEAST, 1), Test("nights", Operator.AT_MOST, 2))
    rule = Rule("x", Scope.STATE, 0.1, {"en": "x"}, "x", when=nights)

    with pytest.raises(ValueError, match="one fact twice"):
        rule_to_dict(rule)


IDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=12).filter(str.strip)
WHOLES = st.integers(-3, 3000)
VALUES = st.one_of(st.booleans(), WHOLES, TEXTS)
LISTS = st.lists(
    VALUES, min_size=1, max_size=4, unique_by=lambda value: (type(value).__name__, value)
).map(tuple)
OPERANDS: dict[Operator, st.SearchStrategy[Any]] = {
    Operator.IS: VALUES,
    Operator.ANY_OF: LISTS,
    Operator.NONE_OF: LISTS,
    Operator.BETWEEN: st.tuples(WHOLES, WHOLES).map(lambda pair: tuple(sorted(pair))),
    Operator.KNOWN: st.booleans(),
}
TESTS = st.sampled_from(list(Operator)).flatmap(
    lambda operator: st.builds(Test, IDS, st.just(operator), OPERANDS.get(operator, WHOLES))
)
GROUPS = st.lists(TESTS, max_size=4, unique_by=lambda test: test.fact).map(tuple)
EXAMPLES = st.builds(
    RuleExample,
    st.dictionaries(IDS, VALUES, max_size=3),
    st.sampled_from(["fires", "silent", "unknown"]),
    st.lists(IDS, max_size=3).map(tuple),
)
DAYS = st.tuples(st.none() | st.dates(), st.none() | st.dates()).map(
    lambda days: tuple(sorted(days)) if None not in days else days
)


@st.composite
def any_rule(draw: st.DrawFn) -> Rule:
    valid_from, valid_until = draw(DAYS)
    return Rule(
        id=draw(IDS),
        scope=draw(st.sampled_from(Scope)),
        weight=draw(st.floats(-MOST_WEIGHT, MOST_WEIGHT)),
        because={"en": draw(TEXTS), "de": draw(TEXTS)},
        source=draw(TEXTS),
        sure=draw(st.sampled_from(Sureness)),
        when=draw(GROUPS),
        any=draw(GROUPS),
        unless=draw(GROUPS),
        valid_from=valid_from,
        valid_until=valid_until,
        is_on=draw(st.booleans()),
        examples=draw(st.lists(EXAMPLES, max_size=2).map(tuple)),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(any_rule())
def test_every_rule_survives_json_unchanged(rule: Rule):
    written = json.loads(json.dumps(rule_to_dict(rule)))
    again = rule_from_dict(written)

    assert again == rule
    assert repr(again) == repr(rule)  # 1 == True in Python; here they differ
    assert rule_to_dict(again) == written


def test_the_rules_of_the_seed_survive_json_unchanged(catalogue: Catalogue):
    usual = {id: fact.usual for id, fact in catalogue.facts.items()}
    rules = RuleSet(7, catalogue.rules, usual)

    stored = json.loads(json.dumps(rule_set_to_dict(rules)))
    again = rule_set_from_dict(stored, 7, catalogue.facts)

    assert again == rules
    assert repr(again) == repr(rules)

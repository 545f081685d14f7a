"""Nobody is served by name, language or country; what an opened rule moves is told exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from engine.audit.fairness import (
    LANGUAGE,
    at_the_cap,
    band_of,
    culture_rules,
    flip_of,
    flippable,
    group_moves,
    is_same_service,
    other_value,
    with_other,
)
from engine.decision.advise import Adviser
from engine.domain.stays import Case
from tests.decision.random_cases import random_cases

N = 1_500
"""Many of each sort; the full check of 10,000 stays runs in the room."""


@pytest.fixture(scope="module")
def cases(catalogue) -> Sequence[Case]:
    return tuple(random_cases(catalogue, N, seed=7))


def opened(adviser: Adviser, weight: float = 0.13) -> Adviser:
    """The same rules with one about the form of address switched on."""
    rules = tuple(
        replace(rule, weight=weight, is_on=True) if rule.id == "formal_address" else rule
        for rule in adviser.rule_set.rules
    )
    return Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))


def test_at_the_cap_every_rule_about_culture_is_on_and_none_other_moves(adviser):
    facts, rules = adviser.catalogue.facts, adviser.rule_set.rules
    heaviest = at_the_cap(rules, facts, 0.13)
    on = {rule.id: rule.weight for rule in culture_rules(heaviest, facts)}
    assert on == {"formal_address": 0.13, "informal_address": -0.13}
    assert [rule for rule in heaviest if rule.id not in on] == [
        rule for rule in rules if rule.id not in on
    ]
    against = [replace(rule, weight=-0.05) for rule in rules if rule.id == "formal_address"]
    assert [rule.weight for rule in at_the_cap(against, facts, 0.13)] == [-0.13]


def flip(adviser: Adviser, cases: Sequence[Case], what: str):
    fact = adviser.catalogue.facts[what]
    return flip_of(
        what, adviser, ((adviser.recommend(case), case, with_other(case, fact)) for case in cases)
    )


def test_another_language_or_country_changes_nothing_while_culture_is_locked(adviser, cases):
    for fact in flippable(adviser.catalogue.facts):
        found = flip(adviser, cases, fact.id)
        assert (found.n, found.n_moved, found.largest_shift) == (N, 0, 0.0), fact.id


def test_the_flips_really_flip(adviser, cases):
    for fact in flippable(adviser.catalogue.facts):
        others = [with_other(case, fact) for case in cases]
        assert all(
            o.facts[fact.id] != c.facts.get(fact.id) for o, c in zip(others, cases, strict=True)
        )
    language = adviser.catalogue.facts[LANGUAGE]
    guest = replace(cases[0], language="de", facts={})
    assert with_other(guest, language).language not in (None, "de")


def test_what_an_opened_rule_moves_is_told_and_is_bounded(adviser, cases):
    loose = opened(adviser)
    found = flip(loose, cases, "form_of_address")
    assert found.n_moved > N / 2
    assert 0.0 < found.largest_shift <= 0.13 + 1e-9
    by_hand = [
        (loose.recommend(c), loose.recommend(with_other(c, loose.catalogue.facts[found.what])))
        for c in cases
    ]
    assert found.n_moved == sum(one.belief != other.belief for one, other in by_hand)
    turned = sum(one.style != other.style for one, other in by_hand)
    assert sum(turn.n for turn in found.turns) == turned
    assert flip(loose, cases, "home_market").n_moved == 0
    told = dict(found.parts)
    assert told["style"] == turned
    assert told["question"] == sum(one.question != other.question for one, other in by_hand)
    assert told["belief_only"] <= found.n_moved < sum(told.values()) + 1
    assert flip(loose, cases, LANGUAGE).n_moved == 0


def test_a_weight_beyond_the_cap_moves_no_more_than_the_cap(adviser, cases):
    assert flip(opened(adviser, 3.0), cases[:300], "form_of_address").largest_shift <= 0.13 + 1e-9


def test_only_rules_that_are_on_and_ask_about_culture_are_behind_the_lock(adviser):
    facts = adviser.catalogue.facts
    assert culture_rules(adviser.rule_set.rules, facts) == ()
    assert [r.id for r in culture_rules(opened(adviser).rule_set.rules, facts)] == [
        "formal_address"
    ]


def test_the_language_of_the_words_may_follow_and_nothing_else(adviser, cases):
    one = adviser.recommend(cases[0])
    assert is_same_service(one, replace(one, script={}, must_know=("x",), ref="other"))
    assert not is_same_service(one, replace(one, packs=()))
    assert not is_same_service(one, replace(one, belief=replace(one.belief, sd=9.0)))


def test_a_change_of_one_rule_moves_its_group_most(adviser, cases):
    rules = tuple(
        replace(rule, weight=-1.5) if rule.id == "business_trip" else rule
        for rule in adviser.rule_set.rules
    )
    then = Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))
    moves = group_moves(cases, adviser, then, judge=adviser)
    business = next(m for m in moves if (m.fact, m.value) == ("purpose", "business"))
    leisure = next(m for m in moves if (m.fact, m.value) == ("purpose", "leisure"))
    assert business.n_changed > 0
    assert business.steps < 0.0
    assert business.points <= 0.0, "by what is believed now the rules in force serve best"
    # what a rule says of some it says the other way, and more weakly, of all others
    assert 0.0 < leisure.steps < -business.steps
    assert all(abs(a.points) >= abs(b.points) for a, b in pairwise(moves))
    assert sum(m.n for m in moves if m.fact == "purpose") <= N


def test_no_change_moves_nobody_and_small_groups_are_not_told(adviser, cases):
    moves = group_moves(cases[:200], adviser, adviser, judge=adviser)
    assert all((m.n_changed, m.points) == (0, 0.0) for m in moves)
    assert min(m.n for m in moves) >= 5
    assert group_moves(cases[:4], adviser, adviser, judge=adviser) == ()
    cues = set(adviser.catalogue.cues)
    assert not cues & {m.fact for m in moves}


@pytest.mark.parametrize(
    ("number", "band"), [(0, "0"), (2, "2"), (3, "3-6"), (6, "3-6"), (7, "7-29"), (400, "100+")]
)
def test_whole_numbers_are_told_in_bands(number, band):
    assert band_of(number) == band


def test_an_unknown_value_becomes_the_first_and_the_last_turns_round(adviser):
    fact = adviser.catalogue.facts["form_of_address"]
    assert other_value(fact, None) == "formal"
    assert other_value(fact, "informal") == "formal"
    assert other_value(fact, "formal") == "informal"

"""Rules that the stays ask for: found where they are, hardly ever where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine.audit.candidates import single_tests
from engine.audit.gates import LEAST_STAYS
from engine.audit.lessons import learning_of, owners_word, study
from engine.audit.sights import patterns_from
from engine.audit.suggestions import FALSE_SHARE, Suggestions, in_words, suggest
from engine.audit.unsaid import LEAST_ON_A_SIDE, MOST_SHOWN, field_of
from engine.catalogue.rules import rule_problems
from engine.decision.advise import Adviser
from engine.decision.compiled import may_be_learned
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Operator, Rule, Test
from engine.inference.bands import CERTAIN
from engine.inference.full_em import learn
from engine.inference.score_tests import (
    chance_of_more,
    discoveries,
    joint_step,
    score_tests,
)
from engine.inference.stats import NO_STATS, Pattern, Stats
from tests.audit.taught_stays import planted, stays_of

FAMILY = Test("party", Operator.IS, "family")
COUPLE = Test("party", Operator.IS, "couple")
TALKS = Test("talks_freely", Operator.IS, True)
N = 2000
COMMON = ("tired", "in_hurry", "talks_freely", "asks_questions", "online_checkin", "business_trip")


@pytest.fixture(scope="module")
def with_families(adviser: Adviser) -> list[Stats]:
    truth = planted(adviser, FAMILY, weight=0.8)
    return [stays_of(truth, N, seed) for seed in range(4)]


@pytest.fixture(scope="module")
def found(adviser: Adviser, with_families: list[Stats]) -> list[Suggestions]:
    return [suggest(stays, adviser, owners_word(adviser)) for stays in with_families]


def test_where_the_rules_say_all_at_most_the_promised_share_is_chance(adviser: Adviser) -> None:
    """With no rule missing every find is false, so the share of false ones is that of any find."""
    n_times, few = 200, only(adviser, COMMON)
    told = [suggest(answers_only(few, 10_000 + k), few, owners_word(few)) for k in range(n_times)]
    share = np.mean([bool(each.shown) for each in told])
    assert share <= FALSE_SHARE + 2 * np.sqrt(FALSE_SHARE * (1 - FALSE_SHARE) / n_times)
    assert min(each.n_tried for each in told) > 80


def only(adviser: Adviser, ids: tuple[str, ...]) -> Adviser:
    """An owner who has but these rules."""
    rules = tuple(rule for rule in adviser.rule_set.rules if rule.id in ids)
    return Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))


def answers_only(adviser: Adviser, seed: int) -> Stats:
    """Few stays, and nobody tells how it was: then one fit takes a tenth of a second."""
    drawn = stays_of(adviser, 200, seed)
    return Stats({replace(p, outcome=0, style="", propensity=CERTAIN): n for p, n in drawn})


def test_of_many_tests_the_false_share_is_kept_and_the_true_ones_are_found() -> None:
    rng, shares, powers = np.random.default_rng(4), [], []
    for _ in range(400):
        # values of one fact exclude each other: noise that sums to 0 within each five
        noise = rng.standard_normal((40, 5))
        z = ((noise - noise.mean(axis=1, keepdims=True)) / np.sqrt(0.8)).ravel()
        z[:20] += 4.0
        is_found = discoveries(chance_of_more(z), 0.1)
        shares.append(is_found[20:].sum() / max(is_found.sum(), 1))
        powers.append(is_found[:20].mean())
    assert np.mean(shares) <= 0.1 + 2 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(powers) > 0.8


def test_a_rule_that_is_missing_is_found_with_its_weight(found: list[Suggestions]) -> None:
    best = [each.shown[0] for each in found]
    assert {each.rule.id for each in best} == {"suggested_party_family"}
    weights, sds = (np.array([getattr(each, name) for each in best]) for name in ("weight", "sd"))
    assert np.all(np.abs(weights - 0.8) < 3 * sds)
    assert np.sum(np.abs(weights - 0.8) < 2 * sds) >= 3
    assert abs(weights.mean() - 0.8) < 2 * sds.mean()


def test_what_only_repeats_a_suggestion_is_not_suggested_too(found: list[Suggestions]) -> None:
    assert [len(each.shown) for each in found].count(1) >= 3
    assert max(len(each.shown) for each in found) <= MOST_SHOWN


def test_a_pair_that_says_more_than_its_parts_is_found(adviser: Adviser) -> None:
    stays = stays_of(planted(adviser, COUPLE, TALKS, weight=-1.5), N, seed=1)
    best = suggest(stays, adviser, owners_word(adviser)).shown[0]
    assert set(best.rule.when) == {COUPLE, TALKS}
    assert abs(best.weight + 1.5) < 3 * best.sd
    assert best.rule.weight == round(best.weight, 2)


def test_two_missing_rules_are_both_found_beside_each_other(adviser: Adviser) -> None:
    ready = Test("unit_ready", Operator.IS, True)
    truth = planted(planted(adviser, FAMILY, weight=0.9), ready, weight=-0.7)
    told = suggest(stays_of(truth, N, seed=2), adviser, owners_word(adviser))
    assert {each.rule.id for each in told.shown[:2]} == {
        "suggested_party_family",
        "suggested_unit_ready",
    }
    assert abs(told.shown[0].z) >= abs(told.shown[1].z)


def test_the_test_agrees_with_fitting_the_rule(
    adviser: Adviser, with_families: list[Stats]
) -> None:
    """One step from 0 against the summit, the prior of the new weight taken off.

    The step falls a little short of large weights, the sd likewise: z hardly moves.
    """
    for stays in with_families:
        field = field_of(stays, adviser, owners_word(adviser))
        assert field is not None
        column = field.looks.columns([(field.looks.tests.index(FAMILY),)])
        step, covariance = joint_step(field.leftover, column)
        tested = score_tests(field.leftover, field.leftover.beside(column), column)
        weight, sd = refitted(adviser, stays)
        assert tested.z[0] == pytest.approx(weight / sd, abs=0.6)
        assert tested.weight[0] == pytest.approx(weight, abs=sd)
        assert step[0] == pytest.approx(tested.weight[0])
        assert covariance[0, 0] == pytest.approx(tested.sd[0] ** 2)


def test_a_suggestion_is_what_fitting_the_rule_tells(
    adviser: Adviser, with_families: list[Stats], found: list[Suggestions]
) -> None:
    for stays, told in zip(with_families, found, strict=True):
        weight, sd = refitted(adviser, stays)
        assert told.shown[0].sd == pytest.approx(sd, rel=0.05)
        assert told.shown[0].weight == pytest.approx(weight, abs=0.3 * sd)


def refitted(adviser: Adviser, stays: Stats) -> tuple[float, float]:
    """Weight of the missing rule and its sd when it is learned with all others."""
    wide = planted(adviser, FAMILY, weight=1e-9)
    learned = {*owners_word(adviser).ids, wide.rules.rules[-1].id}
    chosen = np.array([rule.id in learned for rule in wide.rules.rules])
    patterns = patterns_from(stays, wide)
    start = learning_of(wide, chosen)
    sureness = start.weights.sureness.copy()
    sureness[-1] = 1e-6
    said = replace(start, weights=replace(start.weights, sureness=sureness))
    model = learn(replace(patterns, distance=patterns.distance[:, chosen]), said)
    return float(model.weights[-1]), float(np.sqrt(model.covariance[-1, -1]))


def test_culture_and_what_is_protected_are_never_tested(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    asked = {test.fact for test in single_tests(adviser)}
    assert asked
    assert all(may_be_learned(catalogue.facts[id]) for id in asked)
    assert not asked & {"language", "form_of_address", "home_market"}


def test_orders_and_what_the_owner_says_moves_nobody_are_left_alone(adviser: Adviser) -> None:
    asked = {test.fact for test in single_tests(adviser)}
    assert not asked & {"asks_for_privacy", "asks_for_advice", "queue"}
    assert not asked & {"heavy_luggage", "wet_or_cold", "celebrating", "with_children"}


def test_a_rule_that_the_owner_declined_is_not_suggested_again(
    adviser: Adviser, with_families: list[Stats], found: list[Suggestions]
) -> None:
    declined = replace(found[0].shown[0].rule, is_on=False)
    rules = (*adviser.rule_set.rules, declined)
    firm = Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))
    told = suggest(with_families[0], firm, owners_word(firm))
    assert declined.id not in {each.rule.id for each in told.shown}


def test_a_rule_that_was_accepted_leaves_nothing_to_suggest(
    adviser: Adviser, with_families: list[Stats], found: list[Suggestions]
) -> None:
    rules = (*adviser.rule_set.rules, found[0].shown[0].rule)
    wiser = Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))
    assert suggest(with_families[0], wiser, owners_word(wiser)).shown == ()


def test_a_suggestion_is_a_rule_that_an_owner_can_accept(
    adviser: Adviser, catalogue: Catalogue, found: list[Suggestions]
) -> None:
    told = found[0].shown[0]
    assert rule_problems(told.rule, catalogue.facts) == []
    assert set(told.rule.because) >= set(catalogue.languages)
    assert min(told.n_holds, told.n_fails) >= LEAST_ON_A_SIDE
    words = in_words(told, catalogue)
    assert words.startswith("travelling with family: more contact, +")
    assert f"seen in {told.n_holds} stays against {told.n_fails}" in words


def test_the_same_stays_give_the_same_suggestions_to_the_last_bit(
    adviser: Adviser, with_families: list[Stats], found: list[Suggestions]
) -> None:
    parts = [Stats({pattern: n}) for pattern, n in reversed(list(with_families[1]))]
    assert suggest(Stats.merged(parts), adviser, owners_word(adviser)) == found[1]


def test_without_stays_there_is_no_suggestion_and_it_says_so(adviser: Adviser) -> None:
    silent = Stats({Pattern(is_arrived=True, week="2026-W02"): 900})
    for stats, n in ((NO_STATS, 0), (silent, 0), (stays_of(adviser, 30, 1), 30)):
        told = suggest(stats, adviser, owners_word(adviser))
        assert told == Suggestions((), n, 0)
        assert told.words.startswith(f"{n} stays told something;")
        assert str(LEAST_STAYS) in told.words


def test_an_owner_who_has_her_weights_wrong_is_not_told_of_other_rules(adviser: Adviser) -> None:
    """Her own rules are learned anew, so that what they got wrong is no ground for new ones."""
    stays = stays_of(adviser, 600, seed=3)
    wrong = Adviser(
        adviser.catalogue,
        replace(adviser.rule_set, rules=tuple(_halved(adviser))),
    )
    assert suggest(stays, wrong, study(stays, wrong)).shown == ()


def _halved(adviser: Adviser) -> Iterator[Rule]:
    return (replace(rule, weight=-0.5 * rule.weight) for rule in adviser.rule_set.rules)

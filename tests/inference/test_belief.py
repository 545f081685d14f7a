"""The belief of one stay: prior from the rules, moved by answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.catalogue import Catalogue
from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank, asking_cost
from engine.inference.graded import answer_table
from engine.inference.grid import NODES
from engine.inference.memory import forget, remember
from engine.inference.outcome import expected_points
from engine.inference.posterior import belief_of, density, log_prior, posterior
from engine.inference.prior import Prior, Regression, prior_of

WELCOME = Item(2.5, (-1.0, 0.0, 1.0))
TOUR = Item(1.6, (-0.6, 0.6))

means = st.floats(-1.5, 1.5)
variances = st.floats(0.3, 1.2)
discriminations = st.floats(0.3, 3.0)


def mirrored(item: Item) -> Item:
    return Item(item.discrimination, tuple(-b for b in reversed(item.thresholds)))


def table(item: Item) -> np.ndarray:
    return answer_table(item.discrimination, item.thresholds)


def test_with_nothing_known_the_mean_is_zero_and_the_variance_one(catalogue: Catalogue) -> None:
    mu = np.array([0.2, 0.5])
    rules = Regression(np.array([-0.35, 0.15]), mu, np.diag(mu * (1 - mu)))
    prior = prior_of(rules, mu, np.zeros(2, dtype=bool), NO_TRAIT, catalogue.model.prior)
    assert (prior.mean, prior.variance) == (0.0, 1.0)


def test_all_rules_together_move_no_further_than_the_cap(catalogue: Catalogue) -> None:
    rules = Regression(np.array([3.0, 3.0]), np.zeros(2), np.zeros((2, 2)))
    known = np.ones(2, dtype=bool)
    prior = prior_of(rules, np.ones(2), known, NO_TRAIT, catalogue.model.prior)
    assert prior.mean == 1.5


def test_uncertain_weights_widen_the_belief(catalogue: Catalogue) -> None:
    rules = Regression(np.array([1.0]), np.array([0.2]), np.array([[0.16]]))
    doubted = replace(rules, uncertainty=np.array([[0.25]]))
    seen = (np.ones(1), np.ones(1, dtype=bool), NO_TRAIT, catalogue.model.prior)
    assert prior_of(doubted, *seen).variance > prior_of(rules, *seen).variance


@given(means, variances, discriminations, st.integers(0, 2))
def test_the_mirrored_guest_has_the_mirrored_belief(
    mean: float, variance: float, a: float, grade: int
) -> None:
    item = Item(a, TOUR.thresholds)
    one = belief_of(posterior(Prior(mean, variance), [np.log(table(item)[grade])]))
    other = belief_of(posterior(Prior(-mean, variance), [np.log(table(mirrored(item))[2 - grade])]))
    assert other.mean == pytest.approx(-one.mean, abs=1e-9)
    assert other.sd == pytest.approx(one.sd, abs=1e-9)
    assert other.p_contact == pytest.approx(1 - one.p_contact, abs=1e-9)


@given(means, variances, discriminations)
def test_the_expected_variance_never_rises(mean: float, variance: float, a: float) -> None:
    before = density(log_prior(Prior(mean, variance)))
    answers = table(Item(a, WELCOME.thresholds))
    chances = answers @ before
    after = [belief_of(before * row / chance) for row, chance in zip(answers, chances, strict=True)]
    expected = sum(p * belief.sd**2 for p, belief in zip(chances, after, strict=True))
    assert expected <= belief_of(before).sd ** 2 + 1e-12


def test_the_order_of_evidence_does_not_matter() -> None:
    rows = [np.log(table(WELCOME)[1]), np.log(table(TOUR)[2]), np.log(table(TOUR)[0])]
    first, *others = [posterior(Prior(0.3, 0.9), list(order)) for order in permutations(rows)]
    for other in others:
        assert other == pytest.approx(first, abs=1e-12)


@given(means, variances, discriminations, st.sets(st.integers(0, 4), min_size=1))
def test_knowing_more_is_never_worth_less_than_nothing(
    mean: float, variance: float, a: float, allowed: set[int]
) -> None:
    bank = ItemBank([table(Item(a, WELCOME.thresholds)), table(TOUR)])
    utilities = np.array([NODES * c for c in (-1.0, -0.5, 0.0, 0.5, 1.0)])[sorted(allowed)]
    value = bank.information_value(density(log_prior(Prior(mean, variance))), utilities)
    assert (value >= 0).all()
    if len(allowed) == 1:
        assert value == pytest.approx(0.0, abs=1e-9)


def test_asking_costs_an_efficiency_guest_more() -> None:
    quiet, talkative = (density(log_prior(Prior(mean, 0.5))) for mean in (-1.0, 1.0))
    assert asking_cost(quiet, 0.4, 1.0) > asking_cost(talkative, 0.4, 1.0) > 0.4


STYLES = (-1.0, -0.5, 0.0, 0.5, 1.0)
INTERVALS = {
    0.0: (-1.20, -0.40, 0.40, 1.20),
    1.0: (-1.04, -0.24, 0.55, 1.36),
    -1.0: (None, -0.55, 0.24, 1.04),
}
"""Design 3.4: where the best style changes, for kappa .5 and sd 1, by cost of contact."""


@pytest.mark.parametrize("contact_cost", INTERVALS)
def test_styles_change_where_the_design_says(catalogue: Catalogue, contact_cost: float) -> None:
    points = expected_points(STYLES, catalogue.model.outcome)
    utilities = points - contact_cost * np.array(STYLES)[:, None]
    for place, cut in enumerate(INTERVALS[contact_cost]):
        if cut is None:
            continue
        pair = utilities[place : place + 2]
        below, above = (pair @ density(log_prior(Prior(cut + step, 1.0))) for step in (-0.02, 0.02))
        assert below[0] > below[1]
        assert above[1] > above[0]


def test_adjacent_styles_tie_exactly_at_their_cut(catalogue: Catalogue) -> None:
    outcome = catalogue.model.outcome
    points = expected_points(STYLES, outcome, np.array(outcome.cuts))
    for place in range(len(outcome.cuts)):
        assert points[place, place] == pytest.approx(points[place + 1, place], abs=1e-12)


def test_a_stay_without_a_word_leaves_the_trait_as_it_was() -> None:
    trait = Trait(0.3, 0.6)
    assert remember(trait, Prior(-0.2, 0.8), -0.2, 0.8, has_evidence=False) is trait


def test_an_answer_moves_the_trait_less_than_the_stay_and_narrows_it() -> None:
    after = remember(NO_TRAIT, Prior(0.0, 1.0), 1.0, 0.5, has_evidence=True)
    assert after.mean == pytest.approx(0.75)
    assert after.variance == pytest.approx(0.75 - 0.75**2 * 0.5)


def test_what_is_remembered_fades_towards_knowing_nothing(catalogue: Catalogue) -> None:
    constants, trait = catalogue.model.prior, Trait(1.0, 0.4)
    assert forget(trait, 0.0, constants) == trait
    later = forget(trait, 1.0, constants)
    assert later.mean == pytest.approx(0.9)
    assert later.variance == pytest.approx(0.75 - 0.81 * 0.35)
    assert forget(trait, 200.0, constants).variance == pytest.approx(0.75, abs=1e-6)


def test_no_history_of_facts_and_stays_makes_a_variance_negative(catalogue: Catalogue) -> None:
    constants, mu = catalogue.model.prior, np.array([0.5, 0.5])
    rules = Regression(np.array([1.5, 1.5]), mu, np.diag(mu * (1 - mu)))
    trait = NO_TRAIT
    for _ in range(20):
        prior = prior_of(rules, np.ones(2), np.ones(2, dtype=bool), trait, constants)
        assert prior.variance >= constants.occasion_variance
        trait = remember(trait, prior, prior.mean + 0.5, prior.variance / 10, has_evidence=True)
        assert trait.variance > 0

"""Cues, items and outcomes are learned together from counted patterns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.inference.em_problem import Problem, State
from engine.inference.full_em import LearnedModel, Learning, learn
from engine.inference.graded import answer_probabilities
from engine.inference.grid import NODES
from engine.inference.patterns import StayPatterns, merge
from tests.inference.simulated_stays import (
    CONSTANTS,
    QUESTIONS,
    SHARES,
    Stays,
    Truth,
    learning,
    simulate,
)

OWNER = np.array([0.5, -0.4, 0.3, 0.6, -0.2])
TRUTH = Truth(OWNER, fit=0.8, cuts=(-1.5, -0.6, 0.3, 1.1), base=0.2)


def stays(n: int = 600, seed: int = 1) -> Stays:
    return simulate(TRUTH, n, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def patterns() -> StayPatterns:
    return stays().patterns


@pytest.fixture(scope="module")
def learned(patterns: StayPatterns) -> LearnedModel:
    return learn(patterns, learning(OWNER))


def numbers(model: LearnedModel) -> NDArray[np.float64]:
    items = [number for item in model.items for number in (item.discrimination, *item.thresholds)]
    outcome = [model.fit, *model.cuts, model.base, *model.slopes, *model.thresholds]
    parts = (model.weights, items, outcome, model.covariance.ravel())
    return np.concatenate([*parts, model.outcome_covariance.ravel(), [model.log_posterior]])


def outcome_of(model: LearnedModel) -> NDArray[np.float64]:
    return np.array([np.log(model.fit), *model.cuts, model.base])


@pytest.mark.parametrize(
    "said",
    [
        learning(OWNER),
        learning(OWNER, threshold_sd=1.0),
        # a cap that binds, and an owner far from the truth
        replace(learning(-3.0 * OWNER), most_shift=0.4),
        replace(learning(OWNER), learns_items=False),
        replace(learning(OWNER), slope_log_sd=0.5, item_guests=5.0),
    ],
    ids=["plain", "thresholds", "cap", "items fixed", "prior of slopes"],
)
def test_no_step_leads_down(patterns: StayPatterns, said: Learning) -> None:
    problem = Problem(patterns.settled(), said)
    state, heights = problem.start, []
    for _ in range(60):
        told = problem.expect(state)
        heights.append(told.log_likelihood + problem.log_prior(state))
        state = problem.improved(state, told)
    assert np.all(np.diff(heights) >= -1e-9)
    assert heights[-1] > heights[0] + 1.0


def test_the_end_is_the_highest_point_seen(learned: LearnedModel) -> None:
    assert learned.is_converged
    assert learned.log_posterior >= max(learned.heights) - 1e-9


def test_nothing_leads_further_up_from_the_end(
    patterns: StayPatterns, learned: LearnedModel
) -> None:
    problem = Problem(patterns.settled(), learning(OWNER))
    items = tuple(
        np.append(i.discrimination, -i.discrimination * np.array(i.thresholds))
        for i in learned.items
    )
    point = State(learned.weights, items, outcome_of(learned)).packed()
    for place in range(point.size):
        around = []
        for away in (-1e-4, 1e-4):
            moved = point.copy()
            moved[place] += away
            state = problem.unpacked(moved)
            around.append(problem.expect(state).log_likelihood + problem.log_prior(state))
        assert (around[1] - around[0]) / 2e-4 == pytest.approx(0.0, abs=2e-3)


def test_the_likelihood_is_that_of_the_integral_over_all_places() -> None:
    few = stays(5, seed=3).patterns.settled()
    said = learning(OWNER)
    problem = Problem(few, said)
    told = problem.expect(problem.start).log_likelihood
    tables = [np.log(answer_probabilities(NODES, i.discrimination, i.thresholds)).T
              for i in said.items]  # fmt: skip
    cells = problem.model.tables(problem.start.outcome)
    total = 0.0
    for i in range(few.n_patterns):
        mean = np.clip(few.distance[i] @ OWNER, -1.5, 1.5)
        prior = np.exp(-((NODES - mean) ** 2) / (2 * few.variance[i]))
        log = np.log(prior / prior.sum())
        said_grades = [*few.answers[i], *few.reactions[i]]
        log += sum(t[y] for t, y in zip(tables, said_grades, strict=True) if y >= 0)
        cell = problem.model.contexts.cell_of[i]
        log += cells[cell] if cell >= 0 else 0.0
        total += few.counts[i] * np.log(np.exp(log).sum())
    assert told == pytest.approx(total, abs=1e-6)


def test_counts_say_exactly_the_same_as_repeated_rows(patterns: StayPatterns) -> None:
    times = np.random.default_rng(5).integers(0, 4, patterns.n_patterns)
    counted = learn(replace(patterns, counts=times.astype(float)), learning(OWNER))
    repeated = learn(patterns.picked(np.repeat(np.arange(times.size), times)), learning(OWNER))
    assert np.array_equal(numbers(counted), numbers(repeated))


def test_the_order_of_patterns_does_not_matter(
    patterns: StayPatterns, learned: LearnedModel
) -> None:
    order = np.random.default_rng(6).permutation(patterns.n_patterns)
    assert np.array_equal(numbers(learn(patterns.picked(order), learning(OWNER))), numbers(learned))


def test_a_guest_taken_away_was_never_there(patterns: StayPatterns, learned: LearnedModel) -> None:
    alone, shared = stays(3, seed=9).patterns, patterns.picked(np.arange(3))
    with_her = merge(patterns, alone, shared).settled()
    hers = np.isin(with_her.keys(), np.concatenate([alone.keys(), shared.keys()]))
    assert hers.sum() == 6
    without = replace(with_her, counts=with_her.counts - hers)
    assert np.array_equal(numbers(learn(without, learning(OWNER))), numbers(learned))


def test_mirrored_stays_give_the_mirrored_fit(
    patterns: StayPatterns, learned: LearnedModel
) -> None:
    def turned(grades: NDArray[np.int64], tops: list[int]) -> NDArray[np.int64]:
        return np.where(grades < 0, grades, np.array(tops) - grades)

    tops = [len(item.thresholds) for item in QUESTIONS]
    mirrored = replace(
        patterns,
        trait_mean=-patterns.trait_mean,
        answers=turned(patterns.answers, tops),
        reactions=turned(patterns.reactions, [3]),
        style=4 - patterns.style,
    )
    said = learning(-OWNER)
    items = tuple(replace(i, thresholds=tuple(-b for b in i.thresholds[::-1])) for i in said.items)
    fit = learn(mirrored, replace(said, items=items))
    assert fit.weights == pytest.approx(-learned.weights, abs=1e-5)
    assert fit.cuts == pytest.approx([-cut for cut in learned.cuts[::-1]], abs=1e-5)
    assert (fit.fit, fit.base) == pytest.approx((learned.fit, learned.base), abs=1e-5)
    for item, other in zip(fit.items, learned.items, strict=True):
        assert item.discrimination == pytest.approx(other.discrimination, abs=1e-5)
        assert item.thresholds == pytest.approx([-b for b in other.thresholds[::-1]], abs=1e-5)


def test_what_was_put_in_is_found_again_within_its_standard_errors() -> None:
    misses = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        cuts = np.sort(rng.normal(CONSTANTS.cuts, 0.3))
        truth = Truth(
            OWNER + rng.normal(0, 0.25, SHARES.size),
            float(np.exp(rng.normal(np.log(0.5), 0.5))),
            tuple(cuts),
            float(rng.normal(0, 0.5)),
        )
        fit = learn(simulate(truth, 3000, rng).patterns, learning(OWNER, cut_sd=0.3))
        assert fit.is_converged
        sds = np.sqrt([*np.diag(fit.covariance), *np.diag(fit.outcome_covariance)])
        found = np.concatenate([fit.weights - truth.weights, outcome_of(fit) - truth.outcome])
        misses.append(found / sds)
    # 330 shares around .9: three standard errors are .05
    assert np.mean(np.abs(misses) < 1.645) == pytest.approx(0.9, abs=0.05)
    assert np.mean(misses) == pytest.approx(0.0, abs=3.0 / np.sqrt(np.size(misses)))


def contact_of_attentive_over_brief(model: LearnedModel) -> tuple[float, float]:
    """Logits that a guest in the middle gains, with the standard error (delta method)."""
    effect = -0.5 * model.fit * (model.cuts[1] + model.cuts[2])
    slope = np.zeros(model.outcome_covariance.shape[0])
    slope[[0, 2, 3]] = effect, -0.5 * model.fit, -0.5 * model.fit
    return effect, float(np.sqrt(slope @ model.outcome_covariance @ slope))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_staff_act_on_what_nobody_records_only_the_randomised_stays_tell(seed: int) -> None:
    def more_contact_for_more_trouble(trouble: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.digitize(trouble, [-0.84, -0.25, 0.25, 0.84])

    truth = Truth(OWNER, fit=0.8, cuts=(-1.7, -1.0, 0.0, 0.8))
    effect = 0.4
    rng = np.random.default_rng(seed)
    choose: Callable[[NDArray[np.float64]], NDArray[np.int64]] = more_contact_for_more_trouble
    seen = simulate(truth, 40_000, rng, choose=choose, harm=0.5, share_random=0.1).patterns
    # wide priors of the cuts: the size shall come from the stays
    said = learning(OWNER, cut_sd=2.0)

    tenth = learn(seen, said)
    found, sd = contact_of_attentive_over_brief(tenth)
    assert abs(found - effect) < 2 * sd
    assert found > 2 * sd
    misses = (outcome_of(tenth) - truth.outcome) / np.sqrt(np.diag(tenth.outcome_covariance))
    assert np.all(np.abs(misses) < 3)

    everything = learn(replace(seen, is_logged=np.ones(seen.n_patterns, dtype=bool)), said)
    misled, misled_sd = contact_of_attentive_over_brief(everything)
    assert abs(misled - effect) > 10 * misled_sd
    assert misled < 0


def test_outcomes_without_a_logged_chance_change_nothing(patterns: StayPatterns) -> None:
    rng = np.random.default_rng(8)
    unlogged = replace(patterns, is_logged=rng.random(patterns.n_patterns) < 0.3)
    told = unlogged.is_logged
    wrong = np.where(told, unlogged.outcome, rng.integers(-1, 5, told.size))
    other = replace(unlogged, outcome=wrong, style=np.where(told, unlogged.style, 0))
    assert np.array_equal(
        numbers(learn(unlogged, learning(OWNER))), numbers(learn(other, learning(OWNER)))
    )


def test_without_stays_what_was_said_before_stands(patterns: StayPatterns) -> None:
    said = learning(OWNER)
    for nothing in (
        patterns.picked(np.zeros(0, dtype=np.intp)),
        replace(patterns, counts=np.zeros(600)),
    ):
        fit = learn(nothing, said)
        assert np.array_equal(fit.weights, OWNER)
        assert (fit.fit, fit.base) == pytest.approx((0.5, 0.0))
        assert (fit.cuts, fit.thresholds) == (CONSTANTS.cuts, CONSTANTS.thresholds)
        assert fit.items == said.items
        assert np.diag(fit.covariance) == pytest.approx(np.full(OWNER.size, 0.25**2))
        assert not fit.information.any()
        assert fit.is_converged


def test_the_louis_information_of_the_weights_is_that_of_the_formula(
    patterns: StayPatterns,
) -> None:
    said = replace(learning(OWNER), learns_items=False)
    fit = learn(patterns, said)
    # the likelihood's own curvature by differences, outcomes held where they are
    problem = Problem(patterns.settled(), said)

    def height(weights: NDArray[np.float64]) -> float:
        state = State(weights, problem.start.items, outcome_of(fit))
        return problem.expect(state).log_likelihood

    h = 1e-3
    moves = h * np.eye(OWNER.size)
    bent = np.array([
        [height(fit.weights + a + b) - height(fit.weights + a - b)
         - height(fit.weights - a + b) + height(fit.weights - a - b) for a in moves]
        for b in moves
    ]) / (-4 * h * h)  # fmt: skip
    assert fit.information == pytest.approx(bent, abs=1e-4 * np.abs(bent).max())


def test_what_the_desk_cannot_choose_is_learned_beside_the_style() -> None:
    rng = np.random.default_rng(11)
    seen = simulate(TRUTH, 8000, rng).patterns
    late = rng.integers(0, 2, 8000)
    # lateness costs a grade where a coin says so
    spoiled = np.where((late == 1) & (rng.random(8000) < 0.5), np.maximum(seen.outcome - 1, 0), 0)
    outcome = np.where((seen.outcome > 0) & (spoiled > 0), spoiled, seen.outcome)
    fit = learn(replace(seen, outcome=outcome, z=late[:, None].astype(float)), learning(OWNER))
    assert fit.slopes[0] < -5 * np.sqrt(fit.outcome_covariance[-1, -1])

"""How sure the learner is: weights, items and outcomes are learned from the same guests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.inference.em_problem import Problem
from engine.inference.full_em import LearnedModel, Learning, learn, learn_under_each
from engine.inference.item_step import item_of
from engine.inference.patterns import StayPatterns, merge
from engine.inference.trust import degrees_of
from tests.inference.simulated_stays import Truth, learning, simulate

OWNER = np.array([0.5, -0.4, 0.3, 0.6, -0.2])
TRUTH = Truth(OWNER, fit=0.8, cuts=(-1.5, -0.6, 0.3, 1.1), base=0.2)
STEP = 1e-3


def packed(model: LearnedModel) -> NDArray[np.float64]:
    items = [item_of(i.discrimination, np.array(i.thresholds)) for i in model.items]
    learned = model.thresholds if model.outcome_covariance.shape[0] > 7 else ()
    outcome = [np.log(model.fit), *model.cuts, model.base, *model.slopes, *learned]
    return np.concatenate([model.weights, *items, outcome])


def bent(problem: Problem, point: NDArray[np.float64], *, is_whole: bool) -> NDArray[np.float64]:
    """Negative second differences of the log-likelihood, or of the log posterior."""

    def height(at: NDArray[np.float64]) -> float:
        state = problem.unpacked(at)
        prior = problem.log_prior(state) if is_whole else 0.0
        return problem.expect(state).log_likelihood + prior

    moves = STEP * np.eye(point.size)
    return np.array([
        [height(point + a + b) - height(point + a - b)
         - height(point - a + b) + height(point - a - b) for a in moves]
        for b in moves
    ]) / (-4 * STEP * STEP)  # fmt: skip


SAID = {
    "plain": learning(OWNER),
    "thresholds": learning(OWNER, threshold_sd=1.0),
    "prior of slopes": replace(learning(OWNER), slope_log_sd=0.5, item_guests=5.0),
    # a cap that binds: such rows say nothing of a small change
    "cap": replace(learning(OWNER), most_shift=0.3),
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID.keys())
def test_the_information_is_the_curvature_of_the_likelihood(said: Learning) -> None:
    seen = simulate(TRUTH, 60, np.random.default_rng(4)).patterns
    late = np.random.default_rng(5).integers(0, 2, 60).astype(float)[:, None]
    problem = Problem(replace(seen, z=late).settled(), said)
    # anywhere but at a summit, which likes to stand where a row meets the cap: a kink
    point = problem.start.packed()
    point = point + np.random.default_rng(6).normal(0.0, 0.05, point.size)
    state = problem.unpacked(point)
    told = problem.expect(state)
    found = problem.information(state, told)
    wanted = bent(problem, point, is_whole=False)
    assert found == pytest.approx(wanted, abs=1e-4 * np.abs(wanted).max())
    k = OWNER.size
    for rows in (slice(0, k), slice(k, None)):
        for columns in (slice(0, k), slice(k, None)):
            part = wanted[rows, columns]
            assert found[rows, columns] == pytest.approx(part, abs=1e-4 * np.abs(part).max())


@pytest.mark.parametrize("said", [SAID["plain"], SAID["prior of slopes"]], ids=["plain", "slopes"])
def test_doubt_about_the_weights_holds_the_doubt_about_everything_else(said: Learning) -> None:
    seen = simulate(TRUTH, 60, np.random.default_rng(4)).patterns
    model = learn(seen, said)
    problem = Problem(seen.settled(), said)
    whole = np.linalg.inv(bent(problem, packed(model), is_whole=True))
    k, n = OWNER.size, model.outcome_covariance.shape[0]
    assert model.covariance == pytest.approx(whole[:k, :k], rel=1e-4, abs=1e-6)
    assert model.outcome_covariance == pytest.approx(whole[-n:, -n:], rel=1e-4, abs=1e-5)
    by_net = np.linalg.inv(model.net_information + np.diag(said.weights.precision))
    assert model.covariance == pytest.approx(by_net, rel=1e-9, abs=1e-12)


def test_items_that_are_learned_leave_more_doubt_than_items_that_are_known() -> None:
    seen = simulate(TRUTH, 400, np.random.default_rng(4)).patterns
    learned = learn(seen, learning(OWNER))
    # the same point, items taken as they came out
    held = replace(learning(OWNER), items=learned.items, learns_items=False)
    known = learn(seen, held)
    assert known.weights == pytest.approx(learned.weights, abs=1e-5)
    assert np.all(np.diag(learned.covariance) > np.diag(known.covariance))
    assert np.all(np.linalg.eigvalsh(learned.information - learned.net_information) > -1e-9)


def under_each_degree(
    seen: StayPatterns, said: Learning
) -> Iterator[tuple[LearnedModel, LearnedModel]]:
    """Learned from the middle, and alone from the cold start."""
    priors = [replace(said.weights, scale=s, spread=t) for s, t in degrees_of().tolist()]
    near = learn_under_each(seen, said, priors)
    for k in (0, 4, 12, 20, 24):
        yield near[k], learn(seen, replace(said, weights=priors[k]))


@pytest.mark.parametrize("n", [3, 60, 600])
@pytest.mark.parametrize("sign", [1, -1], ids=["right", "wrong"])
def test_newton_from_the_middle_ends_where_em_ends(n: int, sign: int) -> None:
    seen = simulate(TRUTH, n, np.random.default_rng(2)).patterns
    said = replace(learning(sign * OWNER), tolerance=1e-6, most_shift=10.0)
    for near, alone in under_each_degree(seen, said):
        assert near.is_converged
        assert near.log_posterior == pytest.approx(alone.log_posterior, abs=1e-6)
        sd = np.sqrt(np.diag(alone.covariance))
        assert np.all(np.abs(near.weights - alone.weights) < 0.001 * sd)
        # what items cost is measured in the middle
        assert np.sqrt(np.diag(near.covariance)) == pytest.approx(sd, rel=0.02)


def test_where_an_owner_puts_everybody_at_the_cap_newton_ends_no_lower() -> None:
    seen = simulate(TRUTH, 60, np.random.default_rng(2)).patterns
    for near, alone in under_each_degree(seen, learning(-3 * OWNER)):
        assert near.is_converged
        assert near.log_posterior >= alone.log_posterior - 1e-6


def test_under_every_degree_a_guest_taken_away_was_never_there() -> None:
    seen = simulate(TRUTH, 60, np.random.default_rng(2)).patterns
    hers = simulate(TRUTH, 2, np.random.default_rng(9)).patterns
    said = learning(OWNER)
    priors = [replace(said.weights, scale=s, spread=0.35) for s in (0.0, 1.0, 2.0)]
    without = merge(seen, replace(hers, counts=np.zeros(2)))
    for one, other in zip(
        learn_under_each(seen, said, priors), learn_under_each(without, said, priors), strict=True
    ):
        assert np.array_equal(packed(one), packed(other))
        assert np.array_equal(one.covariance, other.covariance)

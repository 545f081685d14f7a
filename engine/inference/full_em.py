r"""The whole model learned together: cues, items and outcomes, by EM on counted patterns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.inference.acceleration import climb
from engine.inference.em_problem import Problem
from engine.inference.grid import Array
from engine.inference.learned_model import GradedItem, LearnedModel, Learning
from engine.inference.patterns import StayPatterns, check_patterns
from engine.inference.scoring import Summit, settled_near
from engine.inference.weight_step import WeightPrior

__all__ = ["GradedItem", "LearnedModel", "Learning", "StayPatterns", "learn", "learn_under_each"]


def learn(patterns: StayPatterns, learning: Learning) -> LearnedModel:
    r"""Learn weights, items and the effect of styles from counted patterns.

    The maximum of log-likelihood plus log prior by EM on the grid: closed form for the weights
    (Mislevy 1987), expected counts for items (Bock & Aitkin 1981) and for outcomes. The effect of
    styles is learned by *assigned* style and only where its chance was logged; every other outcome
    is left out of the likelihood, since staff may have acted on what nobody recorded.

    Patterns are merged and sorted first and the search starts at the prior every time: neither
    the order of rows, nor counts written as repeated rows, nor what was learned before changes
    one bit of the result. v0 of the patterns is held fixed.

    Parameters
    ----------
    patterns : StayPatterns
        None at all is fine: then the prior stands.
    learning : Learning
        What is said before any stay.

    Returns
    -------
    LearnedModel

    Raises
    ------
    BadInputError
        Names the row and column that cannot be used.
    """
    problem = _checked(patterns, learning)
    return _told(problem, _climbed(problem))


def learn_under_each(
    patterns: StayPatterns,
    learning: Learning,
    priors: Sequence[WeightPrior],
    progress: Callable[[int, int], None] | None = None,
) -> list[LearnedModel]:
    """Learn the same stays under several words of the owner, as `learn` does under each.

    The one in the middle is searched for from the cold start of `learn`, every other one by
    Newton's method from there: prior and stays alone decide where it begins, so that the result
    is as repeatable as that of `learn`.

    Parameters
    ----------
    patterns : StayPatterns
        None at all is fine.
    learning : Learning
        What is said before any stay; its own word of the owner is not used.
    priors : sequence of WeightPrior
        At least one.
    progress : callable, optional
        Told after each how many are done, of how many.

    Returns
    -------
    list of LearnedModel
        One per prior, in their order.
    """
    middle = len(priors) // 2
    problem = _checked(patterns, replace(learning, weights=priors[middle]))
    first = settled_near(problem, _climbed(problem))
    models: list[LearnedModel] = []
    for k, prior in enumerate(priors):
        here = problem.under(prior)
        models.append(_told(here, first if k == middle else settled_near(here, first)))
        if progress:
            progress(len(models), len(priors))
    return models


def _checked(patterns: StayPatterns, learning: Learning) -> Problem:
    learning.check(patterns.distance.shape[-1])
    outcome = learning.outcome
    n_grades = tuple(len(item.thresholds) + 1 for item in learning.items)
    top = len(outcome.constants.thresholds)
    check_patterns(patterns, n_grades, len(outcome.positions), top)
    return Problem(patterns.settled(), learning)


def _climbed(problem: Problem) -> Summit:
    """Search from the cold start, by EM."""
    heights: list[float] = []

    def step(point: Array) -> tuple[Array, float]:
        state = problem.unpacked(point)
        told = problem.expect(state)
        heights.append(told.log_likelihood + problem.log_prior(state))
        return problem.improved(state, told).packed(), heights[-1]

    end = climb(
        step,
        problem.start.packed(),
        problem.is_possible,
        tolerance=problem.learning.tolerance,
        most=problem.learning.most_steps,
    )
    state = problem.unpacked(end.point)
    told = problem.expect(state)
    information = problem.information(state, told)
    return Summit(state, told, information, tuple(heights), end.is_converged)


def _told(problem: Problem, end: Summit) -> LearnedModel:
    """Sum up where a search ended."""
    state = end.state
    covariance = _inverse(end.information + problem.prior_bend(state), problem.is_learned)
    k, n_cuts, linear = state.weights.size, problem.model.prior.n_cuts, problem.model.n_linear
    last = covariance.shape[0] - state.outcome.size
    point = [float(number) for number in state.outcome]
    return LearnedModel(
        weights=state.weights,
        covariance=covariance[:k, :k],
        information=end.information[:k, :k],
        net_information=_net(problem, end),
        items=tuple(GradedItem.of(item) for item in state.items),
        fit=float(np.exp(point[0])),
        cuts=tuple(point[1 : 1 + n_cuts]),
        base=point[1 + n_cuts],
        slopes=tuple(point[2 + n_cuts : linear]),
        thresholds=tuple(float(t) for t in problem.model.thresholds(state.outcome)),
        outcome_covariance=covariance[last:, last:],
        log_likelihood=end.told.log_likelihood,
        log_posterior=end.told.log_likelihood + problem.log_prior(state),
        iterations=len(end.heights) + 1,
        is_converged=end.is_converged,
        heights=end.heights,
    )


def _inverse(whole: Array, is_learned: NDArray[np.bool_]) -> Array:
    """Inverse over what is learned; what is held is known."""
    inverse = np.zeros_like(whole)
    free = np.ix_(is_learned, is_learned)
    inverse[free] = np.linalg.inv(whole[free])
    return inverse


def _net(problem: Problem, end: Summit) -> Array:
    """Take from the weights' information what is lost to doubt about all else that is learned."""
    k = end.state.weights.size
    rest = np.flatnonzero(problem.is_learned)[k:]
    whole = end.information + problem.prior_bend(end.state)
    across = end.information[:k, rest]
    lost = across @ np.linalg.solve(whole[np.ix_(rest, rest)], across.T)
    net = end.information[:k, :k] - lost
    return np.asarray(0.5 * (net + net.T), dtype=np.float64)

r"""Slope and bend of the marginal likelihood of all answers, at any state of `Marginal`.

Louis [1]_: what was observed informs as the complete data would, less the variance of the complete
data's score given what was observed.

References
----------
.. [1] Louis (1982), Journal of the Royal Statistical Society B 44:226-233.
"""

from __future__ import annotations

import numpy as np

from engine.inference.graded import logistic
from engine.inference.grid import N_NODES, NODES, Array
from engine.inference.item_step import item_derivatives
from engine.inference.marginal import Marginal


def item_scores(item: Array) -> Array:
    """Derivative of the log probability of each grade by slope and intercepts.

    Returns
    -------
    ndarray of shape (n_nodes, n_grades, n_grades)
        Node, grade, number of the item.
    """
    n, reached = item.size, logistic(item[0] * NODES + item[1:, None]).T
    scores = np.zeros((N_NODES, n, n))
    upper = np.arange(1, n)
    scores[:, upper, upper] += 1.0 - reached
    scores[:, upper - 1, upper] -= reached
    scores[:, :, 0] = NODES[:, None] * scores[:, :, 1:].sum(axis=2)
    push = 1.0 / np.expm1(item[1:-1] - item[2:])
    scores[:, upper[:-1], upper[:-1]] += push
    scores[:, upper[:-1], upper[1:]] -= push
    return scores


def derivatives(fit: Marginal, state: Array) -> tuple[Array, Array]:
    r"""Gradient and observed information of the answers, with the priors if any hold.

    .. math:: I = \sum_i n_i \{ E_i[-\partial^2 \log p] - \mathrm{Var}_i[\partial \log p] \}

    Parameters
    ----------
    fit : Marginal
        The answers.
    state : ndarray of shape (n_numbers,)
        A possible one.

    Returns
    -------
    gradient : ndarray of shape (n_numbers,)
    information : ndarray of shape (n_numbers, n_numbers)
    """
    items, weights = fit.parts(state)
    counts, (_, density) = fit.patterns.counts, fit.densities(state)
    gradient, complete = _complete(fit, state, counts[:, None] * density)
    scores = [item_scores(item) for item in items]
    means = _mean_scores(fit, scores, density, weights)
    squares = _squared_scores(fit, scores, counts[:, None] * density, weights)
    return gradient, complete - squares + means.T @ (counts[:, None] * means)


def complete_derivatives(fit: Marginal, state: Array) -> tuple[Array, Array]:
    """Return the same gradient, and the information that there were if every place was known."""
    _, density = fit.densities(state)
    return _complete(fit, state, fit.patterns.counts[:, None] * density)


def _complete(fit: Marginal, state: Array, told: Array) -> tuple[Array, Array]:
    items, weights = fit.parts(state)
    expected = np.split(fit.patterns.chosen.T @ told + fit.added, fit.ends[:-1])
    gradient, curvature = np.zeros(state.size), np.zeros((state.size, state.size))
    for end, r, item in zip(fit.ends, expected, items, strict=True):
        own = slice(end - item.size, end)
        gradient[own], curvature[own, own] = item_derivatives(r, item, fit.log_sd)
    k = fit.ends[-1]
    gradient[k:] = fit.cues.T @ (told @ NODES) - fit.information @ weights
    curvature[k:, k:] = fit.information
    return gradient, curvature


def _mean_scores(fit: Marginal, scores: list[Array], density: Array, weights: Array) -> Array:
    """Expected score of each pattern, shape (n_patterns, n_numbers)."""
    means = []
    for chosen, score in zip(
        np.split(fit.patterns.chosen, fit.ends[:-1], axis=1), scores, strict=True
    ):
        n = score.shape[1]
        each = (density @ score.reshape(N_NODES, n * n)).reshape(-1, n, n)
        means.append(np.einsum("ic,ick->ik", chosen, each))
    away = density @ NODES - fit.cues @ weights
    return np.hstack([*means, away[:, None] * fit.cues])


def _squared_scores(fit: Marginal, scores: list[Array], told: Array, weights: Array) -> Array:
    """Sum over patterns of the expected outer product of the score with itself."""
    n_cells, size = fit.ends[-1], fit.ends[-1] + weights.size
    places, total = fit.cues @ weights, np.zeros((size, size))
    by_cell = np.eye(size)
    rows = np.empty((told.shape[0], size))
    rows[:, :n_cells] = fit.patterns.chosen
    for q in np.flatnonzero(told.any(axis=0)):
        for end, score in zip(fit.ends, scores, strict=True):
            own = slice(end - score.shape[1], end)
            by_cell[own, own] = score[q]
        rows[:, n_cells:] = (NODES[q] - places)[:, None] * fit.cues
        total += by_cell.T @ (rows.T @ (told[:, [q]] * rows)) @ by_cell
    return total

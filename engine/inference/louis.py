r"""How much the stays tell: the information that is left where places were never seen.

Louis [1]_: the information of what was observed is that of the complete data less the variance of
the complete data's score, given what was observed. Items are taken as known.

References
----------
.. [1] Louis (1982), Journal of the Royal Statistical Society B 44:226-233.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.e_step import Block, Expectation, densities
from engine.inference.grid import NODES, Array
from engine.inference.ladder import ladder_slopes
from engine.inference.outcome_model import OutcomeModel
from engine.inference.patterns import NONE, Patterns


def weight_information(patterns: Patterns, variance: Array, is_free: Array) -> Array:
    r"""Information about the weights, :math:`\sum n\, d d' (1/v_0 - v/v_0^2)`.

    Parameters
    ----------
    patterns : Patterns
        Settled.
    variance : ndarray of shape (n_patterns,)
        v = Var(theta | everything).
    is_free : ndarray of shape (n_patterns,)
        False where the cap of the shift holds; such rows tell nothing of a small change.

    Returns
    -------
    ndarray of shape (n_rules, n_rules)
        Without the prior.
    """
    v0 = patterns.variance
    told = patterns.counts * is_free * (1.0 / v0 - variance / v0**2)
    return np.asarray((patterns.distance * told[:, None]).T @ patterns.distance)


@dataclass(frozen=True, slots=True)
class Curvatures:
    """Observed information, without priors."""

    weights: Array
    """Shape (n_rules, n_rules)."""
    across: Array
    """Shape (n_rules, n_numbers)."""
    outcome: Array
    """Shape (n_numbers, n_numbers)."""


def observed_information(
    patterns: Patterns,
    blocks: Sequence[Block],
    tables: Array,
    prior_mean: Array,
    is_free: Array,
    outcome: tuple[OutcomeModel, Array, Expectation, int],
) -> Curvatures:
    """Information about weights and outcome numbers together.

    Parameters
    ----------
    patterns, blocks, tables, prior_mean
        As in `e_step.expect`.
    is_free : ndarray of shape (n_patterns,)
        As in `weight_information`.
    outcome : tuple
        Model, point, expectation at that point, and the number of cells before the outcomes'.
    """
    model, point, expectation, first_cell = outcome
    counted = expectation.expected[first_cell:]
    _, complete, second = model.derivatives(model.counted(counted), point)
    scores = cell_scores(model, point)
    # the mean of squares comes from the cells, the square of means from each pattern
    lost = np.einsum("cq,cqp,cqr->pr", counted, scores, scores, optimize=True)
    across = np.zeros((patterns.distance.shape[1], point.size))
    for block, density, _ in densities(patterns, blocks, tables, prior_mean):
        cells = model.contexts.cell_of[block.rows]
        average, with_place = _averages(density, cells, scores)
        counts, mean = patterns.counts[block.rows], expectation.mean[block.rows]
        lost -= (average * counts[:, None]).T @ average
        slope = counts * is_free[block.rows] / patterns.variance[block.rows]
        moved = with_place - mean[:, None] * average
        across -= (patterns.distance[block.rows] * slope[:, None]).T @ moved
    weights = weight_information(patterns, expectation.variance, is_free)
    return Curvatures(weights, across, complete + second - lost)


def _averages(density: Array, cells: NDArray[np.int64], scores: Array) -> tuple[Array, Array]:
    """E[score] and E[theta * score] of each pattern, 0 without an outcome."""
    n_numbers = scores.shape[2]
    both = np.zeros((cells.size, 2 * n_numbers))
    for cell in np.unique(cells[cells != NONE]):
        rows = np.flatnonzero(cells == cell)
        here = scores[cell]
        both[rows] = density[rows] @ np.hstack([here, NODES[:, None] * here])
    return both[:, :n_numbers], both[:, n_numbers:]


def cell_scores(model: OutcomeModel, point: Array) -> Array:
    """Slope of each cell's log probability, shape (n_cells, n_nodes, n_numbers)."""
    n_grades = model.thresholds(point).size + 1
    n_rows = model.columns.shape[0]
    bent = model.columns @ model.jacobian(point)
    scores = np.empty((n_grades, n_rows, point.size))
    for grade in range(n_grades):
        one = np.zeros((n_rows, n_grades))
        one[:, grade] = 1.0
        scores[grade] = _row_scores(model, point, one, bent)
    by_context = scores.reshape(n_grades, -1, NODES.size, point.size)
    return np.ascontiguousarray(by_context.transpose(1, 0, 2, 3)).reshape(
        -1, NODES.size, point.size
    )


def _row_scores(model: OutcomeModel, point: Array, one: Array, bent: Array) -> Array:
    t = model.thresholds(point)
    rest, _ = ladder_slopes(one, model.eta(point), t)
    slopes = [bent * rest.sum(axis=1)[:, None]]
    if point.size > model.n_linear:
        odds = 1.0 / np.expm1(np.diff(t))
        push = (one[:, 1:-1] * odds) @ np.diff(np.eye(t.size), axis=0)
        slopes.append(push - rest)
    return np.hstack(slopes)

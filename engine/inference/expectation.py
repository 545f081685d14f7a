"""What is expected of many guests at once: functions of a guest's place under each belief."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.inference.batch import ROWS, StayPriors
from engine.inference.grid import N_NODES, NODES, Array
from engine.inference.posterior import SQUARES

NOTHING = 0
"""Row of the log likelihoods that stands for nothing said: zero everywhere."""

_PARABOLA: Array = np.vstack([NODES, SQUARES, np.ones_like(NODES)])


def expectations(
    priors: StayPriors, told: NDArray[np.intp], log_likelihoods: Array, functions: Array
) -> Array:
    r"""Expected value of some functions of a guest's place, for many stays.

    .. math:: E[f] = \frac{\sum_q f(\theta_q) w_q}{\sum_q w_q}, \quad
              \log w_q = -\frac{(\theta_q - m)^2}{2 v} + \sum_i \log P(y_i \mid \theta_q)

    Parameters
    ----------
    priors : StayPriors
        Of `n_stays` stays.
    told : ndarray of int, shape (n_stays, n_most)
        Rows of `log_likelihoods`, one for each thing that a guest said, the rest 0.
    log_likelihoods : ndarray of shape (n_answers + 1, n_nodes)
        The first row is zero: nothing said.
    functions : ndarray of shape (n_nodes, n_functions)
        Their values at the nodes.

    Returns
    -------
    ndarray of shape (n_stays, n_functions)

    References
    ----------
    Bock & Mislevy (1982), Applied Psychological Measurement 6.
    """
    n_stays = priors.mean.size
    summed = np.column_stack([np.ones(N_NODES), functions])
    found = np.empty((n_stays, summed.shape[1]))
    for start in range(0, n_stays, ROWS):
        rows = slice(start, min(start + ROWS, n_stays))
        heights = _prior_heights(priors.mean[rows], priors.variance[rows])
        _add_told(heights, told[rows], log_likelihoods)
        found[rows] = np.exp(heights, out=heights) @ summed
    return np.asarray(found[:, 1:] / found[:, :1], dtype=np.float64)


def _prior_heights(mean: Array, variance: Array) -> Array:
    """Log prior at each node, nowhere above zero; shape (n_rows, n_nodes)."""
    curve = -0.5 / variance
    return np.asarray(np.column_stack([-2.0 * curve * mean, curve, curve * mean**2]) @ _PARABOLA)


def _add_told(heights: Array, told: NDArray[np.intp], log_likelihoods: Array) -> None:
    """Add what was said; only then may every node lie so low that it has to be lifted."""
    for column in told.T:
        rows = np.flatnonzero(column)
        if rows.size:
            heights[rows] += log_likelihoods[column[rows]]
    spoke = np.flatnonzero(told.any(axis=1))
    if spoke.size:
        heights[spoke] -= heights[spoke].max(axis=1, keepdims=True)

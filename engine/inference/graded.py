r"""Graded response items: answers to questions and reactions to offers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.inference.grid import NODES, Array

TINY = 1e-300
"""Smallest probability: an answer is never impossible, only very surprising."""


def answer_probabilities(
    theta: ArrayLike, discrimination: float, thresholds: Sequence[float]
) -> Array:
    r"""Probability of each answer to one question, for many places on the axis.

    Graded response model [1]_: :math:`P(Y \ge k \mid \theta) = \sigma(a (\theta - b_k))`.

    Parameters
    ----------
    theta : array_like of shape (n_points,)
        Places on the axis, in standard deviations.
    discrimination : float
        `a` > 0, per standard deviation.
    thresholds : sequence of shape (n_answers - 1,)
        Increasing `b`, same unit as `theta`.

    Returns
    -------
    ndarray of shape (n_points, n_answers)
        Each row sums to 1.

    Raises
    ------
    ValueError
        If `thresholds` do not increase or `discrimination` is not positive.

    References
    ----------
    .. [1] Samejima (1969), Psychometrika Monograph 17.
    """
    b = np.asarray(thresholds, dtype=np.float64)
    if not discrimination > 0:
        raise ValueError(f"discrimination must be positive, not {discrimination}")
    if b.size == 0 or np.any(np.diff(b) <= 0):
        raise ValueError(f"thresholds must increase, not {list(thresholds)}")
    at_least = logistic(discrimination * (np.asarray(theta, dtype=np.float64)[:, None] - b))
    ones = np.ones((at_least.shape[0], 1))
    steps = np.hstack([ones, at_least, 0.0 * ones])
    return np.asarray(np.maximum(steps[:, :-1] - steps[:, 1:], TINY), dtype=np.float64)


def logistic(x: Array) -> Array:
    """Logistic function, element by element; safe for any finite `x`."""
    # scipy.special.expit would do, but half a second of import is a lot for one web worker
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def answer_table(discrimination: float, thresholds: Sequence[float]) -> Array:
    """Probability of each answer at each node of the grid.

    Returns
    -------
    ndarray of shape (n_answers, n_nodes)
        Each column sums to 1. Depends on the item version only, so it is computed once.
    """
    return np.ascontiguousarray(answer_probabilities(NODES, discrimination, thresholds).T)

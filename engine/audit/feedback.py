"""How likely a guest was to tell how it was: those who tell are not like those who do not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audit.reward_model import standardised
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.learning import fit_logit

CONSTANT_PRECISION = 0.01
"""How often guests tell in all is left to the log."""

SLOPE_PRECISION = 1.0
"""No action or feature is thought to move feedback by much more than one logit."""

LEAST_CHANCE = 1e-6
"""Keeps a weight finite; it is clipped long before."""


def chance_of_telling(
    features: Array, taken: NDArray[np.int64], is_told: NDArray[np.bool_], n_actions: int
) -> Array:
    """Fit by logistic regression on action and features how likely each reward was to be told.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_features)
        What was known; finite.
    taken : ndarray of shape (n_rows,)
        Index of the action taken.
    is_told : ndarray of shape (n_rows,)
        Whether there is a reward.
    n_actions : int
        How many actions there are.

    Returns
    -------
    ndarray of shape (n_rows,)
        Above 0, at most 1.
    """
    columns = np.hstack([standardised(features), np.eye(n_actions)[taken]])
    precision = np.full(columns.shape[1], SLOPE_PRECISION)
    precision[0] = CONSTANT_PRECISION
    fit = fit_logit(columns, is_told.astype(np.float64), np.zeros(columns.shape[1]), precision)
    return np.maximum(logistic(columns @ fit.coefficients), LEAST_CHANCE)

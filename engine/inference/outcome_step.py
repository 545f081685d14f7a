"""Learning what a style does: Newton's method on expected counts."""

from __future__ import annotations

import numpy as np

from engine.inference.grid import Array
from engine.inference.ladder import climbing
from engine.inference.outcome_model import OutcomeModel

MOST_STEPS = 30
"""Newton needs two to five."""

TOLERANCE = 1e-9
"""The step is done when no number moves by more."""


def outcome_step(model: OutcomeModel, expected: Array, start: Array) -> Array:
    """Most probable outcome numbers for expected counts (M-step).

    Parameters
    ----------
    model : OutcomeModel
        Contexts and priors.
    expected : ndarray of shape (n_contexts * n_grades, n_nodes)
        Guests at each node by cell.
    start : ndarray of shape (n_numbers,)
        Before the step.

    Returns
    -------
    ndarray of shape (n_numbers,)
        Never less probable than `start`.
    """
    given = model.counted(expected)
    point = start
    for _ in range(MOST_STEPS):
        step = climbing(lambda p: model.height(given, p), point, _newton(model, given, point))
        point = point + step
        if np.max(np.abs(step)) <= TOLERANCE:
            break
    return point


def _newton(model: OutcomeModel, given: Array, point: Array) -> Array:
    """Newton's step; without the part that may bend upwards where it does."""
    gradient, curvature, second = model.derivatives(given, point)
    slope, bend = model.prior_derivatives(point)
    whole = curvature + second + bend
    try:
        np.linalg.cholesky(whole)
    except np.linalg.LinAlgError:
        whole = curvature + bend
    return np.asarray(np.linalg.solve(whole, gradient + slope), dtype=np.float64)

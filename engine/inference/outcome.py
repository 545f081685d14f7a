r"""Satisfaction as an effect of style: what counts is fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.model import OutcomeConstants
from engine.inference.graded import logistic
from engine.inference.grid import NODES, Array


def style_gain(positions: Sequence[float], cuts: Sequence[float], theta: Array = NODES) -> Array:
    r"""Gain of each style over the middle one, before the factor kappa.

    Going up from the middle, :math:`g_a = \sum \Delta c_i (\theta - cut_i)` over the steps
    passed, going down with the opposite sign, so that adjacent styles tie exactly at their cut.

    Parameters
    ----------
    positions : sequence of shape (n_styles,)
        Contact positions, increasing, with 0 in the middle.
    cuts : sequence of shape (n_styles - 1,)
        Increasing places on the axis.
    theta : ndarray of shape (n_points,)
        Places on the axis.

    Returns
    -------
    ndarray of shape (n_styles, n_points)
    """
    steps = np.diff(positions)[:, None] * (theta[None, :] - np.asarray(cuts)[:, None])
    climbed = np.vstack([np.zeros_like(theta)[None, :], np.cumsum(steps, axis=0)])
    middle = int(np.argmin(np.abs(np.asarray(positions))))
    return np.asarray(climbed - climbed[middle], dtype=np.float64)


def expected_points(
    positions: Sequence[float], constants: OutcomeConstants, theta: Array = NODES
) -> Array:
    r"""Expected utility of each style at each place, in points.

    .. math:: P(S \ge m) = \sigma(\kappa g_a(\theta) - \kappa\theta^2 / 2r - t_m)

    Returns
    -------
    ndarray of shape (n_styles, n_points)
        Between the lowest and the highest of `constants.points`.
    """
    kappa = constants.fit
    eta = kappa * style_gain(positions, constants.cuts, theta)
    eta = eta - kappa / (2.0 * constants.fit_radius) * theta**2
    at_least = logistic(eta[:, :, None] - np.asarray(constants.thresholds))
    points = np.asarray(constants.points)
    return np.asarray(points[0] + at_least @ np.diff(points), dtype=np.float64)

r"""One graded item in slope and intercepts: its log table and the maximum of expected counts.

An item is an array of shape (n_grades,): the slope a, then the falling intercepts
:math:`d_k = -a b_k`. In these the logarithm of every probability is concave, since

.. math:: \sigma(x) - \sigma(y) = \sigma(x) \, \sigma(-y) \, (1 - e^{-(x - y)}), \quad x > y

so that Newton's method with halved steps finds the one maximum, and nothing cancels far out.
"""

from __future__ import annotations

import numpy as np

from engine.inference.graded import logistic
from engine.inference.grid import NODES, Array
from engine.inference.ladder import climbing

MOST_STEPS = 50
"""From a warm start Newton needs two or three."""

TOLERANCE = 1e-9
"""An item is done when neither slope nor intercept moves by more."""

DAMPING = 1e-12
"""Share of the largest curvature added to all: a flat direction gives a long step, not a fault."""


def log_table(item: Array) -> Array:
    """Log probability of each grade at each node.

    Parameters
    ----------
    item : ndarray of shape (n_grades,)
        Slope, then falling intercepts.

    Returns
    -------
    ndarray of shape (n_grades, n_nodes)
        The exponentials of each column sum to 1.
    """
    logits = item[0] * NODES + item[1:, None]
    not_reached = np.logaddexp(0.0, logits)
    table = np.zeros((item.size, NODES.size))
    table[1:] -= not_reached - logits
    table[:-1] -= not_reached
    table[1:-1] += np.log(-np.expm1(-_gaps(item)))[:, None]
    return table


def item_of(discrimination: float, thresholds: Array) -> Array:
    """Return slope and intercepts of an item given by discrimination and rising thresholds."""
    return np.append(discrimination, -discrimination * np.asarray(thresholds, dtype=np.float64))


def is_item(item: Array) -> bool:
    """Whether the intercepts fall, so that every grade has a probability above zero."""
    return bool(np.all(np.isfinite(item)) and np.all(_gaps(item) > 0))


def item_step(expected: Array, start: Array, log_sd: float | None = None) -> Array:
    r"""Most probable item for expected counts (the M-step of Bock & Aitkin 1981).

    Maximises :math:`\sum_{cq} r_{cq} \log P_c(\theta_q)`, less
    :math:`(\log a)^2 / 2 s^2` where a prior holds.

    Parameters
    ----------
    expected : ndarray of shape (n_grades, n_nodes)
        How many guests at each node gave each grade; no grade without any.
    start : ndarray of shape (n_grades,)
        Slope and falling intercepts to start from.
    log_sd : float, optional
        s of log a ~ N(0, s²), the mode taken over log a; then a stays above 0.

    Returns
    -------
    ndarray of shape (n_grades,)
    """
    item = start
    for _ in range(MOST_STEPS):
        gradient, curvature = item_derivatives(expected, item, log_sd)
        curvature[np.diag_indices_from(curvature)] += DAMPING * curvature.max()
        newton = np.asarray(np.linalg.solve(curvature, gradient), dtype=np.float64)
        step = climbing(lambda at: _height(expected, at, log_sd), item, newton)
        item = item + step
        if np.max(np.abs(step)) <= TOLERANCE:
            break
    return item


def log_prior_of(slope: float, log_sd: float | None) -> float:
    """Log density of log a up to a constant; 0 without a prior."""
    return 0.0 if log_sd is None else -0.5 * float(np.log(slope) / log_sd) ** 2


def prior_bend(slope: float, log_sd: float | None) -> float:
    """Negative second derivative of `log_prior_of` by the slope: below 0 beyond a = e."""
    return 0.0 if log_sd is None else (1.0 - float(np.log(slope))) / (log_sd * slope) ** 2


def item_derivatives(
    expected: Array, item: Array, log_sd: float | None = None
) -> tuple[Array, Array]:
    """Gradient and negative second derivative of what `item_step` maximises.

    In slope and intercepts. The prior's second derivative is left out where it bends upwards; see
    `prior_bend`.
    """
    reached = logistic(item[0] * NODES + item[1:, None])
    either = expected[1:] + expected[:-1]
    rest = expected[1:] - either * reached
    weight = either * reached * (1.0 - reached)
    gradient = np.append(rest.sum(axis=0) @ NODES, rest.sum(axis=1))
    curvature = np.empty((item.size, item.size))
    curvature[0, 0] = weight.sum(axis=0) @ (NODES * NODES)
    curvature[0, 1:] = curvature[1:, 0] = weight @ NODES
    curvature[1:, 1:] = np.diag(weight.sum(axis=1))
    _add_gaps(gradient, curvature, expected[1:-1].sum(axis=1), _gaps(item))
    _add_prior(gradient, curvature, item[0], log_sd)
    return gradient, curvature


def _gaps(item: Array) -> Array:
    """Width of each middle grade in logits, shape (n_grades - 2,)."""
    return item[1:-1] - item[2:]


def _height(expected: Array, item: Array, log_sd: float | None) -> float:
    if not is_item(item) or (log_sd is not None and item[0] <= 0):
        return -np.inf
    return float(np.sum(expected * log_table(item))) + log_prior_of(item[0], log_sd)


def _add_gaps(gradient: Array, curvature: Array, counts: Array, gaps: Array) -> None:
    """Add what keeps the middle grades open: the term log(1 - exp(-gap)) of each."""
    odds = 1.0 / np.expm1(gaps)
    push, bend = counts * odds, counts * odds * (1.0 + odds)
    gradient[1:-1] += push
    gradient[2:] -= push
    upper, lower = np.arange(1, gaps.size + 1), np.arange(2, gaps.size + 2)
    curvature[upper, upper] += bend
    curvature[lower, lower] += bend
    curvature[upper, lower] -= bend
    curvature[lower, upper] -= bend


def _add_prior(gradient: Array, curvature: Array, slope: float, log_sd: float | None) -> None:
    if log_sd is None:
        return
    precision = 1.0 / (log_sd * slope) ** 2
    gradient[0] -= precision * slope * np.log(slope)
    # beyond a = e this prior bends upwards; without that part the step is shorter, not wrong
    curvature[0, 0] += max(0.0, prior_bend(slope, log_sd))

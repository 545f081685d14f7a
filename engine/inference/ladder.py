r"""Ordered grades as a ladder of logits: heights and slopes shared by all that learn from grades.

In :math:`P(S \ge k) = \sigma(\eta - t_k)` every log probability is concave, since

.. math:: \sigma(x) - \sigma(y) = \sigma(x) \, \sigma(-y) \, (1 - e^{-(x - y)}), \quad x > y

so nothing cancels far out and Newton's method with halved steps finds the one maximum.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.inference.graded import logistic
from engine.inference.grid import Array

MOST_HALVINGS = 40
"""A step may shrink to 1e-12 of itself before it counts as no step."""

ORDER_WEIGHT = 0.05
"""A twentieth of a stay's worth of belief that neighbours in order do not fall together; it has its
mode at the prior's own gaps, so without outcomes the prior's numbers stand."""

ROUNDING = 1e-13
"""Share of a height that may be lost to rounding without counting as a way down."""


def rises(values: Array) -> bool:
    """Whether all are finite and each is larger than the one before."""
    return bool(np.all(np.isfinite(values)) and np.all(np.diff(values) > 0))


def ladder_table(eta: Array, thresholds: Array) -> Array:
    """Log probability of each grade.

    Parameters
    ----------
    eta : ndarray of shape (n_rows,)
        In logits.
    thresholds : ndarray of shape (n_grades - 1,)
        Increasing, in logits.

    Returns
    -------
    ndarray of shape (n_rows, n_grades)
        The exponentials of each row sum to 1.
    """
    logits = eta[:, None] - thresholds
    missed = np.logaddexp(0.0, logits)
    table = np.zeros((eta.size, thresholds.size + 1))
    table[:, 1:] -= missed - logits
    table[:, :-1] -= missed
    table[:, 1:-1] += np.log(-np.expm1(-np.diff(thresholds)))
    return table


def ladder_height(counts: Array, eta: Array, thresholds: Array) -> float:
    """Log probability of `counts` of shape (n_rows, n_grades); minus infinity out of order."""
    if not rises(thresholds):
        return -np.inf
    return float(np.sum(counts * ladder_table(eta, thresholds)))


def ladder_slopes(counts: Array, eta: Array, thresholds: Array) -> tuple[Array, Array]:
    """Slope and bend of the log probability at each step of the ladder.

    Returns
    -------
    rest, weight : ndarray of shape (n_rows, n_grades - 1)
        Derivative by `eta` of each step's term, and the negative second derivative. By the
        threshold of the step the first has the other sign; see also `gap_slopes`.
    """
    reached = logistic(eta[:, None] - thresholds)
    either = counts[:, 1:] + counts[:, :-1]
    weighted = either * reached
    return counts[:, 1:] - weighted, weighted * (1.0 - reached)


def gap_slopes(middle: Array, thresholds: Array) -> tuple[Array, Array]:
    r"""Slope and bend by the thresholds of :math:`\sum_c n_c \log(1 - e^{-(t_{c+1} - t_c)})`.

    Parameters
    ----------
    middle : ndarray of shape (n_grades - 2,)
        How often each middle grade was given.
    thresholds : ndarray of shape (n_grades - 1,)
        Increasing.

    Returns
    -------
    slope : ndarray of shape (n_grades - 1,)
    bend : ndarray of shape (n_grades - 1, n_grades - 1)
        Negative second derivative.
    """
    odds = 1.0 / np.expm1(np.diff(thresholds))
    return spread_gaps(middle * odds, middle * odds * (1.0 + odds))


def spread_gaps(push: Array, bend: Array) -> tuple[Array, Array]:
    """Turn slope and bend by each gap into slope and bend by the places that bound the gaps."""
    apart = np.diff(np.eye(push.size + 1), axis=0)
    return apart.T @ push, (apart.T * bend) @ apart


def order_height(places: Array, usual: Array) -> float:
    """Log density, up to a constant, that keeps `places` in order; highest at gaps as `usual`."""
    share = np.diff(places) / np.diff(usual)
    return ORDER_WEIGHT * float(np.sum(np.log(share) - share))


def order_slopes(places: Array, usual: Array) -> tuple[Array, Array]:
    """Slope of `order_height`, and its negative second derivative."""
    gap, meant = np.diff(places), np.diff(usual)
    return spread_gaps(ORDER_WEIGHT * (1.0 / gap - 1.0 / meant), ORDER_WEIGHT / gap**2)


def climbing(height: Callable[[Array], float], start: Array, step: Array) -> Array:
    """Halve `step` until it does not lead down; zero where it never does."""
    now = height(start)
    least = now - ROUNDING * (1.0 + abs(now))
    for _ in range(MOST_HALVINGS):
        if height(start + step) >= least:
            return step
        step = 0.5 * step
    return np.zeros_like(step)

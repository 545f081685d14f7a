r"""What guests taught: logistic regression that starts from what the owner said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.ladder import climbing

TOLERANCE = 1e-10
"""A fit is done when no coefficient moves by more; erasing a guest and refitting equals never
having met her to this digit."""

MOST_STEPS = 100
"""Newton needs about six; who needs a hundred has no maximum."""


@dataclass(frozen=True, slots=True)
class LogitFit:
    """The most probable coefficients and how far they can be trusted."""

    coefficients: Array
    """Shape (n_columns,), in logits per unit of the column."""
    covariance: Array
    """Shape (n_columns, n_columns): inverse curvature at the maximum."""
    log_evidence: float
    """Laplace's estimate of log p(y); minus infinity where a precision is 0, since a flat prior
    spreads over everything."""
    is_converged: bool
    """False: there may be no maximum, as where a flat prior meets parted groups."""


@dataclass(frozen=True, slots=True)
class _Problem:
    """Data and prior that fit together."""

    x: Array
    y: Array
    mean: Array
    precision: Array

    def log_likelihood(self, b: Array) -> float:
        """Log probability of `y`, never overflowing."""
        eta = self.x @ b
        return float(np.sum(self.y * eta - np.logaddexp(0.0, eta)))

    def log_posterior(self, b: Array) -> float:
        """Up to a constant."""
        return self.log_likelihood(b) - 0.5 * float(self.precision @ (b - self.mean) ** 2)

    def gradient(self, b: Array) -> Array:
        """Slope of the log posterior, shape (n_columns,)."""
        rest = self.y - logistic(self.x @ b)
        return np.asarray(self.x.T @ rest - self.precision * (b - self.mean), dtype=np.float64)

    def curvature(self, b: Array) -> Array:
        """Negative second derivative, shape (n_columns, n_columns)."""
        p = logistic(self.x @ b)
        weighted = self.x * (p * (1.0 - p))[:, None]
        return np.asarray(self.x.T @ weighted + np.diag(self.precision), dtype=np.float64)


def fit_logit(
    x: ArrayLike, y: ArrayLike, prior_mean: ArrayLike, prior_precision: ArrayLike
) -> LogitFit:
    r"""Fit a logistic regression with a normal prior on each coefficient.

    The maximum of :math:`\log p(D \mid b) - \tfrac12 (b - m)' L (b - m)`, found by Newton's
    method from the prior mean, always the same way: no warm start, no chance. The evidence is
    Laplace's [1]_ [2]_, with :math:`H = -\nabla^2 \log p(D \mid b) + L`:

    .. math:: \log Z = \log p(D \mid b) - \tfrac12 (b - m)' L (b - m)
              + \tfrac12 \log |L| - \tfrac12 \log |H|

    Parameters
    ----------
    x : array_like of shape (n_stays, n_columns)
        One column per rule; a constant is a column of ones. No stays at all is fine: the prior
        then stands.
    y : array_like of shape (n_stays,)
        0 or 1. One class only is fine wherever the prior holds.
    prior_mean : array_like of shape (n_columns,)
        What the owner said.
    prior_precision : array_like of shape (n_columns,)
        One over variance, 0 = nothing was said.

    Returns
    -------
    LogitFit

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, `y` holds something else than 0 and 1, a
        precision is negative, or two columns without prior cannot be told apart.

    References
    ----------
    .. [1] MacKay (1992), Neural Computation 4:720-736.
    .. [2] Bishop (2006), Pattern Recognition and Machine Learning, 4.4-4.5.
    """
    problem = _checked(x, y, prior_mean, prior_precision)
    b, is_converged = _maximum(problem)
    factor = _cholesky(problem.curvature(b))
    inverse = np.linalg.solve(factor, np.eye(b.size))
    return LogitFit(b, inverse.T @ inverse, _log_evidence(problem, b, factor), is_converged)


def _maximum(problem: _Problem) -> tuple[Array, bool]:
    """Return the maximum, and whether it was reached."""
    b = problem.mean.copy()
    for _ in range(MOST_STEPS):
        step = _solved(_cholesky(problem.curvature(b)), problem.gradient(b))
        taken = climbing(problem.log_posterior, b, step)
        b = b + taken
        if np.max(np.abs(step), initial=0.0) <= TOLERANCE * max(1.0, np.max(np.abs(b), initial=0)):
            return b, True
    return b, False


def _cholesky(curvature: Array) -> Array:
    try:
        return np.asarray(np.linalg.cholesky(curvature), dtype=np.float64)
    except np.linalg.LinAlgError:
        message = "columns without prior cannot be told apart; give them a prior_precision above 0"
        raise ValueError(message) from None


def _solved(factor: Array, gradient: Array) -> Array:
    return np.asarray(np.linalg.solve(factor.T, np.linalg.solve(factor, gradient)))


def _log_evidence(problem: _Problem, b: Array, factor: Array) -> float:
    if not np.all(problem.precision > 0):
        return -np.inf
    half_prior = 0.5 * float(np.sum(np.log(problem.precision)))
    return problem.log_posterior(b) + half_prior - float(np.sum(np.log(np.diag(factor))))


def _checked(
    x: ArrayLike, y: ArrayLike, prior_mean: ArrayLike, prior_precision: ArrayLike
) -> _Problem:
    told = {"x": x, "y": y, "prior_mean": prior_mean, "prior_precision": prior_precision}
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in told.items()}
    rows, *others = arrays.values()
    if rows.ndim != 2:
        raise ValueError(f"x must have two dimensions, not {rows.ndim}")
    n, k = rows.shape
    for (name, array), size in zip(list(arrays.items())[1:], (n, k, k), strict=True):
        if array.shape != (size,):
            raise ValueError(f"{name} must have shape ({size},), not {array.shape}")
    for name, array in arrays.items():
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} must be finite")
    if not np.all((arrays["y"] == 0) | (arrays["y"] == 1)):
        raise ValueError("y must hold 0 and 1 only")
    if np.any(arrays["prior_precision"] < 0):
        raise ValueError("prior_precision must not be negative")
    return _Problem(rows, *others)

r"""A graded outcome on the guest's axis: how rules move a place that nobody sees.

A stay stands at :math:`\theta = x'\beta + e`, e ~ N(0, 1), and the outcome is one graded item on
that axis, :math:`P(Y \ge c \mid \theta) = \sigma(a (\theta - b_c))`; a yes-or-no outcome has one
threshold. The link is the engine's own logit, not a probit, so that weights and thresholds mean
what they mean at the desk; e is integrated out:

.. math:: P(Y \ge c \mid x) = G(x'\beta - b_c), \quad G(u) = E\,\sigma(a (u + e))

Both densities are log-concave, so the log likelihood has one maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.inference.grid import Array
from engine.inference.ladder import climbing
from engine.inference.learning import MOST_STEPS, TOLERANCE
from engine.inference.trust import degrees_of, prior_means, prior_precisions, weighed
from engine.inference.weight_step import WeightPrior

THRESHOLD_SD = 2.5
"""Standard deviation of each threshold around 0, in standard deviations of guests: two of it are
beyond what any guest stands for."""

TINY = 1e-300
"""Smallest probability: an outcome is never impossible, only very surprising."""

PLACES, SHARES = np.polynomial.hermite_e.hermegauss(31)
"""Gauss-Hermite: with 31 places G is right to 1e-12 for a = 1 and to 3e-6 for a = 2.5."""
SHARES = SHARES / SHARES.sum()


@dataclass(frozen=True, slots=True)
class LatentAxisFit:
    """Weights and thresholds under each degree of trust, and how probable each degree is."""

    weights: Array
    """Shape (n_degrees, n_columns): most probable, in standard deviations of guests."""
    thresholds: Array
    """Shape (n_degrees, n_grades - 1), increasing, same unit."""
    covariances: Array
    """Shape (n_degrees, n, n): of weights, then thresholds."""
    degrees: Array
    """Shape (n_degrees, 2): s and tau."""
    chances: Array
    """Shape (n_degrees,): sums to 1."""
    log_evidence: float
    """Log probability of the outcomes, averaged over the degrees."""
    discrimination: float
    """a."""
    is_converged: bool
    """Whether every degree found its maximum."""

    def at_least(self, x: ArrayLike) -> Array:
        """Chance of each grade above the lowest, or a higher one.

        Parameters
        ----------
        x : array_like of shape (n_stays, n_columns)

        Returns
        -------
        ndarray of shape (n_stays, n_grades - 1)
            Falling in each row; averaged over trust and over what is unsure of the coefficients.
        """
        rows = np.asarray(x, dtype=np.float64)
        return np.asarray(
            sum(chance * self._at_least(rows, d) for d, chance in enumerate(self.chances)),
            dtype=np.float64,
        )

    def probabilities(self, x: ArrayLike) -> Array:
        """Chance of each grade; shape (n_stays, n_grades), each row sums to 1."""
        above = self.at_least(x)
        ones = np.ones((above.shape[0], 1))
        return np.asarray(-np.diff(np.hstack([ones, above, 0.0 * ones])), dtype=np.float64)

    def _at_least(self, rows: Array, d: int) -> Array:
        distances = (rows @ self.weights[d])[:, None] - self.thresholds[d]
        unsure = _unsure(rows, self.covariances[d], self.thresholds.shape[1])
        wide = self.discrimination * np.sqrt(1.0 + unsure)[:, None] * PLACES
        return np.column_stack(
            [_logistic(self.discrimination * u[:, None] + wide) @ SHARES for u in distances.T]
        )


class _Problem(NamedTuple):
    """Data and prior that fit together."""

    x: Array
    grades: NDArray[np.intp]
    counts: Array
    """How many stays are alike in rules and grade: most rules are yes or no, so many are."""
    n_grades: int
    mean: Array
    precision: Array
    discrimination: float


def fit_latent_axis(
    x: ArrayLike,
    grades: ArrayLike,
    weights: Sequence[float] | None = None,
    sure: Sequence[str] | None = None,
    *,
    tau: float | None = None,
    discrimination: float = 1.0,
) -> LatentAxisFit:
    r"""Fit weights and thresholds with the owner's weights as prior.

    :math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`, b ~ N(0, 2.5²) and ordered, by Newton's
    method, with Laplace's evidence as in `trust.average_over_trust`. With one outcome per stay,
    how sharply it tells (a) and how far rules move a guest cannot both be learnt, so a is given.

    Parameters
    ----------
    x : array_like of shape (n_stays, n_columns)
        One column per rule, not centred: the thresholds take up the mean.
    grades : array_like of int, shape (n_stays,)
        From 0; each grade up to the highest at least once, and at least two.
    weights : sequence of shape (n_columns,), optional
        What the owner said, in standard deviations of guests; zeros otherwise.
    sure : sequence of str of shape (n_columns,), optional
        How firmly: guess, usual or firm; usual otherwise.
    tau : float, optional
        Fixed trust, s = 1; averaged over trust otherwise.
    discrimination : float, default=1.0
        a > 0: how sharply the outcome tells the place; 1 is the median of its prior.

    Returns
    -------
    LatentAxisFit

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, a grade was never given, or `tau` or
        `discrimination` is not positive.
    """
    rows, levels, n_grades = _checked(x, grades, discrimination)
    degrees = degrees_of() if tau is None else degrees_of((1.0,), (tau,))
    k = rows.shape[1]
    said, sureness = prior_means(weights, k), prior_precisions(sure, 1.0, k)
    none, flat = np.zeros(n_grades - 1), np.full(n_grades - 1, THRESHOLD_SD**-2)
    held = [WeightPrior(said, sureness, s, spread) for s, spread in degrees.tolist()]
    priors = [(np.append(each.mean, none), np.append(each.precision, flat)) for each in held]
    stays = _alike(rows, levels)
    fits = [_fitted(_Problem(*stays, n_grades, *prior, discrimination)) for prior in priors]
    coefficients, covariances = np.array([fit[0] for fit in fits]), np.array([f[1] for f in fits])
    chances, log_evidence = weighed(np.array([fit[2] for fit in fits]), degrees)
    return LatentAxisFit(
        coefficients[:, :k],
        coefficients[:, k:],
        covariances,
        degrees,
        chances,
        log_evidence,
        discrimination,
        all(fit[3] for fit in fits),
    )


def _alike(rows: Array, grades: Array) -> tuple[Array, NDArray[np.intp], Array]:
    """Count the stays that are alike in rules and grade."""
    both, counts = np.unique(np.column_stack([rows, grades]), axis=0, return_counts=True)
    return both[:, :-1], both[:, -1].astype(np.intp), counts.astype(np.float64)


def _fitted(problem: _Problem) -> tuple[Array, Array, float, bool]:
    """Return maximum, covariance, log evidence and whether the maximum was reached."""
    b, is_converged = _start(problem), False
    for _ in range(MOST_STEPS):
        _, slope, curvature = _shape(problem, b)
        step: Array = np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)
        b = b + climbing(partial(_height, problem), b, step)
        if np.max(np.abs(step)) <= TOLERANCE * max(1.0, float(np.max(np.abs(b)))):
            is_converged = True
            break
    height, _, curvature = _shape(problem, b)
    half = 0.5 * (np.sum(np.log(problem.precision)) - np.linalg.slogdet(curvature)[1])
    covariance = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    return b, covariance, float(height + half), is_converged


def _start(problem: _Problem) -> Array:
    """Begin at the owner's weights, with the thresholds where the counts put them."""
    counts = np.bincount(problem.grades, problem.counts, minlength=problem.n_grades) + 0.5
    above = np.cumsum(counts[::-1])[::-1][1:] / counts.sum()
    k = problem.x.shape[1]
    middle = float(np.average(problem.x @ problem.mean[:k], weights=problem.counts))
    return np.append(problem.mean[:k], middle - np.log(above / (1.0 - above)))


def _height(problem: _Problem, b: Array) -> float:
    """Log posterior up to a constant; minus infinity where thresholds do not increase."""
    if np.any(np.diff(b[problem.x.shape[1] :]) <= 0):
        return -np.inf
    low, high = _bounds(problem, b)
    return _log_posterior(problem, b, _between(low, high, problem.discrimination))


def _log_posterior(problem: _Problem, b: Array, chance: Array) -> float:
    prior = float(problem.precision @ (b - problem.mean) ** 2)
    return float(problem.counts @ np.log(chance)) - 0.5 * prior


def _bounds(problem: _Problem, b: Array) -> tuple[Array, Array]:
    """Distance of each stay to the threshold below its grade, and to the one above."""
    k = problem.x.shape[1]
    edges = np.concatenate([[-np.inf], b[k:], [np.inf]])
    place = problem.x @ b[:k]
    return place - edges[problem.grades], place - edges[problem.grades + 1]


def _between(low: Array, high: Array, a: float) -> Array:
    """G(low) - G(high), from the side where it does not cancel."""
    is_turned = np.where(np.isinf(low), False, np.isinf(high) | (low + high < 0))
    first, second = np.where(is_turned, low, -high), np.where(is_turned, high, -low)
    return np.maximum(_smooth(first, a)[0] - _smooth(second, a)[0], TINY)


def _smooth(u: Array, a: float) -> tuple[Array, Array, Array]:
    """G and its first two derivatives."""
    z = a * (u[:, None] + PLACES)
    p = _logistic(z)
    slope = p * _logistic(-z)
    bend = -slope * np.tanh(0.5 * z)
    return p @ SHARES, a * (slope @ SHARES), a * a * (bend @ SHARES)


def _shape(problem: _Problem, b: Array) -> tuple[float, Array, Array]:
    """Log posterior, its slope and its negative curvature."""
    low, high = _bounds(problem, b)
    chance = _between(low, high, problem.discrimination)
    (_, g, dg), (_, h, dh) = (_smooth(u, problem.discrimination) for u in (low, high))
    below, above = _columns(problem, 0), _columns(problem, 1)
    n, (g, h, dg, dh) = problem.counts, (values / chance for values in (g, h, dg, dh))
    slope = below.T @ (n * g) - above.T @ (n * h) - problem.precision * (b - problem.mean)
    cross = below.T @ (above * (n * g * h)[:, None])
    curvature = below.T @ (below * (n * (g * g - dg))[:, None]) + np.diag(problem.precision)
    curvature += above.T @ (above * (n * (h * h + dh))[:, None]) - cross - cross.T
    return _log_posterior(problem, b, chance), slope, curvature


def _columns(problem: _Problem, up: int) -> Array:
    """How the distance to the threshold below (0) or above (1) the grade moves with each number."""
    edges = np.zeros((problem.grades.size, problem.n_grades + 1))
    edges[np.arange(problem.grades.size), problem.grades + up] = -1.0
    return np.hstack([problem.x, edges[:, 1:-1]])


def _unsure(rows: Array, covariance: Array, n_thresholds: int) -> Array:
    """Variance of the distance to a threshold; its mean over them, which keeps them in order."""
    sides = [np.hstack([rows, -np.tile(e, (len(rows), 1))]) for e in np.eye(n_thresholds)]
    return np.asarray(
        np.mean([np.einsum("ni,ij,nj->n", z, covariance, z, optimize=True) for z in sides], axis=0)
    )


def _logistic(z: Array) -> Array:
    """Logistic function that keeps its digits near 0."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)), dtype=np.float64)


def _checked(x: ArrayLike, grades: ArrayLike, discrimination: float) -> tuple[Array, Array, int]:
    rows, levels = np.asarray(x, dtype=np.float64), np.asarray(grades)
    if rows.ndim != 2 or levels.shape != rows.shape[:1] or levels.size == 0:
        raise ValueError("x needs two dimensions with at least one row, grades one number per row")
    if not np.all(np.isfinite(rows)):
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ValueError(f"x must be finite; row {row + 1}, column {column + 1} is not")
    if not np.issubdtype(levels.dtype, np.integer) or levels.min() < 0:
        raise ValueError("grades must be whole numbers from 0")
    counts = np.bincount(levels)
    if counts.size < 2 or not np.all(counts):
        missing = 1 if counts.size < 2 else int(np.argmin(counts))
        raise ValueError(f"nobody gave the grade {missing}; each grade must be given at least once")
    if not (discrimination > 0 and np.isfinite(discrimination)):
        raise ValueError(f"discrimination must be positive, not {discrimination}")
    return rows, levels, counts.size

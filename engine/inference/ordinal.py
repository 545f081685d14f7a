r"""Grades of satisfaction in order: the cumulative logit, by Newton's method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import BadInputError
from engine.inference.grid import Array
from engine.inference.ladder import climbing
from engine.inference.ordinal_problem import OrdinalPrior, OrdinalProblem, checked

__all__ = ["OrdinalFit", "OrdinalPrior", "fit_ordinal"]

TOLERANCE = 1e-10
"""A fit is done when no number moves by more than this share of the largest."""

MOST_STEPS = 60
"""Newton needs about six; who needs sixty has no maximum."""

MOST_LOGIT = 30.0
"""Odds of 1 to 1e13: no data a house will ever have can tell such a chance from never."""


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """The most probable cumulative logit."""

    thresholds: Array
    """Shape (n_grades - 1,), increasing, in logits."""
    coefficients: Array
    """Shape (n_columns,); plus speaks for a higher grade."""
    covariance: Array
    """Shape (n_free, n_free): of the thresholds, then the coefficients."""
    log_likelihood: float
    """Log probability of the grades, without the prior."""
    iterations: int


def fit_ordinal(
    x: ArrayLike,
    grades: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    n_grades: int | None = None,
    prior: OrdinalPrior | None = None,
    columns: Sequence[str] | None = None,
) -> OrdinalFit:
    r"""Fit a cumulative logit [1]_, the proportional odds model.

    .. math:: P(S \ge k) = \sigma(x'b - t_k), \quad t_1 < t_2 < \dots

    Always found the same way, from the thresholds of the plain shares and coefficients of 0.

    Parameters
    ----------
    x : array_like of shape (n_rows, n_columns)
        No constant: the thresholds are it. No column at all is fine.
    grades : array_like of shape (n_rows,)
        Whole numbers from 0.
    counts : array_like of shape (n_rows,), optional
        How often each row was seen, 0 or more; once otherwise.
    n_grades : int, optional
        At least 2; as many as were seen otherwise.
    prior : OrdinalPrior, optional
        Nothing is said otherwise.
    columns : sequence of str, optional
        Names of the columns for messages.

    Returns
    -------
    OrdinalFit

    Raises
    ------
    BadInputError
        Names the row or column that cannot be used: a number that is not finite, a grade out of
        range or given by nobody, a column that is constant or follows from others, and groups
        parted so cleanly that the coefficient has no end. A prior mends the last three.

    References
    ----------
    .. [1] McCullagh (1980), Journal of the Royal Statistical Society B 42:109-142.
    """
    problem = checked(x, grades, counts, n_grades, prior, columns)
    point, steps = _maximum(problem)
    covariance = np.asarray(np.linalg.inv(problem.derivatives(point)[1]), dtype=np.float64)
    k = problem.n_steps
    return OrdinalFit(point[:k], point[k:], covariance, problem.log_likelihood(point), steps)


def _maximum(problem: OrdinalProblem) -> tuple[Array, int]:
    """Return the maximum and the steps it took; refuse where there is none."""
    point = _start(problem)
    for done in range(1, MOST_STEPS + 1):
        gradient, curvature = problem.derivatives(point)
        try:
            step = np.asarray(np.linalg.solve(curvature, gradient), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise _parted(problem, point) from None
        point = point + climbing(problem.height, point, step)
        if not _is_told(problem, point):
            raise _parted(problem, point)
        if np.max(np.abs(step)) <= TOLERANCE * max(1.0, float(np.max(np.abs(point)))):
            return point, done
    raise _parted(problem, point)


def _start(problem: OrdinalProblem) -> Array:
    """Thresholds of the plain shares, a little off 0 and 1, and the prior's coefficients of 0."""
    if problem.prior.holds_thresholds:
        steps = problem.prior.threshold_mean
    else:
        shares = problem.given.sum(axis=0) + 0.5
        below = np.cumsum(shares)[:-1] / shares.sum()
        steps = np.log(below / (1.0 - below))
    return np.concatenate([steps, np.zeros(problem.x.shape[1])])


def _reach(problem: OrdinalProblem, point: Array) -> Array:
    """How many logits each column without prior spans, shape (n_columns,)."""
    span = np.ptp(problem.x, axis=0) if problem.x.shape[0] else np.zeros(problem.x.shape[1])
    free = problem.prior.precision == 0
    return np.asarray(np.abs(point[problem.n_steps :]) * span * free, dtype=np.float64)


def _is_told(problem: OrdinalProblem, point: Array) -> bool:
    return bool(np.all(_reach(problem, point) <= MOST_LOGIT))


def _parted(problem: OrdinalProblem, point: Array) -> BadInputError:
    reach = _reach(problem, point)
    if reach.size == 0:
        return BadInputError("The thresholds have no maximum: give them a prior.")
    name = problem.columns[int(np.argmax(reach))]
    return BadInputError(
        f"column '{name}': it parts the grades so cleanly that its weight has no end. "
        "Give it a prior, or gather more stays."
    )

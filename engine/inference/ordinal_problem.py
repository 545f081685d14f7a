"""Grades and what they depend on, checked and ready to be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import BadInputError
from engine.inference.columns import first_untold
from engine.inference.grid import Array
from engine.inference.ladder import (
    gap_slopes,
    ladder_height,
    ladder_slopes,
    order_height,
    order_slopes,
    rises,
)


@dataclass(frozen=True, slots=True)
class OrdinalPrior:
    """Independent normal priors; a precision of 0 says nothing."""

    mean: Array
    """Shape (n_columns,)."""
    precision: Array
    """Shape (n_columns,): one over variance."""
    threshold_mean: Array
    """Shape (n_grades - 1,), increasing."""
    threshold_precision: Array
    """Shape (n_grades - 1,). All above 0: the thresholds are also kept apart a little, so that a
    grade nobody gave keeps its place."""

    @property
    def holds_thresholds(self) -> bool:
        """Whether something is said of every threshold."""
        return bool(np.all(self.threshold_precision > 0))


@dataclass(frozen=True, slots=True)
class OrdinalProblem:
    """Data and prior that fit together; a point holds thresholds, then coefficients."""

    x: Array
    given: Array
    """Shape (n_rows, n_grades): how often each row gave each grade."""
    prior: OrdinalPrior
    columns: tuple[str, ...]
    prior_mean: Array = field(init=False)
    prior_precision: Array = field(init=False)

    def __post_init__(self) -> None:
        p = self.prior
        mean = np.concatenate([p.threshold_mean, p.mean])
        precision = np.concatenate([p.threshold_precision, p.precision])
        object.__setattr__(self, "prior_mean", mean)
        object.__setattr__(self, "prior_precision", precision)

    @property
    def n_steps(self) -> int:
        """Steps of the ladder."""
        return int(self.given.shape[1]) - 1

    def log_likelihood(self, point: Array) -> float:
        """Log probability of the grades; minus infinity where thresholds do not rise."""
        t, b = point[: self.n_steps], point[self.n_steps :]
        return ladder_height(self.given, self.x @ b, t)

    def height(self, point: Array) -> float:
        """Log posterior up to a constant."""
        likelihood = self.log_likelihood(point)
        if likelihood == -np.inf:
            return likelihood
        away = point - self.prior_mean
        total = likelihood - 0.5 * float(self.prior_precision @ away**2)
        if self.prior.holds_thresholds:
            total += order_height(point[: self.n_steps], self.prior.threshold_mean)
        return total

    def derivatives(self, point: Array) -> tuple[Array, Array]:
        """Gradient of `height`, and its negative second derivative."""
        t, b = point[: self.n_steps], point[self.n_steps :]
        rest, weight = ladder_slopes(self.given, self.x @ b, t)
        gap_slope, gap_bend = gap_slopes(self.given.sum(axis=0)[1:-1], t)
        gradient = np.concatenate([gap_slope - rest.sum(axis=0), self.x.T @ rest.sum(axis=1)])
        across = -(weight.T @ self.x)
        within = self.x.T @ (self.x * weight.sum(axis=1)[:, None])
        steps = np.diag(weight.sum(axis=0)) + gap_bend
        curvature = np.block([[steps, across], [across.T, within]])
        gradient -= self.prior_precision * (point - self.prior_mean)
        curvature += np.diag(self.prior_precision)
        if self.prior.holds_thresholds:
            push, bend = order_slopes(t, self.prior.threshold_mean)
            gradient[: self.n_steps] += push
            curvature[: self.n_steps, : self.n_steps] += bend
        return gradient, curvature


def checked(
    x: ArrayLike,
    grades: ArrayLike,
    counts: ArrayLike | None,
    n_grades: int | None,
    prior: OrdinalPrior | None,
    columns: Sequence[str] | None,
) -> OrdinalProblem:
    """Return the problem; raise `BadInputError` as `ordinal.fit_ordinal` says."""
    rows = _numbers("x", x)
    if rows.ndim != 2:
        raise BadInputError(f"x must have two dimensions, not {rows.ndim}.")
    n, k = rows.shape
    names = tuple(columns) if columns is not None else tuple(f"{j + 1}" for j in range(k))
    told = _numbers("grades", grades)
    seen = np.ones(n) if counts is None else _numbers("counts", counts)
    if told.shape != (n,) or seen.shape != (n,) or len(names) != k:
        raise BadInputError(f"x has {n} rows and {k} columns; grades, counts or names do not fit.")
    _refuse_cells(rows, seen, names)
    given = _counted(told, seen, n_grades)
    held = prior if prior is not None else _no_prior(k, given.shape[1] - 1)
    _refuse_prior(held, k, given.shape[1] - 1)
    _refuse_untold(rows, given, held, names)
    return OrdinalProblem(rows, given, held, names)


def _numbers(name: str, values: ArrayLike) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInputError(f"{name} must hold numbers only.") from None


def _no_prior(k: int, n_steps: int) -> OrdinalPrior:
    return OrdinalPrior(np.zeros(k), np.zeros(k), np.zeros(n_steps), np.zeros(n_steps))


def _refuse_cells(rows: Array, counts: Array, names: tuple[str, ...]) -> None:
    wrong = np.argwhere(~np.isfinite(rows))
    if wrong.size:
        i, j = wrong[0]
        raise BadInputError(f"row {i + 1}, column '{names[j]}': {rows[i, j]} is no number.")
    bad = np.flatnonzero(~(np.isfinite(counts) & (counts >= 0)))
    if bad.size:
        raise BadInputError(f"row {bad[0] + 1}: a count of {counts[bad[0]]} is not possible.")


def _counted(grades: Array, counts: Array, n_grades: int | None) -> Array:
    """Counts by row and grade, shape (n_rows, n_grades)."""
    highest = (n_grades - 1) if n_grades is not None else float(np.fmax.reduce(grades, initial=1.0))
    possible = (grades >= 0) & (grades <= highest) & (grades == np.floor(grades))
    wrong = np.flatnonzero(~(possible & np.isfinite(grades)))
    if wrong.size:
        raise BadInputError(f"row {wrong[0] + 1}: {grades[wrong[0]]} is no grade from 0 up.")
    given = np.zeros((grades.size, int(highest) + 1))
    given[np.arange(grades.size), grades.astype(np.intp)] = counts
    return given


def _refuse_prior(prior: OrdinalPrior, k: int, n_steps: int) -> None:
    told: tuple[tuple[str, NDArray[np.float64], int], ...] = (
        ("mean", prior.mean, k),
        ("precision", prior.precision, k),
        ("threshold_mean", prior.threshold_mean, n_steps),
        ("threshold_precision", prior.threshold_precision, n_steps),
    )
    for name, values, size in told:
        if values.shape != (size,) or not np.all(np.isfinite(values)):
            raise BadInputError(f"The prior's {name} must hold {size} finite numbers.")
    if np.any(prior.precision < 0) or np.any(prior.threshold_precision < 0):
        raise BadInputError("A precision must not be negative.")
    if prior.holds_thresholds and not rises(prior.threshold_mean):
        raise BadInputError("The prior's threshold_mean must rise.")


def _refuse_untold(x: Array, given: Array, prior: OrdinalPrior, names: tuple[str, ...]) -> None:
    """Refuse what has no prior and of which the rows tell nothing."""
    shares = given.sum(axis=0)
    if not prior.holds_thresholds and not np.all(shares > 0):
        grade = int(np.argmin(shares > 0))
        raise BadInputError(f"Nobody gave grade {grade}: merge it with its neighbour.")
    free = np.flatnonzero(prior.precision == 0)
    if untold := first_untold(x[:, free], given.sum(axis=1)):
        why = (
            "is the same in every row"
            if untold.is_constant
            else "follows from the columns before it"
        )
        raise BadInputError(f"column '{names[free[untold.column]]}': it {why}.")

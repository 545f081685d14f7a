r"""What a style does to satisfaction, given where guests probably stood."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.domain.model import OutcomeConstants
from engine.errors import BadInputError
from engine.inference.grid import NODES, Array
from engine.inference.ladder import (
    gap_slopes,
    ladder_height,
    ladder_slopes,
    ladder_table,
    order_height,
    order_slopes,
    rises,
)
from engine.inference.patterns import StayPatterns

POSITIONS = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Contact of the five styles."""

MOST_CONTEXTS = 2000
"""Pairs of style and givens; more means that the givens are not banded."""


@dataclass(frozen=True, slots=True)
class OutcomePrior:
    """Priors of satisfaction. A point holds log kappa, cuts, base, slopes, then thresholds."""

    constants: OutcomeConstants
    """Prior means: kappa, cuts, thresholds; sds of log kappa and cuts; and r, which is not
    learned."""
    positions: tuple[float, ...] = POSITIONS
    base_sd: float = 0.5
    """Of alpha, the house's own level, around 0."""
    slope_sd: float = 0.5
    """Of gamma, per unit of a given, around 0."""
    threshold_sd: float | None = None
    """None: the thresholds stand as they are."""

    @property
    def n_cuts(self) -> int:
        """One less than styles."""
        return len(self.positions) - 1

    def mean(self, n_givens: int) -> Array:
        """Where learning starts, and ends without outcomes."""
        c = self.constants
        return np.array([np.log(c.fit), *c.cuts, *(0.0,) * (1 + n_givens), *self._learned])

    def precision(self, n_givens: int) -> Array:
        """One over variance, in the order of a point."""
        c = self.constants
        sds = [c.fit_log_sd] + [c.cut_sd] * self.n_cuts + [self.base_sd]
        sds += [self.slope_sd] * n_givens + [self.threshold_sd or 1.0] * len(self._learned)
        return np.asarray(sds, dtype=np.float64) ** -2.0

    @property
    def _learned(self) -> tuple[float, ...]:
        return () if self.threshold_sd is None else self.constants.thresholds

    def check(self) -> None:
        """Raise `BadInputError` unless all of it can be used."""
        for name, told in (
            ("positions", self.positions),
            ("cuts", self.constants.cuts),
            ("thresholds", self.constants.thresholds),
        ):
            if not rises(np.asarray(told, dtype=np.float64)):
                raise BadInputError(f"{name} must rise: {told}.")
        if len(self.constants.cuts) != self.n_cuts or 0.0 not in self.positions:
            raise BadInputError("There must be a style at 0 and a cut between any two neighbours.")
        c = self.constants
        sds = (c.fit_log_sd, c.cut_sd, self.base_sd, self.slope_sd, self.threshold_sd or 1.0)
        if not (min(sds) > 0 and c.fit > 0 and c.fit_radius > 0):
            raise BadInputError("Standard deviations, fit and fit_radius must be above 0.")


@dataclass(frozen=True, slots=True)
class Contexts:
    """The pairs of style and givens that occur, and where each outcome belongs."""

    style: NDArray[np.int64]
    """Shape (n_contexts,)."""
    z: Array
    """Shape (n_contexts, n_givens)."""
    cell_of: NDArray[np.int64]
    """Shape (n_patterns,): context * n_grades + grade; -1 where nothing may be learned."""

    @classmethod
    def of(cls, patterns: StayPatterns, n_grades: int) -> Contexts:
        """Collect them from settled patterns."""
        told = patterns.tells_fit
        pairs = np.column_stack([patterns.style[told], patterns.z[told]])
        distinct, place = np.unique(pairs, axis=0, return_inverse=True)
        if distinct.shape[0] > MOST_CONTEXTS:
            raise BadInputError(f"z has too many values, {distinct.shape[0]}: band them.")
        cell_of = np.full(patterns.n_patterns, -1, dtype=np.int64)
        cell_of[told] = place.reshape(-1) * n_grades + patterns.outcome[told]
        return cls(distinct[:, 0].astype(np.int64), distinct[:, 1:], cell_of)


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    r"""Satisfaction as a cumulative logit, linear in :math:`(\kappa, \kappa\,cut, \alpha, \gamma)`.

    .. math:: P(S \ge m) = \sigma(\alpha + z'\gamma + \kappa (g_a(\theta) - \theta^2/2r) - t_m)
    """

    contexts: Contexts
    prior: OutcomePrior
    columns: Array = field(init=False)
    """Shape (n_contexts * n_nodes, n_linear)."""
    mean: Array = field(init=False)
    precision: Array = field(init=False)

    def __post_init__(self) -> None:
        n_givens = self.contexts.z.shape[1]
        object.__setattr__(self, "columns", self._laid_out())
        object.__setattr__(self, "mean", self.prior.mean(n_givens))
        object.__setattr__(self, "precision", self.prior.precision(n_givens))

    @property
    def n_linear(self) -> int:
        """Numbers before the thresholds."""
        return int(self.columns.shape[1])

    def _laid_out(self) -> Array:
        style, z = self.contexts.style, self.contexts.z
        positions = np.asarray(self.prior.positions)
        shape = (style.size, NODES.size)
        fit = positions[style, None] * NODES - NODES**2 / (2.0 * self.prior.constants.fit_radius)
        passed = _passed(positions)[style]
        parts = [fit[:, :, None], *(
            np.broadcast_to(each[:, None, :], (*shape, each.shape[1]))
            for each in (passed, np.ones((style.size, 1)), z)
        )]  # fmt: skip
        columns = np.concatenate(parts, axis=2)
        return columns.reshape(style.size * NODES.size, columns.shape[2])

    def thresholds(self, point: Array) -> Array:
        """Learned or given."""
        learned = point[self.n_linear :]
        return learned if learned.size else np.asarray(self.prior.constants.thresholds)

    def eta(self, point: Array) -> Array:
        """Logit of each context and node, shape (n_contexts * n_nodes,)."""
        return np.asarray(self.columns @ self._linear(point), dtype=np.float64)

    def _linear(self, point: Array) -> Array:
        linear = point[: self.n_linear].copy()
        linear[0] = np.exp(point[0])
        linear[1 : 1 + self.prior.n_cuts] *= linear[0]
        return linear

    def tables(self, point: Array) -> Array:
        """Log probability of each cell, shape (n_contexts * n_grades, n_nodes)."""
        table = ladder_table(self.eta(point), self.thresholds(point))
        by_context = table.reshape(self.contexts.style.size, NODES.size, table.shape[1])
        return np.ascontiguousarray(by_context.transpose(0, 2, 1)).reshape(-1, NODES.size)

    def is_possible(self, point: Array) -> bool:
        """Whether numbers are finite and cuts and thresholds rise."""
        runs = self._runs()
        return bool(np.all(np.isfinite(point)) and all(rises(point[run]) for run in runs))

    def _runs(self) -> list[slice]:
        """Which parts of a point are in order."""
        learned = slice(self.n_linear, self.mean.size)
        return [slice(1, 1 + self.prior.n_cuts), learned][: 1 + (learned.start < learned.stop)]

    def log_prior(self, point: Array) -> float:
        """Log density up to a constant; minus infinity out of order."""
        if not self.is_possible(point):
            return -np.inf
        total = -0.5 * float(self.precision @ (point - self.mean) ** 2)
        for run in self._runs():
            total += order_height(point[run], self.mean[run])
        return total

    def counted(self, expected: Array) -> Array:
        """Turn expected counts of the cells into counts by context, node and grade."""
        n_grades = len(self.prior.constants.thresholds) + 1
        by_context = expected.reshape(self.contexts.style.size, n_grades, NODES.size)
        return np.ascontiguousarray(by_context.transpose(0, 2, 1)).reshape(-1, n_grades)

    def height(self, given: Array, point: Array) -> float:
        """Log posterior of expected counts from `counted`."""
        prior = self.log_prior(point)
        if prior == -np.inf:
            return prior
        return ladder_height(given, self.eta(point), self.thresholds(point)) + prior

    def jacobian(self, point: Array) -> Array:
        """Slope of the linear numbers by those of the point, shape (n_linear, n_linear)."""
        linear = self._linear(point)
        slope = np.eye(self.n_linear)
        cuts = range(1, 1 + self.prior.n_cuts)
        slope[cuts, cuts] = slope[0, 0] = linear[0]
        slope[cuts, 0] = linear[cuts]
        return slope

    def derivatives(self, given: Array, point: Array) -> tuple[Array, Array, Array]:
        """Gradient of `height`, its negative second derivative, and that part which may be < 0."""
        t = self.thresholds(point)
        rest, weight = ladder_slopes(given, self.eta(point), t)
        bent = self.jacobian(point)
        columns = self.columns @ bent
        linear = self.columns.T @ rest.sum(axis=1)
        gradient = bent.T @ linear
        curvature = columns.T @ (columns * weight.sum(axis=1)[:, None])
        if self.mean.size > self.n_linear:
            gap_slope, gap_bend = gap_slopes(given.sum(axis=0)[1:-1], t)
            gradient = np.concatenate([gradient, gap_slope - rest.sum(axis=0)])
            across = -(columns.T @ weight)
            steps = np.diag(weight.sum(axis=0)) + gap_bend
            curvature = np.block([[curvature, across], [across.T, steps]])
        return gradient, curvature, self._second(linear, point)

    def _second(self, linear: Array, point: Array) -> Array:
        """Negative second derivative of the linear numbers by the point, times `linear`."""
        second = np.zeros((self.mean.size, self.mean.size))
        cuts = slice(1, 1 + self.prior.n_cuts)
        kappa = np.exp(point[0])
        second[0, 0] = -kappa * (linear[0] + linear[cuts] @ point[cuts])
        second[0, cuts] = second[cuts, 0] = -kappa * linear[cuts]
        return second

    def prior_derivatives(self, point: Array) -> tuple[Array, Array]:
        """Gradient of `log_prior`, and its negative second derivative."""
        gradient = -self.precision * (point - self.mean)
        curvature = np.diag(self.precision)
        for run in self._runs():
            push, bend = order_slopes(point[run], self.mean[run])
            gradient[run] += push
            curvature[run, run] += bend
        return gradient, curvature


def _passed(positions: Array) -> Array:
    """What kappa times each cut counts for each style, shape (n_styles, n_styles - 1)."""
    steps = np.diff(positions)
    middle = int(np.flatnonzero(positions == 0.0)[0])
    passed = np.zeros((positions.size, steps.size))
    for style in range(positions.size):
        low, high = sorted((style, middle))
        passed[style, low:high] = steps[low:high] * (-1.0 if style > middle else 1.0)
    return passed

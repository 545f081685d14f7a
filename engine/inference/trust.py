r"""How far the owner's numbers can be trusted, learnt from outcomes instead of assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.domain.rules import Sureness
from engine.inference.comparison import (
    Comparison,
    Likelihood,
    likelihood_behind,
    you_say_they_say,
)
from engine.inference.degrees import SCALES, SPREADS, degrees_of, log_mean, weighed
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.learning import LogitFit, fit_logit
from engine.inference.weight_step import WeightPrior

__all__ = [
    "SCALES",
    "SPREADS",
    "SURENESS",
    "TrustFit",
    "average_over_trust",
    "degrees_of",
    "weighed",
]

SURENESS: Mapping[str, float] = {Sureness.GUESS: 0.5, Sureness.USUAL: 1.0, Sureness.FIRM: 4.0}
"""Factor on the precision of a weight."""

CONSTANT_SD = 2.5
"""Standard deviation of the constant around 0, in logits: two of it reach from 1 to 99 %."""


@dataclass(frozen=True, slots=True)
class TrustFit:
    """Weights under each degree of trust (s, tau), and how probable each degree is.

    Arrays run over the degrees first. Where there is a constant, it comes after the weights.
    """

    weights: Array
    """Shape (n_columns,): what the owner said."""
    precisions: Array
    """Shape (n_columns,): sureness c of each weight."""
    degrees: Array
    """Shape (n_degrees, 2): s and tau."""
    fits: tuple[LogitFit, ...]
    """One per degree."""
    chances: Array
    """Shape (n_degrees,): probability of each degree given the outcomes; sums to 1."""
    log_evidence: float
    """Log probability of the outcomes, averaged over the degrees."""
    best: Likelihood
    """What the outcomes alone say, at the most probable degree."""

    @property
    def best_degree(self) -> tuple[float, float]:
        """The most probable s and tau given the outcomes, the first one where several tie."""
        scale, spread = self.degrees[int(np.argmax(self.chances))]
        return float(scale), float(spread)

    @property
    def expected_scale(self) -> float:
        """Mean of s given the outcomes: 1 is full trust, 0 none."""
        return float(self.chances @ self.degrees[:, 0])

    @property
    def is_converged(self) -> bool:
        """Whether every degree found its maximum."""
        return all(fit.is_converged for fit in self.fits)

    @property
    def mean(self) -> Array:
        """Posterior mean of each weight, then of the constant if there is one."""
        return np.asarray(self.chances @ self._coefficients, dtype=np.float64)

    @property
    def covariance(self) -> Array:
        """Posterior covariance: within the degrees and between them."""
        apart = self._coefficients - self.mean
        within = np.tensordot(self.chances, [fit.covariance for fit in self.fits], axes=1)
        return np.asarray(within + (apart * self.chances[:, None]).T @ apart, dtype=np.float64)

    @property
    def sd(self) -> Array:
        """Posterior standard deviation, in the order of `mean`."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=np.float64)

    def log_odds(self, x: ArrayLike) -> Array:
        r"""Log odds of the averaged probability, so that none rounds to 0 or 1.

        Within a degree with coefficients b and covariance V the unsure weights pull the chance
        towards one half (MacKay 1992): :math:`\sigma(x'b / \sqrt{1 + \pi x'Vx / 8})`.

        Parameters
        ----------
        x : array_like of shape (n_stays, n_columns)
            One column per rule.

        Returns
        -------
        ndarray of shape (n_stays,)

        Raises
        ------
        ValueError
            If there is not one finite column per weight.
        """
        rows = _rows(x, self.weights.size)
        rows = _with_constant(rows) if self._has_constant else rows
        spread = np.array([np.sum(rows @ fit.covariance * rows, axis=1) for fit in self.fits])
        logits = self._coefficients @ rows.T / np.sqrt(1.0 + np.pi * spread / 8.0)
        yes, no = (log_mean(-np.logaddexp(0.0, z), self.chances) for z in (-logits, logits))
        return yes - no

    def probabilities(self, x: ArrayLike) -> Array:
        """Chance of the outcome for each row of `x`, averaged over trust; see `log_odds`."""
        return logistic(self.log_odds(x))

    def you_say_they_say(self) -> tuple[Comparison, ...]:
        """Compare each weight of the owner with what the guests say; see the function."""
        return you_say_they_say(self.weights, self.best)

    @property
    def _has_constant(self) -> bool:
        return bool(self._coefficients.shape[1] > self.weights.size)

    @property
    def _coefficients(self) -> Array:
        return np.array([fit.coefficients for fit in self.fits])


def average_over_trust(  # noqa: PLR0913  # the last three have a default and a name
    x: ArrayLike,
    y: ArrayLike,
    weights: Sequence[float] | Array | None = None,
    sure: Sequence[str] | None = None,
    *,
    constant: float | None = CONSTANT_SD,
    scales: Sequence[float] = SCALES,
    spreads: Sequence[float] = SPREADS,
) -> TrustFit:
    r"""Fit a yes-or-no outcome under each degree of trust and weigh them by evidence.

    :math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`, where c is at most 1 at a wide tau (see
    `WeightPrior`), each pair (s, tau) fitted and judged by `fit_logit` (MacKay 1992; Bishop 2006,
    4.4-4.5). Before, s has the chances `SCALE_CHANCES` and tau is uniform. One fixed tau would be
    harmful where the owner is wrong.

    Parameters
    ----------
    x : array_like of shape (n_stays, n_columns)
        One column per rule; no stays at all is fine: the owner's numbers then stand.
    y : array_like of shape (n_stays,)
        0 or 1.
    weights : sequence of shape (n_columns,), optional
        What the owner said, in logits per unit of the column; zeros otherwise.
    sure : sequence of str of shape (n_columns,), optional
        How firmly: guess, usual or firm; usual otherwise.
    constant : float or None, default=2.5
        Standard deviation of a constant around 0, above 0; None = no constant.
    scales, spreads : sequence of float
        The degrees of trust; spreads above 0.

    Returns
    -------
    TrustFit

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, `y` holds something else than 0 and 1, or a
        spread or the constant is not positive.
    """
    rows = _rows(x)
    k = rows.shape[1]
    said, sureness = prior_means(weights, k), prior_precisions(sure, 1.0, k)
    degrees = degrees_of(scales, spreads)
    rows = rows if constant is None else _with_constant(rows)
    held = [WeightPrior(said, sureness, s, tau) for s, tau in degrees.tolist()]
    priors = [_prior(each.mean, each.precision, constant) for each in held]
    fits = tuple(fit_logit(rows, y, mean, precision) for mean, precision in priors)
    evidence = np.array([fit.log_evidence for fit in fits])
    chances, log_evidence = weighed(evidence, degrees)
    best = int(np.argmax(chances))
    told = _told_alone(rows, fits[best], priors[best])
    return TrustFit(said, sureness, degrees, fits, chances, log_evidence, told)


def prior_means(weights: Sequence[float] | Array | None, n_columns: int) -> Array:
    """Return the owner's weights, zeros where nothing was said.

    Raises
    ------
    ValueError
        If there is not one finite weight per column.
    """
    means = np.zeros(n_columns) if weights is None else np.asarray(weights, dtype=np.float64)
    if means.shape != (n_columns,):
        raise ValueError(f"weights must have shape ({n_columns},), not {means.shape}")
    if not np.all(np.isfinite(means)):
        raise ValueError("weights must be finite")
    return means


def prior_precisions(sure: Sequence[str] | None, tau: float, n_columns: int) -> Array:
    """Return the precision of each weight: sureness over the square of `tau`.

    Raises
    ------
    ValueError
        If `tau` is not positive, or `sure` has not one known word per column.
    """
    words = [Sureness.USUAL] * n_columns if sure is None else list(sure)
    if not tau > 0:
        raise ValueError(f"tau must be positive, not {tau}")
    if len(words) != n_columns:
        raise ValueError(f"sure must hold {n_columns} words, not {len(words)}")
    if unknown := [word for word in words if word not in SURENESS]:
        raise ValueError(f"sure holds {unknown[0]!r}; allowed: {', '.join(SURENESS)}")
    return np.array([SURENESS[word] for word in words], dtype=np.float64) / tau**2


def _prior(means: Array, precisions: Array, constant: float | None) -> tuple[Array, Array]:
    if constant is None:
        return means, precisions
    if not (constant > 0 and np.isfinite(constant)):
        raise ValueError(f"constant must be positive or None, not {constant}")
    return np.append(means, 0.0), np.append(precisions, constant**-2)


def _told_alone(rows: Array, fit: LogitFit, prior: tuple[Array, Array]) -> Likelihood:
    """Take the prior off the posterior."""
    chance = logistic(rows @ fit.coefficients)
    information = rows.T @ (rows * (chance * (1.0 - chance))[:, None])
    return likelihood_behind(information, fit.coefficients, *prior, n_stays=rows.shape[0])


def _rows(x: ArrayLike, n_columns: int | None = None) -> Array:
    rows = np.asarray(x, dtype=np.float64)
    if rows.ndim != 2 or (n_columns is not None and rows.shape[1] != n_columns):
        columns = "n_columns" if n_columns is None else n_columns
        raise ValueError(f"x must have shape (n_stays, {columns}), not {rows.shape}")
    if not np.all(np.isfinite(rows)):
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ValueError(f"x must be finite; row {row + 1}, column {column + 1} is not")
    return rows


def _with_constant(rows: Array) -> Array:
    return np.column_stack([rows, np.ones(rows.shape[0])])

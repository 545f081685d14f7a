r"""The weights of the rules, given where guests probably stood: a latent regression."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.domain.model import PriorConstants
from engine.errors import BadInputError
from engine.inference.grid import Array
from engine.inference.ladder import climbing
from engine.inference.patterns import StayPatterns
from engine.inference.prior import Regression

WIDE = 0.35
"""tau from which on no weight is held more firmly than as usual. Each rule held firmly at every
spread would leave no room for an owner who is firm and wrong: 20 stays would then be foretold
worse by 4 to 6 % with her rules than without."""

MOST_ROUNDS = 20
"""One round is exact where the cap binds nowhere; each further one moves the rows at the cap."""


@dataclass(frozen=True, slots=True)
class WeightPrior:
    r"""What the owner said: :math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`.

    From a tau of `WIDE` on, c is at most 1: so wide a spread says that she was wrong.
    """

    owner: Array
    """w, shape (n_rules,), in standard deviations of the guest population."""
    sureness: Array
    """c, shape (n_rules,): guess 1/2, usual 1, firm 4."""
    scale: float = 1.0
    """s: 1 is full trust in the size of her numbers."""
    spread: float = 0.25
    """tau: standard deviation of a weight held as usual."""

    @property
    def mean(self) -> Array:
        """Shape (n_rules,)."""
        return self.scale * self.owner

    @property
    def precision(self) -> Array:
        """Shape (n_rules,)."""
        sureness = np.minimum(self.sureness, 1.0) if self.spread >= WIDE else self.sureness
        return np.asarray(sureness / self.spread**2, dtype=np.float64)

    def height(self, weights: Array) -> float:
        """Log density up to a constant."""
        return -0.5 * float(self.precision @ (weights - self.mean) ** 2)

    def check(self, n_rules: int) -> None:
        """Raise `BadInputError` unless it fits `n_rules` rules."""
        for name in ("owner", "sureness"):
            values = getattr(self, name)
            if values.shape != (n_rules,) or not np.all(np.isfinite(values)):
                raise BadInputError(f"{name} must hold {n_rules} finite numbers.")
        if not (np.all(self.sureness > 0) and self.spread > 0):
            raise BadInputError("sureness and spread must be above 0.")


def stay_means(patterns: StayPatterns, weights: Array, most_shift: float) -> Array:
    r"""Prior mean of each pattern, :math:`m_t + \mathrm{clip}(d'\beta)`, shape (n_patterns,)."""
    shift = np.clip(patterns.distance @ weights, -most_shift, most_shift)
    return np.asarray(patterns.trait_mean + shift, dtype=np.float64)


def stay_variances(
    known: NDArray[np.bool_],
    trait_variance: Array,
    regression: Regression,
    constants: PriorConstants,
) -> Array:
    """Prior variance v0 of many stays at given weights; see `prior.prior_of`.

    Without the uncertainty of the weights, which the learner works out anew.

    Parameters
    ----------
    known : ndarray of bool, shape (n_patterns, n_rules)
        Which rules are decided.
    trait_variance : ndarray of shape (n_patterns,)
        What is still unknown of the person.
    regression : Regression
        Weights in force and how often rules fire together.
    constants : PriorConstants
        Variances.

    Returns
    -------
    ndarray of shape (n_patterns,)
    """
    told = known * regression.weights
    explained = np.einsum("ni,ij,nj->n", told, regression.covariance, told, optimize=True)
    variance = np.maximum(constants.least_variance, 1.0 - explained)
    return np.asarray(variance - (constants.trait_variance - trait_variance), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class WeightRows:
    """Settled patterns as rows of a weighted least squares problem."""

    patterns: StayPatterns
    prior: WeightPrior
    most_shift: float
    """Cap of the shift."""
    precision: Array = field(init=False)
    """n / v0, shape (n_patterns,)."""
    curvature: Array = field(init=False)
    """Shape (n_rules, n_rules): with the prior, were no row at the cap."""

    def __post_init__(self) -> None:
        precision = self.patterns.counts / self.patterns.variance
        object.__setattr__(self, "precision", precision)
        whole = self.told_by(np.ones(precision.size, dtype=np.bool_))
        object.__setattr__(self, "curvature", whole + np.diag(self.prior.precision))

    def told_by(self, chosen: NDArray[np.bool_]) -> Array:
        """Information of these rows, were the places of guests known."""
        distance = self.patterns.distance[chosen]
        return np.asarray((distance * self.precision[chosen, None]).T @ distance)

    def is_free(self, weights: Array) -> NDArray[np.bool_]:
        """Whether each row is within the cap, where it says something of a small change."""
        shift = self.patterns.distance @ weights
        return np.asarray(np.abs(shift) <= self.most_shift)

    def height(self, means: Array, weights: Array) -> float:
        """Expected log posterior up to a constant."""
        away = means - stay_means(self.patterns, weights, self.most_shift)
        return self.prior.height(weights) - 0.5 * float(self.precision @ (away * away))

    def target(self, means: Array, free: NDArray[np.bool_]) -> Array:
        """Weights towards which each free row and the prior pull, times the curvature of each."""
        pull = self.patterns.distance
        lifted = self.precision * free * (means - self.patterns.trait_mean)
        return np.asarray(lifted @ pull + self.prior.precision * self.prior.mean)


def weight_step(rows: WeightRows, means: Array, start: Array) -> Array:
    r"""Most probable weights for the expected places of guests (the M-step of Mislevy 1987).

    Least squares with weights :math:`n / v_0` against the owner's prior: closed form, unless rows
    stand at the cap of the shift; those say nothing until others lead them away from it.

    Parameters
    ----------
    rows : WeightRows
        Settled patterns and prior.
    means : ndarray of shape (n_patterns,)
        E[theta] given everything.
    start : ndarray of shape (n_rules,)
        Weights before the step.

    Returns
    -------
    ndarray of shape (n_rules,)
        Never less probable than `start`.
    """
    weights, free = start, rows.is_free(start)
    for _ in range(MOST_ROUNDS):
        curvature = rows.curvature - rows.told_by(~free)
        aim = np.linalg.solve(curvature, rows.target(means, free))
        step = climbing(lambda w: rows.height(means, w), weights, aim - weights)
        weights, before = weights + step, free
        free = rows.is_free(weights)
        if np.array_equal(free, before) or not np.any(step):
            break
    return weights

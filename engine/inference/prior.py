r"""The prior of one stay: a latent regression on what the rules expect (Mislevy 1987)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.domain.axis import Trait
from engine.domain.model import PriorConstants
from engine.inference.grid import Array


@dataclass(frozen=True, slots=True)
class Regression:
    """The weights of a rule set, with what it expects of an unknown guest."""

    weights: Array
    """Shape (n_rules,), in standard deviations."""
    reference: Array
    """Shape (n_rules,): mu, the chance to fire when nothing is known."""
    covariance: Array
    """Shape (n_rules, n_rules): of firing among guests in general."""
    uncertainty: Array | None = None
    """Shape (n_rules, n_rules): of the weights; None = taken as given."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal prior of one stay."""

    mean: float
    variance: float


def prior_of(
    regression: Regression,
    expected: Array,
    known: NDArray[np.bool_],
    trait: Trait,
    constants: PriorConstants,
) -> Prior:
    r"""Prior of one stay from what its rules expect.

    .. math:: m_0 = m_t + \mathrm{clip}(d'\beta), \quad
              v_0 = \max(v_e, \max(v_{min}, 1 - \beta_K' C_K \beta_K) - (v_{t0} - v_t)) + d'Sd

    with :math:`d = E[x] - \mu`, K the rules that are decided, C their covariance. However well
    a person is known, the occasion :math:`v_e` is not.

    Parameters
    ----------
    regression : Regression
        Weights and references of `n_rules` rules.
    expected : ndarray of shape (n_rules,)
        Chance that each rule fires for this stay, 0 or 1 where decided.
    known : ndarray of bool, shape (n_rules,)
        Which rules are decided.
    trait : Trait
        What is remembered of the person.
    constants : PriorConstants
        Variances and the cap of the shift.

    Returns
    -------
    Prior
        Mean 0 and variance 1 when nothing is known.
    """
    distance = expected - regression.reference
    shift = float(distance.dot(regression.weights))
    shift = min(max(shift, -constants.most_shift), constants.most_shift)
    told = regression.weights * known
    explained = float(told.dot(regression.covariance.dot(told)))
    variance = max(constants.least_variance, 1.0 - explained)
    variance -= constants.trait_variance - trait.variance
    variance = max(variance, constants.occasion_variance)
    if regression.uncertainty is not None:
        variance += float(distance.dot(regression.uncertainty.dot(distance)))
    return Prior(trait.mean + shift, variance)

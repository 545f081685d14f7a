r"""What stays with a person from one stay to the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.axis import Trait
from engine.domain.model import OutcomeConstants, PriorConstants
from engine.inference.graded import TINY, logistic
from engine.inference.grid import NODES, Array
from engine.inference.outcome import style_gain
from engine.inference.prior import Prior


def remember(
    trait: Trait, prior: Prior, mean: float, variance: float, *, has_evidence: bool
) -> Trait:
    r"""Trait after a stay, from the posterior of its theta.

    With gain :math:`g = \min(1, v_t / v_0)`: :math:`m_t + g(M - m_0)`, :math:`v_t - g^2 (v_0 - V)`.

    Parameters
    ----------
    trait : Trait
        Before the stay.
    prior : Prior
        Of the stay.
    mean, variance : float
        Posterior of theta, in standard deviations and their square.
    has_evidence : bool
        Whether the guest answered, reacted or told an outcome. Without it a state cue leaves
        the trait as it was, bit by bit.

    Returns
    -------
    Trait
    """
    if not has_evidence:
        return trait
    gain = min(1.0, trait.variance / prior.variance)  # facts may have explained part of the trait
    return Trait(
        trait.mean + gain * (mean - prior.mean),
        trait.variance - gain * gain * (prior.variance - variance),
    )


def forget(trait: Trait, years: float, constants: PriorConstants) -> Trait:
    """Let a remembered trait fade over `years` >= 0 towards knowing nothing."""
    if years <= 0:
        return trait
    kept = constants.forgetting**years
    unknown = constants.trait_variance
    return Trait(kept * trait.mean, unknown - kept * kept * (unknown - trait.variance))


def with_outcome(
    probabilities: Array,
    grade: int,
    position: int,
    positions: Sequence[float],
    constants: OutcomeConstants,
) -> Array:
    r"""Belief of a stay after the guest said how it was.

    Multiplies by :math:`P(S = s \mid a, \theta) = \sigma(\eta_a - t_s) - \sigma(\eta_a -
    t_{s+1})` at every node: contentment speaks for what the style suits, and is then explained
    by the style as well as by the guest.

    Parameters
    ----------
    probabilities : ndarray of shape (n_nodes,)
        Belief from facts, answers and reactions, summing to 1.
    grade : int
        Satisfaction, 1 to 5.
    position : int
        Place of the style that she was served in, among `positions`.
    positions : sequence of shape (n_styles,)
        Contact positions, increasing.
    constants : OutcomeConstants
        Thresholds, fit and cuts.

    Returns
    -------
    ndarray of shape (n_nodes,)
        Sums to 1.
    """
    kappa = constants.fit
    gain = style_gain(positions, constants.cuts)[position]
    eta = kappa * gain - kappa / (2.0 * constants.fit_radius) * NODES**2
    at_least = logistic(eta - np.asarray(constants.thresholds)[:, None])
    ends = np.vstack([np.ones_like(eta), at_least, np.zeros_like(eta)])
    weighted = probabilities * np.maximum(ends[grade - 1] - ends[grade], TINY)
    return np.asarray(weighted / weighted.sum(), dtype=np.float64)

r"""What stays with a person from one stay to the next."""

from __future__ import annotations

from engine.domain.axis import Trait
from engine.domain.model import PriorConstants
from engine.inference.prior import Prior


def remember(
    trait: Trait, prior: Prior, mean: float, variance: float, *, has_evidence: bool
) -> Trait:
    r"""Trait after a stay, from the posterior of its theta.

    With gain :math:`g = v_t / v_0`: :math:`m_t + g(M - m_0)`, :math:`v_t - g^2 (v_0 - V)`.

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
    gain = trait.variance / prior.variance
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

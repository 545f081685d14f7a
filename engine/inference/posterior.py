"""The belief of one stay on the grid (Bock & Mislevy 1982)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.domain.axis import Belief
from engine.inference.grid import CONTACT_SIDE, NODES, Array
from engine.inference.prior import Prior

SQUARES: Array = NODES * NODES
_SUMMARY: Array = np.vstack([NODES, SQUARES, CONTACT_SIDE])


def log_prior(prior: Prior) -> Array:
    """Log density of `prior` at the nodes, up to a constant; shape (n_nodes,)."""
    return np.asarray((NODES - prior.mean) ** 2 * (-0.5 / prior.variance))


def density(log_weights: Array) -> Array:
    """Normalise log weights to probabilities of the nodes.

    Parameters
    ----------
    log_weights : ndarray of shape (..., n_nodes)
        Log prior plus the log likelihood of every answer; one belief in each row.

    Returns
    -------
    ndarray of the same shape
        Each row sums to 1.
    """
    weights: Array = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def density_of_one(log_weights: Array) -> Array:
    """Return the `density` of a single stay, to the same bit and in half the time."""
    # reductions by their own names: `max()` and `sum()` take a detour that costs as much again
    weights: Array = np.exp(log_weights - np.maximum.reduce(log_weights))
    weights /= np.add.reduce(weights)
    return weights


def posterior(prior: Prior, log_likelihoods: Sequence[Array]) -> Array:
    """Density of one stay given its prior and the items answered.

    Nodes are places on the axis and never move; the prior moves.

    Parameters
    ----------
    prior : Prior
        From the rules.
    log_likelihoods : sequence of ndarray of shape (n_nodes,)
        One row of a log table per answer or reaction; order does not matter.

    Returns
    -------
    ndarray of shape (n_nodes,)
        Sums to 1.
    """
    log_weights = log_prior(prior)
    for row in log_likelihoods:
        log_weights = log_weights + row
    return density(log_weights)


def belief_of(probabilities: Array) -> Belief:
    """Summarise a density by mean, sd and the chance of standing on the contact side."""
    mean, square, p_contact = _SUMMARY.dot(probabilities).tolist()
    return Belief(mean, max(square - mean * mean, 0.0) ** 0.5, p_contact)

r"""Weights of one house, between what its guests say and what the other houses of its chain found.

Three floors, all normal: a house's weights scatter around those of the chain,
:math:`\beta_{hk} \sim N(\beta_k, t_k^2)`, and those of the chain around the owner's numbers,
:math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`. How far houses lie apart in each rule, t_k,
and how far the owner is trusted, (s, tau), are averaged over by the evidence of all houses
together (partial pooling, [1]_). Every rule has a t of its own (see `inference.apart`), so that a
house which is odd in one rule costs the others what they would learn of that one rule only.

References
----------
.. [1] Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., 5.4-5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.inference.apart import distances, drawn_distances, said_of_chain
from engine.inference.comparison import Likelihood
from engine.inference.degrees import chances_before, degrees_of
from engine.inference.grid import Array
from engine.inference.weight_step import WeightPrior


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal belief about weights."""

    mean: Array
    """Shape (n,)."""
    covariance: Array
    """Shape (n, n)."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What is believed of the weights of one house, and of how it lies among the others."""

    house: Normal
    """With its own stays."""
    chain: Normal
    """Of this house before its own stays: owner and other houses, averaged as `house` is."""
    apart: float
    """Expected t given all stays, mean over the rules, in standard deviations of guests."""
    apart_by_rule: Array
    """The same of each rule, shape (n,)."""


def pool(own: Likelihood, others: Sequence[Likelihood], owner: Array, sureness: Array) -> Pooled:
    r"""Join what a house's own stays say with what other houses found.

    For each (s, tau) and each t all is in closed form. Another house with information I and pull p
    says of the chain, its own weights integrated out with :math:`T = \mathrm{diag}(t^{-2})` and
    :math:`S = I + T`,

    .. math:: A = T - T S^{-1} T, \qquad h = T S^{-1} p .

    Parameters
    ----------
    own : Likelihood
        Of this house's stays alone.
    others : sequence of Likelihood
        Of the stays of each other house alone, about the same weights in the same order.
    owner, sureness : ndarray of shape (n,)
        w, and c > 0; see `weight_step.WeightPrior`.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If shapes do not fit or a number is not finite.
    """
    for each in (own, *others):
        _check(each, owner.size)
    mine, theirs = _solid(own), [_solid(each) for each in others]
    degrees = degrees_of()
    priors = [WeightPrior(owner, sureness, s, tau) for s, tau in degrees.tolist()]
    before = np.log(chances_before(degrees))
    chances = distances([mine, *theirs], priors, before)
    apart, parts, weights = drawn_distances(chances), list[_Part](), list[Array]()
    for each in apart:
        here = _at_each(mine, theirs, priors, each)
        parts += here
        weights.append(_chances(before + np.array([part.height for part in here])) / len(apart))
    share = np.concatenate(weights)
    return Pooled(
        house=_mixed(share, [part.house for part in parts]),
        chain=_mixed(share, [part.chain for part in parts]),
        apart=float(apart.mean()),
        apart_by_rule=np.asarray(apart.mean(axis=0), dtype=np.float64),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One degree of trust and one distance between houses in each rule."""

    house: Normal
    chain: Normal
    height: float
    """Log evidence of all houses, up to what is the same for all degrees of trust."""


def _at_each(
    mine: Likelihood, theirs: Sequence[Likelihood], priors: Sequence[WeightPrior], apart: Array
) -> list[_Part]:
    """Go up to the chain and down to the house, under each degree of trust."""
    n = apart.size
    told = [said_of_chain(each, apart[None] ** -2.0) for each in theirs]
    information = sum((each.information[0] for each in told), np.zeros((n, n)))
    pull = sum((each.pull[0] for each in told), np.zeros(n))
    return [_at(mine, information, pull, prior, apart) for prior in priors]


def _at(
    mine: Likelihood, information: Array, pull: Array, prior: WeightPrior, apart: Array
) -> _Part:
    said = Normal(prior.mean, np.diag(1.0 / prior.precision))
    above, height = _joined(said, information, pull)
    chain = Normal(above.mean, above.covariance + np.diag(apart**2))
    house, own = _joined(chain, mine.information, mine.pull)
    return _Part(house, chain, height + own)


def _joined(prior: Normal, information: Array, pull: Array) -> tuple[Normal, float]:
    r"""Return the posterior and :math:`\log \int N(b; m, V) e^{p'b - b'Ib/2} db`."""
    precision = _inverse(prior.covariance)
    whole = precision + information
    covariance = _inverse(whole)
    towards = precision @ prior.mean + pull
    mean = covariance @ towards
    bend = np.linalg.slogdet(precision)[1] - np.linalg.slogdet(whole)[1]
    height = 0.5 * float(bend + towards @ mean - prior.mean @ precision @ prior.mean)
    return Normal(mean, covariance), height


def _chances(heights: Array) -> Array:
    chances = np.exp(heights - heights.max())
    return np.asarray(chances / chances.sum(), dtype=np.float64)


def _mixed(chances: Array, parts: Sequence[Normal]) -> Normal:
    """Mean and covariance of a mixture: within the parts and between them."""
    means = np.array([part.mean for part in parts])
    mean = chances @ means
    away = means - mean
    within = np.tensordot(chances, [part.covariance for part in parts], axes=1)
    return Normal(mean, np.asarray(within + (away * chances[:, None]).T @ away))


def _solid(told: Likelihood) -> Likelihood:
    """Leave out directions in which Louis' information is below 0: nothing is known there."""
    values, vectors = np.linalg.eigh(0.5 * (told.information + told.information.T))
    known = vectors[:, values > 0.0]
    information = (known * values[values > 0.0]) @ known.T
    return Likelihood(information, known @ (known.T @ told.pull), told.n_stays)


def _inverse(matrix: Array) -> Array:
    """Inverse of a symmetric matrix, symmetric to the last bit."""
    inverse = np.linalg.inv(matrix)
    return np.asarray(0.5 * (inverse + inverse.T), dtype=np.float64)


def _check(told: Likelihood, n: int) -> None:
    if told.pull.shape != (n,) or told.information.shape != (n, n):
        raise ValueError(f"{n} weights need a pull of {n} numbers and {n} by {n} of information")
    if not (np.all(np.isfinite(told.pull)) and np.all(np.isfinite(told.information))):
        raise ValueError("what a house says of its weights must be finite")

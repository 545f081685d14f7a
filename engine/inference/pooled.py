r"""Weights of one house, between what its guests say and what the other houses of its chain found.

Three floors, all normal: a house's weights scatter around those of the chain,
:math:`\beta_h \sim N(\beta, t^2)`, and those of the chain around the owner's numbers,
:math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`. How far houses lie apart, t, and how far the
owner is trusted, (s, tau), are averaged over by the evidence of all houses together (partial
pooling, [1]_).

References
----------
.. [1] Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., 5.4-5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from engine.inference.comparison import Likelihood
from engine.inference.grid import Array
from engine.inference.trust import degrees_of

APART = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""t: standard deviation of a weight between houses, from as good as one house to strangers."""

APART_CHANCES = tuple(32 / 2**k / 63 for k in range(len(APART)))
"""Before any stay each step is half as probable as the one before, since houses under one set of
rules are run by one mind; without this two houses could never tell how far apart they are."""


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
    """Expected t given all stays, in standard deviations of the guest population."""


def pool(own: Likelihood, others: Sequence[Likelihood], owner: Array, sureness: Array) -> Pooled:
    r"""Join what a house's own stays say with what other houses found.

    For each (s, tau, t) all is in closed form. Another house with information I and pull p says
    of the chain, its own weights integrated out with :math:`S = I + 1/t^2`,

    .. math:: A = (1 - S^{-1}/t^2)/t^2, \qquad h = S^{-1} p / t^2 .

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
    parts = [
        _at(mine, _spoken(theirs, owner.size, apart), owner * s, sureness / tau**2, apart)
        for (s, tau), apart in product(degrees_of().tolist(), APART)
    ]
    before = np.tile(np.log(APART_CHANCES), len(parts) // len(APART))
    heights = before + np.array([part.height for part in parts])
    chances = np.exp(heights - heights.max())
    chances /= chances.sum()
    return Pooled(
        house=_mixed(chances, [part.house for part in parts]),
        chain=_mixed(chances, [part.chain for part in parts]),
        apart=float(chances @ np.tile(APART, len(parts) // len(APART))),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One degree of trust and one distance between houses."""

    house: Normal
    chain: Normal
    height: float
    """Log evidence of all houses, up to a constant."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What other houses say of the chain, at one distance between houses."""

    information: Array
    pull: Array
    height: float


def _spoken(others: Sequence[Likelihood], n: int, apart: float) -> _Spoken:
    """Integrate the weights of each other house out."""
    told = [_one_house(each, apart**-2) for each in others]
    return _Spoken(
        information=sum((each.information for each in told), np.zeros((n, n))),
        pull=sum((each.pull for each in told), np.zeros(n)),
        height=sum(each.height for each in told),
    )


def _one_house(said: Likelihood, precision: float) -> _Spoken:
    n = said.pull.size
    whole = said.information + precision * np.eye(n)
    inverse = _inverse(whole)
    towards = inverse @ said.pull
    bend = n * np.log(precision) - np.linalg.slogdet(whole)[1]
    return _Spoken(
        precision * (np.eye(n) - precision * inverse),
        precision * towards,
        0.5 * float(bend + said.pull @ towards),
    )


def _at(mine: Likelihood, told: _Spoken, mean: Array, precision: Array, apart: float) -> _Part:
    """Go up to the chain and down to the house."""
    above, height = _joined(Normal(mean, np.diag(1.0 / precision)), told.information, told.pull)
    chain = Normal(above.mean, above.covariance + apart**2 * np.eye(mean.size))
    house, own = _joined(chain, mine.information, mine.pull)
    return _Part(house, chain, told.height + height + own)


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

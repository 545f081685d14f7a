r"""How far the houses of a chain lie apart in each rule: t, by the evidence of all of them.

Each rule has one of the steps `APART`, by the evidence of all houses while the other rules are
held where they probably lie. What the rules say of t in common, as where houses differ in
everything, is their mean, `APART_CHANCES` counting as two rules more (the mean of a Dirichlet
posterior).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.inference.comparison import Likelihood
from engine.inference.grid import Array
from engine.inference.weight_step import WeightPrior

APART = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""t: standard deviation of a weight between houses, from as good as one house to strangers."""

APART_CHANCES = tuple(32 / 2**k / 63 for k in range(len(APART)))
"""Before any stay each step is half as probable as the one before, since houses under one set of
rules are run by one mind; without this two houses could never tell how far apart they are."""

COMMON_RULES = 2.0
"""Rules for which `APART_CHANCES` count where rules tell of one another."""

ROUNDS = 3
"""In each, rules hear of one another once more; further ones change which of two neighbouring steps
is likelier, and no weight by a quarter of its standard deviation."""

DRAWS = 12
"""Of t in all rules at once: each rule shows its steps in proportion to their chances."""

GOLDEN = 0.6180339887498949
"""Rules start at places that lie as evenly between 0 and 1 as may be, however many they are."""


@dataclass(frozen=True, slots=True)
class SaidOfChain:
    """What one house says of the chain at several distances, its own weights integrated out."""

    information: Array
    """Shape (n_distances, n, n)."""
    pull: Array
    """Shape (n_distances, n)."""
    height: Array
    """Shape (n_distances,): log evidence of the house so far."""


def said_of_chain(said: Likelihood, precision: Array) -> SaidOfChain:
    r"""Integrate the weights of one house out; the formulas are in `pooled.pool`.

    Parameters
    ----------
    said : Likelihood
        Of the stays of one house.
    precision : ndarray of shape (n_distances, n)
        :math:`t^{-2}` of each rule.
    """
    whole = said.information + _diagonal(precision)
    inverse = _inverses(whole)
    towards = inverse @ said.pull
    bend = np.log(precision).sum(axis=1) - np.linalg.slogdet(whole)[1]
    return SaidOfChain(
        _diagonal(precision) - precision[:, :, None] * inverse * precision[:, None, :],
        precision * towards,
        0.5 * (bend + towards @ said.pull),
    )


def distances(houses: Sequence[Likelihood], priors: Sequence[WeightPrior], before: Array) -> Array:
    """Return the chance of each step of t for each rule, given what all houses found.

    Parameters
    ----------
    houses : sequence of Likelihood
        All of them, in any order.
    priors : sequence of WeightPrior
        What the owner says, under each degree of trust.
    before : ndarray of shape (n_priors,)
        Log chance of each degree.

    Returns
    -------
    ndarray of shape (n, n_steps)
        Rows sum to 1.
    """
    n, hyper = houses[0].pull.size, np.array(APART_CHANCES)
    chances = np.tile(hyper, (n, 1))
    for _ in range(ROUNDS):
        here = np.exp(chances @ np.log(APART))
        heights = [_evidence(houses, here[None], prior)[0] for prior in priors]
        prior = priors[int(np.argmax(before + np.array(heights)))]
        evidence = _evidence(houses, _each_moved(here), prior).reshape(n, len(APART))
        others = chances.sum(axis=0) - chances
        common = (COMMON_RULES * hyper + others) / (COMMON_RULES + n - 1)
        chances = common * np.exp(evidence - evidence.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
    return chances


def drawn_distances(chances: Array) -> Array:
    """Return t of each rule, several times over, without any chance: shape (n_draws, n).

    Evenly spaced quantiles, so that each rule shows each step about as often as is probable.
    """
    starts = (GOLDEN * np.arange(len(chances))) % 1.0
    places = ((np.arange(DRAWS)[:, None] + 0.5) / DRAWS + starts) % 1.0
    steps = (places[:, :, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=2)
    return np.asarray(np.array(APART)[steps], dtype=np.float64)


def _each_moved(apart: Array) -> Array:
    """Each rule in turn at each step, the others held; shape (n * n_steps, n)."""
    n, steps = apart.size, len(APART)
    moved = np.tile(apart, (n * steps, 1))
    moved[np.arange(n * steps), np.repeat(np.arange(n), steps)] = np.tile(APART, n)
    return moved


def _evidence(houses: Sequence[Likelihood], apart: Array, prior: WeightPrior) -> Array:
    """Log evidence of all houses at each row of `apart`, up to a constant."""
    told = [said_of_chain(each, apart**-2.0) for each in houses]
    whole = np.diag(prior.precision) + sum(each.information for each in told)
    towards = prior.precision * prior.mean + sum(each.pull for each in told)
    fit = np.sum(towards * np.linalg.solve(whole, towards[..., None])[..., 0], axis=1)
    bend = np.log(prior.precision).sum() - np.linalg.slogdet(whole)[1]
    fit = fit - prior.precision @ prior.mean**2
    return np.asarray(sum(each.height for each in told) + 0.5 * (bend + fit), dtype=np.float64)


def _diagonal(rows: Array) -> Array:
    """One diagonal matrix per row."""
    return np.asarray(rows[:, :, None] * np.eye(rows.shape[1]), dtype=np.float64)


def _inverses(matrices: Array) -> Array:
    """Inverses of symmetric matrices, symmetric to the last bit."""
    inverse = np.linalg.inv(matrices)
    return np.asarray(0.5 * (inverse + inverse.transpose(0, 2, 1)), dtype=np.float64)

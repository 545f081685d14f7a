"""Beliefs of many stays at once: the numbers of `posterior`, some hundred rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.domain.model import PriorConstants
from engine.inference.grid import CONTACT_SIDE, NODES, Array
from engine.inference.posterior import SQUARES
from engine.inference.prior import Regression
from engine.inference.weight_step import stay_variances

ROWS = 512
"""Stays at a time: their densities, half a megabyte, stay near the processor."""

NOT_SAID = -1
"""Grade of what was not answered."""

_PARABOLA: Array = np.vstack([NODES, SQUARES])
_SUMMARY: Array = np.column_stack([np.ones_like(NODES), NODES, SQUARES, CONTACT_SIDE])


@dataclass(frozen=True, slots=True)
class StayPriors:
    """Normal prior of each stay; both of shape (n_stays,)."""

    mean: Array
    variance: Array


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Where each guest stands; all of shape (n_stays,)."""

    mean: Array
    """In standard deviations of the guest population; + is contact."""
    sd: Array
    p_contact: Array
    """Chance of standing on the contact side."""


def priors_of(
    regression: Regression,
    expected: Array,
    known: NDArray[np.bool_],
    traits: StayPriors,
    constants: PriorConstants,
) -> StayPriors:
    """Priors of many stays from what their rules expect; the formula is that of `prior_of`.

    Parameters
    ----------
    regression : Regression
        Weights and references of `n_rules` rules.
    expected : ndarray of shape (n_stays, n_rules)
        Chance that each rule fires, 0 or 1 where decided.
    known : ndarray of bool, shape (n_stays, n_rules)
        Which rules are decided.
    traits : StayPriors
        What is remembered of each person.
    constants : PriorConstants
        Variances and the cap of the shift.

    Returns
    -------
    StayPriors
    """
    distance = expected - regression.reference
    shift = np.clip(distance @ regression.weights, -constants.most_shift, constants.most_shift)
    variance = stay_variances(known, traits.variance, regression, constants)
    variance = np.maximum(variance, constants.occasion_variance)
    if regression.uncertainty is not None:
        variance = variance + np.sum((distance @ regression.uncertainty) * distance, axis=1)
    return StayPriors(np.asarray(traits.mean + shift), variance)


def beliefs_of(priors: StayPriors, grades: NDArray[np.int64], tables: Sequence[Array]) -> Beliefs:
    """Beliefs of many stays given their priors and what was said (Bock & Mislevy 1982).

    Parameters
    ----------
    priors : StayPriors
        Of `n_stays` stays.
    grades : ndarray of int, shape (n_stays, n_items)
        Answer to each question and reaction to each offer, from 0; -1 = none.
    tables : sequence of ndarray of shape (n_answers, n_nodes)
        Log probability of each answer to each of the `n_items` items.

    Returns
    -------
    Beliefs

    Raises
    ------
    ValueError
        If shapes do not fit, or a grade is none of its item.
    """
    _check(priors, grades, tables)
    found = np.empty((priors.mean.size, 3))
    for start in range(0, priors.mean.size, ROWS):
        rows = slice(start, start + ROWS)
        found[rows] = _moments(_heights(priors, grades[rows], tables, rows))
    mean, square, p_contact = found.T.copy()
    return Beliefs(mean, np.sqrt(np.maximum(square - mean**2, 0.0)), p_contact)


def _check(priors: StayPriors, grades: NDArray[np.int64], tables: Sequence[Array]) -> None:
    if grades.shape != (priors.mean.size, len(tables)):
        raise ValueError(
            f"grades have shape {grades.shape}, with {priors.mean.size} stays and "
            f"{len(tables)} items"
        )
    sizes = np.array([len(table) for table in tables], dtype=np.int64)
    wrong = np.argwhere((grades < NOT_SAID) | (grades >= sizes))
    if wrong.size:
        row, item = wrong[0].tolist()
        raise ValueError(
            f"row {row + 1}, item {item + 1}: there is no grade {grades[row, item]}, only 0 to "
            f"{sizes[item] - 1}"
        )


def _heights(
    priors: StayPriors, grades: NDArray[np.int64], tables: Sequence[Array], rows: slice
) -> Array:
    """Log weight of each node, up to a constant for each stay; shape (n_rows, n_nodes)."""
    mean, variance = priors.mean[rows], priors.variance[rows]
    heights = np.column_stack([mean / variance, -0.5 / variance]) @ _PARABOLA
    for item, table in enumerate(tables):
        said = np.flatnonzero(grades[:, item] != NOT_SAID)
        heights[said] += table[grades[said, item]]
    return np.asarray(heights, dtype=np.float64)


def _moments(heights: Array) -> Array:
    """Mean, mean square and chance of the contact side of each row; shape (n_rows, 3)."""
    weights = np.exp(heights - heights.max(axis=1, keepdims=True))
    sums = weights @ _SUMMARY
    return np.asarray(sums[:, 1:] / sums[:, :1], dtype=np.float64)

r"""Whether a column that nobody fitted would have said something: Rao's score test.

For a weight that the fit left at 0 the slope of the log-likelihood is

.. math:: U = \sum_i n_i x_i (E[\theta_i \mid \text{everything}] - m_{0i}) / v_{0i}

with Louis' information [1]_ :math:`\sum n x x' (1/v_0 - v/v_0^2)`. Both are taken beside the
columns that the fit holds already (Neyman's :math:`C(\alpha)` [2]_), so that the owner's prior,
which keeps their own slopes from being 0, does not speak for the new column.

References
----------
.. [1] Louis (1982), Journal of the Royal Statistical Society B 44:226-233.
.. [2] Neyman (1959), in: Probability and Statistics, the Harald Cramér volume, 213-234.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from engine.inference.e_step import expect
from engine.inference.evidence import Evidence, evidence_of
from engine.inference.grid import Array
from engine.inference.learned_model import LearnedModel, Learning
from engine.inference.patterns import StayPatterns
from engine.inference.weight_step import stay_means

LEAST_NEW = 0.1
"""Share of a column's information that must be its own: with less it says what others say."""

SMALLEST_DIRECTION = 1e-9
"""Directions of the fitted columns with less information than this share are rounding."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a fit left unsaid, pattern by pattern."""

    pull: Array
    """Shape (n_patterns,): n (E[theta] - m0) / v0, 0 where the cap of the shift holds."""
    told: Array
    """Shape (n_patterns,): n (1/v0 - v/v0²), 0 likewise; what a column's square is weighed by."""
    inside: Array
    """Shape (n_patterns, n_inside): columns that the fit holds, and a constant: the thresholds of
    the questions stand for one."""

    def beside(self, columns: Array) -> Array:
        """Return what of each column the fitted ones do not say; shape as `columns`."""
        weighed = self.inside * self.told[:, None]
        slopes = _pseudo_inverse(weighed.T @ self.inside) @ (weighed.T @ columns)
        return np.asarray(columns - self.inside @ slopes)

    def beside_parts(self, columns: Array, parts: Sequence[Array]) -> Array:
        """Take the own parts of each column off as well, column by column.

        Parameters
        ----------
        columns : ndarray of shape (n_patterns, n)
            From `beside`.
        parts : sequence of ndarray of shape (n_patterns, n)
            From `beside`; a part of which nothing was left there is passed over.
        """
        orthogonal: list[Array] = []
        for part in parts:
            own = self._off(part, orthogonal)
            is_left = self.information(own) > LEAST_NEW * self.information(part)
            orthogonal.append(np.where(is_left, own, 0.0))
        return self._off(columns, orthogonal)

    def _off(self, columns: Array, parts: Sequence[Array]) -> Array:
        left = columns
        for part in parts:
            size = self.information(part)
            shared = (self.told[:, None] * part * left).sum(axis=0)
            slopes = np.divide(shared, size, out=np.zeros_like(size), where=size > 0)
            left = left - part * slopes
        return left

    def information(self, columns: Array) -> Array:
        """Return the information of each column about its own weight, all others known."""
        return np.asarray(self.told @ columns**2)

    def slopes(self, columns: Array) -> Array:
        """Return U of each column."""
        return np.asarray(self.pull @ columns)

    def with_inside(self, columns: Array) -> Leftover:
        """Return the same, these columns taken as fitted too."""
        return Leftover(self.pull, self.told, np.hstack([self.inside, columns]))


def leftover_of(patterns: StayPatterns, learned: LearnedModel, learning: Learning) -> Leftover:
    """Return what a learned model left unsaid of each of these patterns.

    Parameters
    ----------
    patterns : StayPatterns
        Those it was learned from, settled or not; one row of the result each.
    learned : LearnedModel
        From `full_em.learn`.
    learning : Learning
        What was said before.
    """
    said = _evidence(patterns, learned, learning)
    means = stay_means(patterns, learned.weights, learning.most_shift)
    found = expect(patterns, said.blocks, said.tables, means)
    shift = patterns.distance @ learned.weights
    counts = patterns.counts * (np.abs(shift) <= learning.most_shift)
    v0 = patterns.variance
    constant = np.ones((patterns.n_patterns, 1))
    return Leftover(
        pull=np.asarray(counts * (found.mean - means) / v0),
        told=np.asarray(counts * (1.0 / v0 - found.variance / v0**2)),
        inside=np.hstack([patterns.distance, constant]),
    )


@dataclass(frozen=True, slots=True)
class ScoreTests:
    """One test per column."""

    z: Array
    """0 where the column says nothing of its own."""
    weight: Array
    """One step of Newton's method from 0."""
    sd: Array
    """Of that weight; infinite where the column says nothing of its own."""


def score_tests(leftover: Leftover, own: Array, whole: Array) -> ScoreTests:
    """Test columns one by one.

    Parameters
    ----------
    leftover : Leftover
        Of the fit.
    own : ndarray of shape (n_patterns, n)
        What each column says beside the fitted ones.
    whole : ndarray of shape (n_patterns, n)
        The columns as they are.
    """
    constant = np.ones((whole.shape[0], 1))
    n = max(float(leftover.told.sum()), np.finfo(np.float64).tiny)
    centred = whole - constant * (leftover.told @ whole / n)
    information = leftover.information(own)
    is_new = (information > 0) & (information > LEAST_NEW * leftover.information(centred))
    safe = np.where(is_new, information, 1.0)
    slope = np.where(is_new, leftover.slopes(own), 0.0)
    sd = np.where(is_new, 1.0 / np.sqrt(safe), np.inf)
    return ScoreTests(slope / np.sqrt(safe), slope / safe, sd)


def joint_step(leftover: Leftover, columns: Array) -> tuple[Array, Array]:
    """Return weights of several columns fitted together, one step from 0, and their covariance.

    Parameters
    ----------
    leftover : Leftover
        Of the fit.
    columns : ndarray of shape (n_patterns, n)
        Columns that can be told apart.
    """
    own = leftover.beside(columns)
    covariance = _pseudo_inverse((own * leftover.told[:, None]).T @ own)
    return np.asarray(covariance @ leftover.slopes(own)), covariance


def chance_of_more(z: Array) -> Array:
    """Probability that chance alone gives a z at least as far from 0, two-sided."""
    return np.array([erfc(abs(each) / sqrt(2.0)) for each in z.tolist()], dtype=np.float64)


def discoveries(chances: Array, false_share: float) -> NDArray[np.bool_]:
    r"""Which of many tests count, so that on average no more than a share of them is chance.

    Benjamini & Hochberg [1]_: the k smallest, k the last with :math:`p_{(k)} \le q k / m`.

    Parameters
    ----------
    chances : ndarray of shape (m,)
        p-values.
    false_share : float
        q, between 0 and 1.

    References
    ----------
    .. [1] Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57:289-300.
    """
    order = np.sort(chances)
    within = order <= false_share * np.arange(1, order.size + 1) / max(order.size, 1)
    if not within.any():
        return np.zeros(chances.shape, dtype=np.bool_)
    return np.asarray(chances <= order[np.flatnonzero(within)[-1]])


def _evidence(patterns: StayPatterns, learned: LearnedModel, learning: Learning) -> Evidence:
    """Everything that can be said, as probable as was learned."""
    thresholds = () if learning.outcome.threshold_sd is None else learned.thresholds
    point = [np.log(learned.fit), *learned.cuts, learned.base, *learned.slopes, *thresholds]
    return evidence_of(patterns, learned.items, learning.outcome, np.array(point))


def _pseudo_inverse(information: Array) -> Array:
    """Inverse over the directions that the stays tell of, each column on its own scale."""
    size = np.sqrt(np.abs(np.diag(information)))
    scale = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    inverse = np.linalg.pinv(
        information * np.outer(scale, scale), rcond=SMALLEST_DIRECTION, hermitian=True
    )
    return np.asarray(inverse * np.outer(scale, scale))

r"""Expectations for a first look: every third node, in single precision, ten times as quick.

The sum of an analytic function over nodes at distance h is off by what is cut off at both ends and
by :math:`e^{-2 \pi d / h}`, with d how far from the axis it is analytic [1]_. The ends get weights
with which they stand for what the whole grid has there (Gregory), so what is left is far below a
hundredth of a point of 100. How much it is in truth is measured on a sample when a grid is made,
and whoever uses it keeps well away.

References
----------
.. [1] Trefethen & Weideman (2014), SIAM Review 56(3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.inference.batch import StayPriors
from engine.inference.expectation import expectations
from engine.inference.grid import NODES, Array

Short = NDArray[np.float32]

STEP = 3
"""Of the nodes, every so manieth."""
DEGREE = 4
"""Up to which the ends stand exactly for polynomials; with more nodes they sway."""
ROWS = 2_048
"""Stays at a time: their densities, a third of a megabyte, stay near the processor."""
LEAST_TOTAL = 1e-9
"""Summed weight of the nodes, the highest of the prior and that of the words being 1 each, below
which single precision may have lost something."""
WIDEST_MEAN = 3.0
LEAST_VARIANCE, MOST_VARIANCE = 0.2, 1.6
"""Priors for which the error is measured; others are to be worked out in full."""
MOST_SAID = 4
"""Things said together in the sample."""


def end_weights(step: int = STEP, degree: int = DEGREE) -> Array:
    """Return the weights of the outermost nodes, the last one first.

    The terms of Euler and Maclaurin at this distance, less those at the distance of the whole grid.
    """
    order = np.arange(degree + 1)
    wanted = np.zeros(degree + 1)
    wanted[[0, 1, 3]] = (1 / step - 1) / 2, (1 - step**-2) / 12, (step**-4 - 1) / 120
    moments = order[None, :].astype(float) ** order[:, None]
    return np.asarray(1.0 + np.linalg.solve(moments, wanted))


class ThinGrid:
    """Expected values of some functions of a guest's place, quick and nearly right.

    Parameters
    ----------
    log_likelihoods : ndarray of shape (n_answers + 1, n_nodes)
        The first row is zero: nothing said.
    functions : sequence of ndarray, each of shape (n_nodes, n_functions)
        Their values at the nodes of the whole grid, one array for each kind of stay.

    Attributes
    ----------
    errors : ndarray of shape (n_functions,)
        The furthest that each value was off in a sample of priors and of things said.
    """

    def __init__(self, log_likelihoods: Array, functions: Sequence[Array]) -> None:
        nodes = NODES[::STEP]
        weights = np.ones(len(nodes))
        weights[: DEGREE + 1] = weights[::-1][: DEGREE + 1] = end_weights()
        self._summed: list[Short] = [
            (np.column_stack([np.ones(len(nodes)), of[::STEP]]) * weights[:, None])
            .T.astype(np.float32)
            for of in functions
        ]  # fmt: skip
        self._parabola = np.vstack([nodes, nodes**2, np.ones_like(nodes)]).astype(np.float32)
        self._logs = log_likelihoods[:, ::STEP]
        measured = [self._measured(log_likelihoods, *of) for of in enumerate(functions)]
        self.errors: Array = np.max(measured, axis=0)

    def heights(self, told: NDArray[np.intp]) -> Short:
        """Log likelihood of what was said, nowhere above zero; shape (n_words, n_short).

        Parameters
        ----------
        told : ndarray of int, shape (n_words, n_most)
            Rows of the log likelihoods, filled up with 0.
        """
        found = np.zeros((len(told), self._logs.shape[1]))
        for column in told.T:
            found += self._logs[column]
        return np.asarray(found - found.max(axis=1, keepdims=True), dtype=np.float32)

    def expectations(
        self, mean: Short, variance: Short, heights: Short, kinds: NDArray[np.integer]
    ) -> tuple[Short, NDArray[np.bool_]]:
        """Expected value of each function for some stays, best not many more than `ROWS`.

        Parameters
        ----------
        mean, variance : ndarray of shape (n_stays,)
            Of the priors.
        heights : ndarray of shape (n_stays, n_short)
            Rows of `heights`; they are written over.
        kinds : ndarray of int, shape (n_stays,)
            Which functions count for each stay; for most the first.

        Returns
        -------
        tuple of (ndarray of shape (n_functions, n_stays), ndarray of bool, shape (n_stays,))
            The values, and for which stays they are as near as was measured.
        """
        curve = np.float32(-0.5) / variance
        heights += np.stack([-2 * curve * mean, curve, curve * mean**2]).T @ self._parabola
        weights = np.exp(heights, out=heights)
        found: Short = np.asarray(self._summed[0] @ weights.T)
        for kind, summed in enumerate(self._summed[1:], start=1):
            rows = np.flatnonzero(kinds == kind)
            found[:, rows] = summed @ weights[rows].T
        is_sound = found[0] > LEAST_TOTAL
        is_sound &= (np.abs(mean) <= WIDEST_MEAN) & (variance <= MOST_VARIANCE)
        is_sound &= variance >= LEAST_VARIANCE
        total: Short = np.where(is_sound, found[0], np.float32(1.0))
        return found[1:] / total, is_sound

    def silent(self, mean: Short, variance: Short, kind: int) -> tuple[Short, NDArray[np.bool_]]:
        """Expected value of each function of one kind, for stays of whom nothing was said."""
        heights = np.zeros((mean.size, self._logs.shape[1]), dtype=np.float32)
        return self.expectations(mean, variance, heights, np.full(mean.size, kind))

    def _measured(self, log_likelihoods: Array, kind: int, functions: Array) -> Array:
        """Hold a sample to the whole grid: each thing said alone, and some of them together."""
        told = _sample(len(log_likelihoods))
        mean, variance, words = _priors(len(told))
        true = expectations(StayPriors(mean, variance), told[words], log_likelihoods, functions)
        heights, kinds = self.heights(told)[words], np.full(len(words), kind)
        short = mean.astype(np.float32), variance.astype(np.float32)
        found, is_sound = self.expectations(*short, heights, kinds)
        return np.asarray(np.abs(found.T - true)[is_sound].max(axis=0))


def _sample(n_rows: int) -> NDArray[np.intp]:
    """Things said: each alone, then some together, those that stand far apart."""
    alone = np.zeros((n_rows, MOST_SAID), dtype=np.intp)
    alone[:, 0] = np.arange(n_rows)
    starts, stride = np.arange(1, 1 + n_rows // MOST_SAID), max(n_rows // MOST_SAID, 1)
    together = (starts[:, None] + stride * np.arange(MOST_SAID)) % n_rows
    return np.vstack([alone, together])


def _priors(n_words: int) -> tuple[Array, Array, NDArray[np.intp]]:
    """Every mean with every variance and everything said."""
    means = np.linspace(-WIDEST_MEAN, WIDEST_MEAN, 7)
    variances = np.array([LEAST_VARIANCE, 0.5, 0.9, MOST_VARIANCE])
    grid = np.meshgrid(means, variances, np.arange(n_words), indexing="ij")
    mean, variance, words = (part.ravel() for part in grid)
    return mean, variance, words.astype(np.intp)

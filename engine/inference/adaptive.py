r"""What a question or an observation is worth before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.inference.grid import NODES, Array
from engine.inference.posterior import SQUARES

EFFICIENCY_SIDE: Array = np.maximum(0.0, -NODES)
"""How far each node lies on the efficiency side, in standard deviations."""


class ItemBank:
    """Answer tables of several items, stacked so that all are valued in one product.

    Parameters
    ----------
    tables : sequence of ndarray of shape (n_answers, n_nodes)
        One per item.
    """

    def __init__(self, tables: Sequence[Array]) -> None:
        self.n_items = len(tables)
        self._stacked = np.vstack(tables) if tables else np.zeros((0, NODES.size))
        sizes = [table.shape[0] for table in tables]
        self._starts = np.cumsum([0, *sizes[:-1]]) if tables else np.zeros(0, dtype=np.int64)
        # a last item that is always answered alike: knowing it is knowing nothing more than now
        self._and_now = np.vstack([self._stacked, np.ones(NODES.size)]).T.copy()
        self._and_now_starts = np.append(self._starts, self._stacked.shape[0])

    def information_value(self, probabilities: Array, utilities: Array) -> Array:
        r"""Expected value of knowing the answer to each item, in points.

        .. math:: EVOI_j = \sum_c \max_a \sum_q p_q P_j(c \mid \theta_q) u_a(\theta_q) - EU(p)

        Raiffa & Schlaifer (1961); Howard (1966).

        Parameters
        ----------
        probabilities : ndarray of shape (n_nodes,)
            The belief, summing to 1.
        utilities : ndarray of shape (n_styles, n_nodes)
            Points of each allowed style; the same masks before and after.

        Returns
        -------
        ndarray of shape (n_items,)
            Never below 0 (up to rounding, which is cut off).
        """
        if not self.n_items:
            return np.zeros(0)
        by_answer = (utilities * probabilities).dot(self._and_now)
        best = np.maximum.reduce(by_answer, axis=0)
        values: Array = np.add.reduceat(best, self._and_now_starts)
        return np.asarray(np.maximum(values[:-1] - values[-1], 0.0))

    def expected_variance(self, probabilities: Array) -> Array:
        r"""Variance of the belief to be expected after the answer to each item.

        .. math:: E[V_j] = \sum_q p_q \theta_q^2
                  - \sum_c \frac{(\sum_q p_q P_j(c \mid \theta_q) \theta_q)^2}
                              {\sum_q p_q P_j(c \mid \theta_q)}

        The item with the least of it narrows the belief most, whatever the belief is for
        (van der Linden 1998, minimum expected posterior variance).

        Parameters
        ----------
        probabilities : ndarray of shape (..., n_nodes)
            One belief in each row, summing to 1.

        Returns
        -------
        ndarray of shape (..., n_items)
            Square standard deviations; never above the variance now, up to rounding.
        """
        if not self.n_items:
            return np.zeros((*probabilities.shape[:-1], 0))
        chance = probabilities @ self._stacked.T
        first = (probabilities * NODES) @ self._stacked.T
        # divided first: the square of something tiny would be lost
        explained = np.add.reduceat(first * (first / chance), self._starts, axis=-1)
        return np.asarray((probabilities @ SQUARES)[..., None] - explained, dtype=np.float64)


def asking_cost(probabilities: Array, base: float, slope: float) -> float:
    """Cost of one question in points: efficiency guests pay more for being asked."""
    return base + slope * float(probabilities.dot(EFFICIENCY_SIDE))

r"""What a question or an observation is worth before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.inference.grid import NODES, Array

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
        weighted = (utilities * probabilities).T
        best = (self._stacked @ weighted).max(axis=1)
        now = float(weighted.sum(axis=0).max())
        return np.maximum(np.add.reduceat(best, self._starts) - now, 0.0)


def asking_cost(probabilities: Array, base: float, slope: float) -> float:
    """Cost of one question in points: efficiency guests pay more for being asked."""
    return base + slope * float(probabilities @ EFFICIENCY_SIDE)

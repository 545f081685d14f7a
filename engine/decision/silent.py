r"""Of a guest who said nothing the belief is the prior, so her style can be looked up.

A table over mean and variance holds, for each cell, the style that is best in all of it. With g the
points of one style less those of another and L the steepest that g is,

.. math:: |\partial_m E[g]| = |E[g']| \le L, \qquad
          |\partial_v E[g]| = \frac{|E[g' (\theta - m)]|}{2 v} \le \frac{L}{2 \sqrt{v}}

under a normal belief [1]_, so that a style which leads in the middle of a cell by more than half
its width allows leads everywhere in it. Where none does the cell is left open.

References
----------
.. [1] Stein (1981), Annals of Statistics 9(6).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.inference.grid import NODES, Array
from engine.inference.thin import ROWS, Short, ThinGrid

OPEN = -1
"""Instead of a style, where a cell has none."""
WIDTH = 0.01
"""Of a cell, in standard deviations for the mean, in their squares for the variance."""
MOST_MEAN, LEAST_VARIANCE, MOST_VARIANCE = 1.55, 0.3, 1.1
"""Cells beyond are not made: few stays lie there, and the ends of the grid would matter. Here they
move the mean by less than 1e-4."""
CAUTION = 1.1
"""Times the steepness: a grid of nodes is not quite an integral."""

N_MEANS = round(2 * MOST_MEAN / WIDTH)
N_VARIANCES = round((MOST_VARIANCE - LEAST_VARIANCE) / WIDTH)
N_CELLS = N_MEANS * N_VARIANCES


def cells_of(mean: Short, variance: Short) -> NDArray[np.int32]:
    """Cell of each prior; one that lies outside of all has `N_CELLS`, the entry behind the last."""
    column = np.floor((mean + np.float32(MOST_MEAN)) * np.float32(1 / WIDTH))
    row = np.floor((variance - np.float32(LEAST_VARIANCE)) * np.float32(1 / WIDTH))
    is_inside = (column >= 0) & (column < N_MEANS) & (row >= 0) & (row < N_VARIANCES)
    cells = np.where(is_inside, column * np.float32(N_VARIANCES) + row, np.float32(N_CELLS))
    return cells.astype(np.int32)


def style_table(
    thin: ThinGrid, points: Array, penalty: Array, kind: int, lead: float
) -> NDArray[np.int8]:
    """Style of each cell, for stays of one kind whose guests said nothing.

    Parameters
    ----------
    thin : ThinGrid
    points : ndarray of shape (n_nodes, n_styles)
        Of each style at each place.
    penalty : ndarray of shape (n_styles,)
        Minus infinity for what a guardrail forbids, else 0.
    kind : int
        Functions of `thin` that give these points, after the place.
    lead : float
        Points that a style must be ahead by in any case.

    Returns
    -------
    ndarray of int8, shape (N_CELLS + 1,)
        `OPEN` where a cell has no style, and as the last entry.
    """
    means = -MOST_MEAN + WIDTH * (np.arange(N_MEANS) + 0.5)
    variances = LEAST_VARIANCE + WIDTH * (np.arange(N_VARIANCES) + 0.5)
    mean, variance = (part.ravel() for part in np.meshgrid(means, variances, indexing="ij"))
    steepness, table = _steepness(points), np.full(N_CELLS + 1, OPEN, dtype=np.int8)
    for start in range(0, N_CELLS, ROWS):
        rows = slice(start, min(start + ROWS, N_CELLS))
        middle = mean[rows].astype(np.float32), variance[rows].astype(np.float32)
        found, is_sound = thin.silent(*middle, kind)
        reach = CAUTION * WIDTH / 2 * (1 + 0.5 / np.sqrt(variance[rows] - WIDTH / 2))
        styles, leads = _winners(found[1:] + penalty[:, None], steepness, reach)
        table[rows] = np.where(is_sound & (leads > lead), styles, OPEN)
    return table


def _winners(points: Array, steepness: Array, reach: Array) -> tuple[NDArray[np.intp], Array]:
    """Best style in the middle of each cell, and by how much it still leads at its worst corner."""
    styles = points.argmax(axis=0)
    every = np.arange(points.shape[1])
    ahead = points[styles, every] - points - steepness[styles].T * reach
    ahead[styles, every] = np.inf
    return styles, ahead.min(axis=0)


def _steepness(points: Array) -> Array:
    """Steepest that each style gains on each other; shape (n_styles, n_styles)."""
    slopes = np.diff(points, axis=0).T / (NODES[1] - NODES[0])
    return np.asarray(np.abs(slopes[:, None] - slopes[None, :]).max(axis=2))

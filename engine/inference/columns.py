"""Columns of numbers from which nothing can be learned, or not apart from others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.inference.grid import Array

APART = 1e-8
"""Share of its spread that a column must have of its own, not explained by those before it."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A column of which the rows tell nothing."""

    column: int
    is_constant: bool
    """Else it follows from the columns before it."""


def first_untold(columns: Array, counts: Array) -> Untold | None:
    """Find the first column that is constant or follows from those before it.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Finite.
    counts : ndarray of shape (n_rows,)
        How often each row was seen; not negative.

    Returns
    -------
    Untold, or None
        None where every column tells something of its own.
    """
    weight = np.sqrt(counts)
    spread = columns - (counts @ columns) / max(float(counts.sum()), 1e-300)
    spread = spread * weight[:, None]
    before = np.empty((columns.shape[0], 0))
    for j in range(columns.shape[1]):
        size = float(np.linalg.norm(spread[:, j]))
        if size <= APART * float(np.linalg.norm(weight * columns[:, j])):
            return Untold(j, is_constant=True)
        own = spread[:, j] / size
        if before.size and np.linalg.norm(own - _explained(before, own)) <= APART:
            return Untold(j, is_constant=False)
        before = np.column_stack([before, own])
    return None


def _explained(columns: Array, target: Array) -> Array:
    return np.asarray(columns @ np.linalg.lstsq(columns, target, rcond=None)[0])

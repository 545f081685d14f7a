"""Why: the few reasons that moved the belief most, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from engine.domain.advice import Reason
from engine.inference.grid import NODES, Array

MOST_REASONS = 3
LEAST_SHIFT = 0.005
"""A smaller shift rounds to 0.00 and explains nothing."""

_MOMENTS: Array = np.stack([np.ones_like(NODES), NODES])[:, None, :]
"""Sum and first moment, of one row after the other."""

Shift = tuple[str, float]
"""Key of a reason and how far it moved the mean."""


def evidence_shifts(
    probabilities: Array, keys: Sequence[str], likelihoods: Array, mean: float
) -> list[Shift]:
    """How far each answer or reaction moved the mean: with it, less without it.

    Dividing by its likelihood takes an item back. A belief of exactly 0 stays 0; it is below 1e-308
    of the highest, and one item moves such odds by no more than a factor of e^120: its slope of at
    most 10 over the 12 standard deviations of the grid.

    Parameters
    ----------
    probabilities : ndarray of shape (n_nodes,)
        The belief with all items.
    keys : sequence of str of shape (n_items,)
        Reason key of each item.
    likelihoods : ndarray of shape (n_items, n_nodes)
        Of each item, above 0.
    mean : float
        Of the belief with all items.
    """
    if not keys:
        return []
    # vecdot rounds every row alike, so that equal words tie; a product with a matrix may not
    whole, first = np.vecdot(_MOMENTS, probabilities / likelihoods)
    means: list[float] = (first / whole).tolist()
    return [(key, mean - other) for key, other in zip(keys, means, strict=True)]


def top_reasons(shifts: Iterable[Shift]) -> tuple[Reason, ...]:
    """Keep the reasons with the largest effect, largest first; ties by key."""
    largest = sorted([(-abs(shift), key, shift) for key, shift in shifts])[:MOST_REASONS]
    return tuple([Reason(key, shift) for size, key, shift in largest if -size >= LEAST_SHIFT])

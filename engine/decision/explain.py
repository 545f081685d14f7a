"""Why: the few reasons that moved the belief most, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from engine.domain.advice import Reason
from engine.inference.grid import NODES, Array
from engine.inference.posterior import density

MOST_REASONS = 3
LEAST_SHIFT = 0.005
"""A smaller shift rounds to 0.00 and explains nothing."""

Shift = tuple[str, float]
"""Key of a reason and how far it moved the mean."""


def evidence_shifts(total: Array, keys: Sequence[str], rows: Array, mean: float) -> list[Shift]:
    """How far each answer or reaction moved the mean: with it, less without it.

    Parameters
    ----------
    total : ndarray of shape (n_nodes,)
        Log density with all items, up to a constant.
    keys : sequence of str of shape (n_items,)
        Reason key of each item.
    rows : ndarray of shape (n_items, n_nodes)
        Log likelihood of each item.
    mean : float
        Of the belief with all items.
    """
    if not keys:
        return []
    without = density(total - rows)
    # vecdot rounds as one product of two vectors does; a product with a matrix may not
    means: list[float] = np.vecdot(without, NODES).tolist()
    return [(key, mean - other) for key, other in zip(keys, means, strict=True)]


def top_reasons(shifts: Iterable[Shift]) -> tuple[Reason, ...]:
    """Keep the reasons with the largest effect, largest first; ties by key."""
    told = [(-abs(shift), key, shift) for key, shift in shifts if abs(shift) >= LEAST_SHIFT]
    return tuple([Reason(key, shift) for _, key, shift in sorted(told)[:MOST_REASONS]])

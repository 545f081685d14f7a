"""Degrees of trust in the owner, (s, tau), and how probable each is before and after the stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from engine.inference.grid import Array

SCALES = (0.0, 0.5, 1.0, 1.5, 2.0)
"""s: the owner's numbers count for nothing, for half, in full, or were too timid. Their mean is 1,
so without data her numbers stand. None is below 0: a wide tau around s = 0 turns a weight too."""

SCALE_CHANCES = (0.35, 0.1, 0.1, 0.1, 0.35)
"""Chance of each s before any stay: an owner is mostly right or mostly wrong in everything. With
all s alike, twenty stays do not tell weak rules that are all wrong from weak rules that are right,
and trusting them costs more than 3 % of log-loss. The chance of s = 2 keeps the mean at 1."""

SPREADS = (0.1, 0.2, 0.35, 0.6, 1.0)
"""tau: how far a weight held as usual lies from s times what the owner said."""


def degrees_of(scales: Sequence[float] = SCALES, spreads: Sequence[float] = SPREADS) -> Array:
    """Return every pair of s and tau, shape (n_degrees, 2).

    Raises
    ------
    ValueError
        If there is none, or a spread is not positive.
    """
    if not scales or not spreads:
        raise ValueError("scales and spreads must not be empty")
    if wrong := [spread for spread in spreads if not (spread > 0 and np.isfinite(spread))]:
        raise ValueError(f"tau must be positive, not {wrong[0]}")
    return np.array(list(product(scales, spreads)), dtype=np.float64)


def chances_before(degrees: Array) -> Array:
    """Return the chance of each degree before any stay: `SCALE_CHANCES`, each tau alike.

    Scales other than `SCALES`, as one that is fixed, are all alike.
    """
    scales = degrees[:, 0]
    chances = np.ones(scales.size)
    if set(scales.tolist()) == set(SCALES):
        chances = np.array([SCALE_CHANCES[SCALES.index(s)] for s in scales.tolist()])
    return np.asarray(chances / chances.sum(), dtype=np.float64)


def weighed(log_evidence: Array, degrees: Array | None = None) -> tuple[Array, float]:
    """Return the probability of each degree given the outcomes, and the log of the mean evidence.

    The degrees are those of `degrees_of()` unless others are given.
    """
    before = chances_before(degrees_of() if degrees is None else degrees)
    mean = float(log_mean(log_evidence, before))
    return np.asarray(before * np.exp(log_evidence - mean), dtype=np.float64), mean


def log_mean(logs: Array, chances: Array) -> Array:
    """Return the log of the mean of exp(logs) over the first axis, weighed by `chances`."""
    highest = logs.max(axis=0)
    return np.asarray(highest + np.log(chances @ np.exp(logs - highest)), dtype=np.float64)

r"""What each action would have earned each guest, guessed from others: cross-fitted ridge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.inference.grid import Array

N_FOLDS = 5
"""A guess is made from four fifths of the log: more folds cost time and gain little."""

SHRINKAGE = 2.0
"""Rows of typical outcome that each action starts with, so that a rare one is not overrated."""


def cross_fitted_rewards(
    features: Array, taken: NDArray[np.int64], rewards: Array, n_actions: int
) -> Array:
    r"""Guess the reward of every action for every row, never from the row itself.

    For each action one ridge regression of :math:`r - \bar r` on a constant and the
    standardised features, both shrunk towards 0, so that an action met too rarely is guessed at
    the mean. Guesses of a fold come from the other folds (Dudík, Langford & Li 2011), which keeps
    the correction term of a doubly robust estimate free of its own noise.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_features)
        Finite; no columns at all is fine.
    taken : ndarray of shape (n_rows,)
        Index of the action taken.
    rewards : ndarray of shape (n_rows,)
        Any unit; nan where nobody told.
    n_actions : int
        How many actions there are.

    Returns
    -------
    ndarray of shape (n_rows, n_actions)
        Within the range of the rewards that each was guessed from; 0 where there are none.
    """
    columns = standardised(features)
    is_told = np.isfinite(rewards)
    fold = np.arange(len(rewards)) % N_FOLDS
    guesses = np.zeros((len(rewards), n_actions))
    for k in range(N_FOLDS):
        learned, guessed = is_told & (fold != k), fold == k
        if not learned.any():
            continue
        seen = rewards[learned]
        base = float(seen.mean())
        for action in range(n_actions):
            mine = learned & (taken == action)
            slopes = _ridge(columns[mine], rewards[mine] - base)
            guess = base + columns[guessed] @ slopes
            guesses[guessed, action] = np.clip(guess, seen.min(), seen.max())
    return guesses


def standardised(features: Array) -> Array:
    """Put a constant before the features, each with mean 0 and sd 1.

    A feature that never varies becomes 0: it tells nothing that the constant does not.
    """
    spread = features.std(axis=0)
    # a constant column keeps a little rounding noise, which must not be blown up
    varies = spread > 1e-12 * np.abs(features).max(axis=0, initial=0.0)
    scaled = (features - features.mean(axis=0)) / np.where(varies, spread, 1.0)
    return np.hstack([np.ones((len(features), 1)), np.where(varies, scaled, 0.0)])


def _ridge(columns: Array, targets: Array) -> Array:
    gram = columns.T @ columns + SHRINKAGE * np.eye(columns.shape[1])
    return np.asarray(np.linalg.solve(gram, columns.T @ targets), dtype=np.float64)

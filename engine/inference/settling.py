"""The last steps to the most likely items, where EM would take thousands: Newton's method."""

from __future__ import annotations

import numpy as np

from engine.inference.acceleration import Climb
from engine.inference.grid import Array
from engine.inference.ladder import climbing
from engine.inference.marginal import Marginal
from engine.inference.marginal_information import derivatives

MOST_STEPS = 40
"""From where EM slows down Newton needs three to fifteen."""

LONGEST = 1.0
"""Of one step in any number: further out a parabola says little about a likelihood."""

FLATTEST = 1e-6
"""Least curvature of a step over the largest, so that along a ridge it stays finite."""


def settled(fit: Marginal, start: Array, *, tolerance: float) -> Climb:
    """Climb from a state to the summit next to it.

    Where the ground is no summit's, a curvature is taken by its size, so that the step leads up all
    the same; a step is halved until it does not lead down or out of what is possible.

    Parameters
    ----------
    fit : Marginal
        The answers.
    start : ndarray of shape (n_numbers,)
        A possible state.
    tolerance : float
        Converged where the ground is a summit's and Newton's step moves no number by more.
    """
    point = start
    for n in range(1, MOST_STEPS + 1):
        step, is_summit = _step(*derivatives(fit, point))
        if is_summit and np.max(np.abs(step)) <= tolerance:
            return Climb(point, n, is_converged=True)
        taken = climbing(fit.height, point, step)
        if not taken.any():
            return Climb(point, n, is_converged=False)
        point = point + taken
    return Climb(point, MOST_STEPS, is_converged=False)


def _step(gradient: Array, information: Array) -> tuple[Array, bool]:
    """Newton's step, not too long, and whether the curvature is a summit's."""
    bends, axes = np.linalg.eigh(information)
    is_summit = bool(bends[0] > 0)
    bends = np.maximum(np.abs(bends), FLATTEST * np.abs(bends).max())
    step = np.asarray(axes @ ((axes.T @ gradient) / bends), dtype=np.float64)
    return step * min(1.0, LONGEST / max(float(np.max(np.abs(step))), 1e-300)), is_summit

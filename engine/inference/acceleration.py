"""A slow fixed-point iteration made faster, to the same end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.inference.grid import Array

TINY = float(np.finfo(np.float64).tiny)

Step = Callable[[Array], tuple[Array, float]]
"""From a point to the next one, with the height of the point it starts from."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Where an iteration ended."""

    point: Array
    iterations: int
    """Steps computed."""
    is_converged: bool


def climb(
    step: Step, start: Array, is_possible: Callable[[Array], bool], *, tolerance: float, most: int
) -> Climb:
    r"""Repeat `step` until it moves nothing, with squared extrapolation (SQUAREM [1]_).

    Of two steps :math:`r = x_1 - x_0, v = (x_2 - x_1) - r` follows
    :math:`x' = x_0 - 2\alpha r + \alpha^2 v, \alpha = -|r| / |v|`. The step from there counts only
    if x' is possible and not lower than x_1, so the height never falls and the end is the same.

    Parameters
    ----------
    step : callable
        One step of EM: it never leads down.
    start : ndarray of shape (n,)
        A possible point.
    is_possible : callable
        Whether an extrapolated point may be tried.
    tolerance : float
        Largest move of any coordinate in one plain step at the end.
    most : int
        Steps after which it gives up.

    References
    ----------
    .. [1] Varadhan & Roland (2008), Scandinavian Journal of Statistics 35:335-353, scheme S3.
    """
    point, done = start, 0
    while done < most:
        first, _ = step(point)
        second, height = step(first)
        done += 2
        move, turn = first - point, second - 2.0 * first + point
        if np.max(np.abs(second - first)) <= tolerance:
            return Climb(second, done, is_converged=True)
        point = second
        alpha = -np.sqrt(move @ move / max(float(turn @ turn), TINY))
        if alpha >= -1.0:
            continue
        # around the second point: x0 - 2 alpha r + alpha^2 v, without losing its last digits
        far = second + (-2.0 * alpha - 2.0) * move + (alpha * alpha - 1.0) * turn
        if is_possible(far):
            landed, far_height = step(far)
            done += 1
            point = landed if far_height >= height else second
    return Climb(point, done, is_converged=False)

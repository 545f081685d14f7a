"""What is not known of guests in general, as a fixed handful of possible worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from engine.domain.model import OutcomeConstants
from engine.inference.grid import Array
from engine.inference.outcome import expected_points

N_DRAWS = 200
"""A chance is then known to .035, and the floor of exploration covers what is missed."""

SEED = 20260101
"""Always the same draws: an assignment can be made again."""

LOG_FIT_SD = 0.5
"""Before data: sd of log kappa, how much fit matters."""

CUT_SD = 0.4
"""Before data: sd of each place where adjacent styles tie, on the axis."""


def prior_draws(
    constants: OutcomeConstants, n_draws: int = N_DRAWS
) -> tuple[OutcomeConstants, ...]:
    r"""Draw the global parameters as unsure as they are before any stay was judged.

    :math:`\log \kappa \sim N(\log \kappa_0, .5^2)`, cuts :math:`\sim N(c_0, .4^2)`, in order.

    Parameters
    ----------
    constants : OutcomeConstants
        The centre.
    n_draws : int
        At least 1.

    Returns
    -------
    tuple of OutcomeConstants
        The same for the same arguments, always.
    """
    rng = np.random.default_rng(SEED)
    fits = constants.fit * np.exp(LOG_FIT_SD * rng.standard_normal(n_draws))
    noise = CUT_SD * rng.standard_normal((n_draws, len(constants.cuts)))
    cuts = np.sort(np.asarray(constants.cuts) + noise, axis=1)
    return tuple(
        replace(constants, fit=float(fit), cuts=tuple(row.tolist()))
        for fit, row in zip(fits, cuts, strict=True)
    )


def points_by_draw(positions: Sequence[float], draws: Sequence[OutcomeConstants]) -> Array:
    """Compute the points of each style at each node in each possible world, once for all stays.

    Parameters
    ----------
    positions : sequence of shape (n_styles,)
        Contact positions, increasing.
    draws : sequence of OutcomeConstants
        From `prior_draws`, or from what was learned.

    Returns
    -------
    ndarray of shape (n_draws, n_styles, n_nodes)
        Before the cost of contact.
    """
    return np.stack([expected_points(positions, constants) for constants in draws])


@lru_cache(maxsize=8)
def prior_points(positions: tuple[float, ...], constants: OutcomeConstants) -> Array:
    """Return `points_by_draw` of `prior_draws`, made ready once; not to be written to."""
    points = points_by_draw(positions, prior_draws(constants))
    points.flags.writeable = False
    return points

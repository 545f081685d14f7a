"""What is not known of guests in general, as a fixed handful of possible worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from engine.domain.learned import Square
from engine.domain.model import OutcomeConstants
from engine.inference.grid import Array
from engine.inference.outcome import expected_points

N_DRAWS = 200
"""A chance is then known to .035, and the floor of exploration covers what is missed."""

SEED = 20260101
"""Always the same draws: an assignment can be made again."""


def prior_draws(
    constants: OutcomeConstants, n_draws: int = N_DRAWS
) -> tuple[OutcomeConstants, ...]:
    """Draw the global parameters as unsure as they are before any stay was judged; `draws_of`."""
    return draws_of(constants, prior_covariance(constants), n_draws)


def prior_covariance(constants: OutcomeConstants) -> Square:
    """Return how unsure log kappa and the cuts are before any stay was judged."""
    sds = [constants.fit_log_sd] + [constants.cut_sd] * len(constants.cuts)
    return tuple(tuple(row) for row in np.diag(np.square(sds)).tolist())


def draws_of(
    constants: OutcomeConstants, covariance: Square, n_draws: int = N_DRAWS
) -> tuple[OutcomeConstants, ...]:
    r"""Draw the global parameters as unsure as stays left them.

    :math:`(\log \kappa, c) \sim N((\log \kappa_0, c_0), \Sigma)`, cuts then put in order.

    Parameters
    ----------
    constants : OutcomeConstants
        The centre.
    covariance : sequence of shape (1 + n_cuts, 1 + n_cuts)
        Of log kappa and the cuts; positive definite.
    n_draws : int
        At least 1.

    Returns
    -------
    tuple of OutcomeConstants
        The same for the same arguments, always.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance is none.
    """
    rng = np.random.default_rng(SEED)
    plain = rng.standard_normal(n_draws), rng.standard_normal((n_draws, len(constants.cuts)))
    noise = np.column_stack(plain) @ np.linalg.cholesky(np.asarray(covariance)).T
    fits = constants.fit * np.exp(noise[:, 0])
    cuts = np.sort(np.asarray(constants.cuts) + noise[:, 1:], axis=1)
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
        From `prior_draws`, or `draws_of` what was learned.

    Returns
    -------
    ndarray of shape (n_draws, n_styles, n_nodes)
        Before the cost of contact.
    """
    return np.stack([expected_points(positions, constants) for constants in draws])


@lru_cache(maxsize=8)
def points_in_worlds(
    positions: tuple[float, ...], constants: OutcomeConstants, covariance: Square | None = None
) -> Array:
    """Return `points_by_draw` of `draws_of`, made ready once; not to be written to.

    Without a covariance the draws are as wide as before any stay was judged.
    """
    points = points_by_draw(
        positions, draws_of(constants, covariance or prior_covariance(constants))
    )
    points.flags.writeable = False
    return points

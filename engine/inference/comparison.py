r"""You say +0.8, your guests say +0.3 ± 0.1: the owner's weights against what stays tell alone."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from math import erf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from engine.inference.grid import Array

SURE_ENOUGH = 0.9
"""A verdict needs this probability."""

ALIKE = 0.15
"""Weights no further apart are the same in practice: half of a weak one, about the limit (.13)
below which a weight can only break a tie."""

WIDEST_SD = 2.0
"""A weight known no better could be anything an owner may say, with either sign."""

LARGEST_CONDITION = 1e8
"""Directions whose information is smaller than the largest by this factor are rounding."""

LEAST_LOADING = 1e-3
"""A rule that loads less on a direction is not touched by what is unknown about it."""

LEAST_SHARED = 0.3
"""A rule is mixed with another if that one shares this much of what is unknown about it; below,
more stays help."""

MOST_STAYS = 1_000_000
"""Whoever needs more will never know."""


class Verdict(StrEnum):
    """What the guests say about one weight of the owner."""

    CONFIRMED = "confirmed"
    """Same direction, and neither weaker nor stronger for sure."""
    WEAKER = "weaker"
    STRONGER = "stronger"
    OPPOSITE = "opposite"
    NOT_ENOUGH = "not_enough"
    """More stays would tell; also where they point the other way without being sure of it."""

    CANNOT_SEPARATE = "cannot_separate"
    """It comes together with another rule; more of the same stays would not tell."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One weight of the owner against what the guests say."""

    said: float
    """The owner's weight."""
    told: float | None
    """The weight that the stays alone tell; None where they tell nothing."""
    told_sd: float | None
    """Its standard deviation; None where the stays tell nothing."""
    verdict: Verdict
    more_stays: int | None = None
    """With `not_enough`: about how many more stays like these make it clear, if the weight they
    tell stands; None where no number of stays like these would, as where every guest was alike."""
    mixed_with: int | None = None
    """With `cannot_separate`: index of the rule it is mixed with."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What stays alone tell about weights: a normal likelihood, its prior taken off."""

    information: Array
    """Shape (n, n): I."""
    pull: Array
    """Shape (n,): I times the weights that stays alone tell."""
    n_stays: int


def likelihood_behind(
    information: ArrayLike,
    coefficients: ArrayLike,
    prior_mean: ArrayLike,
    prior_precision: ArrayLike,
    n_stays: int,
) -> Likelihood:
    r"""Divide the prior out of a posterior: :math:`I \hat\beta = (I + L) b - L s w`.

    Parameters
    ----------
    information : array_like of shape (n, n)
        I, of the stays alone, at `coefficients`; see `louis_information`.
    coefficients : array_like of shape (n,)
        b, most probable under the prior.
    prior_mean : array_like of shape (n,)
        s w: trust times what the owner said.
    prior_precision : array_like of shape (n,)
        Diagonal of L.
    n_stays : int
        How many stays are behind it.

    Returns
    -------
    Likelihood

    Raises
    ------
    ValueError
        If shapes do not fit or a number is not finite.
    """
    told = (information, coefficients, prior_mean, prior_precision)
    i, b, m, precision = (np.asarray(values, dtype=np.float64) for values in told)
    if not (b.ndim == 1 and b.shape == m.shape == precision.shape and i.shape == b.shape * 2):
        raise ValueError("information must be square, with one coefficient, mean and precision")
    if not all(np.all(np.isfinite(values)) for values in (i, b, m, precision)):
        raise ValueError("information, coefficients and prior must be finite")
    return Likelihood(i, np.asarray(i @ b + precision * (b - m), dtype=np.float64), n_stays)


def you_say_they_say(weights: ArrayLike, likelihood: Likelihood) -> tuple[Comparison, ...]:
    r"""Compare each weight of the owner with what the stays alone tell.

    They tell :math:`I^{-1} [(I + L) b - L s w]` with variances :math:`\mathrm{diag}\, I^{-1}`. A
    rule cannot be separated where its standard deviation is above 2, or where it loads on a
    direction with an information below 1e-8 of the largest. It is mixed with the rule that shares
    most of what is unknown: the largest other loading of the weakest eigenvector. A rule that
    shares it with none, as one that was the same for every guest, needs other stays instead.

    Parameters
    ----------
    weights : array_like of shape (n_rules,)
        What the owner said.
    likelihood : Likelihood
        Of these weights first, then of anything else that was fitted, as a constant.

    Returns
    -------
    tuple of Comparison
        One per weight.

    Raises
    ------
    ValueError
        If `likelihood` holds fewer weights than the owner said.
    """
    said = np.asarray(weights, dtype=np.float64)
    if said.ndim != 1 or said.size > likelihood.pull.size:
        raise ValueError(f"weights must have shape (<= {likelihood.pull.size},), not {said.shape}")
    inverse, lost = _split(likelihood.information)
    told, n = inverse @ likelihood.pull, said.size
    return tuple(
        _lost(float(said[k]), lost[k, :n], k)
        if lost[k, k] > LEAST_LOADING**2
        else _known(float(said[k]), float(told[k]), inverse[k, :n], k, likelihood.n_stays)
        for k in range(n)
    )


def _split(information: Array) -> tuple[Array, Array]:
    """Return the inverse over what is known, and the projection on what is not."""
    values, vectors = np.linalg.eigh(information)
    is_known = values > max(values.max(initial=0.0), 0.0) / LARGEST_CONDITION
    known, lost = vectors[:, is_known], vectors[:, ~is_known]
    return (known / values[is_known]) @ known.T, lost @ lost.T


def _lost(said: float, shared: Array, k: int) -> Comparison:
    other = _partner(shared, k)
    verdict = Verdict.NOT_ENOUGH if other is None else Verdict.CANNOT_SEPARATE
    return Comparison(said, None, None, verdict, mixed_with=other)


def _known(said: float, told: float, shared: Array, k: int, n_stays: int) -> Comparison:
    sd = sqrt(shared[k])
    other = _partner(shared, k) if sd > WIDEST_SD else None
    if other is not None:
        return Comparison(said, told, sd, Verdict.CANNOT_SEPARATE, mixed_with=other)
    verdict = _verdict(said, told, sd)
    more = _more_stays(said, told, sd, n_stays) if verdict is Verdict.NOT_ENOUGH else None
    return Comparison(said, told, sd, verdict, more)


def _partner(shared: Array, k: int) -> int | None:
    """Return the rule that shares most of what is unknown about rule `k`, if it shares enough."""
    others = np.abs(shared)
    others[k] = 0.0
    other = int(np.argmax(others))
    return other if others[other] >= LEAST_SHARED * shared[k] else None


def _turned(said: float, told: float) -> tuple[float, float]:
    """Return both so that plus is the owner's direction; where she says 0, that of the stays."""
    return (abs(said), told if said > 0 else -told) if said else (0.0, abs(told))


def _verdict(said: float, told: float, sd: float) -> Verdict:
    w, d = _turned(said, told)
    if _below(0.0, d, sd) > SURE_ENOUGH:
        return Verdict.OPPOSITE
    if d < w - ALIKE and _below(w, d, sd) > SURE_ENOUGH:
        # Where guests point the other way, weaker would sound as if the direction were agreed on.
        is_nothing = _below(ALIKE, d, sd) - _below(-ALIKE, d, sd) > SURE_ENOUGH
        return Verdict.WEAKER if d >= 0.0 or is_nothing else Verdict.NOT_ENOUGH
    if d > w + ALIKE and _below(w, d, sd) < 1.0 - SURE_ENOUGH:
        return Verdict.STRONGER
    is_same_way = w > 0 and _below(0.0, d, sd) < 1.0 - SURE_ENOUGH
    is_alike = _below(w + ALIKE, d, sd) - _below(w - ALIKE, d, sd) > SURE_ENOUGH
    return Verdict.CONFIRMED if is_same_way or is_alike else Verdict.NOT_ENOUGH


def _below(bound: float, mean: float, sd: float) -> float:
    """Probability that a normal weight lies below `bound`."""
    return 0.5 * (1.0 + erf((bound - mean) / (sd * sqrt(2.0))))


def _more_stays(said: float, told: float, sd: float, n_stays: int) -> int | None:
    """Return when the first verdict would be sure; the sd falls with the root of all stays."""

    def is_sure(more: int) -> bool:
        later = sd * sqrt(n_stays / (n_stays + more))
        return _verdict(said, told, later) is not Verdict.NOT_ENOUGH

    more = bisect_left(range(1, MOST_STAYS), True, key=is_sure) + 1
    return more if more < MOST_STAYS else None

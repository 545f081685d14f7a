"""Items that tell nothing, run against the others or have no end: learned, and pointed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.inference.acceleration import Climb
from engine.inference.grid import Array
from engine.inference.marginal import Marginal
from engine.inference.marginal_information import complete_derivatives, derivatives

CLEARLY = 2.0
"""Standard errors that a discrimination must lie from 0: chance alone does so once in twenty."""

BEYOND_DOUBT = 10.0
"""Standard errors, were every place known, from which on no doubt is looked into: answers to three
items leave places open enough to make the error three or four times as large, not five."""

FAR_BELOW = 3.0
"""Prior standard deviations of log a: a prior keeps a above 0, and an item so low tells nothing."""

Kind = Literal["tells_nothing", "runs_against", "has_no_end"]


@dataclass(frozen=True, slots=True)
class ItemDoubt:
    """Why an item should not be used as it was learned."""

    id: str
    kind: Kind
    discrimination: float
    standard_error: float | None
    """Of the discrimination; None where the climb has not settled, or on level ground."""

    def scaled(self, by: float) -> ItemDoubt:
        """Return the same doubt on another scale of places."""
        error = None if self.standard_error is None else self.standard_error * by
        return replace(self, discrimination=self.discrimination * by, standard_error=error)


def item_doubts(fit: Marginal, end: Climb, names: Sequence[str]) -> tuple[ItemDoubt, ...]:
    """Find the items that should not be used as they were learned.

    Parameters
    ----------
    fit : Marginal
        The answers.
    end : Climb
        Where the climb ended.
    names : sequence of str
        One for each item, in the order of the answers.
    """
    slopes = np.array([item[0] for item in fit.parts(end.point)[0]])
    if not end.is_converged:
        return _unsettled(slopes, names)
    low = slopes < BEYOND_DOUBT * _least_errors(fit, end.point)
    if not low.any():
        return ()
    errors = _errors(fit, end.point)
    found = (
        _doubt_of(names[j], float(slopes[j]), float(errors[j]), fit.log_sd)
        for j in np.flatnonzero(low).tolist()
    )
    return tuple(doubt for doubt in found if doubt)


def _doubt_of(name: str, slope: float, error: float, log_sd: float | None) -> ItemDoubt | None:
    if np.isnan(error):
        return ItemDoubt(name, "tells_nothing", slope, None)
    # the mode of log a has its own error near 0, so a prior's item is judged by the prior's spread
    low = CLEARLY * error if log_sd is None else float(np.exp(-FAR_BELOW * log_sd))
    if slope > low:
        return None
    return ItemDoubt(name, "runs_against" if slope < -low else "tells_nothing", slope, error)


def _unsettled(slopes: Array, names: Sequence[str]) -> tuple[ItemDoubt, ...]:
    """The steepest item is what has no end; those below 0 are seen without any error."""
    steepest = int(np.argmax(np.abs(slopes)))
    kinds: list[Kind] = ["runs_against" if slope < 0 else "tells_nothing" for slope in slopes]
    kinds[steepest] = "has_no_end"
    return tuple(
        ItemDoubt(names[j], kinds[j], float(slopes[j]), None)
        for j in range(slopes.size)
        if j == steepest or slopes[j] < 0
    )


def _least_errors(fit: Marginal, state: Array) -> Array:
    """Standard errors of the slopes if every place was known."""
    _, complete = complete_derivatives(fit, state)
    items = [complete[i:j, i:j] for i, j in pairwise([0, *fit.ends])]
    return np.array([float(np.linalg.inv(own)[0, 0]) ** 0.5 for own in items])


def _errors(fit: Marginal, state: Array) -> Array:
    """Standard errors of the slopes; nan where the ground is level, so that nothing is known."""
    _, information = derivatives(fit, state)
    if np.linalg.eigvalsh(information)[0] <= 0:
        return np.full(len(fit.ends), np.nan)
    variances = np.diag(np.linalg.inv(information))[[0, *fit.ends[:-1]]]
    return np.asarray(np.sqrt(variances), dtype=np.float64)

r"""Questions and cues learned from answers: graded items by marginal maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import BadInputError
from engine.inference.acceleration import Climb, climb
from engine.inference.grid import NODES, Array
from engine.inference.item_doubts import ItemDoubt, item_doubts
from engine.inference.item_step import item_of, log_table
from engine.inference.marginal import MOST_DISCRIMINATION, MOST_SHIFT, Marginal, Priors
from engine.inference.posterior import density
from engine.inference.responses import Responses, checked_grades, patterns_of
from engine.inference.settling import settled

__all__ = ["CalibratedItem", "Calibration", "ItemDoubt", "Priors", "calibrate", "expected_places"]

TOLERANCE = 1e-6
"""The fit is done when one plain EM step, or one of Newton's, moves no number by more."""

MOST_ITERATIONS = 300
"""EM steps; twenty to a hundred are usual. Where answers tell little Newton's method goes on."""

LEAST_SLOPE = 1e-9
"""An item that tells nothing at all has no thresholds; so its own are far, not infinite."""


@dataclass(frozen=True, slots=True)
class CalibratedItem:
    """One question on the axis."""

    id: str
    discrimination: float
    """Below 0 where the item runs against the others."""
    thresholds: tuple[float, ...]
    """The first is between the lowest grade and the next; rising, or falling where the
    discrimination is below 0."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learned, and where each guest stands."""

    log_likelihood: float
    """Of all answers, without the priors."""
    items: tuple[CalibratedItem, ...]
    weights: tuple[float, ...]
    """Of each cue, per unit of its column."""
    iterations: int
    is_converged: bool
    means: Array
    """Shape (n_rows,): expected place of each guest; from her cues only, where nothing was said."""
    sds: Array
    """Shape (n_rows,)."""
    doubts: tuple[ItemDoubt, ...] = ()
    """Items that should not be used as they are."""


@dataclass(frozen=True)
class _Watched:
    """Steps of EM that refuse to run away, and say which column did."""

    fit: Marginal
    responses: Responses

    def step(self, state: Array) -> tuple[Array, float]:
        after, height = self.fit.step(state)
        items, weights = self.fit.parts(after)
        for name, item in zip(self.responses.items, items, strict=True):
            if abs(item[0]) > MOST_DISCRIMINATION:
                raise BadInputError(
                    f"column '{name}': its answers and those of the others follow from each other "
                    "without any doubt, so that its discrimination has no maximum. Leave it out, "
                    "or use priors."
                )
        if np.max(np.abs(self.fit.cues @ weights), initial=0.0) > MOST_SHIFT:
            raise BadInputError(self._beyond(weights))
        return after, height

    def _beyond(self, weights: Array) -> str:
        cues = self.fit.cues[self.fit.patterns.pattern_of] * weights
        row = int(np.argmax(np.abs(cues.sum(axis=1))))
        name = self.responses.cues[int(np.argmax(np.abs(cues[row])))]
        return (
            f"row {row + 1}, column '{name}': the cues separate guests so far that this one stands "
            "beyond the end of the axis. Leave it out, or take its logarithm."
        )


def calibrate(
    responses: Responses, *, priors: Priors | None = None, standardise: bool = False
) -> Calibration:
    r"""Learn items and cue weights from the answers of many guests.

    Graded response model [1]_ with :math:`\theta \sim N(x'\beta, 1)` [2]_, by EM [3]_ on the
    nodes of the grid. Residual variance is 1, the constant 0 and cues are not centred, the
    convention of R mirt; a cue with weight thus moves the thresholds of all items as well.

    Parameters
    ----------
    responses : Responses
        At least three items; rows without any answer teach nothing.
    priors : Priors, optional
        None: plain maximum likelihood.
    standardise : bool
        True: the scale of the engine, on which guests in general have mean 0 and variance 1:
        places are centred and divided by :math:`S = \sqrt{1 + \beta'\Sigma\beta}`, so that
        weights are :math:`\beta/S` and discriminations :math:`aS`.

    Returns
    -------
    Calibration

    Raises
    ------
    BadInputError
        Names the column, and the row or grade, from which nothing can be learned.

    References
    ----------
    .. [1] Samejima (1969), Psychometrika Monograph 17.
    .. [2] Mislevy (1987), Applied Psychological Measurement 11:81-91.
    .. [3] Bock & Aitkin (1981), Psychometrika 46:443-459.
    """
    n_grades = checked_grades(responses, may_be_empty=priors is not None)
    fit = Marginal(patterns_of(responses, n_grades), priors)
    learned = _told(fit, _end(fit, responses), responses)
    return _standardised(fit, learned) if standardise else learned


def _end(fit: Marginal, responses: Responses) -> Climb:
    """Climb by EM, which is safe; where that is too slow, go on by Newton's method."""
    step = _Watched(fit, responses).step
    end = climb(step, fit.start(), fit.is_possible, tolerance=TOLERANCE, most=MOST_ITERATIONS)
    if end.is_converged or not fit.is_possible(end.point):
        return end
    last = settled(fit, end.point, tolerance=TOLERANCE)
    return replace(last, iterations=end.iterations + last.iterations)


def _told(fit: Marginal, end: Climb, responses: Responses) -> Calibration:
    """Translate a state into the convention of R mirt: cues not centred, per unit of a column."""
    items, scaled = fit.parts(end.point)
    weights = scaled / fit.spread
    origin = float(fit.centre @ weights)
    log_likelihoods, densities = fit.densities(end.point)
    means, sds = _moments(densities)
    return Calibration(
        log_likelihood=float(fit.patterns.counts @ log_likelihoods),
        items=tuple(
            _item(name, slope := _slope(item), origin - item[1:] / slope)
            for name, item in zip(responses.items, items, strict=True)
        ),
        weights=tuple(float(weight) for weight in weights),
        iterations=end.iterations,
        is_converged=end.is_converged,
        means=means[fit.patterns.pattern_of] + origin,
        sds=sds[fit.patterns.pattern_of],
        doubts=item_doubts(fit, end, responses.items),
    )


def _slope(item: Array) -> float:
    return float(item[0]) if abs(item[0]) > LEAST_SLOPE else LEAST_SLOPE


def _standardised(fit: Marginal, told: Calibration) -> Calibration:
    weights = np.array(told.weights)
    placed = (fit.patterns.values - fit.centre) @ weights
    counts = fit.patterns.counts
    scale = float(np.sqrt(1.0 + counts @ placed**2 / counts.sum()))
    origin = float(fit.centre @ weights)
    return replace(
        told,
        items=tuple(
            _item(i.id, i.discrimination * scale, (np.array(i.thresholds) - origin) / scale)
            for i in told.items
        ),
        weights=tuple(float(weight) for weight in weights / scale),
        means=(told.means - origin) / scale,
        sds=told.sds / scale,
        doubts=tuple(doubt.scaled(scale) for doubt in told.doubts),
    )


def expected_places(
    responses: Responses, items: Sequence[CalibratedItem], weights: Sequence[float] = ()
) -> tuple[Array, Array]:
    r"""Expected place and standard deviation of each guest for items and weights as given.

    With prior :math:`N(x'\beta, 1)`, residual variance 1 and cues not centred, on the nodes of
    the grid (EAP, Bock & Mislevy 1982).

    Parameters
    ----------
    responses : Responses
        Grades from `responses.lowest`.
    items : sequence of CalibratedItem
        One for each of `responses.items`, in their order.
    weights : sequence of float
        One for each of `responses.cues`.

    Returns
    -------
    tuple of two ndarrays of shape (n_rows,)
    """
    n_grades = tuple(len(item.thresholds) + 1 for item in items)
    patterns = patterns_of(responses, n_grades)
    given = [item_of(item.discrimination, np.array(item.thresholds)) for item in items]
    log_weights = patterns.chosen @ np.concatenate([log_table(item) for item in given])
    prior_means = patterns.values @ np.asarray(weights, dtype=np.float64)
    log_weights -= 0.5 * (NODES - prior_means[:, None]) ** 2
    means, sds = _moments(density(log_weights))
    return means[patterns.pattern_of], sds[patterns.pattern_of]


def _item(name: str, discrimination: float, thresholds: Array) -> CalibratedItem:
    return CalibratedItem(name, float(discrimination), tuple(float(b) for b in thresholds))


def _moments(densities: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each row."""
    means = densities @ NODES
    return means, np.sqrt(np.maximum(densities @ NODES**2 - means**2, 0.0))

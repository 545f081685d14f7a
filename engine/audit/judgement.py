"""What two versions of the rules would have earned, judged by the stays left to chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.offpolicy import ChoiceLog, Estimate, Refusal, estimate
from engine.audit.replay import styles_of
from engine.decision.advise import Adviser
from engine.decision.at_once import Chosen
from engine.decision.past import PastStays
from engine.domain.catalogue import Catalogue
from engine.inference.grid import Array

NOBODY = Refusal(
    "nobody",
    "No style was left to chance in any past stay, so nobody can say what another one would have "
    "done. Let a share of the stays be drawn (`tact explore`), then ask again.",
)


@dataclass(frozen=True, slots=True)
class DrawnStays:
    """Stays whose style was drawn by lot."""

    past: PastStays
    """As they stood when it was."""
    taken: NDArray[np.int64]
    """Shape (n_stays,): place of the style drawn, in the catalogue."""
    propensities: Array
    """Shape (n_stays,): chance with which it was drawn."""
    satisfaction: NDArray[np.int64]
    """Shape (n_stays,): 1 to 5, 0 where nobody told."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Mean satisfaction, from 0 to 1, under two versions of the rules, or why nobody can say."""

    before: Estimate
    after: Estimate


def judge(drawn: DrawnStays, now: Adviser, then: Adviser) -> Judgement:
    """Judge two versions of the rules by the same stays.

    Satisfaction counts in the points of the seed, brought to 0 to 1. Each version is taken to
    serve its best style, whatever else the lot may do.
    """
    if not drawn.past.n_stays:
        nothing = Estimate(None, None, None, 0.0, 0, (NOBODY,))
        return Judgement(nothing, nothing)
    before, after = styles_of(drawn.past, now), styles_of(drawn.past, then)
    rewards = rewards_of(drawn.satisfaction, now.catalogue)
    return Judgement(*(estimate(_log(drawn, rewards, before, c, now)) for c in (before, after)))


def rewards_of(satisfaction: NDArray[np.int64], catalogue: Catalogue) -> Array:
    """Return how much each grade is worth, from 0 to 1; nan where none was told."""
    points = np.array(catalogue.model.outcome.points, dtype=np.float64)
    worth = (points - points.min()) / (points.max() - points.min())
    return np.asarray(np.array([np.nan, *worth])[satisfaction])


def _log(
    drawn: DrawnStays, rewards: Array, before: Chosen, chosen: Chosen, adviser: Adviser
) -> ChoiceLog:
    styles = tuple(adviser.catalogue.styles)
    return ChoiceLog(
        actions=styles,
        taken=drawn.taken,
        rewards=rewards,
        propensities=drawn.propensities,
        policy=np.eye(len(styles))[chosen.styles],
        features=np.column_stack([before.means, before.means**2]),
    )

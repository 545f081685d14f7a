"""The scale that owners set a rule on: seven places, efficiency left and contact right."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from engine.domain.rules import STRENGTHS

MOST_WEIGHT = 3.0
"""Drawn at the very edge; the use case allows no more."""
CELL = 100.0
"""Width of one of the seven places in view box units."""
MIDDLE = 3.5 * CELL
EDGE = 0.4 * CELL
"""How far beyond the middle of the last place the largest weight stands."""
KNOTS = ((0.0, 0.0), *((size, CELL * (n + 1)) for n, size in enumerate(STRENGTHS.values())))
LAST = (MOST_WEIGHT, CELL * len(STRENGTHS) + EDGE)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a weight stands above the seven places, and where it stood before."""

    mark: float
    before: float | None
    """The weight in force, where the draft has another one."""

    @classmethod
    def of(cls, weight: float, in_force: float) -> Scale:
        """Draw a weight of the draft beside the one in force."""
        return cls(x_of(weight), None if weight == in_force else x_of(in_force))


def x_of(weight: float) -> float:
    """Return the x of a weight: straight lines between the words, so that each word is centred."""
    knots = (*KNOTS, LAST)
    size = min(abs(weight), MOST_WEIGHT)
    k = min(bisect_right([knot for knot, _ in knots], size), len(knots) - 1)
    (low, left), (high, right) = knots[k - 1], knots[k]
    along = left + (size - low) / (high - low) * (right - left)
    return round(MIDDLE + along if weight > 0 else MIDDLE - along, 1)

"""The axis as numbers for a drawing: efficiency left, contact right."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.axis import Belief

EDGE = 2.5
"""Standard deviations drawn on each side; display only, nothing is decided by it."""
LEFT = 20.0
WIDTH = 600.0
CELLS = ("e3", "e2", "e1", "b0", "c1", "c2", "c3")
GAP = 2.0
FAIRLY_SURE = 0.70
"""From about 7 in 10 on, the side is worth acting on and worth a word."""
QUITE_SURE = 0.90
MOST_IN_TEN = 9
"""Never more is claimed than about 9 in 10 (design, tokens)."""
LEAST_LEAN = 0.55
"""Below, the belief leans to neither side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the seven coloured cells."""

    colour: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """A belief as geometry in a view box of 640 by 84, and as keys of words."""

    cells: tuple[Cell, ...]
    mark: float
    band_from: float
    band_width: float
    leaning: str
    """Trade word: axis.leans_contact, axis.leans_efficiency or axis.leans_neither."""
    sure: str
    """Trade word: axis.not_sure, axis.fairly_sure or axis.quite_sure."""
    in_ten: int
    """So many of ten such guests stand on this side, 5 to 9."""
    low: float
    high: float
    """The 90 % band in standard deviations; plus is contact."""

    @classmethod
    def of(cls, belief: Belief) -> Axis:
        """Draw `belief`; what lies outside the drawn part sticks to its edge."""
        low, high = belief.band
        share = max(belief.p_contact, 1 - belief.p_contact)
        return cls(
            cells=_cells(),
            mark=place(belief.mean),
            band_from=place(low),
            band_width=round(place(high) - place(low), 2),
            leaning=_leaning(belief.p_contact),
            sure=_sure(share),
            in_ten=min(MOST_IN_TEN, round(10 * share)),
            low=round(low, 1),
            high=round(high, 1),
        )


def place(theta: float) -> float:
    """Return the x of a place on the axis, in view box units from 20 to 620."""
    inside = max(-EDGE, min(EDGE, theta))
    return round(LEFT + (inside + EDGE) / (2 * EDGE) * WIDTH, 2)


def _cells() -> tuple[Cell, ...]:
    step = WIDTH / len(CELLS)
    return tuple(
        Cell(colour, round(LEFT + index * step, 2), round(step - GAP, 2))
        for index, colour in enumerate(CELLS)
    )


def _leaning(p_contact: float) -> str:
    if max(p_contact, 1 - p_contact) < LEAST_LEAN:
        return "axis.leans_neither"
    return "axis.leans_contact" if p_contact > 1 / 2 else "axis.leans_efficiency"


def _sure(share: float) -> str:
    if share < FAIRLY_SURE:
        return "axis.not_sure"
    return "axis.fairly_sure" if share < QUITE_SURE else "axis.quite_sure"

r"""What advice is worth, measured on guests of whom the truth is known.

Where guests are as the model says, a 90 % band holds the truth of 90 in 100 of them (Cook, Gelman
& Rubin 2006), and asking pays for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.simulated_desk import WAYS, Desk, Served
from engine.audit.simulated_guests import World, draw_guests, draw_satisfaction
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.inference.grid import Array
from engine.inference.outcome import expected_points

BLOCK = 1_000
"""Guests drawn at once, so that drawing costs little for each."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was seen of many guests. A mean over nobody is None."""

    n_guests: int
    coverage: Mapping[str, float]
    """Share of 90 % bands that hold the truth, `before` and `after` the engine's questions."""
    regret: Mapping[str, float]
    """Mean points lost, asking and watching counted, against an oracle that knows where each
    guest stands; by way of serving."""
    questions: Mapping[str, float | None]
    """Questions a guest that the engine asks: `all`, of the `efficiency` and `contact` side."""
    styles: Mapping[str, int]
    """Guests that the engine has served in each style."""
    satisfaction: Mapping[str, float | None]
    """Their mean satisfaction, 1 to 5."""


def simulate(
    adviser: Adviser,
    n_guests: int,
    rng: np.random.Generator,
    world: World | None = None,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Draw guests, serve each in three ways, and compare with the truth.

    Parameters
    ----------
    adviser : Adviser
        Whose advice is measured, and whose model the guests are drawn from.
    n_guests : int
        At least 1.
    rng : numpy.random.Generator
        All chance comes from here: the same state gives the same result.
    world : World, optional
        What is known of all guests, and how wrong the rules are.
    progress : callable, optional
        Told now and then how many guests were served.

    Raises
    ------
    ValueError
        If `n_guests` is below 1.
    """
    if n_guests < 1:
        raise ValueError(f"there must be at least one guest, not {n_guests}")
    desk, blocks = Desk(adviser), []
    for start in range(0, n_guests, BLOCK):
        guests = draw_guests(adviser, min(BLOCK, n_guests - start), rng, world)
        blocks.append(_Block.of([desk.serve(guest) for guest in guests], adviser.catalogue))
        if progress:
            progress(start + len(guests))
    return _Block.joined(blocks).told(list(adviser.catalogue.styles))


@dataclass(frozen=True, slots=True)
class _Block:
    """What was seen of some guests, in columns; of a hundred thousand only this is kept."""

    theta: Array
    coverage: NDArray[np.bool_]
    """Shape (n_guests, 2): before and after."""
    regret: Array
    """Shape (n_guests, n_ways)."""
    questions: NDArray[np.int64]
    style: NDArray[np.int64]
    satisfaction: NDArray[np.int64]

    @classmethod
    def of(cls, served: Sequence[Served], catalogue: Catalogue) -> _Block:
        positions = [style.position for style in catalogue.styles.values()]
        advised = [one.visits["engine"] for one in served]
        theta = np.array([one.guest.theta for one in served])
        moods = np.array([one.guest.mood for one in served])
        places = {id: k for k, id in enumerate(catalogue.styles)}
        style = np.array([places[visit.style] for visit in advised], dtype=np.int64)
        before = [one.visits["never_asking"].is_covered for one in served]
        return cls(
            theta=theta,
            coverage=np.column_stack([before, [visit.is_covered for visit in advised]]),
            regret=_regret(served, theta, catalogue),
            questions=np.array([visit.n_questions for visit in advised], dtype=np.int64),
            style=style,
            satisfaction=draw_satisfaction(style, theta, moods, positions, catalogue.model.outcome),
        )

    @classmethod
    def joined(cls, blocks: Sequence[_Block]) -> _Block:
        return cls(
            *(np.concatenate([getattr(block, name) for block in blocks]) for name in cls.__slots__)
        )

    def told(self, styles: Sequence[str]) -> Simulation:
        sides = {
            "all": np.ones(self.theta.size, dtype=np.bool_),
            "efficiency": self.theta < 0,
            "contact": self.theta >= 0,
        }
        of_style = {id: self.style == k for k, id in enumerate(styles)}
        before, after = self.coverage.mean(axis=0).tolist()
        return Simulation(
            n_guests=self.theta.size,
            coverage={"before": before, "after": after},
            regret=dict(zip(WAYS, self.regret.mean(axis=0).tolist(), strict=True)),
            questions={side: _mean(self.questions[of]) for side, of in sides.items()},
            styles={id: int(of.sum()) for id, of in of_style.items()},
            satisfaction={id: _mean(self.satisfaction[of]) for id, of in of_style.items()},
        )


def _regret(served: Sequence[Served], theta: Array, catalogue: Catalogue) -> Array:
    """Points lost against the oracle; shape (n_guests, n_ways).

    The oracle knows where each guest stands and what the desk may not do before the first
    question. It asks nothing.
    """
    styles = list(catalogue.styles)
    positions = np.array([style.position for style in catalogue.styles.values()])
    prices = np.array([one.contact_price for one in served])
    points = expected_points(positions.tolist(), catalogue.model.outcome, theta).T
    points = points - prices[:, None] * positions
    is_allowed = np.array([[id in one.allowed for id in styles] for one in served])
    best = np.where(is_allowed, points, -np.inf).max(axis=1)
    everyone, columns = np.arange(theta.size), []
    for way in WAYS:
        visits = [one.visits[way] for one in served]
        taken = points[everyone, [styles.index(visit.style) for visit in visits]]
        columns.append(best - taken + np.array([visit.price for visit in visits]))
    return np.column_stack(columns)


def _mean(values: NDArray[np.int64]) -> float | None:
    return float(values.mean()) if values.size else None

"""How much chance an owner lets into the choice of style: none, unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

N_STYLES = 5
"""Styles along the axis: the floor of all together must leave room for the best."""

LIMITS: Mapping[str, float] = {
    "control_share": 1.0,
    "test_share": 1.0,
    "floor": 1.0 / N_STYLES,
    "reach": 100.0,
    "monthly_budget": 1e9,
}
"""Most of each number of the settings; the least is 0. A style has at most 100 points, and more
than ten million such stays a month nobody has."""


class Arm(StrEnum):
    """Why a stay is served in its style."""

    ENGINE = "engine"
    """The best style, as if nothing were explored."""
    CONTROL = "control"
    """Usual service, no advice shown: what Tact is compared with."""
    TEST = "test"
    """Any style that is nearly as good as the best, all equally likely."""
    THOMPSON = "thompson"
    """A style as likely as it is to be the best one, given what is not known of guests."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """An owner's settings; as they stand here nothing is explored.

    Raises
    ------
    ValueError
        If a number lies outside its range.
    """

    is_on: bool = False
    control_share: float = 0.0
    """Share of stays under usual service, 0 to 1."""
    test_share: float = 0.10
    """Share of the others in the test slice, 0 to 1: a tenth shows an effect within a season."""
    has_thompson: bool = False
    """Whether the rest is chosen by bounded Thompson sampling; else they get the best style."""
    reach: float = 1.0
    """Points that a style may lie below the best and still be tried: unwanted contact costs as
    much at a first meeting."""
    floor: float = 0.05
    """Least chance of each style within reach, 0 to 0.2: no weight in a later estimate is then
    above 20."""
    monthly_budget: float = 30.0
    """Expected points that exploring may cost a house in one month: thirty stays served one point
    below the best."""

    def __post_init__(self) -> None:
        for name, most in LIMITS.items():
            given = getattr(self, name)
            if not 0.0 <= given <= most:
                raise ValueError(f"{name} must lie between 0 and {most:g}, not {given}")


NO_EXPLORATION = Exploration()
"""What every house starts with."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The style of one stay, with the odds to be written down beside it."""

    style: str
    propensity: float
    """How likely this style was for this stay, whatever the arm; above 0, at most 1."""
    arm: Arm
    odds: Mapping[str, float]
    """The same for every style that was allowed; adds up to 1."""
    cost: float = 0.0
    """Expected points given away against the best style; counts towards the monthly budget."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What an assignment was drawn from, beside the stay itself and the key of the house."""

    settings: Exploration
    usual: str
    """The owner's usual style then."""
    spent: float
    """Points that exploring other stays had cost that month."""


@dataclass(frozen=True, slots=True)
class Exploring:
    """The part that one stay has in exploration."""

    assignment: Assignment
    draw: Draw | None = None
    """None: it is served as it was assigned before, since the guest has arrived."""
    left: Arm | None = None
    """The arm that it was drawn into and has left, because of something the guest said."""

    @property
    def is_usual_service(self) -> bool:
        """Whether the desk serves as it always did, and no advice is shown."""
        return self.assignment.arm is Arm.CONTROL

    @property
    def drawn_arm(self) -> Arm:
        """The arm that the lot fell on, whatever came of it: by it groups are compared."""
        return self.left or self.assignment.arm

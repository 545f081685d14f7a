"""Whether guests at both ends of the axis get all of the quality (article A2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

END = 0.5
"""From half a standard deviation on a guest stands at an end: there the style is another one."""

LEAST_TOLD = 20
"""Guests of one group from which a mean says something: with a usual spread of one grade it is
then known to within .4."""

LARGEST_GAP = 0.2
"""Grades by which two groups may differ; a fifth of a grade is one guest in five."""

NINETY = 1.6449
"""Standard errors on each side that hold a normal number with 90 %."""

ROUNDING = 1.0 / 12.0
"""Variance that whole grades hide: equal grades are no proof of equal guests."""


class Group(StrEnum):
    """Who is compared."""

    CONTACT = "contact"
    EFFICIENCY = "efficiency"
    SILENT = "silent"
    """Answered no question."""
    SPOKE = "spoke"
    ALL = "all"


class Finding(StrEnum):
    """What a comparison says."""

    TOO_FEW = "too_few"
    CALM = "calm"
    ALERT = "alert"
    """Even the near end of the interval is beyond what may be."""


@dataclass(frozen=True, slots=True)
class Told:
    """How one stay was, and what was known of its guest."""

    position: float
    """Mean belief, in standard deviations; + is contact."""
    has_answered: bool
    satisfaction: int | None
    """1 to 5; None where it was not told."""
    contact: int | None
    """-1 too little, 0 just right, 1 too much; None where it was not told."""


@dataclass(frozen=True, slots=True)
class GroupQuality:
    """How one group found its stays."""

    group: Group
    n: int
    """Guests who told how satisfied they were."""
    mean: float | None
    """1 to 5; None where nobody told."""
    variance: float
    n_felt: int
    """Guests who told how our contact was."""
    n_too_little: int
    n_right: int
    n_too_much: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference between two groups, with its 90 % interval."""

    of: Group
    against: Group
    difference: float | None
    """Grades; None where one group is too small to say."""
    low: float
    high: float
    finding: Finding
    n_least: int
    """Guests of the smaller group."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The equal-quality audit of one house."""

    groups: tuple[GroupQuality, ...]
    gaps: tuple[Gap, ...]

    @property
    def n(self) -> int:
        """Guests who told how satisfied they were."""
        return next(one.n for one in self.groups if one.group is Group.ALL)

    @property
    def has_alert(self) -> bool:
        """Whether any two groups differ by more than may be."""
        return any(gap.finding is Finding.ALERT for gap in self.gaps)


IS_IN: dict[Group, Callable[[Told], bool]] = {
    Group.CONTACT: lambda told: told.position > END,
    Group.EFFICIENCY: lambda told: told.position < -END,
    Group.SILENT: lambda told: not told.has_answered,
    Group.SPOKE: lambda told: told.has_answered,
    Group.ALL: lambda told: True,
}

COMPARED = ((Group.CONTACT, Group.EFFICIENCY), (Group.SILENT, Group.SPOKE))
"""Both ends with each other, and those who said nothing with those who did."""


def quality_of(told: Sequence[Told]) -> Quality:
    """Compare both ends of the axis, and those who answered nothing with the others.

    Parameters
    ----------
    told : sequence of Told
        One for each stay that told anything of how it was.
    """
    groups = {group: _group(group, told) for group in Group}
    gaps = tuple(gap_of(groups[one], groups[other]) for one, other in COMPARED)
    return Quality(tuple(groups.values()), gaps)


def gap_of(one: GroupQuality, other: GroupQuality) -> Gap:
    """Return how far two groups lie apart, with the interval of Welch [1]_, or that it is unknown.

    From 20 guests on each side the normal quantile stands for that of t.

    References
    ----------
    .. [1] Welch (1947), Biometrika 34:28-35.
    """
    least = min(one.n, other.n)
    if least < LEAST_TOLD or one.mean is None or other.mean is None:
        return Gap(one.group, other.group, None, 0.0, 0.0, Finding.TOO_FEW, least)
    difference = one.mean - other.mean
    side = NINETY * sqrt(one.variance / one.n + other.variance / other.n)
    low, high = difference - side, difference + side
    is_beyond = low > LARGEST_GAP or high < -LARGEST_GAP
    finding = Finding.ALERT if is_beyond else Finding.CALM
    return Gap(one.group, other.group, difference, low, high, finding, least)


def _group(group: Group, told: Sequence[Told]) -> GroupQuality:
    here = [one for one in told if IS_IN[group](one)]
    grades = [one.satisfaction for one in here if one.satisfaction is not None]
    felt = [one.contact for one in here if one.contact is not None]
    mean = sum(grades) / len(grades) if grades else None
    return GroupQuality(
        group=group,
        n=len(grades),
        mean=mean,
        variance=_variance(grades, mean),
        n_felt=len(felt),
        n_too_little=felt.count(-1),
        n_right=felt.count(0),
        n_too_much=felt.count(1),
    )


def _variance(grades: Sequence[int], mean: float | None) -> float:
    if mean is None or len(grades) < 2:  # one number does not spread
        return ROUNDING
    spread = sum((grade - mean) ** 2 for grade in grades) / (len(grades) - 1)
    return max(spread, ROUNDING)

r"""Bands: what is measured finely is counted coarsely, so that equal stays count together.

The bands are fixed. They depend on no rules and no seed, so a stay falls into the same ones
whenever it is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from engine.domain.axis import NO_TRAIT, Trait

EXACT_UP_TO = 24
"""Whole numbers up to here keep their value: nights, people, requests and hours of the day."""

ROUND_NUMBERS = (28, 30, 35, 40, 45, 50, 60, 75, 90, 100, 120, 150, 180, 200, 250, 300, 365, 500)
"""Larger numbers at which people draw lines. Each is a band of its own, so that `at least 30`,
`more than 30`, `at most 30` and `less than 30` all hold for the band as for the number."""

LOWER_ENDS = (
    *range(EXACT_UP_TO + 1),
    *sorted({EXACT_UP_TO + 1, *ROUND_NUMBERS, *(number + 1 for number in ROUND_NUMBERS)}),
)

N_PROPENSITIES = 20
"""Bands of a twentieth: as fine as the least chance of a style within reach."""

CERTAIN = N_PROPENSITIES
"""The band of 1: nothing was left to chance, and the stay tells of no effect of style."""

HOURS_LATE = (1, 2, 4)
"""From here on a wait is another wait: on time, an hour, two to four, an evening."""

MEAN_ENDS = tuple(-1.75 + 0.25 * k for k in range(15))
VARIANCE_ENDS = (0.25, 0.40, 0.55)
"""16 x 4 bands of what is remembered: a quarter of a standard deviation, and how well."""

MEAN_OF = tuple(-1.875 + 0.25 * k for k in range(16))
VARIANCE_OF = (0.2, 0.325, 0.475, 0.65)

TraitBand = tuple[int, ...]
"""(mean, variance), or empty where nothing is remembered."""


def whole_band(value: int) -> int:
    """Return the lowest number of the band that `value` falls in; below 0 all are one."""
    place = bisect_right(LOWER_ENDS, value) - 1
    return LOWER_ENDS[place] if place >= 0 else -1


def late_band(hours: float) -> int:
    """Return 0 to 3 for a guest who came `hours` after she was expected."""
    return bisect_right(HOURS_LATE, hours)


def propensity_band(propensity: float) -> int:
    """Return the band of a chance: k holds those above k/20 up to (k + 1)/20, 20 only the sure.

    Raises
    ------
    ValueError
        If `propensity` is not above 0 and at most 1.
    """
    if not 0.0 < propensity <= 1.0:
        raise ValueError(f"a propensity must be above 0 and at most 1, not {propensity}")
    if propensity == 1.0:
        return CERTAIN
    above = -int(-propensity * N_PROPENSITIES // 1)  # the ceiling
    return min(max(above - 1, 0), N_PROPENSITIES - 1)


def propensity_of(band: int) -> float:
    """Return the chance that stands for a band: its middle, or 1."""
    return 1.0 if band == CERTAIN else (band + 0.5) / N_PROPENSITIES


def trait_band(trait: Trait) -> TraitBand:
    """Return where a remembered trait falls; empty where nothing is remembered."""
    if trait == NO_TRAIT:
        return ()
    return bisect_right(MEAN_ENDS, trait.mean), bisect_right(VARIANCE_ENDS, trait.variance)


def trait_of(band: TraitBand) -> Trait:
    """Return the trait that stands for a band, the middle of both."""
    if not band:
        return NO_TRAIT
    mean, variance = band
    return Trait(MEAN_OF[mean], VARIANCE_OF[variance])


def week_of(day: date) -> str:
    """Return the ISO week of a day, as in 2026-W24."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date:
    """Return the first day of an ISO week."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)

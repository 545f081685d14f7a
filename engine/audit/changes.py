"""Which rules weigh otherwise than before, with the same season of last year beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audit.weeks import Week, together
from engine.inference.comparison import Comparison, you_say_they_say
from engine.inference.grid import Array

RECENT_WEEKS = 13
"""A quarter: long enough to tell something, short enough to be news."""

YEAR_WEEKS = 52
"""The same season last year lies so many weeks back."""

LEAST_RECENT, LEAST_BEFORE = 30, 50
"""Stays that told something, on each side of a comparison."""

CLEARLY = 3.0
"""Standard deviations between two weights before a rule has changed."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that weighs otherwise in the last quarter than in all weeks before it."""

    id: str
    before: float
    recent: float
    distance: float
    """Recent less before, in standard deviations of that difference."""
    last_year: float | None
    """In the same season last year; None where too few stays tell."""
    is_season: bool
    """The same season last year was as it is now: guests come and go with the season."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Which rules have changed, and what was compared."""

    rules: tuple[RuleChange, ...]
    detail: str


def changes_of(weeks: Sequence[Week], ids: Sequence[str], owner: Array) -> Changes:
    r"""Find the rules with :math:`|\beta_{recent} - \beta_{before}| / sd > 3`, season in mind.

    Both are what stays alone tell, without the owner. A rule that cannot be told apart from
    another on either side is passed over.

    Parameters
    ----------
    weeks : sequence of Week
        The earliest first.
    ids : sequence of str
        Rules that are learned.
    owner : ndarray of shape (n_rules,)
        What the owner says of them.
    """
    last_week = weeks[-1].number if weeks else 0
    first = last_week - RECENT_WEEKS + 1
    recent = [week for week in weeks if week.number >= first]
    before = [week for week in weeks if week.number < first]
    if _n(recent) < LEAST_RECENT or _n(before) < LEAST_BEFORE:
        return Changes((), _too_few(recent, before))
    back = (first - YEAR_WEEKS, last_week - YEAR_WEEKS)
    season = [week for week in before if back[0] <= week.number <= back[1]]
    told = (you_say_they_say(owner, together(part, owner.size)) for part in (recent, before))
    then = you_say_they_say(owner, together(season, owner.size))
    has_season = _n(season) >= LEAST_RECENT
    sides = (
        _Sides(now, rest, last if has_season else None)
        for now, rest, last in zip(*told, then, strict=True)
    )
    found = (_change(id, each) for id, each in zip(ids, sides, strict=True))
    return Changes(tuple(each for each in found if each), _compared(before, has_season))


@dataclass(frozen=True, slots=True)
class _Sides:
    """What stays alone tell of one rule."""

    recent: Comparison
    before: Comparison
    season: Comparison | None
    """In the same season last year; None where there were too few stays."""


def _change(id: str, sides: _Sides) -> RuleChange | None:
    recent, before = sides.recent.told, sides.before.told
    distance = _distance(sides.recent, sides.before)
    if recent is None or before is None or distance is None or abs(distance) <= CLEARLY:
        return None
    last_year = sides.season.told if sides.season else None
    return RuleChange(id, before, recent, distance, last_year, _is_season(sides, distance))


def _is_season(sides: _Sides, distance: float) -> bool:
    """Whether last year's season was as now, and itself apart from the rest of the year.

    A season that tells little is near to everything and explains nothing.
    """
    if sides.season is None:
        return False
    from_now = _distance(sides.recent, sides.season)
    from_rest = _distance(sides.season, sides.before)
    if from_now is None or from_rest is None:
        return False
    return abs(from_now) <= CLEARLY and from_rest * distance > 0.0 and abs(from_rest) > 1.0


def _distance(one: Comparison, other: Comparison) -> float | None:
    """Standard deviations between what two sets of stays tell; None where one tells nothing."""
    if one.told is None or one.told_sd is None or other.told is None or other.told_sd is None:
        return None
    return float((one.told - other.told) / np.hypot(one.told_sd, other.told_sd))


def _n(weeks: Sequence[Week]) -> int:
    return sum(week.n_stays for week in weeks)


def _too_few(recent: Sequence[Week], before: Sequence[Week]) -> str:
    return (
        f"No rule compared with earlier: {_n(recent)} stays told something in the last "
        f"{RECENT_WEEKS} weeks and {_n(before)} before; {LEAST_RECENT} and {LEAST_BEFORE} are "
        "needed."
    )


def _compared(before: Sequence[Week], has_season: bool) -> str:
    words = f"The last {RECENT_WEEKS} weeks were set beside {_n(before)} stays before them"
    if has_season:
        return f"{words} and beside the same season last year."
    return f"{words}; of the same season last year there are too few to compare."

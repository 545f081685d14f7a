"""Whether guests are still as they were: how fast stays grow old, and two alarms.

One alarm hears when the guests are foretold worse than before, the other names the rule that has
changed. Both only tell; neither changes a weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audit.changes import RECENT_WEEKS, Changes, changes_of
from engine.audit.discount import Discount, discount_of
from engine.audit.lessons import owners_word
from engine.audit.sureness import sureness_of
from engine.audit.weeks import Loss, Week, weeks_of
from engine.decision.advise import Adviser
from engine.inference.grid import Array
from engine.inference.stats import Stats

CALM_WEEKS = 8
"""Weeks from which the usual loss is known well enough to call another one unusual."""

CALM_STAYS = 50
"""Stays for the same."""

TOLERATED = 0.5
"""Half of the shift that is to be found, one standard error of a week: the usual choice."""

THRESHOLD = 5.0
"""With half a standard error tolerated, guests who never change raise an alarm about once in
930 weeks (Montgomery, Statistical Quality Control, 9.1: the mean run to an alarm on one side)."""


@dataclass(frozen=True, slots=True)
class LossAlarm:
    """Whether guests are foretold worse than before."""

    is_raised: bool
    since: str | None
    """ISO week from which on; None where nothing is amiss."""
    detail: str


@dataclass(frozen=True, slots=True)
class Drift:
    """All that a run says of change."""

    n_weeks: int
    discount: Discount
    loss: LossAlarm
    changes: Changes


def drift_of(stats: Stats, adviser: Adviser) -> Drift:
    """Look for change in the stays of one house.

    Parameters
    ----------
    stats : Stats
        Up to the day of the run.
    adviser : Adviser
        In force.
    """
    ids, owner, sureness = _learned(adviser)
    weeks = weeks_of(stats, adviser, ids)
    discount = discount_of(weeks, owner, sureness)
    return Drift(len(weeks), discount, loss_alarm(weeks), changes_of(weeks, ids, owner))


def discount_in(stats: Stats, adviser: Adviser) -> Discount:
    """Choose the discount from these stays alone, as where later ones are to judge it."""
    ids, owner, sureness = _learned(adviser)
    return discount_of(weeks_of(stats, adviser, ids), owner, sureness)


def loss_alarm(weeks: Sequence[Week]) -> LossAlarm:
    r"""Listen for guests who are foretold worse than before: the test of Page and Hinkley.

    Each week's log-loss is set against the mean of all weeks before it, in standard errors z of
    that difference, so that a thin week weighs little. The alarm is raised where
    :math:`\sum (z - 0.5)` has climbed by 5 above its lowest point so far [1]_ [2]_. After an alarm
    what is usual is learned anew, and a quarter later the alarm is over: what is told is whether
    something has changed of late.

    Two losses are listened to: that of the weights in force, which hears everything, and how much
    less it is than without any rule, which varies little and so hears sooner that rules mislead.

    Parameters
    ----------
    weeks : sequence of Week
        The earliest first.

    References
    ----------
    .. [1] Page (1954), Biometrika 41:100-115.
    .. [2] Hinkley (1971), Biometrika 58:509-523.
    """
    for words, losses in (
        (_RULES_WORSE, [week.of_rules for week in weeks]),
        (_WORSE, [week.loss for week in weeks]),
    ):
        since = _heard(weeks, losses)
        if since is not None:
            return LossAlarm(True, since, words.format(since=since))
    return LossAlarm(False, None, _still(weeks))


def _heard(weeks: Sequence[Week], losses: Sequence[Loss]) -> str | None:
    """Return the week since which a loss is larger, where the last quarter raised the alarm."""
    calm, height, start, found = _Calm(), 0.0, "", None
    for week, loss in zip(weeks, losses, strict=True):
        if calm.is_known:
            start = start if height else week.week
            height = max(0.0, height + calm.surprise(week, loss) - TOLERATED)
        if height > THRESHOLD:
            found = (week.number, start)
            calm, height = _Calm(), 0.0
        calm.add(week, loss)
    is_of_late = found is not None and weeks[-1].number - found[0] < RECENT_WEEKS
    return found[1] if found is not None and is_of_late else None


@dataclass(slots=True)
class _Calm:
    """What was usual so far."""

    n_weeks: int = 0
    n: int = 0
    total: float = 0.0
    square: float = 0.0

    @property
    def is_known(self) -> bool:
        return self.n_weeks >= CALM_WEEKS and self.n >= CALM_STAYS

    def add(self, week: Week, loss: Loss) -> None:
        self.n_weeks, self.n = self.n_weeks + 1, self.n + week.n_stays
        self.total += week.n_stays * loss.mean
        self.square += week.n_stays * loss.square

    def surprise(self, week: Week, loss: Loss) -> float:
        """Standard errors by which a week lies above the mean of the weeks before it."""
        mean = self.total / self.n
        variance = max(self.square / self.n - mean**2, 0.0)
        error = np.sqrt(variance * (1.0 / week.n_stays + 1.0 / self.n))
        return float((loss.mean - mean) / error) if error > 0.0 else 0.0


def _learned(adviser: Adviser) -> tuple[tuple[str, ...], Array, Array]:
    """Rules that are learned, what the owner says of them, and how sure she is."""
    word = owners_word(adviser)
    return word.ids, word.weights, sureness_of(adviser, word.ids)


_WORSE = (
    "Since {since} guests are foretold worse than before. Look whether the house, its guests or "
    "its questions have changed."
)
_RULES_WORSE = (
    "Since {since} the rules foretell guests worse than before. Look which of them no longer hold."
)


def _still(weeks: Sequence[Week]) -> str:
    n_stays = sum(week.n_stays for week in weeks)
    if len(weeks) <= CALM_WEEKS or n_stays < CALM_STAYS:
        return (
            f"Too little to hear a change: {n_stays} stays in {len(weeks)} weeks; "
            f"{CALM_STAYS} in more than {CALM_WEEKS} are needed."
        )
    return f"Guests are foretold as well as before, over {len(weeks)} weeks."

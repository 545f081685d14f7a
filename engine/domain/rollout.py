"""New rules beside those in force: first silently, then for a share of the guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_PERCENT = 100


class RolloutState(StrEnum):
    """Where a trial of new rules stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    """By an owner, a restored version or a metric that got worse; the old rules serve everybody."""
    FINISHED = "finished"
    """The new rules are in force for everybody."""


class Metric(StrEnum):
    """What must not get worse while new rules are tried."""

    OVERRIDE = "override"
    """Stays that the desk met in another style than advised."""
    REFUSAL = "refusal"
    """Offers that were declined, of those that got a reaction."""
    COMPLAINT = "complaint"
    """Stays in which something went wrong."""
    SATISFACTION = "satisfaction"
    """How the stay was, 1 to 5; here less is worse."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """One trial of a numbered set of rules that is not in force.

    Raises
    ------
    ValueError
        If the share is no whole number from 0 to 100.
    """

    id: int
    version: int
    """The rules that are tried."""
    against: int
    """The rules in force when it began."""
    key: str
    """Seed of the buckets: another trial deals the guests anew."""
    percent: int
    """Share of guests served by the new rules; 0 = they advise silently, nobody is served."""
    state: RolloutState
    by: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    why: str = ""
    """What ended it: empty for an owner, `restored`, or the metric that got worse."""

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= MOST_PERCENT:
            raise ValueError(f"percent must lie between 0 and 100, not {self.percent}")

    @property
    def is_running(self) -> bool:
        """Whether guests may be served by it."""
        return self.state is RolloutState.RUNNING

    @property
    def is_silent(self) -> bool:
        """Whether the new rules advise nobody but the record."""
        return self.percent == 0


@dataclass(frozen=True, slots=True)
class TrialStay:
    """What both versions said of one stay; the last word before the guest arrived."""

    stay_id: int
    is_new: bool
    """Whether the guest was served by the new rules."""
    percent: int
    """Share of guests at that moment: only stays of one share are compared with each other."""
    old_style: str
    new_style: str
    shown: str | None
    """The style that the desk was advised; None where usual service shows no advice."""

    @property
    def differs(self) -> bool:
        """Whether the two versions disagree about this stay."""
        return self.old_style != self.new_style

"""What the store hands out where the domain has no word of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.exploration import Assignment, Draw
from engine.domain.people import Role
from engine.domain.private import private
from engine.store.rows import LearningState, RuleSetState


@dataclass(frozen=True, slots=True)
class GuestRecord:
    """Who a guest is, as her source tells it."""

    id: int
    house: str
    external_key: str | None
    name: str
    language: str | None
    email: str | None

    def __post_init__(self) -> None:
        """See that no log shows who it is."""
        for name in ("external_key", "name", "email"):
            object.__setattr__(self, name, private(getattr(self, name)))  # it is frozen


@dataclass(frozen=True, slots=True)
class RecommendationRecord:
    """A recommendation as it was given, with what it was made from."""

    id: int
    stay_id: int
    at: datetime
    by: str
    inputs: Mapping[str, Any]
    output: Mapping[str, Any]
    versions: Mapping[str, Any]
    propensity: float
    """Chance with which the style was chosen; 1 where nothing was left to chance."""


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What was decided for a stay, of all that was advised in it."""

    style: str
    propensity: float
    arm: str | None
    """None: nothing was said of it, as where nothing is explored."""
    trait: Trait
    """What was remembered of the guest when this was decided."""


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """Which style chance gave a stay, and from what, so that it need not be drawn twice."""

    month: str
    """Of the arrival, 2026-06: the month whose budget it counts towards."""
    assignment: Assignment
    draw: Draw
    expected: Mapping[str, float]
    """Expected points of each style that was allowed then."""
    has_left: bool = False
    """The guest has said something since: she is served accordingly, and it costs nothing."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often the desk served another style than the one it was advised."""

    n_stays: int
    """Stays that were advised before arrival and checked in; not those under usual service."""
    n_changed: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None before the first such stay."""
        return self.n_changed / self.n_stays if self.n_stays else None


@dataclass(frozen=True, slots=True)
class TraitRecord:
    """What is remembered of a guest, and what was before her last stay.

    The stay before is kept so that something told of the last stay later is not counted twice.
    """

    trait: Trait
    at: date
    """Departure from the last stay that taught something; forgetting starts here."""
    stay_id: int
    """The stay that left at that day."""
    before: Trait = NO_TRAIT
    before_at: date | None = None
    """None: nothing was remembered before that stay."""


@dataclass(frozen=True, slots=True)
class LearningRunRecord:
    """What the stays of a house taught up to one day."""

    house: str
    until: date
    state: LearningState
    """`IN_FORCE` for one run of a house at most."""
    content: Mapping[str, Any]
    by: str
    """Who let it learn."""
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleSetRecord:
    """A numbered set of rules that never changes."""

    version: int
    state: RuleSetState
    content: Mapping[str, Any]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """Rules that are being changed."""

    content: Mapping[str, Any]
    based_on: int
    """Version of the published set that it started from."""
    by: str
    at: datetime
    version: int
    """Counts the savings; the next one must name it."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Somebody who is signed in."""

    token_sha256: str
    person_id: int | None
    role: Role
    house: str | None
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """Work for later, or being done."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    due_at: datetime
    tries: int
    """How often it was begun, this time included."""
    message: str | None = None
    """Why it failed last."""


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """Something that somebody did."""

    id: int
    what: str
    by: str
    at: datetime
    detail: Mapping[str, Any]

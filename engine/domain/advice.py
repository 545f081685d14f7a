"""What the engine says: a recommendation with its reasons and versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.axis import Belief
from engine.domain.styles import Stage


class Advice(StrEnum):
    """What to do next with a belief."""

    ACT = "act"
    ASK = "ask"
    OBSERVE = "observe"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as data: `rule.tired`, -0.5."""

    key: str
    shift: float
    """Standard deviations of the guest population; plus is contact."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What a recommendation was made from, so that it can be made again."""

    rules: int
    model: str
    seed: str
    tact: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do, how close to come, and why."""

    ref: str
    belief: Belief
    advice: Advice
    style: str
    alternatives: tuple[str, ...]
    question: str | None
    packs: tuple[str, ...]
    script: Mapping[Stage, str]
    reasons: tuple[Reason, ...]
    closed: tuple[str, ...]
    instructions: tuple[str, ...]
    versions: Versions
    offer: str | None = None
    """What to offer and watch the reaction to, when the advice is to observe."""
    expected: Mapping[str, float] = field(default_factory=dict)
    """Expected points of each allowed style, after the cost of contact."""
    must_know: tuple[str, ...] = ()
    may_use_device: bool = True
    """False: no screen or tablet between host and guest, the talk is long."""
    is_short_now: bool = False
    """Others wait: the key now, the rest at a time that the guest names."""
    helps: tuple[str, ...] = ()
    """Cues that call for help whatever the style."""

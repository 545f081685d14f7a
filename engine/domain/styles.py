"""How to serve: five styles along the axis, five stages, six needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.cues import Texts


class Stage(StrEnum):
    """Stages of a service encounter, in order."""

    GREET = "greet"
    RAPPORT = "rapport"
    NEEDS = "needs"
    SOLUTIONS = "solutions"
    THANKS = "thanks"


class Need(StrEnum):
    """What every guest is owed, whatever the style."""

    FRIENDLINESS = "friendliness"
    EMPATHY = "empathy"
    FAIRNESS = "fairness"
    CONTROL = "control"
    OPTIONS = "options"
    INFORMATION = "information"


class Mode(StrEnum):
    """Where the words are said."""

    IN_PERSON = "in_person"
    BY_PHONE = "by_phone"


@dataclass(frozen=True, slots=True)
class Line:
    """What to say or do in one stage."""

    text: Texts
    needs: tuple[Need, ...]


Script = Mapping[Mode, Mapping[Stage, Line]]


@dataclass(frozen=True, slots=True)
class ServiceStyle:
    """One way to serve; its position is how much contact the house starts."""

    id: str
    position: float
    """-1, -1/2, 0, 1/2 or 1."""
    name: Texts
    verb: Texts
    """What to do, never what the guest is: 'Keep it quick'."""
    guest_text: Texts
    """The same as told to the guest: 'hello, key, then leave you in peace'."""
    script: Script
    source: str

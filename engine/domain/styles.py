"""How to serve: five styles along the axis, five stages, six needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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
    topics: tuple[str, ...] = ()
    """What the line raises; where one is closed, a quieter style's line is said instead."""


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
    topics: tuple[str, ...] = ()
    """What `verb` and `guest_text` raise."""
    verb_otherwise: Texts = field(default_factory=dict)
    """The verb where one of the topics is closed."""
    guest_text_otherwise: Texts = field(default_factory=dict)

    def verb_when(self, closed: Collection[str]) -> Texts:
        """What to do, without a word of what the guest has closed."""
        return self.verb_otherwise if self._raises(closed) else self.verb

    def guest_text_when(self, closed: Collection[str]) -> Texts:
        """What the guest is told, without a word of what she has closed."""
        return self.guest_text_otherwise if self._raises(closed) else self.guest_text

    def _raises(self, closed: Collection[str]) -> bool:
        return any(topic in closed for topic in self.topics)

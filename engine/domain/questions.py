"""Questions with rising grades: 0 is least contact."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.cues import Texts


@dataclass(frozen=True, slots=True)
class Item:
    """A graded response item (Samejima 1969)."""

    discrimination: float
    thresholds: tuple[float, ...]
    """Increasing, one fewer than grades; same unit as the axis."""


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer that can be chosen."""

    text: Texts
    we_will: Texts
    """What the house then does, as the end of 'We will: …'."""
    most_style: str = ""
    """After this answer never a style beyond this one."""
    least_style: str = ""
    """After this answer never a style below this one."""
    asks_to_be_left: bool = False
    closes_topic: bool = False
    """A no: staff do not raise the topic of the question again in this stay."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a guest may be asked, on the prompt or aloud."""

    id: str
    topic: str
    item: Item
    text: Texts
    spoken: Texts
    grades: tuple[Grade, ...]
    source: str
    is_instruction: bool = False
    on_prompt: bool = True
    at_desk: bool = True

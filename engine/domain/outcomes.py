"""What is told of a stay afterwards: how it was, and how our contact was."""

from __future__ import annotations

from enum import IntEnum


class Satisfaction(IntEnum):
    """How a stay was, from 1 to 5."""

    VERY_POOR = 1
    POOR = 2
    FAIR = 3
    GOOD = 4
    VERY_GOOD = 5


class ContactFelt(IntEnum):
    """How our contact was to the guest."""

    TOO_LITTLE = -1
    JUST_RIGHT = 0
    TOO_MUCH = 1

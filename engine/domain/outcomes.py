"""Satisfaction, told later: five ordered grades."""

from __future__ import annotations

from enum import IntEnum


class Satisfaction(IntEnum):
    """How a stay was, from 1 to 5."""

    VERY_POOR = 1
    POOR = 2
    FAIR = 3
    GOOD = 4
    VERY_GOOD = 5

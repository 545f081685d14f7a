"""Numbers on a line, as places in percent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, isfinite

from flask_babel import format_decimal

EDGE = 2.0
"""Percent left free at both ends, so that a mark at the very end is drawn whole."""
STEPS = (0.1, 0.2, 0.25, 0.5, 1.0)
"""Widths between ticks that people read at a glance."""
MOST_TICKS = 7
"""On 320 pixels more would touch."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, in percent of its length."""

    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on a line with its number."""

    at: float
    value: float

    @property
    def label(self) -> str:
        """The number as the language of this request writes it."""
        told: str = format_decimal(abs(self.value), format="0.##")
        return "\N{MINUS SIGN}" + told if self.value < 0 else told


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers from `low` to `high`, drawn from left to right."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse a line without length."""
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ValueError(f"A stretch rises: {self.low} to {self.high} does not.")

    @classmethod
    def around_zero(
        cls, values: Iterable[float], *, least: float = 1.0, most: float = 3.0
    ) -> Stretch:
        """Return a line around 0 that holds `values`, `least` to `most` on each side."""
        size = max((abs(value) for value in values if isfinite(value)), default=0.0)
        side = min(max(ceil(2 * size) / 2, least), most)
        return cls(-side, side)

    @classmethod
    def over(cls, values: Iterable[float]) -> Stretch:
        """Return the line from the smallest to the largest value; equal ones get some room."""
        told = [value for value in values if isfinite(value)] or [0.0]
        low, high = min(told), max(told)
        return cls(low, high) if low < high else cls(low - 1.0, high + 1.0)

    @property
    def zero(self) -> float:
        """Where 0 stands."""
        return self.at(0.0)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """A few round numbers on the line."""
        length = self.high - self.low
        step = next((s for s in STEPS if length / s < MOST_TICKS), STEPS[-1] * ceil(length / 6))
        first, last = ceil(self.low / step - 1e-9), int(self.high // step)
        return tuple(Tick(self.at(k * step), round(k * step, 2)) for k in range(first, last + 1))

    def at(self, value: float) -> float:
        """Return the place of `value` in percent; what lies outside sticks to the edge."""
        inside = max(self.low, min(self.high, value))
        share = (inside - self.low) / (self.high - self.low)
        return round(EDGE + share * (100.0 - 2 * EDGE), 2)

    def span(self, low: float, high: float) -> Span:
        """Return the piece between two values."""
        return Span(self.at(low), round(self.at(high) - self.at(low), 2))

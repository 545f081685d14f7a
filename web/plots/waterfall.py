"""A sum, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from web.plots.stretch import Span, Stretch


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a sum: from where the sum stood to where it stands then."""

    label: str
    value: str
    """The number as text, with its sign."""
    span: Span
    side: str
    """`contact`, `efficiency` or `none`: the way it moves."""
    is_total: bool = False
    link: float | None = None
    """Where the piece before ended, to be joined by a line; None at the first."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a sum came about, piece by piece."""

    stretch: Stretch
    steps: tuple[Step, ...]

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        numbers: Sequence[float],
        texts: Sequence[str],
        *,
        start: tuple[str, float, str],
        total: tuple[str, str],
    ) -> Waterfall:
        """Draw the start, each piece, and the sum of all.

        Parameters
        ----------
        labels, numbers, texts : sequence
            The pieces: name, number with sign, number as text.
        start : tuple of str, float, str
            Name, number and text of where the sum begins.
        total : tuple of str, str
            Name and text of the sum.
        """
        stands = list(accumulate(numbers, initial=start[1]))
        stretch = Stretch.around_zero(stands)
        pieces = zip(labels, texts, numbers, pairwise(stands), strict=True)
        middle = (
            Step(label, text, _between(stretch, *ends), side_of(number), link=stretch.at(ends[0]))
            for label, text, number, ends in pieces
        )
        first = Step(start[0], start[2], _between(stretch, 0.0, start[1]), side_of(start[1]), True)
        end, at = stands[-1], stretch.at(stands[-1])
        last = Step(total[0], total[1], _between(stretch, 0.0, end), side_of(end), True, at)
        return cls(stretch, (first, *middle, last))


def _between(stretch: Stretch, one: float, other: float) -> Span:
    return stretch.span(min(one, other), max(one, other))


def side_of(number: float) -> str:
    """Return the side that a number moves to: plus is contact."""
    if number == 0:
        return "none"
    return "contact" if number > 0 else "efficiency"

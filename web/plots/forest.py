"""Normal numbers side by side: what was believed, what is known now, what was told alone."""

from __future__ import annotations

from dataclasses import dataclass

from web.plots.stretch import Span, Stretch


@dataclass(frozen=True, slots=True)
class Band:
    """A number with how surely it is known."""

    at: float
    wide: Span
    """Holds it with 90 %."""
    narrow: Span | None = None
    """Holds it with 50 %; None where it is not drawn."""


FIFTY, NINETY = 0.6745, 1.6449
"""Standard deviations on each side of a normal number that hold it with 50 % and 90 %."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of a forest plot: what is believed, what is known now, what was told alone."""

    zero: float
    now: Band | None
    """Filled dot with bars of 50 % and 90 %; None where nothing is known beside `before`."""
    before: Band | None = None
    """Hollow dot with a thin bar, above; None where nothing was believed."""
    told: float | None = None
    """Tick below; None where nothing was told, or so far out that it says nothing."""

    @classmethod
    def of(
        cls,
        stretch: Stretch,
        now: tuple[float, float] | None,
        before: tuple[float, float] | None = None,
        told: float | None = None,
    ) -> ForestRow:
        """Draw normal numbers.

        Parameters
        ----------
        stretch : Stretch
            The same for all rows of a plot.
        now, before : tuple of float
            Mean and standard deviation.
        told : float, optional
            What the data tell alone; left out where it lies outside `stretch`.
        """
        is_inside = told is not None and stretch.low <= told <= stretch.high
        return cls(
            zero=stretch.zero,
            now=_band(stretch, *now, is_narrow_drawn=True) if now else None,
            before=_band(stretch, *before) if before else None,
            told=stretch.at(told) if told is not None and is_inside else None,
        )


def _band(stretch: Stretch, mean: float, sd: float, *, is_narrow_drawn: bool = False) -> Band:
    narrow = stretch.span(mean - FIFTY * sd, mean + FIFTY * sd) if is_narrow_drawn else None
    return Band(stretch.at(mean), stretch.span(mean - NINETY * sd, mean + NINETY * sd), narrow)

"""Columns side by side, and a course over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.plots.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a histogram; `y` and `height` in percent from the top."""

    label: str
    value: str
    """The number as text."""
    x: float
    width: float
    y: float
    height: float
    mark: float | None = None
    """`y` of a second number, such as what was expected; drawn as a line across."""
    mark_value: str = ""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Columns side by side from one ground line."""

    bars: tuple[Bar, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Label and numbers as text, in order."""
        has_marks = any(bar.mark_value for bar in self.bars)
        return tuple(
            (bar.label, bar.value, bar.mark_value) if has_marks else (bar.label, bar.value)
            for bar in self.bars
        )

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        numbers: Sequence[float],
        texts: Sequence[str],
        *,
        marks: Sequence[float | None] = (),
        mark_texts: Sequence[str] = (),
        most: float | None = None,
    ) -> Histogram:
        """Draw one column per label.

        Parameters
        ----------
        labels, texts : sequence of str
            What each column is, and its number as people read it.
        numbers : sequence of float
            0 or more.
        marks, mark_texts : sequence, optional
            A second number per column (None: none), such as what was expected.
        most : float, optional
            Number of the full height; the largest one unless told otherwise.
        """
        shown = marks or (None,) * len(labels)
        top = most or max((*numbers, *(mark for mark in shown if mark is not None)), default=0.0)
        said = mark_texts or ("",) * len(labels)
        step = 100.0 / max(len(labels), 1)
        rows = zip(labels, numbers, texts, shown, said, strict=True)
        return cls(
            tuple(
                Bar(
                    label=label,
                    value=text,
                    x=round(k * step + 0.1 * step, 2),
                    width=round(0.8 * step, 2),
                    y=round(100.0 - _share(number, top), 2),
                    height=_share(number, top),
                    mark=None if mark is None else round(100.0 - _share(mark, top), 2),
                    mark_value=mark_text,
                )
                for k, (label, number, text, mark, mark_text) in enumerate(rows)
            )
        )


def _share(number: float, top: float) -> float:
    return round(100.0 * min(max(number, 0.0), top) / top, 2) if top > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A course over time as a line; `points` in a square of 100 by 100, the last one marked."""

    points: str
    last_x: float
    last_y: float
    level: float | None
    """`y` of a number to hold the course against; None where there is none."""
    rows: tuple[tuple[str, str], ...]
    """Label and number as text, in order."""

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        numbers: Sequence[float],
        texts: Sequence[str],
        *,
        level: float | None = None,
    ) -> Sparkline:
        """Draw at least one number; the first stands left.

        Raises
        ------
        ValueError
            If there is none.
        """
        if not numbers:
            raise ValueError("A course needs at least one number.")
        stretch = Stretch.over([*numbers, *([] if level is None else [level])])
        x = Stretch(0.0, max(len(numbers) - 1.0, 1.0))
        places = [(x.at(k), _down(stretch, number)) for k, number in enumerate(numbers)]
        return cls(
            points=" ".join(f"{a:g},{b:g}" for a, b in places),
            last_x=places[-1][0],
            last_y=places[-1][1],
            level=None if level is None else _down(stretch, level),
            rows=tuple(zip(labels, texts, strict=True)),
        )


def _down(stretch: Stretch, value: float) -> float:
    """Return a height from the top, with room for the mark of the last point."""
    return round(10.0 + 0.8 * (100.0 - stretch.at(value)), 2)

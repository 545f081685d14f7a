"""What every figure is made of: a name, a sentence, and a run that returns numbers."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

Numbers = Mapping[str, Any]
"""Name to number, text, or numbers by name."""


class SkippedError(Exception):
    """A figure cannot be made here; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is measured."""

    name: str
    about: str
    """What is measured, in one sentence."""
    run: Callable[[bool], Numbers]
    """Told whether to be quick: fewer repeats or rows, so that it only shows that it runs."""


def tell(text: str) -> None:
    """Write one line of progress to standard error."""
    sys.stderr.write(text + "\n")


def medians(
    works: Sequence[Callable[[], object]], *, repeats: int, batch: int
) -> list[tuple[float, float, float]]:
    """Time several pieces of work in turn, so that a busy machine slows all alike.

    Parameters
    ----------
    works : sequence of callable
        What is timed.
    repeats : int
        Rounds; each times every piece once.
    batch : int
        Calls per timing.

    Returns
    -------
    list of (float, float, float)
        For each: lower quartile, median and upper quartile of one call, in µs.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, taken in zip(works, times, strict=True):
            taken.append(_microseconds(work, batch))
    return [quartiles(taken) for taken in times]


def quartiles(taken: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile of times; of a single one, itself thrice."""
    if len(taken) == 1:
        return taken[0], taken[0], taken[0]
    low, middle, high = statistics.quantiles(taken, n=4)
    return low, middle, high


def _microseconds(work: Callable[[], object], batch: int) -> float:
    start = perf_counter()
    for _ in range(batch):
        work()
    return (perf_counter() - start) / batch * 1e6

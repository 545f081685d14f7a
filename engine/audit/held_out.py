r"""Whether what was foretold of answers came true: the slope of what was said on what was expected.

Each grade is set against the grade that the rules let expect before a word was said, both from
their mean for that question or offer, since how high people answer is not for the rules to know.
At a slope of 1 forecasts are as sure as they may be; below, they say too much (Cox 1958,
Biometrika 45:562-565). The standard error allows for a stay that says several things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.inference.grid import NODES, Array
from engine.inference.item_step import item_of, log_table
from engine.inference.learned_model import GradedItem
from engine.inference.patterns import NONE, StayPatterns

CLEARLY = 2.0
"""Standard errors from 1 beyond which a slope is off."""

ROWS = 4096
"""Patterns at a time: their densities take four megabytes."""

LEAST_SPREAD = 1e-9
"""Sum of squares of forecasts below which they are all alike."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Of what was said on what was expected."""

    slope: float
    error: float
    """Standard error; infinite where all forecasts were alike."""

    @property
    def is_off(self) -> bool:
        """Whether forecasts are clearly too sure, or not sure enough."""
        return abs(self.slope - 1.0) > CLEARLY * self.error

    @property
    def distance(self) -> float:
        """How far it is from 1."""
        return abs(self.slope - 1.0)

    def is_worse_than(self, other: Slope) -> bool:
        """Whether it is off, and further off than `other` by more than its own standard error.

        Both are of the same stays: the doubt they share would count twice in a plain difference.
        """
        return self.is_off and self.distance > other.distance + self.error


def slope_of(
    patterns: StayPatterns, mean: Array, variance: Array, items: Sequence[GradedItem]
) -> Slope:
    """Set the grades of all answers and reactions against what was expected of them.

    Parameters
    ----------
    patterns : StayPatterns
        Of stays nobody learned from.
    mean, variance : ndarray of shape (n_patterns,)
        Of each stay before a word was said.
    items : sequence of GradedItem
        Each question, then the reactions to each offer.
    """
    grades = np.column_stack([patterns.answers, patterns.reactions])
    is_said = grades != NONE
    counts = patterns.counts
    expected = _expected(mean, variance, items)
    said, foretold = (_centred(each, is_said, counts) for each in (grades, expected))
    spread = float(counts @ (foretold**2).sum(axis=1))
    if spread <= LEAST_SPREAD:
        return Slope(1.0, float("inf"))
    slope = float(counts @ (foretold * said).sum(axis=1)) / spread
    of_stay = (foretold * (said - slope * foretold)).sum(axis=1)
    return Slope(slope, float(np.sqrt(counts @ of_stay**2)) / spread)


def _expected(mean: Array, variance: Array, items: Sequence[GradedItem]) -> Array:
    """Mean grade of each item before a word was said; shape (n_patterns, n_items)."""
    logs = [log_table(item_of(each.discrimination, np.array(each.thresholds))) for each in items]
    curves = np.column_stack([np.arange(len(log)) @ np.exp(log) for log in logs])
    found = np.empty((mean.size, len(items)))
    for start in range(0, mean.size, ROWS):
        rows = slice(start, start + ROWS)
        away = NODES - mean[rows, None]
        density = np.exp(-0.5 * away**2 / variance[rows, None])
        found[rows] = density @ curves / density.sum(axis=1, keepdims=True)
    return found


def _centred(values: Array | NDArray[np.int64], is_said: NDArray[np.bool_], counts: Array) -> Array:
    """Take the mean of each item off, over the stays in which it was said; 0 where it was not."""
    weight = counts[:, None] * is_said
    n = np.maximum(weight.sum(axis=0), 1.0)
    means = (weight * values).sum(axis=0) / n
    return np.asarray(np.where(is_said, values - means, 0.0), dtype=np.float64)

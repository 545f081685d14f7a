r"""The likelihood of all answers with every guest's place integrated out, and one step of EM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.inference.grid import N_NODES, NODES, Array
from engine.inference.item_step import is_item, item_step, log_prior_of, log_table
from engine.inference.responses import AnswerPatterns

MOST_DISCRIMINATION = 20.0
"""A steeper item jumps between two nodes of the grid: its answers leave nothing to doubt."""

MOST_SHIFT = 6.0
"""Where the grid ends: cues may not place a guest beyond."""

LOG_SPACING = float(np.log(12.0 / (N_NODES - 1)) - 0.5 * np.log(2.0 * np.pi))
"""Log of the distance of two nodes times the height of the standard normal density."""


@dataclass(frozen=True, slots=True)
class Priors:
    """What is held before any answer; the defaults are mild."""

    log_discrimination_sd: float = 0.5
    """s of log a ~ N(0, s²)."""
    guests_per_item: float = 1.0
    """Answers added to each item, evenly over its grades, by guests spread as N(0, 1): every
    grade stays possible."""
    weight_sd: float = 1.0
    """Of the weight of a cue of spread 1, around 0."""


@dataclass(frozen=True)
class Marginal:
    """Patterns with cues centred and of spread 1, and the steps of EM on them.

    The state is one array: every item's slope and intercepts, then the weights of the cues.
    """

    patterns: AnswerPatterns
    priors: Priors | None

    @cached_property
    def centre(self) -> Array:
        """Mean of each cue among guests who answered."""
        counts = self.patterns.counts
        return np.asarray(counts @ self.patterns.values / counts.sum(), dtype=np.float64)

    @cached_property
    def spread(self) -> Array:
        """Standard deviation of each cue among guests who answered."""
        counts = self.patterns.counts
        squares = (self.patterns.values - self.centre) ** 2
        return np.asarray(np.sqrt(counts @ squares / counts.sum()), dtype=np.float64)

    @cached_property
    def cues(self) -> Array:
        """Shape (n_patterns, n_cues), centred and scaled."""
        return np.asarray((self.patterns.values - self.centre) / self.spread, dtype=np.float64)

    @cached_property
    def ends(self) -> list[int]:
        """Where each item ends within the state."""
        return [int(end) for end in np.cumsum(self.patterns.n_grades)]

    @cached_property
    def information(self) -> Array:
        """Of the weights given the places, shape (n_cues, n_cues)."""
        told = self.cues.T @ (self.cues * self.patterns.counts[:, None])
        precision = 0.0 if self.priors is None else self.priors.weight_sd**-2
        return np.asarray(told + precision * np.eye(told.shape[0]), dtype=np.float64)

    @cached_property
    def added(self) -> Array:
        """Answers that the priors add, shape (sum of n_grades, n_nodes)."""
        if self.priors is None:
            return np.zeros((self.ends[-1], 1))
        each = np.repeat(1.0 / np.array(self.patterns.n_grades), self.patterns.n_grades)
        normal = np.exp(-0.5 * NODES**2)
        return np.asarray(
            self.priors.guests_per_item * each[:, None] * (normal / normal.sum()), dtype=np.float64
        )

    @property
    def log_sd(self) -> float | None:
        """Of the prior of each discrimination."""
        return None if self.priors is None else self.priors.log_discrimination_sd

    def parts(self, state: Array) -> tuple[list[Array], Array]:
        """Return the items and the weights."""
        *items, weights = np.split(state, self.ends)
        return items, weights

    def start(self) -> Array:
        """Slope 1 for every item, intercepts from the share of each grade, no weights."""
        given = self.patterns.counts @ self.patterns.chosen + 0.5
        items = []
        for counts in np.split(given, self.ends[:-1]):
            at_least = np.cumsum(counts[::-1])[::-1][1:] / counts.sum()
            items.append(np.append(1.0, np.log(at_least / (1.0 - at_least))))
        return np.concatenate([*items, np.zeros(self.cues.shape[1])])

    def is_possible(self, state: Array) -> bool:
        """Whether every grade has a chance and nothing has run away."""
        items, weights = self.parts(state)
        least = 0.0 if self.priors is not None else -MOST_DISCRIMINATION
        shift = np.max(np.abs(self.cues @ weights), initial=0.0)
        return shift < MOST_SHIFT and all(
            is_item(item) and least < item[0] < MOST_DISCRIMINATION for item in items
        )

    def densities(self, state: Array) -> tuple[Array, Array]:
        """Log likelihood (n_patterns,) and density at the nodes (n_patterns, n_nodes)."""
        items, weights = self.parts(state)
        log_weights = self.patterns.chosen @ np.concatenate([log_table(item) for item in items])
        log_weights -= 0.5 * (NODES - (self.cues @ weights)[:, None]) ** 2
        top = log_weights.max(axis=1, keepdims=True)
        density = np.exp(log_weights - top)
        total = density.sum(axis=1, keepdims=True)
        density /= total
        return (top + np.log(total))[:, 0] + LOG_SPACING, density

    def height(self, state: Array) -> float:
        """Log likelihood of all answers and priors; minus infinity at no possible state."""
        if not self.is_possible(state):
            return -np.inf
        log_likelihoods, _ = self.densities(state)
        return float(self.patterns.counts @ log_likelihoods) + self._log_prior(*self.parts(state))

    def step(self, state: Array) -> tuple[Array, float]:
        """One step of EM, with the height of the state it starts from (Bock & Aitkin 1981)."""
        items, weights = self.parts(state)
        log_likelihoods, density = self.densities(state)
        height = float(self.patterns.counts @ log_likelihoods) + self._log_prior(items, weights)
        density *= self.patterns.counts[:, None]
        expected = np.split(self.patterns.chosen.T @ density + self.added, self.ends[:-1])
        after = [item_step(r, item, self.log_sd) for r, item in zip(expected, items, strict=True)]
        # residual variance 1 and no constant: the regression of the expected places on the cues
        moved = np.linalg.solve(self.information, self.cues.T @ (density @ NODES))
        return np.concatenate([*after, moved]), height

    def _log_prior(self, items: Sequence[Array], weights: Array) -> float:
        if self.priors is None:
            return 0.0
        slopes = sum(log_prior_of(item[0], self.log_sd) for item in items)
        answers = float(np.sum(self.added * np.concatenate([log_table(item) for item in items])))
        return slopes + answers - 0.5 * float(weights @ weights) / self.priors.weight_sd**2

"""Settled patterns laid out once, and everything that one point of the search makes of them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.inference.cell_scores import CellScores, item_scores, outcome_scores
from engine.inference.e_step import Block, Expectation, blocks_of, expect
from engine.inference.grid import NODES, Array
from engine.inference.item_step import (
    is_item,
    item_derivatives,
    item_of,
    item_step,
    log_prior_of,
    log_table,
    prior_bend,
)
from engine.inference.joint_information import Observed, joint_information
from engine.inference.learned_model import Learning
from engine.inference.outcome_model import Contexts, OutcomeModel
from engine.inference.outcome_step import outcome_step
from engine.inference.patterns import StayPatterns
from engine.inference.weight_step import WeightPrior, WeightRows, stay_means, weight_step


@dataclass(frozen=True, slots=True)
class State:
    """One point of the search."""

    weights: Array
    items: tuple[Array, ...]
    """Slope and falling intercepts of each."""
    outcome: Array

    def packed(self) -> Array:
        """All numbers in a row."""
        return np.concatenate([self.weights, *self.items, self.outcome])


@dataclass(frozen=True, slots=True)
class Problem:
    """Settled patterns, laid out once for all steps."""

    patterns: StayPatterns
    learning: Learning
    start: State = field(init=False)
    model: OutcomeModel = field(init=False)
    rows: WeightRows = field(init=False)
    blocks: list[Block] = field(init=False)
    imagined: tuple[Array, ...] = field(init=False)
    """Answers of the imagined guests who hold each item in place."""
    is_answered: tuple[bool, ...] = field(init=False)

    def __post_init__(self) -> None:
        said = self.learning
        n_grades = [len(item.thresholds) + 1 for item in said.items]
        contexts = Contexts.of(self.patterns, len(said.outcome.constants.thresholds) + 1)
        model = OutcomeModel(contexts, said.outcome)
        items = tuple(item_of(i.discrimination, np.array(i.thresholds)) for i in said.items)
        told = np.column_stack([self.patterns.answers, self.patterns.reactions])
        built = {
            "model": model,
            "start": State(said.weights.mean, items, model.mean),
            "rows": WeightRows(self.patterns, said.weights, said.most_shift),
            "blocks": blocks_of(self.patterns, n_grades, contexts.cell_of),
            "imagined": tuple(_imagined(item, said.item_guests) for item in items),
            "is_answered": tuple(bool(np.any(told[:, j] >= 0)) for j in range(told.shape[1])),
        }
        for name, value in built.items():
            object.__setattr__(self, name, value)

    def under(self, weights: WeightPrior) -> Problem:
        """Return the same stays under another word of the owner; nothing is laid out anew."""
        other = copy(self)
        said = replace(self.learning, weights=weights)
        object.__setattr__(other, "learning", said)
        object.__setattr__(other, "rows", replace(self.rows, prior=weights))
        return other

    @property
    def first_cell(self) -> int:
        """Cells of items before those of outcomes."""
        return sum(item.size for item in self.start.items)

    def unpacked(self, point: Array) -> State:
        """Return the state of a packed point."""
        sizes = [self.start.weights.size, *(item.size for item in self.start.items)]
        weights, *items, outcome = np.split(point, np.cumsum(sizes))
        return State(weights, tuple(items), outcome)

    def is_possible(self, point: Array) -> bool:
        """Whether a packed point is a model."""
        state = self.unpacked(point)
        items = all(is_item(item) and item[0] > 0 for item in state.items)
        return items and self.model.is_possible(state.outcome)

    def prior_mean(self, state: State) -> Array:
        """m0 of each pattern."""
        return stay_means(self.patterns, state.weights, self.learning.most_shift)

    def tables(self, state: State) -> Array:
        """Log probability of everything that can be said, shape (n_cells, n_nodes)."""
        return np.vstack([*map(log_table, state.items), self.model.tables(state.outcome)])

    def expect(self, state: State) -> Expectation:
        """E-step."""
        tables = self.tables(state)
        return expect(self.patterns, self.blocks, tables, self.prior_mean(state))

    def log_prior(self, state: State) -> float:
        """Up to a constant."""
        total = self.learning.weights.height(state.weights)
        total += self.model.log_prior(state.outcome)
        if self.learning.learns_items:
            for item, imagined in zip(state.items, self.imagined, strict=True):
                total += float(np.sum(imagined * log_table(item)))
                total += log_prior_of(item[0], self.learning.slope_log_sd)
        return total

    def improved(self, state: State, told: Expectation) -> State:
        """M-step: the most probable numbers where guests stand as expected."""
        said = self.learning
        weights = weight_step(self.rows, told.mean, state.weights)
        items = self._improved_items(state, told) if said.learns_items else state.items
        outcome = outcome_step(self.model, told.expected[self.first_cell :], state.outcome)
        return State(weights, items, outcome)

    @property
    def is_learned(self) -> NDArray[np.bool_]:
        """Which numbers of a packed point stays may move."""
        learns = self.learning.learns_items
        items = [
            np.full(item.size, learns and is_answered)
            for item, is_answered in zip(self.start.items, self.is_answered, strict=True)
        ]
        weights, outcome = np.ones(self.start.weights.size), np.ones(self.start.outcome.size)
        return np.concatenate([weights, *items, outcome]).astype(np.bool_)

    def slope(self, state: State, told: Expectation) -> Array:
        """Gradient of the log posterior by a packed point (Fisher's identity)."""
        prior, rows = self.learning.weights, self.rows
        away = rows.precision * self.is_free(state) * (told.mean - self.prior_mean(state))
        weights = away @ self.patterns.distance - prior.precision * (state.weights - prior.mean)
        log_sd = self.learning.slope_log_sd
        items = [
            item_derivatives(here + imagined, item, log_sd)[0]
            for item, here, imagined in zip(
                state.items, self._counts(state, told), self.imagined, strict=True
            )
        ]
        given = self.model.counted(told.expected[self.first_cell :])
        outcome = self.model.derivatives(given, state.outcome)[0]
        outcome = outcome + self.model.prior_derivatives(state.outcome)[0]
        return np.concatenate([weights, *items, outcome]) * self.is_learned

    def is_free(self, state: State) -> Array:
        """1 where the cap of the shift does not hold, 0 where it does."""
        return self.rows.is_free(state.weights).astype(np.float64)

    def information(self, state: State, told: Expectation) -> Array:
        """Information of the stays alone about a packed point; see `joint_information`."""
        seen = Observed(
            self.patterns,
            self.blocks,
            self.tables(state),
            self.prior_mean(state),
            self.is_free(state),
            told,
        )
        scores = CellScores(
            tuple(map(item_scores, state.items)), outcome_scores(self.model, state.outcome)
        )
        return joint_information(seen, self._complete(state, told), scores)

    def _complete(self, state: State, told: Expectation) -> Array:
        """Curvature, by items and outcome numbers, were the places of guests known."""
        parts = zip(state.items, self._counts(state, told), strict=True)
        items = [item_derivatives(here, item)[1] for item, here in parts]
        given = self.model.counted(told.expected[self.first_cell :])
        _, outcome, second = self.model.derivatives(given, state.outcome)
        return _diagonal([*items, outcome + second])

    def prior_bend(self, state: State) -> Array:
        """Negative second derivative of `log_prior` by a packed point."""
        items = [
            item_derivatives(imagined, item)[1]
            for item, imagined in zip(state.items, self.imagined, strict=True)
        ]
        for item, bend in zip(state.items, items, strict=True):
            bend[0, 0] += prior_bend(item[0], self.learning.slope_log_sd)
        _, outcome = self.model.prior_derivatives(state.outcome)
        return _diagonal([np.diag(self.learning.weights.precision), *items, outcome])

    def _counts(self, state: State, told: Expectation) -> list[Array]:
        """Expected answers to each item, by grade and node."""
        ends = np.cumsum([item.size for item in state.items])
        return np.split(told.expected, ends)[:-1] if len(ends) else []

    def _improved_items(self, state: State, told: Expectation) -> tuple[Array, ...]:
        counts = self._counts(state, told)
        parts = zip(state.items, counts, self.imagined, self.is_answered, strict=True)
        log_sd = self.learning.slope_log_sd
        return tuple(
            item_step(here + imagined, item, log_sd) if is_answered else item
            for item, here, imagined, is_answered in parts
        )


def _imagined(item: Array, guests: float) -> Array:
    """Expected answers of guests spread as N(0, 1) to the item as it was said."""
    spread = np.exp(-0.5 * NODES**2)
    return np.asarray(guests * np.exp(log_table(item)) * (spread / spread.sum()))


def _diagonal(blocks: list[Array]) -> Array:
    """Square blocks side by side, 0 elsewhere."""
    ends = np.cumsum([0, *(len(block) for block in blocks)])
    whole = np.zeros((ends[-1], ends[-1]))
    for block, start, end in zip(blocks, ends[:-1], ends[1:], strict=True):
        whole[start:end, start:end] = block
    return whole

r"""The whole model learned together: cues, items and outcomes, by EM on counted patterns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from engine.inference.acceleration import climb
from engine.inference.e_step import Block, Expectation, blocks_of, expect
from engine.inference.grid import NODES, Array
from engine.inference.item_step import is_item, item_of, item_step, log_prior_of, log_table
from engine.inference.learned_model import GradedItem, LearnedModel, Learning
from engine.inference.louis import Curvatures, observed_information
from engine.inference.outcome_model import Contexts, OutcomeModel
from engine.inference.outcome_step import outcome_step
from engine.inference.patterns import Patterns, check_patterns
from engine.inference.weight_step import WeightRows, stay_means, weight_step

__all__ = ["GradedItem", "LearnedModel", "Learning", "Patterns", "learn"]


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

    patterns: Patterns
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

    def _improved_items(self, state: State, told: Expectation) -> tuple[Array, ...]:
        ends = np.cumsum([item.size for item in state.items])
        counts = np.split(told.expected, ends)[:-1]
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


def learn(patterns: Patterns, learning: Learning) -> LearnedModel:
    r"""Learn weights, items and the effect of styles from counted patterns.

    The maximum of log-likelihood plus log prior by EM on the grid: closed form for the weights
    (Mislevy 1987), expected counts for items (Bock & Aitkin 1981) and for outcomes. The effect of
    styles is learned by *assigned* style and only where its chance was logged; every other outcome
    is left out of the likelihood, since staff may have acted on what nobody recorded.

    Patterns are merged and sorted first and the search starts at the prior every time: neither
    the order of rows, nor counts written as repeated rows, nor what was learned before changes
    one bit of the result. v0 of the patterns is held fixed.

    Parameters
    ----------
    patterns : Patterns
        None at all is fine: then the prior stands.
    learning : Learning
        What is said before any stay.

    Returns
    -------
    LearnedModel

    Raises
    ------
    BadInputError
        Names the row and column that cannot be used.
    """
    learning.check(patterns.distance.shape[-1])
    outcome = learning.outcome
    n_grades = tuple(len(item.thresholds) + 1 for item in learning.items)
    top = len(outcome.constants.thresholds)
    check_patterns(patterns, n_grades, len(outcome.positions), top)
    problem = Problem(patterns.settled(), learning)
    heights: list[float] = []

    def step(point: Array) -> tuple[Array, float]:
        state = problem.unpacked(point)
        told = problem.expect(state)
        heights.append(told.log_likelihood + problem.log_prior(state))
        return problem.improved(state, told).packed(), heights[-1]

    end = climb(
        step,
        problem.start.packed(),
        problem.is_possible,
        tolerance=learning.tolerance,
        most=learning.most_steps,
    )
    learned = _told(problem, problem.unpacked(end.point), tuple(heights))
    return replace(learned, is_converged=end.is_converged)


def _told(problem: Problem, state: State, heights: tuple[float, ...]) -> LearnedModel:
    """Sum up one point of the search."""
    told = problem.expect(state)
    found = _information(problem, state, told)
    weights, outcome = _covariances(problem, state, found)
    n_cuts, linear = problem.model.prior.n_cuts, problem.model.n_linear
    point = [float(number) for number in state.outcome]
    return LearnedModel(
        weights=state.weights,
        covariance=weights,
        information=found.weights,
        items=tuple(GradedItem.of(item) for item in state.items),
        fit=float(np.exp(point[0])),
        cuts=tuple(point[1 : 1 + n_cuts]),
        base=point[1 + n_cuts],
        slopes=tuple(point[2 + n_cuts : linear]),
        thresholds=tuple(float(t) for t in problem.model.thresholds(state.outcome)),
        outcome_covariance=outcome,
        log_likelihood=told.log_likelihood,
        log_posterior=told.log_likelihood + problem.log_prior(state),
        iterations=len(heights) + 1,
        is_converged=False,
        heights=heights,
    )


def _information(problem: Problem, state: State, told: Expectation) -> Curvatures:
    shift = problem.patterns.distance @ state.weights
    return observed_information(
        problem.patterns,
        problem.blocks,
        problem.tables(state),
        problem.prior_mean(state),
        (np.abs(shift) <= problem.learning.most_shift).astype(np.float64),
        (problem.model, state.outcome, told, problem.first_cell),
    )


def _covariances(problem: Problem, state: State, found: Curvatures) -> tuple[Array, Array]:
    """Of the weights and of the outcome's numbers, priors in, each with the other unknown."""
    precision = np.diag(problem.learning.weights.precision)
    _, bend = problem.model.prior_derivatives(state.outcome)
    whole = np.block(
        [[found.weights + precision, found.across], [found.across.T, found.outcome + bend]]
    )
    covariance = np.linalg.inv(whole)
    k = state.weights.size
    return covariance[:k, :k], covariance[k:, k:]

"""How the log probability of everything that can be said moves with the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.inference.graded import logistic
from engine.inference.grid import NODES, Array
from engine.inference.ladder import ladder_slopes
from engine.inference.outcome_model import OutcomeModel


@dataclass(frozen=True, slots=True)
class CellScores:
    """Slope of each cell's log probability by the numbers that it depends on.

    Numbers run as in a packed point, without the weights: items, then the outcome's.
    """

    items: tuple[Array, ...]
    """Shape (n_grades, n_nodes, n_grades) of each item."""
    outcome: Array
    """Shape (n_cells, n_nodes, n_numbers)."""
    starts: NDArray[np.int64] = field(init=False)
    """Where each item's numbers, and its cells, begin; then the outcome's."""

    def __post_init__(self) -> None:
        sizes = [each.shape[0] for each in self.items]
        object.__setattr__(self, "starts", np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))

    @property
    def first_outcome(self) -> int:
        """Numbers, and cells, of all items."""
        return int(self.starts[-1])

    @property
    def n_numbers(self) -> int:
        """Of items and outcome."""
        return self.first_outcome + int(self.outcome.shape[2])

    def of(self, cell: int) -> tuple[slice, Array]:
        """Which numbers a cell depends on, and its slopes of shape (n_nodes, those numbers)."""
        if cell >= self.first_outcome:
            return slice(self.first_outcome, self.n_numbers), self.outcome[
                cell - self.first_outcome
            ]
        item = int(np.searchsorted(self.starts, cell, side="right")) - 1
        first = int(self.starts[item])
        return slice(first, int(self.starts[item + 1])), self.items[item][cell - first]


def item_scores(item: Array) -> Array:
    """Slope of the log probability of each grade by the item's slope and intercepts.

    Parameters
    ----------
    item : ndarray of shape (n_grades,)
        Slope, then falling intercepts.

    Returns
    -------
    ndarray of shape (n_grades, n_nodes, n_grades)
    """
    reached = logistic(item[0] * NODES[:, None] + item[1:])
    odds = 1.0 / np.expm1(item[1:-1] - item[2:])
    scores = np.zeros((item.size, NODES.size, item.size))
    for grade in range(item.size):
        steps = scores[grade, :, 1:]
        if grade > 0:
            steps[:, grade - 1] += 1.0 - reached[:, grade - 1]
        if grade < item.size - 1:
            steps[:, grade] -= reached[:, grade]
        scores[grade, :, 0] = steps.sum(axis=1) * NODES
        if 0 < grade < item.size - 1:
            steps[:, grade - 1] += odds[grade - 1]
            steps[:, grade] -= odds[grade - 1]
    return scores


def outcome_scores(model: OutcomeModel, point: Array) -> Array:
    """Slope of each cell's log probability, shape (n_cells, n_nodes, n_numbers)."""
    n_grades = model.thresholds(point).size + 1
    n_rows = model.columns.shape[0]
    bent = model.columns @ model.jacobian(point)
    scores = np.empty((n_grades, n_rows, point.size))
    for grade in range(n_grades):
        one = np.zeros((n_rows, n_grades))
        one[:, grade] = 1.0
        scores[grade] = _row_scores(model, point, one, bent)
    by_context = scores.reshape(n_grades, -1, NODES.size, point.size)
    return np.ascontiguousarray(by_context.transpose(1, 0, 2, 3)).reshape(
        -1, NODES.size, point.size
    )


def _row_scores(model: OutcomeModel, point: Array, one: Array, bent: Array) -> Array:
    t = model.thresholds(point)
    rest, _ = ladder_slopes(one, model.eta(point), t)
    slopes = [bent * rest.sum(axis=1)[:, None]]
    if point.size > model.n_linear:
        odds = 1.0 / np.expm1(np.diff(t))
        push = (one[:, 1:-1] * odds) @ np.diff(np.eye(t.size), axis=0)
        slopes.append(push - rest)
    return np.hstack(slopes)

r"""What the stays tell of weights, items and outcome numbers together.

Louis [1]_, for every number at once: the information of what was observed is that of the complete
data less the variance of the complete data's score, given what was observed. Items and outcomes
are learned from the same guests as the weights, so the doubt about them widens the weights'.

References
----------
.. [1] Louis (1982), Journal of the Royal Statistical Society B 44:226-233.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.cell_scores import CellScores
from engine.inference.e_step import Block, Expectation, densities
from engine.inference.grid import NODES, Array
from engine.inference.louis import louis_information
from engine.inference.patterns import StayPatterns


@dataclass(frozen=True, slots=True)
class Observed:
    """Settled patterns seen from one point of the search."""

    patterns: StayPatterns
    blocks: Sequence[Block]
    tables: Array
    """Shape (n_cells, n_nodes); see `e_step.expect`."""
    prior_mean: Array
    """Shape (n_patterns,)."""
    is_free: Array
    """Shape (n_patterns,): 0 where the cap of the shift holds; such rows tell nothing of a small
    change."""
    told: Expectation


def joint_information(seen: Observed, complete: Array, scores: CellScores) -> Array:
    r"""Observed information about weights, items and outcome numbers together, without priors.

    .. math:: I = \sum_i n_i \{ E_i[-\partial^2 \log p] - \mathrm{Var}_i[\partial \log p] \}

    Parameters
    ----------
    seen : Observed
        At the point of interest.
    complete : ndarray of shape (n_numbers, n_numbers)
        Curvature of the expected complete data by items and outcome numbers.
    scores : CellScores
        At the same point.

    Returns
    -------
    ndarray of shape (n_rules + n_numbers, n_rules + n_numbers)
    """
    patterns, told, n = seen.patterns, seen.told, scores.n_numbers
    distance, free_counts = patterns.distance, patterns.counts * seen.is_free
    across, of_means = np.zeros((distance.shape[1], n)), np.zeros((n, n))
    pairs = _Pairs.of(scores)
    for block, density, _ in densities(patterns, seen.blocks, seen.tables, seen.prior_mean):
        here, counts = block.rows, patterns.counts[block.rows]
        average, with_place = _averages(block, density, scores)
        of_means += (average * counts[:, None]).T @ average
        slope = free_counts[here] / patterns.variance[here]
        moved = with_place - told.mean[here, None] * average
        across -= (distance[here] * slope[:, None]).T @ moved
        pairs.add(block, density * counts[:, None])
    weights = louis_information(distance, patterns.variance, told.variance, free_counts)
    others = complete - _own_squares(told.expected, scores) - pairs.squares() + of_means
    return np.block([[weights, across], [across.T, others]])


def _averages(block: Block, density: Array, scores: CellScores) -> tuple[Array, Array]:
    """E[score] and E[theta * score] of each pattern, by number."""
    both = np.zeros((2, density.shape[0], scores.n_numbers))
    ends, rows = block.given.indptr, block.given.indices
    for cell in np.flatnonzero(np.diff(ends)).tolist():
        here = rows[ends[cell] : ends[cell + 1]]
        numbers, slopes = scores.of(cell)
        told = density[here] @ np.hstack([slopes, NODES[:, None] * slopes])
        half = slopes.shape[1]
        both[0][here, numbers] = told[:, :half]
        both[1][here, numbers] = told[:, half:]
    return both[0], both[1]


def _own_squares(expected: Array, scores: CellScores) -> Array:
    """Expected squares of each cell's score."""
    squares = np.zeros((scores.n_numbers, scores.n_numbers))
    for cell in np.flatnonzero(expected.any(axis=1)).tolist():
        numbers, slopes = scores.of(cell)
        squares[numbers, numbers] += (slopes * expected[cell][:, None]).T @ slopes
    return squares


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Expected products of the scores of two things that one guest said."""

    scores: CellScores
    items: Array
    """Shape (n_cells, n_cells, n_nodes): guests at each node who gave both answers."""
    outcome: Array
    """Shape (n_cells, n_numbers, n_nodes): guests who gave an answer, by what they told of the stay
    times the slope of that."""

    @classmethod
    def of(cls, scores: CellScores) -> _Pairs:
        n = scores.first_outcome
        both = np.zeros((n, n, NODES.size))
        return cls(scores, both, np.zeros((n, scores.outcome.shape[2], NODES.size)))

    def add(self, block: Block, counted: Array) -> None:
        """Count one block; `counted` is density times guests."""
        self._add_items(block, counted)
        self._add_outcomes(block, counted)

    def _add_items(self, block: Block, counted: Array) -> None:
        n = self.scores.first_outcome
        keys, rows = _pairs_said(block.chosen, n)
        kinds, place = np.unique(keys, return_inverse=True)
        said = csr_array(
            (np.ones(rows.size), (place.reshape(-1), rows)), shape=(kinds.size, counted.shape[0])
        )
        self.items[kinds // n, kinds % n] += said @ counted

    def _add_outcomes(self, block: Block, counted: Array) -> None:
        n, ends = self.scores.first_outcome, block.given.indptr
        if ends.size - 1 <= n or ends[-1] == ends[n]:
            return
        rows = block.given.indices[ends[n] :]
        cells = np.repeat(np.arange(ends.size - 1 - n), np.diff(ends[n:]))
        answers = csr_array(block.chosen[rows][:, :n].T)
        for number in range(self.outcome.shape[1]):
            pulled = counted[rows] * self.scores.outcome[cells, :, number]
            self.outcome[:, number] += answers @ pulled

    def squares(self) -> Array:
        """Expected products of two different things' scores, shape (n_numbers, n_numbers)."""
        starts, n = self.scores.starts, self.scores.n_numbers
        total = np.zeros((n, n))
        parts = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        last = slice(self.scores.first_outcome, n)
        for j, (one, slopes) in enumerate(zip(parts, self.scores.items, strict=True)):
            for other, more in zip(parts[j + 1 :], self.scores.items[j + 1 :], strict=True):
                both = np.einsum("cqa,cdq->adq", slopes, self.items[one, other], optimize=True)
                total[one, other] = np.einsum("adq,dqb->ab", both, more, optimize=True)
            total[one, last] = np.einsum("cqa,cpq->ap", slopes, self.outcome[one], optimize=True)
        return np.asarray(total + total.T, dtype=np.float64)


def _pairs_said(chosen: csr_array, n_cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each two answers of one pattern, as first * n_cells + second, and their pattern."""
    ends, cells = chosen.indptr, chosen.indices
    widest = int(np.diff(ends).max(initial=0))
    keys, rows = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    row_of = np.repeat(np.arange(ends.size - 1), np.diff(ends))
    for apart in range(1, widest):
        same = row_of[apart:] == row_of[:-apart]
        first, second = cells[:-apart][same], cells[apart:][same]
        is_item = second < n_cells
        keys.append(first[is_item].astype(np.int64) * n_cells + second[is_item])
        rows.append(row_of[apart:][same][is_item])
    return np.concatenate(keys), np.concatenate(rows)

"""Where guests of each pattern probably stand, and what that makes of every count (E-step)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.grid import NODES, Array
from engine.inference.patterns import NONE, StayPatterns

BLOCK = 512
"""Patterns at a time: their densities, half a megabyte, stay near the processor."""

LEAST_MASS = 1e-250
"""Below, a density is worked out anew from its largest log weight."""

_LOG_STEP = float(np.log(NODES[1] - NODES[0]))
_MOMENTS: Array = np.column_stack([NODES, NODES**2])


@dataclass(frozen=True, slots=True)
class Block:
    """A run of patterns and which rows of the log tables speak for each."""

    rows: slice
    chosen: csr_array
    """Shape (n_rows, n_cells): 1 where the answer, reaction or outcome was given."""
    given: csr_array
    """The same the other way round."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the E-step hands on."""

    mean: Array
    """Shape (n_patterns,): E[theta] given everything."""
    variance: Array
    """Shape (n_patterns,): Var(theta) given everything."""
    expected: Array
    """Shape (n_cells, n_nodes): guests at each node by what they said."""
    log_likelihood: float
    """Of all that was said."""


def blocks_of(
    patterns: StayPatterns, n_grades: Sequence[int], cell_of: NDArray[np.int64]
) -> list[Block]:
    """Lay out the evidence: items side by side, then the cells of outcomes.

    Parameters
    ----------
    patterns : StayPatterns
        Settled.
    n_grades : sequence of int
        Of each question, then of each offer's reactions.
    cell_of : ndarray of shape (n_patterns,)
        Cell of each outcome, -1 = none.
    """
    said = np.column_stack([patterns.answers, patterns.reactions, cell_of]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(n_grades)]).astype(np.int64)
    n_cells = int(starts[-1] + cell_of.max(initial=-1) + 1)
    return [_block(said, starts, n_cells, at) for at in range(0, patterns.n_patterns, BLOCK)]


def _block(said: NDArray[np.int64], starts: NDArray[np.int64], n_cells: int, at: int) -> Block:
    rows = slice(at, min(at + BLOCK, said.shape[0]))
    here = said[rows]
    is_given = here != NONE
    cells = (here + starts)[is_given]
    ends = np.concatenate([[0], np.cumsum(is_given.sum(axis=1))])
    shape = (here.shape[0], n_cells)
    chosen = csr_array((np.ones(cells.size), cells, ends), shape=shape)
    return Block(rows, chosen, csr_array(chosen.T))


def expect(
    patterns: StayPatterns, blocks: Sequence[Block], tables: Array, prior_mean: Array
) -> Expectation:
    r"""Return posterior moments, expected counts and log-likelihood on the grid.

    The normal prior is taken with its density at the nodes, times the distance of nodes, so that
    the weights' M-step is exact: :math:`\log L = \sum_i n_i \log \sum_q \Delta\,
    N(\theta_q; m_i, v_i) \prod_j P_j(y_{ij} \mid \theta_q)`.

    Parameters
    ----------
    patterns : StayPatterns
        Settled.
    blocks : sequence of Block
        From `blocks_of`.
    tables : ndarray of shape (n_cells, n_nodes)
        Log probability of everything that can be said.
    prior_mean : ndarray of shape (n_patterns,)
        m0 of each.
    """
    n = patterns.n_patterns
    mean, variance, total = np.empty(n), np.empty(n), 0.0
    expected = np.zeros_like(tables)
    for block, density, log_mass in densities(patterns, blocks, tables, prior_mean):
        counts = patterns.counts[block.rows]
        moments = density @ _MOMENTS
        mean[block.rows] = moments[:, 0]
        variance[block.rows] = np.maximum(moments[:, 1] - moments[:, 0] ** 2, 0.0)
        expected[: block.given.shape[0]] += block.given @ (density * counts[:, None])
        total += float(counts @ log_mass)
    return Expectation(mean, variance, expected, total)


def densities(
    patterns: StayPatterns, blocks: Sequence[Block], tables: Array, prior_mean: Array
) -> Iterator[tuple[Block, Array, Array]]:
    """Yield each block with its densities and the log probability of what was said."""
    for block in blocks:
        m, v = prior_mean[block.rows], patterns.variance[block.rows]
        heights = block.chosen @ tables[: block.chosen.shape[1]]
        heights += np.column_stack([m / v, -0.5 / v]) @ _MOMENTS.T
        constant = _LOG_STEP - 0.5 * (m * m / v + np.log(2.0 * np.pi * v))
        heights += constant[:, None]
        yield block, *_normalised(heights)


def _normalised(heights: Array) -> tuple[Array, Array]:
    """Turn log weights into densities and the log of their mass."""
    weights: Array = np.exp(heights)
    mass = weights.sum(axis=1)
    log_mass = np.log(np.maximum(mass, LEAST_MASS))
    for row in np.flatnonzero(mass < LEAST_MASS):
        top = heights[row].max()
        weights[row] = np.exp(heights[row] - top)
        mass[row] = weights[row].sum()
        log_mass[row] = top + np.log(mass[row])
    weights /= mass[:, None]
    return weights, log_mass

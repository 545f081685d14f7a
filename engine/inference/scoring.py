r"""From the summit under one prior to the summit under another, by Newton's method.

Priors move weights and hardly anything else, so the curvature measured at the first summit serves
at the next one, with the weights' own part renewed at every step. Where a stay meets the cap of the
shift the log posterior has an edge, and a summit may lie on it: such a stay is then held at the
cap, and the search goes along the edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.inference.e_step import Expectation
from engine.inference.em_problem import Problem, State
from engine.inference.grid import Array
from engine.inference.ladder import ROUNDING
from engine.inference.louis import louis_information

MOST_AGE = 8
"""Steps after which the curvature is measured anew: two to four are usual, and measuring costs as
much as ten."""


EDGE = 1e-6
"""A stay whose shift is this near the cap stands on the edge."""

HOLD = 1e8
"""Times the largest curvature: what holds a stay on the edge. It then moves by rounding only."""


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a search ended."""

    state: State
    told: Expectation
    information: Array
    """Of the stays alone about a packed point. In a search from another summit the part that no
    weight enters, and the part across, may be those of that summit."""
    heights: tuple[float, ...]
    """Log posterior at each point that an E-step was taken at."""
    is_converged: bool


def _is_summit(curvature: Array) -> bool:
    try:
        np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        return False
    return True


@dataclass(slots=True)
class _Walk:
    """One search as it goes."""

    problem: Problem
    state: State
    told: Expectation
    information: Array
    heights: list[float]

    def steps(self) -> Iterator[Array]:
        """Newton's step; then the one along the edges that stays stand on, if any do.

        Left out where the curvature is not that of a summit.
        """
        self.information[: self.state.weights.size, : self.state.weights.size] = self._of_weights()
        free = np.flatnonzero(self.problem.is_learned)
        whole = (self.information + self.problem.prior_bend(self.state))[np.ix_(free, free)]
        slope = self.problem.slope(self.state, self.told)
        edges = self._edges()
        for held in (np.zeros((0, edges.shape[1])), edges)[: 1 + (len(edges) > 0)]:
            k = held.shape[1]
            bent = whole.copy()
            bent[:k, :k] += HOLD * np.abs(whole).max() * (held.T @ held)
            if _is_summit(bent):
                step = np.zeros(slope.size)
                step[free] = np.linalg.solve(bent, slope[free])
                yield step

    def _edges(self) -> Array:
        """Columns of the stays on the edge, each once."""
        distance, most = self.problem.patterns.distance, self.problem.learning.most_shift
        away = np.abs(np.abs(distance @ self.state.weights) - most)
        return np.unique(distance[away <= EDGE], axis=0)

    def _of_weights(self) -> Array:
        patterns = self.problem.patterns
        counts = patterns.counts * self.problem.is_free(self.state)
        return louis_information(patterns.distance, patterns.variance, self.told.variance, counts)

    def moves(self) -> float | None:
        """Take the first of Newton's steps that does not lead down; how far it goes, None if none.

        One that goes no further than the tolerance is not taken any more.
        """
        point = self.state.packed()
        for step in self.steps():
            far = float(np.max(np.abs(step), initial=0.0))
            if far <= self.problem.learning.tolerance:
                return far
            if self.problem.is_possible(point + step) and self._stands(
                self.problem.unpacked(point + step)
            ):
                return far
        return None

    def improves(self) -> float:
        """Take a step of EM, which never leads down; return how far it went."""
        after = self.problem.improved(self.state, self.told)
        far = float(np.max(np.abs(after.packed() - self.state.packed()), initial=0.0))
        self._stands(after)
        return far

    def measures(self) -> None:
        """Measure the whole curvature anew."""
        self.information = self.problem.information(self.state, self.told)

    def _stands(self, state: State) -> bool:
        told = self.problem.expect(state)
        height = told.log_likelihood + self.problem.log_prior(state)
        self.heights.append(height)
        if height < self.height - ROUNDING * (1.0 + abs(self.height)):
            return False
        self.state, self.told = state, told
        return True

    @property
    def height(self) -> float:
        """Log posterior where the search stands."""
        return self.told.log_likelihood + self.problem.log_prior(self.state)


def settled_near(problem: Problem, start: Summit) -> Summit:
    """Find the summit under the prior of `problem` from one under another prior.

    Parameters
    ----------
    problem : Problem
        The same stays as those of `start`.
    start : Summit
        Under another prior of the weights.

    Returns
    -------
    Summit
        Converged where Newton's step, or else one of EM, moves no number by more than the
        tolerance.
    """
    walk = _Walk(problem, start.state, start.told, start.information.copy(), [])
    tolerance, is_done = problem.learning.tolerance, False
    for n in range(1, problem.learning.most_steps + 1):
        if n % MOST_AGE == 0:
            walk.measures()
        far = walk.moves()
        is_done = (walk.improves() if far is None else far) <= tolerance
        if is_done:
            break
    heights = (*walk.heights, walk.height)
    return Summit(walk.state, walk.told, walk.information, heights, is_done)

"""A first look at many stays: the style of nearly all of them, and of whom it cannot be told so.

The points of each style are worked out quickly and nearly right (`engine.inference.thin`), or
looked up where the guest said nothing (`engine.decision.silent`). Where the best is ahead of the
second by far more than that may be off, it is the best. The rest, one in some hundred, has to be
looked at as `AdviserAtOnce` does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.at_once import AdviserAtOnce, Open, Words
from engine.decision.past import PastStays
from engine.decision.silent import N_CELLS, OPEN, cells_of, style_table
from engine.inference.thin import ROWS, Short, ThinGrid
from engine.rules.columns import smallest

LEAD = 0.01
"""Points of 100 by which a style must be ahead of the others to be taken at a glance."""
MOST_ERROR = LEAD / 5
"""Points that a first look may be off where it was measured; otherwise it settles nothing."""
MEAN_ERROR = 1e-4
"""Standard deviations that the place of a guest may be off."""
WORTH_A_TABLE = N_CELLS
"""Silent stays of one kind, from which on a table is made for them: as many as it has cells."""


@dataclass(frozen=True, slots=True)
class Glanced:
    """What a first look gives of some stays; each of shape (n_stays,)."""

    styles: NDArray[np.int8]
    """Place of the style in the catalogue."""
    means: Short
    """Where the guest is believed to stand, off by less than `MEAN_ERROR`."""
    is_sure: NDArray[np.bool_]
    """Whether that is the style."""


class Glance:
    """Looks at the same stays again and again, whatever the rules make of them.

    Parameters
    ----------
    serving : AdviserAtOnce
        Whose words, styles and guardrails count; not whose rules.
    past : PastStays
    """

    def __init__(self, serving: AdviserAtOnce, past: PastStays) -> None:
        words = serving.words_of(past)
        told, of_word = np.unique(words.told, axis=0, return_inverse=True)
        self._thin = ThinGrid(serving.logs, _functions(serving))
        off = self._thin.errors
        self.is_trusted = bool(off[0] <= MEAN_ERROR / 2 and off[1:].max() <= MOST_ERROR)
        self._heights = self._thin.heights(told)
        self._told = of_word.ravel()
        self._aside = words.aside
        self._past = past
        kinds, of = serving.kinds(past, words)
        self._kind = smallest(of, len(kinds))
        self._penalties: Short = np.array([k.penalty for k in kinds], dtype=np.float32).T.copy()
        self._recovery = np.array([kind.is_recovery for kind in kinds], dtype=np.intp)
        self._is_silent = ~words.told.any(axis=1) & ~words.aside
        self._base, self._tables = self._laid_out(serving, words, kinds)

    def look(self, rows: NDArray[np.intp], mean: Short, variance: Short) -> Glanced:
        """Look at some stays with these priors."""
        seen = self._looked_up(rows, mean, variance)
        left = np.flatnonzero(~seen.is_sure)
        for start in range(0, len(left), ROWS):
            at = left[start : start + ROWS]
            some = self._look(rows[at], mean[at], variance[at])
            seen.styles[at], seen.means[at], seen.is_sure[at] = (
                some.styles, some.means, some.is_sure,
            )  # fmt: skip
        return seen

    def _laid_out(
        self, serving: AdviserAtOnce, words: Words, kinds: list[Open]
    ) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Make a table for each kind with many silent stays; where that of each kind begins."""
        n_silent = np.bincount(self._kind[self._is_silent[self._past.said]], minlength=len(kinds))
        tables = [np.full(N_CELLS + 1, OPEN, dtype=np.int8)]
        base = np.zeros(len(kinds), dtype=np.int32)
        functions = _functions(serving)
        for k in np.flatnonzero(n_silent >= WORTH_A_TABLE).tolist() if self.is_trusted else ():
            case, base[k] = int(kinds[k].is_recovery), len(tables) * (N_CELLS + 1)
            points = functions[case][:, 1:]
            tables.append(style_table(self._thin, points, kinds[k].penalty, case, LEAD))
        return base, np.concatenate(tables)

    def _looked_up(self, rows: NDArray[np.intp], mean: Short, variance: Short) -> Glanced:
        """Look up the silent ones; of them the belief is the prior."""
        said, kind = self._past.said[rows], self._kind[rows]
        at = np.where(self._is_silent[said], self._base[kind], np.int32(0))
        styles = self._tables.take(at + cells_of(mean, variance))
        return Glanced(styles, mean.copy(), styles != OPEN)

    def _look(self, rows: NDArray[np.intp], mean: Short, variance: Short) -> Glanced:
        said, kind = self._past.said[rows], self._kind[rows]
        heights = self._heights.take(self._told[said], axis=0)
        found, is_sound = self._thin.expectations(mean, variance, heights, self._recovery[kind])
        points = np.add(found[1:], self._penalties.take(kind, axis=1))
        styles = points.argmax(axis=0)
        every = np.arange(len(rows))
        best = points[styles, every]
        points[styles, every] = -np.inf
        is_sure = is_sound & ~self._aside[said] & (best - points.max(axis=0) > LEAD)
        return Glanced(styles.astype(np.int8), found[0], is_sure & self.is_trusted)


def _functions(serving: AdviserAtOnce) -> list[NDArray[np.float64]]:
    """Place on the axis and points of each style; usually, and after a problem."""
    n_styles = len(serving.adviser.catalogue.styles)
    place, usual, after = np.split(serving.functions, [1, 1 + n_styles], axis=1)
    return [np.hstack([place, usual]), np.hstack([place, after])]

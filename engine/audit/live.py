"""A preview while its owner waits: a million stays served by a draft in a fifth of a second.

What does not depend on the draft is worked out once and kept: the style of every stay now, and the
sums that its prior is made from. A draft changes some terms of these sums, in some stays; these get
a first look (`engine.decision.glance`), and the full one where that leaves anything open. So the
answer is that of `engine.audit.replay`, in every stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.replay import Replay, besides_rules, compared
from engine.decision.advise import Adviser
from engine.decision.at_once import AdviserAtOnce
from engine.decision.glance import MEAN_ERROR, Glance
from engine.decision.past import PastStays
from engine.decision.sums import CHUNK, Difference, Sums, difference, sums_of
from engine.inference.batch import StayPriors
from engine.inference.grid import Array
from engine.inference.thin import Short
from engine.rules.columns import chunks

Rows = NDArray[np.intp]
SIZE_STEP = 0.05
"""Standard deviations: shifts that differ by less come in the order of the stays."""
FIRST_STEP = 0.0182345
"""Where the first step ends: on no round number, as the shifts of round weights are."""
SIZE_ERROR = 2 * MEAN_ERROR
"""Of the difference of two means at a glance."""
SETTLED_AT_ONCE = 1_000
"""Shifts that are worked out together where a glance does not tell how large they are."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who would be served otherwise: how many, from which style to which, and some by name."""

    n_stays: int
    """Looked at."""
    rows: Rows
    """Of all stays that change, in their order."""
    turns: tuple[tuple[str, str, int], ...]
    """From style, to style, how many stays; the most frequent first."""
    listed: Replay
    """Those with the largest shift, to a step of `SIZE_STEP`; of the last step the first stays."""


class Standing:
    """How many stays are served by one version of the rules.

    Parameters
    ----------
    past : PastStays
    adviser : Adviser

    Attributes
    ----------
    styles : ndarray of int8, shape (n_stays,)
        Place of the style in the catalogue, the very one that `recommend` gives.
    means : ndarray of float32, shape (n_stays,)
        About where the guest is believed to stand.
    """

    def __init__(self, past: PastStays, adviser: Adviser) -> None:
        self.past, self.adviser = past, adviser
        self.serving = AdviserAtOnce(adviser)
        self.glance = Glance(self.serving, past)
        self.sums = sums_of(self.serving, past)
        self.styles = np.empty(past.n_stays, dtype=np.int8)
        self.means = np.empty(past.n_stays, dtype=np.float32)
        work = ((np.arange(r.start, r.stop), self.sums.picked(r)) for r in self._parts())
        self._serve(self.serving, work, self.styles, self.means)

    def with_changed(self, after: AdviserAtOnce) -> tuple[NDArray[np.int8], Short] | None:
        """Return styles and means by other rules; None where too much would be otherwise."""
        if besides_rules(self.adviser) != besides_rules(after.adviser):
            return None
        changed = difference(self.serving, after, self.past.columns)
        if changed is None:
            return None
        styles, means = self.styles.copy(), self.means.copy()
        work = (self._moved(changed, part) for part in self._parts())
        self._serve(after, work, styles, means)
        return styles, means

    def _parts(self) -> Iterator[slice]:
        return chunks(self.past.n_stays, CHUNK)

    def _moved(self, changed: Difference, part: slice) -> tuple[Rows, Sums]:
        """Stays of whom anything else would be believed beforehand, with their new sums."""
        keys = changed.part.keys(self.past, part)
        at = np.flatnonzero(changed.moves.take(keys))
        rows = at + part.start
        return rows, self.sums.picked(rows).plus(changed.table.take(keys[at], axis=1))

    def _serve(
        self,
        serving: AdviserAtOnce,
        work: Iterable[tuple[Rows, Sums]],
        styles: NDArray[np.int8],
        means: Short,
    ) -> None:
        """Look at some stays, then once more at those that a first look leaves open."""
        constants, traits = serving.adviser.catalogue.model.prior, self.past.traits
        still_open = [np.zeros(0, dtype=np.intp)]
        for rows, sums in work:
            remembered = StayPriors(traits.mean[rows], traits.variance[rows])
            seen = self.glance.look(rows, *sums.priors(remembered, constants))
            styles[rows], means[rows] = seen.styles, seen.means
            still_open.append(rows[~seen.is_sure])
        left = np.concatenate(still_open)
        some = self.past.picked(left)
        for part in chunks(some.n_stays):
            these = some.picked(part)
            chosen = serving.choose(these, serving.priors(some, part))
            styles[left[part]], means[left[part]] = chosen.styles, chosen.means


class LivePreview:
    """Drafts tried on the same stays, one after the other.

    Parameters
    ----------
    past : PastStays
        As they stand.
    now : Adviser
        In force.
    """

    def __init__(self, past: PastStays, now: Adviser) -> None:
        self.now = Standing(past, now)
        owner = Adviser(now.catalogue, now.rule_set)
        self._owner = Standing(past, owner) if now.rules.learned else self.now

    def try_on(self, then: Adviser, most: int) -> Outlook:
        """Serve all stays by a draft.

        Parameters
        ----------
        then : Adviser
            Of the same catalogue.
        most : int
            So many are listed, with their shift in full.

        Returns
        -------
        Outlook
            With what `replay` gives of the same stays.
        """
        past, now = self.now.past, self.now
        after = AdviserAtOnce(then, self._owner.serving)
        found = self._owner.with_changed(after)
        if found is None:
            other = Standing(past, then)
            found = other.styles, other.means
        styles, means = found
        rows = np.flatnonzero(styles != now.styles)
        sizes = np.abs(means[rows] - now.means[rows])
        largest = rows[_largest(sizes, most, lambda at: self._sizes(rows[at], after))]
        return Outlook(
            past.n_stays,
            rows,
            self._turns(now.styles[rows], styles[rows]),
            _among_all(self._compared(largest, after), largest, past.n_stays),
        )

    def _compared(self, rows: Rows, after: AdviserAtOnce) -> Replay:
        return compared(self.now.past.picked(rows), self.now.serving, after)

    def _sizes(self, rows: Rows, after: AdviserAtOnce) -> Array:
        """Work the shifts of some stays out in full; all of them change."""
        found, sizes = self._compared(rows, after), np.zeros(len(rows))
        sizes[found.rows] = np.abs(found.shifts)
        return sizes

    def _turns(
        self, before: NDArray[np.int8], after: NDArray[np.int8]
    ) -> tuple[tuple[str, str, int], ...]:
        """Count the turns; of two that are as frequent that one first which began with less."""
        styles = list(self.now.adviser.catalogue.styles)
        counted = np.bincount(before.astype(np.intp) * len(styles) + after)
        order = np.argsort(-counted, kind="stable")
        pairs = ((divmod(k, len(styles)), int(counted[k])) for k in order.tolist())
        return tuple((styles[one], styles[other], n) for (one, other), n in pairs if n)


def size_class(sizes: Array | Short, slack: float = 0.0) -> NDArray[np.int64]:
    """Return how many steps a shift has; shifts of as many are as large as each other."""
    beyond = sizes.astype(np.float64) + (slack - FIRST_STEP)
    return np.floor(beyond / SIZE_STEP).astype(np.int64)


def _largest(sizes: Short, most: int, in_full: Callable[[Rows], Array]) -> Rows:
    """Places of the largest, of those that are as large the first; in their order.

    Where the size is known too roughly to tell its class, and it matters, it is worked out in full.
    """
    n_all, most = len(sizes), min(most, len(sizes))
    highest, lowest = size_class(sizes, SIZE_ERROR), size_class(sizes, -SIZE_ERROR)
    while most:
        rank = np.arange(n_all) - highest * n_all
        first = np.argpartition(rank, most - 1)[:most]
        if not (highest[first] != lowest[first]).any():
            return np.sort(first)
        is_open = np.flatnonzero((highest != lowest) & (rank <= rank[first].max()))
        at = is_open[np.argsort(rank[is_open])][:SETTLED_AT_ONCE]
        highest[at] = lowest[at] = size_class(in_full(at))
    return np.zeros(0, dtype=np.intp)


def _among_all(found: Replay, rows: Rows, n_stays: int) -> Replay:
    """Tell a replay of some rows as one of all stays."""
    return Replay(n_stays, rows[found.rows], found.before, found.after, found.shifts)

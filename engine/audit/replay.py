"""Which stays would be served otherwise: two advisers over the same past."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.advise import Adviser
from engine.decision.at_once import NOBODY, AdviserAtOnce, Chosen
from engine.decision.past import PastStays, past_of
from engine.domain.learned import outcome_with
from engine.domain.stays import Case
from engine.inference.batch import StayPriors
from engine.inference.grid import Array
from engine.rules.columns import chunks

DIGITS = 9
"""Of a shift: behind them stands only in which order its terms were added."""

Progress = Callable[[int], None]
"""Told now and then how many stays were looked at."""


@dataclass(frozen=True, slots=True)
class Served:
    """One stay that would be served otherwise."""

    ref: str
    before: str
    """Style now."""
    after: str
    """Style then."""
    shift: float
    """Of the mean belief, in standard deviations; plus is contact."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The stays that would be served otherwise, the largest shift first."""

    n_stays: int
    """Looked at."""
    rows: NDArray[np.intp]
    """Of the stays that change, shape (n_changed,)."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    shifts: Array


def served_otherwise(
    cases: Iterable[Case], now: Adviser, then: Adviser
) -> tuple[tuple[Served, ...], int]:
    """Compare two versions of the rules over some cases.

    Returns
    -------
    tuple of (tuple of Served, int)
        The stays whose style changes, largest shift first, and how many were looked at.
    """
    looked_at = list(cases)
    found = replay(past_of(looked_at, now.catalogue), now, then)
    refs = [looked_at[row].ref for row in found.rows.tolist()]
    served = map(Served, refs, found.before, found.after, found.shifts.tolist())
    return tuple(sorted(served, key=lambda one: (-abs(one.shift), one.ref))), found.n_stays


def replay(
    past: PastStays, now: Adviser, then: Adviser, progress: Progress = lambda _: None
) -> Replay:
    """Serve many stays by two versions of the rules.

    Parameters
    ----------
    past : PastStays
        As they stand.
    now, then : Adviser
        Of one catalogue.
    progress : callable, optional
        Told after every chunk how many stays were looked at so far.

    Returns
    -------
    Replay
        With the very styles that `recommend` gives of each stay alone.
    """
    return compared(past, AdviserAtOnce(now), AdviserAtOnce(then), progress)


def compared(
    past: PastStays,
    before: AdviserAtOnce,
    after: AdviserAtOnce,
    progress: Progress = lambda _: None,
) -> Replay:
    """Serve many stays by two advisers that are ready for it; see `replay`."""
    is_same_outcome = besides_rules(before.adviser) == besides_rules(after.adviser)
    found = []
    for rows in chunks(past.n_stays):
        found.append(_changed(past, rows, before, after, is_same_outcome=is_same_outcome))
        progress(rows.stop)
    return _in_order(past, before.adviser, found)


def besides_rules(adviser: Adviser) -> object:
    """All but the rules that a style depends on: what styles do, and what words mean."""
    outcome = outcome_with(adviser.rules.learned, adviser.catalogue.model.outcome)
    return outcome, adviser.items


_Change = tuple[NDArray[np.intp], Chosen, Chosen]


def _changed(
    past: PastStays,
    rows: slice,
    before: AdviserAtOnce,
    after: AdviserAtOnce,
    *,
    is_same_outcome: bool,
) -> _Change:
    """Find the stays of one chunk that change.

    Of whom the same is believed beforehand, and who said what she said, nothing can change: such
    stays are passed over.
    """
    one, other = before.priors(past, rows), after.priors(past, rows)
    moved = (one.mean != other.mean) | (one.variance != other.variance)
    at = np.flatnonzero(moved) if is_same_outcome else np.arange(len(moved))
    some = past.picked(at + rows.start)
    was, is_then = before.choose(some, _some(one, at)), after.choose(some, _some(other, at))
    turned = np.flatnonzero(was.styles != is_then.styles)
    return at[turned] + rows.start, _of(was, turned), _of(is_then, turned)


def _some(priors: StayPriors, at: NDArray[np.intp]) -> StayPriors:
    return StayPriors(priors.mean[at], priors.variance[at])


def _of(chosen: Chosen, at: NDArray[np.intp]) -> Chosen:
    return Chosen(chosen.styles[at], chosen.means[at])


def _in_order(past: PastStays, adviser: Adviser, found: list[_Change]) -> Replay:
    rows = np.concatenate([np.zeros(0, dtype=np.intp), *[at for at, _, _ in found]])
    before, after = _joined([was for _, was, _ in found]), _joined([then for *_, then in found])
    shifts = np.round(after.means - before.means, DIGITS)
    order = np.lexsort((rows, -np.abs(shifts)))
    styles = tuple(adviser.catalogue.styles)
    return Replay(
        past.n_stays,
        rows[order],
        tuple(styles[k] for k in before.styles[order]),
        tuple(styles[k] for k in after.styles[order]),
        shifts[order],
    )


def _joined(chosen: list[Chosen]) -> Chosen:
    whole = [NOBODY, *chosen]
    return Chosen(
        np.concatenate([one.styles for one in whole]), np.concatenate([one.means for one in whole])
    )


def styles_of(past: PastStays, adviser: Adviser) -> Chosen:
    """Serve many stays by one version of the rules."""
    serving = AdviserAtOnce(adviser)
    return _joined(
        [
            serving.choose(
                past.picked(np.arange(rows.start, rows.stop)), serving.priors(past, rows)
            )
            for rows in chunks(past.n_stays)
        ]
    )

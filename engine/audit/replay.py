"""Which stays would be served otherwise: two advisers over the same cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.decision.advise import Adviser
from engine.domain.stays import Case


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


def served_otherwise(
    cases: Iterable[Case], now: Adviser, then: Adviser
) -> tuple[tuple[Served, ...], int]:
    """Compare two versions of the rules over many stays.

    Returns
    -------
    tuple of (tuple of Served, int)
        The stays whose style changes, largest shift first, and how many were looked at.
    """
    changed, n_stays = [], 0
    for case in cases:
        n_stays += 1
        before, after = now.recommend(case), then.recommend(case)
        if before.style != after.style:
            shift = after.belief.mean - before.belief.mean
            changed.append(Served(case.ref, before.style, after.style, shift))
    return tuple(sorted(changed, key=lambda entry: (-abs(entry.shift), entry.ref))), n_stays

"""The stays of one house as they are served again, in the order of their arrival."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.decision.coded_stays import Kept
from engine.decision.past import PastStays, nothing_remembered
from engine.domain.axis import Trait
from engine.inference.batch import StayPriors
from engine.rules.columns import UNKNOWN
from engine.store import Work
from engine.store.snapshot_marks import stays_remembered
from engine.usecases.advice.traits import traits_of
from engine.usecases.context import Context

BATCH = 500
"""Stays read at once."""


def past_of_house(
    ctx: Context, kept: Kept, house: str, *, days: tuple[date, date] | None = None, most: int = 0
) -> PastStays:
    """Return the stays of one house that were not called off, in the order of their arrival.

    Parameters
    ----------
    ctx : Context
    kept : Kept
        All stays.
    house : str
        Its id.
    days : tuple of date, optional
        First and last day of arrival; all otherwise.
    most : int
        So many, those that arrive last; 0 = all.
    """
    is_here = ~kept.is_off
    is_here &= kept.house == (kept.houses.index(house) if house in kept.houses else UNKNOWN)
    if days:
        first, last = (day.toordinal() for day in days)
        is_here &= (kept.days >= first) & (kept.days <= last)
    rows = np.flatnonzero(is_here)
    rows = rows[np.argsort(kept.days[rows], kind="stable")][-most:]
    return PastStays(
        ids=kept.ids[rows],
        columns=kept.columns.picked(rows),
        words=kept.words,
        said=kept.said[rows],
        days=kept.days[rows],
        traits=_remembered(ctx, house, kept.ids[rows]),
    )


def _remembered(ctx: Context, house: str, ids: NDArray[np.int64]) -> StayPriors:
    """What was remembered of each guest at her arrival; never kept beside the database."""
    traits = nothing_remembered(len(ids))
    with ctx.store.read() as work:
        told = dict(_traits_in(ctx, work, house))
    for row in np.flatnonzero(np.isin(ids, list(told))).tolist():
        trait = told[int(ids[row])]
        traits.mean[row], traits.variance[row] = trait.mean, trait.variance
    return traits


def _traits_in(ctx: Context, work: Work, house: str) -> Iterator[tuple[int, Trait]]:
    stays = stays_remembered(work.connection, house)
    for start in range(0, len(stays), BATCH):
        some = stays[start : start + BATCH]
        yield from traits_of(work, some, ctx.catalogue.model.prior).items()

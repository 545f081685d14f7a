"""Weights that guests taught, beside the numbers of the owner, which stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import inf

from engine.domain.model import OutcomeConstants


@dataclass(frozen=True, slots=True)
class Learned:
    """What one learning run made of the weights of one version of the rules.

    Raises
    ------
    ValueError
        If there is not one weight, and one row and column of the covariance, for each rule, or if
        kappa is not above 0 or cuts do not rise.
    """

    house: str
    until: date
    rules: int
    """Version of the rules that it speaks of; it says nothing of any other."""
    ids: tuple[str, ...]
    """Rules that were learned; the owner's number stands for every other one."""
    weights: tuple[float, ...]
    """Posterior means, in standard deviations of the guest population; plus is contact."""
    covariance: tuple[tuple[float, ...], ...]
    """Posterior covariance of the weights."""
    kappa: float | None = None
    """How much fit matters, in logits; None: too few stays were met in a style by lot to tell, and
    the seed's number stands."""
    cuts: tuple[float, ...] | None = None
    """Where adjacent styles tie, on the axis; None as for `kappa`."""

    def __post_init__(self) -> None:
        n = len(self.ids)
        rows = (len(self.weights), len(self.covariance), *(len(row) for row in self.covariance))
        if any(size != n for size in rows):
            raise ValueError(f"{n} rules need {n} weights and a covariance of {n} by {n}")
        if self.kappa is not None and not 0.0 < self.kappa < inf:
            raise ValueError(f"kappa must be above 0, not {self.kappa}")
        if self.cuts is not None and not _rise(self.cuts):
            raise ValueError(f"cuts must rise: {self.cuts}")

    @property
    def name(self) -> str:
        """What advice names it by: house and day, as in las_cabanas/2026-11-20."""
        return run_name(self.house, self.until)


def outcome_with(learned: Learned | None, seed: OutcomeConstants) -> OutcomeConstants:
    """Put what guests taught about styles in the place of the seed's numbers.

    Where they taught nothing of it, or the seed has another number of styles by now, the seed's
    stand.
    """
    if learned is None or learned.kappa is None or learned.cuts is None:
        return seed
    if len(learned.cuts) != len(seed.cuts):
        return seed
    return replace(seed, fit=learned.kappa, cuts=learned.cuts)


def _rise(values: tuple[float, ...]) -> bool:
    bounded = (-inf, *values, inf)
    return all(low < high for low, high in pairwise(bounded))


def run_name(house: str, until: date) -> str:
    """Return the name of the learning run of one house and day."""
    return f"{house}/{until.isoformat()}"


def run_of_model(model: str) -> tuple[str, date] | None:
    """Return house and day of the run that the version of a model names, or None without one.

    The opposite of what `Versions.model` holds: `2026-11-1+las_cabanas/2026-11-20`.
    """
    _, plus, name = model.rpartition("+")
    house, slash, day = name.rpartition("/")
    return (house, date.fromisoformat(day)) if plus and slash else None

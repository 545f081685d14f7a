"""What guests taught, beside the numbers of owner and seed, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import inf

from engine.domain.catalogue import Catalogue
from engine.domain.model import OutcomeConstants
from engine.domain.questions import Item

Square = tuple[tuple[float, ...], ...]
"""A covariance, row by row."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What one learning run made of one version of the rules, and of questions and styles.

    Raises
    ------
    ValueError
        If there is not one weight, and one row and column of the covariance, for each rule, the
        same for kappa and cuts, or if kappa or a discrimination is not above 0 or cuts or
        thresholds do not rise.
    """

    house: str
    until: date
    rules: int
    """Version of the rules that it speaks of; it says nothing of any other."""
    ids: tuple[str, ...]
    """Rules that were learned; the owner's number stands for every other one."""
    weights: tuple[float, ...]
    """Posterior means, in standard deviations of the guest population; plus is contact."""
    covariance: Square
    """Posterior covariance of the weights."""
    kappa: float | None = None
    """How much fit matters, in logits; None: too few stays were met in a style by lot to tell, and
    the seed's number stands."""
    cuts: tuple[float, ...] | None = None
    """Where adjacent styles tie, on the axis; None as for `kappa`."""
    styles_covariance: Square | None = None
    """Posterior covariance of log kappa and the cuts; None where it is not known."""
    items: tuple[tuple[str, Item], ...] = ()
    """Questions and offers that enough guests answered, by reason key such as `answer.welcome`;
    the seed's numbers stand for every other one."""

    def __post_init__(self) -> None:
        n = len(self.ids)
        if len(self.weights) != n or not _is_square(self.covariance, n):
            raise ValueError(f"{n} rules need {n} weights and a covariance of {n} by {n}")
        self._check_styles()
        for key, item in self.items:
            if not (0.0 < item.discrimination < inf and _rise(item.thresholds)):
                raise ValueError(f"{key} needs a > 0 and thresholds that rise: {item}")

    def _check_styles(self) -> None:
        if self.kappa is not None and not 0.0 < self.kappa < inf:
            raise ValueError(f"kappa must be above 0, not {self.kappa}")
        if self.cuts is not None and not _rise(self.cuts):
            raise ValueError(f"cuts must rise: {self.cuts}")
        n_styles = 1 + len(self.cuts or ())
        if self.styles_covariance is not None and not _is_square(self.styles_covariance, n_styles):
            raise ValueError(f"kappa and cuts need a covariance of {n_styles} by {n_styles}")

    @property
    def name(self) -> str:
        """What advice names it by: house and day, as in las_cabanas/2026-11-20."""
        return run_name(self.house, self.until)


def outcome_with(learned: Learned | None, seed: OutcomeConstants) -> OutcomeConstants:
    """Put what guests taught about styles in the place of the seed's numbers.

    Where they taught nothing of it, or the seed has another number of styles by now, the seed's
    stand.
    """
    told = _of_styles(learned, seed)
    return replace(seed, fit=told[0], cuts=told[1]) if told else seed


def styles_covariance_with(learned: Learned | None, seed: OutcomeConstants) -> Square | None:
    """Return how unsure log kappa and cuts of `outcome_with` are.

    None where they are as unsure as before any stay, or where the run did not keep it.
    """
    return learned.styles_covariance if learned and _of_styles(learned, seed) else None


def items_with(learned: Learned | None, catalogue: Catalogue) -> Mapping[str, Item]:
    """Return each question, then each offer, by reason key, as guests were found to answer it.

    The seed's item stands where too few guests answered, or where it has another number of grades
    by now.
    """
    seed = {f"answer.{id}": question.item for id, question in catalogue.questions.items()}
    seed |= {f"reaction.{id}": offer.item for id, offer in catalogue.offers.items()}
    told = dict(learned.items) if learned else {}
    return {key: _alike(told.get(key, item), item) for key, item in seed.items()}


def _alike(told: Item, seed: Item) -> Item:
    return told if len(told.thresholds) == len(seed.thresholds) else seed


def _of_styles(
    learned: Learned | None, seed: OutcomeConstants
) -> tuple[float, tuple[float, ...]] | None:
    """Return kappa and cuts where a run tells them of as many styles as there are."""
    if learned is None or learned.kappa is None or learned.cuts is None:
        return None
    return (learned.kappa, learned.cuts) if len(learned.cuts) == len(seed.cuts) else None


def _is_square(rows: Square, n: int) -> bool:
    return len(rows) == n and all(len(row) == n for row in rows)


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

"""What stays taught about how guests answer: each question, and each offer they reacted to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.domain.catalogue import Catalogue
from engine.domain.learned import items_with
from engine.domain.questions import Item
from engine.inference.grid import Array
from engine.inference.ladder import rises
from engine.inference.learned_model import GradedItem, LearnedModel
from engine.inference.patterns import NONE, StayPatterns

LEAST_ANSWERS = 50
"""Answers before an item is scored as guests answer it. The seed's item counts like 20 imagined
guests who know their place; real ones show it only through what else they say, and tell less."""

LARGEST_DISCRIMINATION = 5.0
"""Twice the seed's clearest question: from there on one answer would hold a guest within half a
standard deviation, and a slip of the finger could not be made good."""

LARGEST_THRESHOLD = 6.0
"""The end of the axis as it is computed: nobody stands beyond."""


@dataclass(frozen=True, slots=True)
class ItemLesson:
    """One question or offer as guests answer it."""

    key: str
    """Reason key, such as `answer.welcome`."""
    item: Item
    n_answers: float
    """Behind it; old ones may count for less."""

    @property
    def may_be_used(self) -> bool:
        """Whether guests may be believed by it; else the seed's item stands."""
        return self.n_answers >= LEAST_ANSWERS and is_within_caps(self.item)


def is_within_caps(item: Item) -> bool:
    """Whether an item tells something, not too much, and its grades are in order on the axis."""
    thresholds = np.asarray(item.thresholds)
    is_on_axis = bool(np.all(np.abs(thresholds) <= LARGEST_THRESHOLD))
    return 0.0 < item.discrimination <= LARGEST_DISCRIMINATION and rises(thresholds) and is_on_axis


def items_of(catalogue: Catalogue) -> tuple[GradedItem, ...]:
    """Return each question, then the reactions to each offer, as the seed says them."""
    return graded(items_with(None, catalogue).values())


def graded(items: Iterable[Item]) -> tuple[GradedItem, ...]:
    """Return items as the learner takes them."""
    return tuple(GradedItem(item.discrimination, tuple(item.thresholds)) for item in items)


def item_lessons(
    seed: Mapping[str, Item],
    models: Sequence[LearnedModel],
    chances: Array,
    patterns: StayPatterns,
) -> tuple[ItemLesson, ...]:
    """Average the items over the degrees of trust, as the weights are.

    Parameters
    ----------
    seed : mapping of str to Item
        Each question, then each offer, by reason key, in the order of the learner.
    models : sequence of LearnedModel
        One for each degree of trust.
    chances : ndarray of shape (n_models,)
        Of each degree; they add up to 1.
    patterns : StayPatterns
        Learned from.

    Returns
    -------
    tuple of ItemLesson
        One for each item of `seed`.
    """
    said = np.column_stack([patterns.answers, patterns.reactions]) != NONE
    told = (patterns.counts @ said).tolist()
    items = [_averaged([model.items[j] for model in models], chances) for j in range(len(seed))]
    return tuple(map(ItemLesson, seed, items, told))


def _averaged(items: Sequence[GradedItem], chances: Array) -> Item:
    """Means of a and of each b; thresholds that rise in every model rise in their mean."""
    slope = float(chances @ [item.discrimination for item in items])
    thresholds = chances @ np.array([item.thresholds for item in items])
    return Item(slope, tuple(thresholds.tolist()))

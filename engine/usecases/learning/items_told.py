"""How guests answer: each question and offer as shipped, and as one learning run found it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from engine.audit.item_lessons import LEAST_ANSWERS
from engine.domain.learned import items_with
from engine.domain.questions import Item
from engine.store import LearningRunRecord
from engine.usecases.advice.learned_weights import learned_of
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context


class ItemState(StrEnum):
    """What a run made of one question or offer."""

    LEARNED = "learned"
    TOO_FEW = "too_few"
    NOT_USED = "not_used"
    """Answers enough by now, yet the run has no number: it had fewer, or they said too much."""


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One question, or the reactions to one offer."""

    kind: str
    """`answer` or `reaction`."""
    id: str
    """Of the question or offer."""
    n: int
    """Answers counted by now."""
    shipped: Item
    learned: Item | None
    """None: the shipped numbers stand."""

    @property
    def state(self) -> ItemState:
        """What the run made of it."""
        if self.learned is not None:
            return ItemState.LEARNED
        return ItemState.TOO_FEW if self.n < LEAST_ANSWERS else ItemState.NOT_USED


def items_told(ctx: Context, house: str, run: LearningRunRecord | None) -> tuple[ItemTold, ...]:
    """Return every question, then every offer; what most guests answered comes first of each.

    Parameters
    ----------
    house : str
        Whose guests.
    run : LearningRunRecord or None
        Of this house; without one all stands as shipped.
    """
    learned = dict(learned_of(run).items) if run else {}
    counts = _counted(ctx, house)
    told = []
    for key, item in items_with(None, ctx.catalogue).items():
        kind, _, id = key.partition(".")
        told.append(ItemTold(kind, id, counts[key], item, _alike(learned.get(key), item)))
    return tuple(sorted(told, key=lambda one: (one.kind, -one.n, one.id)))


def _alike(learned: Item | None, shipped: Item) -> Item | None:
    """Return what was learned unless the shipped one has another number of answers by now."""
    is_alike = learned is not None and len(learned.thresholds) == len(shipped.thresholds)
    return learned if is_alike else None


def _counted(ctx: Context, house: str) -> Counter[str]:
    """Count the answers to each question and the graded reactions to each offer."""
    counts: Counter[str] = Counter()
    with ctx.store.read() as work:
        stats = stats_of(work, house)
    for pattern, n in stats:
        for kind, pairs in (("answer", pattern.answers), ("reaction", pattern.reactions)):
            for id, _ in pairs:
                counts[f"{kind}.{id}"] += n
    return counts

"""Random guests over the whole catalogue, from a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case


def random_value(fact: Fact, rng: np.random.Generator) -> Value:
    """Any value that the fact can have."""
    if fact.kind is FactKind.YES_NO:
        return bool(rng.random() < 0.5)
    if fact.kind is FactKind.ONE_OF:
        return str(rng.choice(list(fact.values)))
    if fact.kind is FactKind.WHOLE:
        return int(rng.integers(fact.lowest, min(fact.highest, 30) + 1))
    return str(rng.choice(["en", "de", "ar", "fi"]))


def random_cases(catalogue: Catalogue, n: int, seed: int, share: float = 0.4) -> Iterator[Case]:
    """Give `n` guests of whom each thing is known with probability `share`."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        yield random_case(catalogue, rng, share, f"guest {i}")


def random_case(catalogue: Catalogue, rng: np.random.Generator, share: float, ref: str) -> Case:
    """One guest."""

    def some(ids: Any, share: float = share) -> list[str]:
        return [id for id in ids if rng.random() < share]

    facts = [fact for fact in catalogue.facts.values() if not fact.is_cue]
    reactions = list(Reaction)
    return Case(
        ref=ref,
        house=next(iter(catalogue.houses)),
        facts={fact.id: random_value(fact, rng) for fact in facts if rng.random() < share},
        cues=frozenset(some(catalogue.cues, 0.15)),
        answers={
            id: int(rng.integers(len(catalogue.questions[id].grades)))
            for id in some(catalogue.questions, 0.15)
        },
        reactions=tuple(
            OfferReaction(id, reactions[rng.integers(len(reactions))])
            for id in some(catalogue.offers, 0.15)
        ),
        asked=frozenset(some(catalogue.questions, 0.05)),
        has_stopped=bool(rng.random() < 0.1),
        is_arrived=bool(rng.random() < 0.3),
    )

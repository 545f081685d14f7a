"""Stays by the hundred thousand, drawn from the seed's own shares and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audit.simulated_guests import draw_grades
from engine.decision.advise import Adviser
from engine.domain.axis import NO_TRAIT
from engine.domain.cues import Fact, Value
from engine.domain.questions import Item
from engine.inference.batch import NOT_SAID, StayPriors, priors_of
from engine.inference.grid import Array
from engine.rules.column_rules import ColumnRules
from engine.rules.columns import chunks, columns_of

SHARE_TOLD = 0.4
"""A reservation tells about nine of the twenty-odd facts."""

SHARE_ANSWERED = 0.15
"""Of all questions and offers together: between three and four pieces of evidence a stay."""

Facts = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Looks:
    """What all rules say of many stays."""

    expected: Array
    """Shape (n_stays, n_rules)."""
    known: NDArray[np.bool_]

    def picked(self, rows: NDArray[np.intp]) -> Looks:
        """Return these rows, in this order."""
        return Looks(self.expected[rows], self.known[rows])


def draw_facts(adviser: Adviser, n: int, rng: np.random.Generator) -> list[Facts]:
    """Draw facts of guests at the desk: some told, every cue seen or not seen.

    Parameters
    ----------
    adviser : Adviser
        Whose catalogue holds, with the shares of its rule set.
    n : int
        Stays.
    rng : numpy.random.Generator
        All chance comes from here.
    """
    stays: list[Facts] = [{} for _ in range(n)]
    for fact in adviser.catalogue.facts.values():
        if fact.is_scored and fact.usual:
            is_told = np.ones(n, dtype=bool) if fact.is_cue else rng.random(n) < SHARE_TOLD
            values = draw_values(adviser, fact, n, rng)
            for row in np.flatnonzero(is_told).tolist():
                stays[row][fact.id] = values[row]
    return stays


def draw_values(adviser: Adviser, fact: Fact, n: int, rng: np.random.Generator) -> list[Value]:
    """Draw one fact of each of `n` guests at its usual shares."""
    shares = adviser.rule_set.usual.get(fact.id) or fact.usual
    values, ends = list(shares), np.cumsum(list(shares.values()))
    places = np.searchsorted(ends / ends[-1], rng.random(n), side="right")
    return [values[place] for place in places.tolist()]


def look(adviser: Adviser, stays: Sequence[Mapping[str, Value]]) -> Looks:
    """Let every rule look at every stay: code the stays, then look at all of them at once."""
    usual = {id: fact.usual for id, fact in adviser.catalogue.facts.items()}
    rules = ColumnRules(adviser.rules.rules, usual | dict(adviser.rule_set.usual))
    columns = columns_of(stays, adviser.catalogue.facts)
    seen = [rules.look(columns, rows) for rows in chunks(len(stays))]
    return Looks(
        np.concatenate([part.expected for part in seen]),
        np.concatenate([part.known for part in seen]),
    )


def priors(adviser: Adviser, looks: Looks) -> StayPriors:
    """Priors of stays of whose guests nothing is remembered."""
    n = len(looks.expected)
    traits = StayPriors(np.full(n, NO_TRAIT.mean), np.full(n, NO_TRAIT.variance))
    constants = adviser.catalogue.model.prior
    return priors_of(adviser.rules.regression, looks.expected, looks.known, traits, constants)


def items(adviser: Adviser) -> dict[str, Item]:
    """Return questions, then offers, by names that no two share."""
    catalogue = adviser.catalogue
    asked = {f"question {id}": question.item for id, question in catalogue.questions.items()}
    return asked | {f"offer {id}": offer.item for id, offer in catalogue.offers.items()}


def draw_places(given: StayPriors, rng: np.random.Generator) -> Array:
    """Draw where each guest stands, as the rules have it."""
    return given.mean + np.sqrt(given.variance) * rng.standard_normal(given.mean.size)


def draw_evidence(adviser: Adviser, theta: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw what guests answer and how they react, most of it unsaid; shape (n_stays, n_items)."""
    columns = list(draw_grades(items(adviser), theta, rng).values())
    grades = np.column_stack(columns)
    return np.where(rng.random(grades.shape) < SHARE_ANSWERED, grades, NOT_SAID)

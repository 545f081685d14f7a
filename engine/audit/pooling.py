r"""What the houses of a chain learn from one another: numbers about rules, never a guest.

A house lets the others know one normal likelihood of its weights: how far its stays pull each rule
and how much they tell. No stay, no pattern and no guest is in it, and below 50 stays nothing is
let out at all, so that nobody stands out. What a house then believes lies between its own stays
and the others, the nearer to them the more alike the houses are (see `inference.pooled`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audit.gates import LEAST_STAYS
from engine.audit.lessons import Lesson, RuleLesson
from engine.audit.sureness import sureness_of
from engine.decision.advise import Adviser
from engine.inference.comparison import Likelihood
from engine.inference.grid import Array
from engine.inference.pooled import Pooled, pool


@dataclass(frozen=True, slots=True)
class HouseWord:
    """What one house lets the others know."""

    rules: int
    """Version of the rules that it speaks of."""
    ids: tuple[str, ...]
    """Of the rules."""
    likelihood: Likelihood
    """Of their weights, from the stays of the house alone: no prior, no other house in it."""


@dataclass(frozen=True, slots=True)
class ChainRule:
    """What owner and other houses together expect of one rule at this house."""

    id: str
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """What other houses brought to a lesson."""

    n_houses: int
    n_stays: int
    """Behind what they said."""
    apart: float
    """How far a weight probably lies from house to house, in standard deviations of guests."""
    rules: tuple[ChainRule, ...]
    """Before a stay of this house."""


def word_of(lesson: Lesson, version: int) -> HouseWord | None:
    """Return what a house may let the others know; None below 50 stays or without convergence.

    Parameters
    ----------
    lesson : Lesson
        Of this house alone, before other houses had their say.
    version : int
        Of the rules.
    """
    told = lesson.likelihood
    if told is None or told.n_stays < LEAST_STAYS or not lesson.is_converged:
        return None
    return HouseWord(version, lesson.ids, told)


def pooled(
    lesson: Lesson, others: Sequence[HouseWord], adviser: Adviser
) -> tuple[Lesson, Exchange | None]:
    """Let other houses have their say in what the stays of one house taught.

    Parameters
    ----------
    lesson : Lesson
        Of this house alone.
    others : sequence of HouseWord
        Of other houses; those about another version of the rules, or from too few stays, are
        passed over.
    adviser : Adviser
        Rules and catalogue of this house.

    Returns
    -------
    Lesson
        With weights and covariance under the chain; the very same one where nobody else spoke.
    Exchange or None
    """
    version = adviser.rule_set.version
    heard = [word for word in others if word.rules == version and _is_enough(word.likelihood)]
    own = lesson.likelihood
    if own is None or not heard:
        return lesson, None
    told = pool(own, [_aligned(word, lesson.ids) for word in heard], *_owner(lesson, adviser))
    return _under(lesson, told), _exchange(lesson, told, heard)


def _is_enough(told: Likelihood) -> bool:
    return told.n_stays >= LEAST_STAYS


def _owner(lesson: Lesson, adviser: Adviser) -> tuple[Array, Array]:
    """The owner's number of each rule that was learned, and how sure she is of it."""
    owner = {rule.id: rule.owner for rule in lesson.rules}
    return np.array([owner[id] for id in lesson.ids]), sureness_of(adviser, lesson.ids)


def _aligned(word: HouseWord, ids: Sequence[str]) -> Likelihood:
    """Put what a house said into the order of `ids`; of a rule it did not learn it says nothing."""
    place = {id: k for k, id in enumerate(word.ids)}
    to = [k for k, id in enumerate(ids) if id in place]
    rows = [place[ids[k]] for k in to]
    information, pull = np.zeros((len(ids), len(ids))), np.zeros(len(ids))
    information[np.ix_(to, to)] = word.likelihood.information[np.ix_(rows, rows)]
    pull[to] = word.likelihood.pull[rows]
    return Likelihood(information, pull, word.likelihood.n_stays)


def _under(lesson: Lesson, told: Pooled) -> Lesson:
    """Put what all houses together say in the place of what one said; comparisons stay its own."""
    mean, covariance = told.house.mean, told.house.covariance
    sds = np.sqrt(np.diag(covariance))
    found = {id: (float(mean[k]), float(sds[k])) for k, id in enumerate(lesson.ids)}
    rules = tuple(_renewed(rule, found) for rule in lesson.rules)
    return replace(lesson, rules=rules, weights=mean, covariance=covariance)


def _renewed(rule: RuleLesson, found: dict[str, tuple[float, float]]) -> RuleLesson:
    if rule.id not in found:
        return rule
    mean, sd = found[rule.id]
    return replace(rule, posterior=mean, posterior_sd=sd)


def _exchange(lesson: Lesson, told: Pooled, heard: Sequence[HouseWord]) -> Exchange:
    sds = np.sqrt(np.diag(told.chain.covariance)).tolist()
    rows = zip(lesson.ids, told.chain.mean.tolist(), sds, strict=True)
    return Exchange(
        n_houses=len(heard),
        n_stays=sum(word.likelihood.n_stays for word in heard),
        apart=told.apart,
        rules=tuple(ChainRule(*row) for row in rows),
    )

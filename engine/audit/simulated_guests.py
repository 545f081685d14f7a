r"""Guests of whom everything is known, drawn from the model itself.

Facts and cues come at their usual shares, a place on the axis from the prior that the rules give,
answers and reactions from the graded items, satisfaction from the outcome model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.decision.advise import Adviser
from engine.decision.situation import Situation
from engine.domain.cues import Fact, Value
from engine.domain.model import OutcomeConstants
from engine.domain.offers import Reaction
from engine.domain.questions import Item
from engine.domain.stays import Case
from engine.inference.graded import answer_probabilities, logistic
from engine.inference.grid import Array
from engine.inference.outcome import style_gain

SHARE_TOLD = 0.5
"""A reservation tells about half of what could be known; which half differs from guest to guest."""

GRADED = tuple(reaction for reaction in Reaction if reaction.grade is not None)
"""Reactions that say something of contact, in the order of their grades."""

MOST_MISFIT = 2.0


@dataclass(frozen=True, slots=True)
class SimulatedGuest:
    """One guest with all that nobody at a desk would know."""

    case: Case
    """What the desk knows before it asks."""
    theta: float
    """Where she truly stands."""
    answers: Mapping[str, int]
    """What she would answer to each question."""
    reactions: Mapping[str, Reaction]
    """How she would take each offer."""
    mood: float
    """Between 0 and 1: decides how content she is, the lower the more."""


@dataclass(frozen=True, slots=True)
class World:
    """How guests are drawn.

    Raises
    ------
    ValueError
        If `misfit` lies outside 0 to 2.
    """

    told: Mapping[str, Value] = field(default_factory=dict)
    """Facts that are known and the same for every guest, such as the class of the house."""
    house: str = ""
    """Id of the house."""
    misfit: float = 0.0
    """How wrong the rules are: 0 right, 1 guests do not care for them, 2 the other way round."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.misfit <= MOST_MISFIT:
            raise ValueError(f"misfit must lie between 0 and {MOST_MISFIT:g}, not {self.misfit}")


def draw_guests(
    adviser: Adviser, n_guests: int, rng: np.random.Generator, world: World | None = None
) -> tuple[SimulatedGuest, ...]:
    r"""Draw guests that are as the model says.

    :math:`\theta \sim N((1 - misfit) \, m_0, v_0)` with the prior of the facts and cues drawn.

    Parameters
    ----------
    adviser : Adviser
        Whose rules and catalogue hold.
    n_guests : int
        At least 1.
    rng : numpy.random.Generator
        All chance comes from here: the same state gives the same guests.
    world : World, optional
        What is known of all of them, and how wrong the rules are; right unless told otherwise.

    Raises
    ------
    ValueError
        If `n_guests` is below 1.
    """
    if n_guests < 1:
        raise ValueError(f"there must be at least one guest, not {n_guests}")
    world = world or World()
    cases = _draw_cases(adviser, n_guests, rng, world)
    theta = _draw_places(adviser, cases, rng, world.misfit)
    catalogue = adviser.catalogue
    answers = draw_grades({id: q.item for id, q in catalogue.questions.items()}, theta, rng)
    taken = draw_grades({id: offer.item for id, offer in catalogue.offers.items()}, theta, rng)
    moods = rng.random(n_guests).tolist()
    return tuple(
        SimulatedGuest(
            case=case,
            theta=place,
            answers={id: int(grades[k]) for id, grades in answers.items()},
            reactions={id: GRADED[grades[k]] for id, grades in taken.items()},
            mood=moods[k],
        )
        for k, (case, place) in enumerate(zip(cases, theta.tolist(), strict=True))
    )


def draw_grades(
    items: Mapping[str, Item], theta: Array, rng: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """Draw the answer of each guest to each item.

    Parameters
    ----------
    items : mapping of str to Item
        By id.
    theta : ndarray of shape (n_guests,)
        Where each guest stands.
    rng : numpy.random.Generator
        One number is taken for each guest and item.

    Returns
    -------
    dict of str to ndarray of shape (n_guests,)
        Grades from 0.
    """
    drawn = {}
    for id, item in items.items():
        chances = answer_probabilities(theta, item.discrimination, item.thresholds)
        at_most = chances.cumsum(axis=1)[:, :-1]
        drawn[id] = (rng.random((theta.size, 1)) > at_most).sum(axis=1)
    return drawn


def draw_satisfaction(
    position: NDArray[np.intp],
    theta: Array,
    moods: Array,
    positions: Sequence[float],
    constants: OutcomeConstants,
) -> NDArray[np.int64]:
    r"""Say how content each guest is with the style that she was served in.

    :math:`S = 1 + \#\{m : u < P(S \ge m \mid a, \theta)\}` for the mood u.

    Parameters
    ----------
    position : ndarray of shape (n_guests,)
        Place of the style of each guest among `positions`.
    theta, moods : ndarray of shape (n_guests,)
        Where each guest stands, and her mood between 0 and 1.
    positions : sequence of shape (n_styles,)
        Contact positions, increasing.
    constants : OutcomeConstants
        Thresholds, fit and cuts.

    Returns
    -------
    ndarray of shape (n_guests,)
        1 to 5.
    """
    kappa = constants.fit
    gain = style_gain(positions, constants.cuts, theta)[position, np.arange(theta.size)]
    eta = kappa * gain - kappa / (2.0 * constants.fit_radius) * theta**2
    at_least = logistic(eta[:, None] - np.asarray(constants.thresholds))
    return np.asarray(1 + (moods[:, None] < at_least).sum(axis=1), dtype=np.int64)


def _draw_cases(
    adviser: Adviser, n_guests: int, rng: np.random.Generator, world: World
) -> list[Case]:
    """Draw facts and cues at their shares; the guests stand at the desk."""
    usual = adviser.rule_set.usual
    everything = [f for f in adviser.catalogue.facts.values() if f.is_scored and f.usual]
    facts = {f.id: _draw_fact(f, usual, n_guests, rng) for f in everything if not f.is_cue}
    seen = {f.id: _draw_values(f, usual, n_guests, rng) for f in everything if f.is_cue}
    return [
        Case(
            ref=f"guest {k + 1}",
            house=world.house,
            facts={id: v for id, column in facts.items() if (v := column[k]) is not None}
            | dict(world.told),
            cues=frozenset(id for id, column in seen.items() if column[k]),
            is_arrived=True,
        )
        for k in range(n_guests)
    ]


def _draw_fact(
    fact: Fact,
    usual: Mapping[str, Mapping[Value, float]],
    n_guests: int,
    rng: np.random.Generator,
) -> list[Value | None]:
    """Value of one fact for each guest; None where nobody told it."""
    values = _draw_values(fact, usual, n_guests, rng)
    is_told = (rng.random(n_guests) < SHARE_TOLD).tolist()
    return [value if told else None for value, told in zip(values, is_told, strict=True)]


def _draw_values(
    fact: Fact,
    usual: Mapping[str, Mapping[Value, float]],
    n_guests: int,
    rng: np.random.Generator,
) -> list[Value]:
    shares = usual.get(fact.id) or fact.usual
    values, ends = list(shares), np.cumsum(list(shares.values()))
    places = np.searchsorted(ends / ends[-1], rng.random(n_guests), side="right")
    return [values[place] for place in places.tolist()]


def _draw_places(
    adviser: Adviser, cases: Sequence[Case], rng: np.random.Generator, misfit: float
) -> Array:
    priors = [adviser.think(Situation(case, adviser.catalogue)).prior for case in cases]
    means = np.array([prior.mean for prior in priors])
    deviations = np.sqrt([prior.variance for prior in priors])
    return np.asarray((1.0 - misfit) * means + deviations * rng.standard_normal(len(cases)))

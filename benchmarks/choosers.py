"""Who chooses the style of a guest: Tact with and without learning, and bandits of mabwiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.audit.lessons import items_of, learning_of
from engine.decision.advise import Adviser
from engine.decision.draws import N_DRAWS, points_by_draw, prior_draws
from engine.decision.explore import Opening, bounded_thompson
from engine.domain.exploration import Exploration
from engine.domain.model import OutcomeConstants
from engine.inference.batch import NOT_SAID
from engine.inference.full_em import learn
from engine.inference.grid import Array
from engine.inference.learned_model import LearnedModel
from engine.inference.outcome import expected_points
from engine.inference.patterns import StayPatterns
from engine.inference.posterior import posterior
from engine.inference.prior import Prior

OPEN = Exploration(is_on=True, test_share=0.0, has_thompson=True)
"""Reach and floor as they ship; no month's budget, since no peer has one."""

USUAL_GRADE = 3.0
"""Of 0 to 4: where most guests are content."""
POLICIES: Mapping[str, tuple[str, Mapping[str, float], float]] = {
    "mabwiser_linucb": ("LinUCB", {}, 0.0),
    "mabwiser_linucb_tuned": ("LinUCB", {"alpha": 0.1}, USUAL_GRADE),
    "mabwiser_lints": ("LinTS", {}, 0.0),
    "mabwiser_lints_tuned": ("LinTS", {"alpha": 0.1}, USUAL_GRADE),
}
"""By our name: policy, settings, and the grade that is rewarded with 0. Tuned by hand on the first
guests of each world, which is more than Tact was: a reward around 0, and less boldness."""

Grades = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Guests:
    """Guests in the order they come."""

    features: Array
    """Shape (n_guests, n_rules): what is expected of each rule beyond the usual."""
    variance: Array
    """Shape (n_guests,): of the prior of each."""
    theta: Array
    """Where each stands; nobody sees it."""
    moods: Array
    points: Array
    """Shape (n_guests, n_styles): expected points of each style, in truth."""


class Chooser(Protocol):
    """One who serves guests and learns."""

    def choose(self, guest: int) -> int:
        """Return the style of one guest."""

    def learn(self, first: int, last: int, style: Grades, grade: Grades) -> None:
        """Take in how content the guests were, 0 to 4, from `first` up to `last`."""


class WithTact:
    """Bounded Thompson sampling, with the whole model learned anew from all guests so far."""

    def __init__(self, adviser: Adviser, guests: Guests, rng: np.random.Generator) -> None:
        self._adviser, self._guests, self._rng = adviser, guests, rng
        self._constants = adviser.catalogue.model.outcome
        self._positions = [style.position for style in adviser.catalogue.styles.values()]
        self._names = [str(k) for k in range(len(self._positions))]
        self._said = learning_of(adviser, np.ones(guests.features.shape[1], dtype=np.bool_))
        self._weights = adviser.rules.owner.weights
        self._believe(self._constants, prior_draws(self._constants))
        self._style = np.zeros(0, dtype=np.int64)
        self._grade = np.zeros(0, dtype=np.int64)

    def _believe(self, centre: OutcomeConstants, draws: tuple[OutcomeConstants, ...]) -> None:
        self._points = expected_points(self._positions, centre)
        self._by_draw = points_by_draw(self._positions, draws)

    def choose(self, guest: int) -> int:
        """Draw a style with the odds of bounded Thompson sampling."""
        most = self._said.most_shift
        shift = float(self._guests.features[guest] @ self._weights)
        prior = Prior(min(max(shift, -most), most), float(self._guests.variance[guest]))
        belief = posterior(prior, ())
        expected = dict(zip(self._names, (self._points @ belief).tolist(), strict=True))
        drawn = dict(zip(self._names, (self._by_draw @ belief).T, strict=True))
        opening = Opening(str(guest), expected, self._names[0], True, drawn)
        odds = bounded_thompson(opening, opening.within(OPEN.reach), OPEN.floor)
        return int(self._rng.choice(list(odds), p=list(odds.values())))

    def learn(self, first: int, last: int, style: Grades, grade: Grades) -> None:
        """Learn from the first guest on, as every learning run does."""
        self._style = np.concatenate([self._style, style])
        self._grade = np.concatenate([self._grade, grade])
        model = learn(self._patterns(last), self._said)
        self._weights = model.weights
        centre = replace(self._constants, fit=model.fit, cuts=model.cuts)
        self._believe(centre, learned_draws(model, centre, self._rng))

    def _patterns(self, n: int) -> StayPatterns:
        n_questions = len(self._adviser.catalogue.questions)
        n_offers = len(items_of(self._adviser.catalogue)) - n_questions
        return StayPatterns(
            counts=np.ones(n),
            distance=self._guests.features[:n],
            trait_mean=np.zeros(n),
            variance=self._guests.variance[:n],
            answers=np.full((n, n_questions), NOT_SAID),
            reactions=np.full((n, n_offers), NOT_SAID),
            style=self._style,
            is_logged=np.ones(n, dtype=bool),
            outcome=self._grade,
            z=np.zeros((n, 0)),
        )


def learned_draws(
    model: LearnedModel, centre: OutcomeConstants, rng: np.random.Generator
) -> tuple[OutcomeConstants, ...]:
    """Draw how much fit matters and where styles tie, as unsure as the guests left it."""
    k = 1 + len(model.cuts)
    mean = np.array([np.log(model.fit), *model.cuts])
    drawn = rng.multivariate_normal(mean, model.outcome_covariance[:k, :k], N_DRAWS)
    return tuple(
        replace(centre, fit=float(np.exp(row[0])), cuts=tuple(sorted(row[1:].tolist())))
        for row in drawn
    )


class WithMabwiser:
    """A contextual bandit of mabwiser, a ridge regression for each style, on grades 0 to 4."""

    def __init__(
        self,
        guests: Guests,
        policy: tuple[str, Mapping[str, float], float],
        seed: int,
    ) -> None:
        from mabwiser.mab import MAB, LearningPolicy  # noqa: PLC0415  # optional

        self._contexts = np.column_stack([np.ones(len(guests.theta)), guests.features])
        name, settings, self._origin = policy
        arms = list(range(guests.points.shape[1]))
        self._bandit: Any = MAB(arms, getattr(LearningPolicy, name)(**settings), seed=seed)
        # before the first guest it knows of each style one that counts for nothing
        self._bandit.fit(arms, [0.0] * len(arms), np.zeros((len(arms), self._contexts.shape[1])))

    def choose(self, guest: int) -> int:
        """Return its choice."""
        return int(self._bandit.predict(self._contexts[guest : guest + 1]))

    def learn(self, first: int, last: int, style: Grades, grade: Grades) -> None:
        """Take in the guests since the last time."""
        self._bandit.partial_fit(style, grade - self._origin, self._contexts[first:last])


class AsSeed:
    """The best style by the seed's numbers, and nothing learned: what an unused Tact does."""

    def __init__(self, adviser: Adviser, guests: Guests) -> None:
        catalogue, rules = adviser.catalogue, adviser.rules.owner
        self._points = expected_points(
            [style.position for style in catalogue.styles.values()], catalogue.model.outcome
        )
        most = catalogue.model.prior.most_shift
        self._means = np.clip(guests.features @ rules.weights, -most, most)
        self._variance = guests.variance

    def choose(self, guest: int) -> int:
        """Return the style of most expected points."""
        belief = posterior(Prior(float(self._means[guest]), float(self._variance[guest])), ())
        return int(np.argmax(self._points @ belief))

    def learn(self, first: int, last: int, style: Grades, grade: Grades) -> None:
        """Nothing."""

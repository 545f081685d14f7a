"""Stays whose truth is known, for the tests of the learner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.domain.model import OutcomeConstants
from engine.inference.full_em import GradedItem, Learning
from engine.inference.graded import answer_probabilities, logistic
from engine.inference.outcome import style_gain
from engine.inference.outcome_model import POSITIONS, OutcomePrior
from engine.inference.patterns import StayPatterns
from engine.inference.weight_step import WeightPrior

Floats = NDArray[np.float64]

CONSTANTS = OutcomeConstants(
    thresholds=(-4.0, -3.0, -1.8, -0.2),
    fit=0.5,
    fit_radius=1.6,
    cuts=(-1.2, -0.4, 0.4, 1.2),
    points=(0.0, 25.0, 50.0, 75.0, 100.0),
    fit_log_sd=0.5,
    cut_sd=0.4,
)
QUESTIONS = (
    GradedItem(2.5, (-1.0, 0.0, 1.0)),
    GradedItem(1.6, (-0.6, 0.6)),
    GradedItem(1.2, (-0.8, 0.6)),
)
REACTION = GradedItem(0.9, (-1.5, 0.0, 1.3))
SHARES = np.array([0.3, 0.2, 0.5, 0.1, 0.4])
VARIANCE = 0.9


@dataclass(frozen=True)
class Truth:
    """What nobody at the desk sees."""

    weights: Floats
    fit: float = 0.5
    cuts: tuple[float, ...] = CONSTANTS.cuts
    base: float = 0.0

    @property
    def outcome(self) -> Floats:
        """In the order of the learner."""
        return np.array([np.log(self.fit), *self.cuts, self.base])


@dataclass(frozen=True)
class Stays:
    """Patterns, one per stay, and the trouble that staff may see but nobody records."""

    patterns: StayPatterns
    trouble: Floats


def simulate(
    truth: Truth,
    n: int,
    rng: np.random.Generator,
    *,
    choose: Callable[[Floats], NDArray[np.int64]] | None = None,
    harm: float = 0.0,
    share_random: float = 1.0,
) -> Stays:
    """Simulate `n` stays; `choose` picks the style by trouble where chance does not."""
    distance = (rng.random((n, SHARES.size)) < SHARES) - SHARES
    mean = np.clip(distance @ truth.weights, -1.5, 1.5)
    theta = mean + np.sqrt(VARIANCE) * rng.normal(size=n)
    told = [answered(item, theta, rng, 0.5) for item in (*QUESTIONS, REACTION)]
    trouble = rng.normal(size=n)
    is_random = rng.random(n) < share_random
    style = rng.integers(0, len(POSITIONS), n)
    if choose is not None:
        style = np.where(is_random, style, choose(trouble))
    gain = style_gain(POSITIONS, truth.cuts, theta)[style, np.arange(n)]
    eta = truth.base + truth.fit * (gain - theta**2 / 3.2) - harm * trouble
    outcome = graded(logistic(eta[:, None] - np.array(CONSTANTS.thresholds)), rng)
    outcome = np.where(rng.random(n) < 0.8, outcome, -1)
    patterns = StayPatterns(
        counts=np.ones(n),
        distance=distance,
        trait_mean=np.zeros(n),
        variance=np.full(n, VARIANCE),
        answers=np.column_stack(told[:-1]),
        reactions=told[-1][:, None],
        style=style,
        is_logged=is_random,
        outcome=outcome,
        z=np.zeros((n, 0)),
    )
    return Stays(patterns, trouble)


def answered(
    item: GradedItem, theta: Floats, rng: np.random.Generator, rate: float
) -> NDArray[np.int64]:
    """Grades, -1 where nothing was said."""
    chances = answer_probabilities(theta, item.discrimination, item.thresholds)
    grades = graded(1.0 - np.cumsum(chances, axis=1)[:, :-1], rng)
    return np.where(rng.random(theta.size) < rate, grades, -1)


def graded(at_least: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw grades from the chances to reach each step."""
    return (rng.random(at_least.shape[0])[:, None] < at_least).sum(axis=1)


def learning(
    owner: Floats | None = None,
    *,
    cut_sd: float = CONSTANTS.cut_sd,
    threshold_sd: float | None = None,
) -> Learning:
    """Prior of the house whose guests are simulated."""
    said = np.zeros(SHARES.size) if owner is None else owner
    weights = WeightPrior(said, np.ones(SHARES.size))
    outcome = OutcomePrior(replace(CONSTANTS, cut_sd=cut_sd), threshold_sd=threshold_sd)
    return Learning(weights, (*QUESTIONS, REACTION), outcome)

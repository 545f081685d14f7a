"""Constants of the model, read from `seed/model.toml`, where their reasons stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.exploration import NO_EXPLORATION, Exploration


@dataclass(frozen=True, slots=True)
class PriorConstants:
    """The latent regression of one stay."""

    trait_variance: float
    occasion_variance: float
    least_variance: float
    most_shift: float
    """Largest |shift| of all rules together."""
    sureness_sd: Mapping[str, float]
    culture_weight_limit: float
    forgetting: float
    """Share of a trait that remains after one year."""


@dataclass(frozen=True, slots=True)
class OutcomeConstants:
    """Satisfaction as an effect of style."""

    thresholds: tuple[float, ...]
    fit: float
    """kappa: how much fit between guest and style matters, in logits."""
    fit_radius: float
    """r: how fast satisfaction falls towards both ends of the axis."""
    cuts: tuple[float, ...]
    """Where adjacent styles tie, on the axis."""
    points: tuple[float, ...]
    """Utility of each grade."""
    fit_log_sd: float
    """Of log kappa, before any stay."""
    cut_sd: float
    """Of each cut, before any stay."""


@dataclass(frozen=True, slots=True)
class CostConstants:
    """What asking, watching and contact cost, in points of utility."""

    contact_first: float
    contact_after_problem: float
    question_base: float
    question_slope: float
    question_while_waiting: float
    """Factor on the cost of a question while others wait."""
    observe: float
    most_questions: int


@dataclass(frozen=True, slots=True)
class Model:
    """All constants with the name of their version."""

    version: str
    prior: PriorConstants
    outcome: OutcomeConstants
    cost: CostConstants
    exploration: Exploration = NO_EXPLORATION
    """What an owner who says yes to exploration begins with; itself always off."""

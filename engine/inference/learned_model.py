"""What is said before any stay, and what the stays made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import BadInputError
from engine.inference.grid import Array
from engine.inference.ladder import rises
from engine.inference.outcome_model import OutcomePrior
from engine.inference.weight_step import WeightPrior

MOST_SHIFT = 1.5
"""Cap of the shift of all rules together, as in the seed's model."""


@dataclass(frozen=True, slots=True)
class GradedItem:
    """A question or an offer's reactions."""

    discrimination: float
    """a > 0, per standard deviation."""
    thresholds: tuple[float, ...]
    """b, increasing."""

    @classmethod
    def of(cls, item: Array) -> GradedItem:
        """From slope and intercepts."""
        return cls(float(item[0]), tuple(float(b) for b in -item[1:] / item[0]))


@dataclass(frozen=True, slots=True)
class Learning:
    """What is said before any stay: everything starts here, every time."""

    weights: WeightPrior
    items: tuple[GradedItem, ...]
    """Of each question, then of each offer's reactions."""
    outcome: OutcomePrior
    learns_items: bool = True
    item_guests: float = 20.0
    """The items said above count like the answers of so many guests spread as N(0, 1)."""
    slope_log_sd: float | None = None
    """Of log a ~ N(0, s²) besides; None: the guests above say enough."""
    most_shift: float = MOST_SHIFT
    tolerance: float = 1e-7
    """Done when no number moves by more in one plain step."""
    most_steps: int = 2000

    def check(self, n_rules: int) -> None:
        """Raise `BadInputError` unless all of it can be used."""
        self.weights.check(n_rules)
        self.outcome.check()
        for j, item in enumerate(self.items):
            if not (item.discrimination > 0 and rises(np.asarray(item.thresholds))):
                raise BadInputError(f"item {j + 1}: {item} must have a > 0 and rising thresholds.")
        if not (self.item_guests > 0 and self.most_shift > 0 and self.tolerance > 0):
            raise BadInputError("item_guests, most_shift and tolerance must be above 0.")


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """The most probable model given the stays and what was said before."""

    weights: Array
    """beta, shape (n_rules,)."""
    covariance: Array
    """Shape (n_rules, n_rules), of the weights; items and the outcome's numbers as unknown as they
    are."""
    information: Array
    """Shape (n_rules, n_rules): what the stays alone tell of the weights (Louis), were items and
    the outcome's numbers known."""
    net_information: Array
    """The same less what is lost because those are learned from the same stays."""
    items: tuple[GradedItem, ...]
    """Of each question, then of each offer's reactions."""
    fit: float
    """kappa."""
    cuts: tuple[float, ...]
    base: float
    """alpha, the house's own level in logits."""
    slopes: tuple[float, ...]
    """gamma, per unit of each given."""
    thresholds: tuple[float, ...]
    outcome_covariance: Array
    """Of log kappa, cuts, base, slopes, and thresholds where learned; weights and items unknown."""
    log_likelihood: float
    log_posterior: float
    """With the log priors, up to a constant."""
    iterations: int
    """E-steps taken."""
    is_converged: bool
    heights: tuple[float, ...]
    """Log posterior at each point that an E-step was taken at; a trial may lie lower."""

    @property
    def styles(self) -> Array:
        """Log kappa, then the cuts: all that styles are chosen by, shape (n_styles,)."""
        return np.array([np.log(self.fit), *self.cuts])

    @property
    def styles_covariance(self) -> Array:
        """Of `styles`, shape (n_styles, n_styles); all else as unknown as it is."""
        n = 1 + len(self.cuts)
        return self.outcome_covariance[:n, :n]

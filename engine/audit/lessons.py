r"""What the stays of a house taught: about its rules beside their owner, and about guests.

The owner's weights are prior means, held as firmly as she says and trusted as far as the stays
bear her out: the whole model is learned under each degree of trust, and the degrees are weighed
by their evidence. Without a stay her numbers stand exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.audit.item_lessons import ItemLesson, item_lessons, items_of
from engine.audit.sights import WeightOfWeek, patterns_from
from engine.decision.advise import Adviser
from engine.decision.compiled import tests_culture
from engine.decision.draws import prior_covariance
from engine.domain.learned import Learned, Square, items_with
from engine.inference.comparison import (
    Comparison,
    Likelihood,
    likelihood_behind,
    you_say_they_say,
)
from engine.inference.full_em import learn_under_each
from engine.inference.grid import Array
from engine.inference.learned_model import LearnedModel, Learning
from engine.inference.outcome_model import OutcomePrior
from engine.inference.patterns import StayPatterns
from engine.inference.stats import Stats
from engine.inference.trust import SURENESS, degrees_of, weighed
from engine.inference.weight_step import WeightPrior

__all__ = ["Lesson", "RuleLesson", "items_of", "owners_word", "patterns_from", "study"]

TOLERANCE = 1e-5
"""A degree of trust is settled when no number moves by more: what is left is a thousandth of any
standard deviation that a house's stays can reach."""

LEAST_JUDGED = 200
"""Outcomes of styles given with a logged chance, before kappa and cuts are used: in simulated
houses 200 bring the error of log kappa from .59, the seed's, to .41, and 50 bring it nowhere."""

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""


@dataclass(frozen=True, slots=True)
class RuleLesson:
    """One rule: what its owner says, what the stays say, and both together."""

    id: str
    owner: float
    posterior: float
    posterior_sd: float
    comparison: Comparison | None
    """None where nothing was learned of it: the owner's number stands."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one set of stays taught."""

    rules: tuple[RuleLesson, ...]
    """In the order of the rule set, those switched on."""
    ids: tuple[str, ...]
    """Of the rules that were learned."""
    weights: Array
    """Posterior mean of each rule that was learned."""
    covariance: Array
    """Posterior covariance of the same: within the degrees of trust and between them."""
    degree: tuple[float, float] | None
    """The s and tau of highest evidence, at which rules are compared; None without a stay."""
    kappa: float
    cuts: tuple[float, ...]
    is_converged: bool
    likelihood: Likelihood | None = None
    """What the stays alone tell of the weights, in the order of `ids`, at `degree`: all that houses
    exchange; None without a stay."""

    judged: float = 0.0
    """Stays met in a style whose chance was logged, and that told how it was."""
    styles_covariance: Array = field(default_factory=lambda: np.zeros((0, 0)))
    """Posterior covariance of log kappa and the cuts, as `covariance`."""
    items: tuple[ItemLesson, ...] = ()
    """Of each question and offer; none without a stay."""

    @property
    def tells_styles(self) -> bool:
        """Whether guests may be advised by `kappa` and `cuts`; else the seed's stand."""
        return self.judged >= LEAST_JUDGED

    def learned(self, house: str, until: date, version: int) -> Learned:
        """Return it as what a house can be advised by."""
        covariance, weights = _square(self.covariance), tuple(self.weights.tolist())
        kappa, cuts = (self.kappa, self.cuts) if self.tells_styles else (None, None)
        spread = _square(self.styles_covariance) if self._may_draw_styles else None
        items = tuple((each.key, each.item) for each in self.items if each.may_be_used)
        return Learned(
            house, until, version, self.ids, weights, covariance, kappa, cuts, spread, items
        )

    @property
    def _may_draw_styles(self) -> bool:
        """Whether worlds can be drawn by what is not known of styles; short of a summit not."""
        return self.tells_styles and bool(np.all(np.linalg.eigvalsh(self.styles_covariance) > 0.0))


def study(
    stats: Stats,
    adviser: Adviser,
    progress: Progress | None = None,
    *,
    weight_of_week: WeightOfWeek | None = None,
) -> Lesson:
    r"""Learn the weights of the rules from counted stays, averaged over trust in their owner.

    :math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))` for each (s, tau), weighed by Laplace's
    estimate of the evidence [1]_ [2]_ with questions, reactions and outcomes at their most
    probable numbers:

    .. math:: \log Z = \log p(D \mid b) - \tfrac12 (b - sw)' L (b - sw)
              + \tfrac12 \log |L| - \tfrac12 \log |H|

    Rules of weight 0 and rules about culture are not learned.

    Parameters
    ----------
    stats : Stats
        Of one house; none is fine, and the owner's numbers then stand exactly.
    adviser : Adviser
        Rules and catalogue.
    progress : callable, optional
        Told after each degree of trust.
    weight_of_week : callable, optional
        How much a stay of a week counts, so that old ones may count for less; 1 each otherwise.

    Returns
    -------
    Lesson

    References
    ----------
    .. [1] MacKay (1992), Neural Computation 4:720-736.
    .. [2] Bishop (2006), Pattern Recognition and Machine Learning, 4.4-4.5.
    """
    chosen, seen = _learnable(adviser), patterns_from(stats, adviser, weight_of_week)
    patterns = _with_the_rest_held(seen, adviser, chosen).settled()
    if not chosen.any() or not patterns.n_patterns:
        return owners_word(adviser)
    start = learning_of(adviser, chosen)
    models = learn_under_each(patterns, start, _priors(start.weights), progress)
    return _weighed(adviser, chosen, models, patterns)


def owners_word(adviser: Adviser) -> Lesson:
    """Return the lesson of no stay at all: every number of the owner as she said it."""
    owner, outcome = adviser.rules.owner, adviser.catalogue.model.outcome
    chosen = _learnable(adviser)
    weights, covariance = owner.weights[chosen], _doubt(adviser)[np.ix_(chosen, chosen)]
    rules = _rule_lessons(adviser, chosen, weights, covariance, (None,) * int(chosen.sum()))
    ids = tuple(id for id, is_in in zip(_ids(adviser), chosen, strict=True) if is_in)
    return Lesson(
        rules,
        ids,
        weights,
        covariance,
        None,
        outcome.fit,
        tuple(outcome.cuts),
        is_converged=True,
        styles_covariance=np.array(prior_covariance(outcome)),
    )


def learning_of(adviser: Adviser, chosen: NDArray[np.bool_]) -> Learning:
    """Return what is said before any stay, of the rules that are `chosen`."""
    catalogue, model = adviser.catalogue, adviser.catalogue.model
    sureness = np.array([SURENESS[rule.sure] for rule in adviser.rules.rules])
    return Learning(
        weights=WeightPrior(adviser.rules.owner.weights[chosen], sureness[chosen]),
        items=items_of(catalogue),
        outcome=OutcomePrior(
            model.outcome, tuple(style.position for style in catalogue.styles.values())
        ),
        most_shift=model.prior.most_shift,
        tolerance=TOLERANCE,
    )


def _learnable(adviser: Adviser) -> NDArray[np.bool_]:
    """Which rules guests may teach: those that say something, and nothing of culture."""
    facts, owner = adviser.catalogue.facts, adviser.rules.owner
    is_culture = [tests_culture(rule, facts) for rule in adviser.rules.rules]
    return np.asarray((owner.weights != 0.0) & ~np.array(is_culture, dtype=np.bool_))


def _with_the_rest_held(
    patterns: StayPatterns, adviser: Adviser, chosen: NDArray[np.bool_]
) -> StayPatterns:
    """Keep the columns that are learned; what the others shift moves the start of the stay."""
    held = patterns.distance[:, ~chosen] @ adviser.rules.owner.weights[~chosen]
    mean = patterns.trait_mean + held
    return replace(patterns, distance=patterns.distance[:, chosen], trait_mean=mean)


def _weighed(
    adviser: Adviser,
    chosen: NDArray[np.bool_],
    models: Sequence[LearnedModel],
    patterns: StayPatterns,
) -> Lesson:
    """Average the degrees of trust by their evidence."""
    prior = learning_of(adviser, chosen).weights
    priors = _priors(prior)
    told = [_evidence(model, said) for model, said in zip(models, priors, strict=True)]
    chances, _ = weighed(np.array([height for height, _ in told]))
    best = int(np.argmax(chances))
    model, said = models[best], priors[best]
    n_stays = round(float(patterns.counts.sum()))
    alone = likelihood_behind(
        model.net_information, model.weights, said.mean, said.precision, n_stays
    )
    comparisons = you_say_they_say(prior.owner, alone)
    weights, covariance = _averaged([(m.weights, m.covariance) for m in models], chances)
    _, spread = _averaged([(m.styles, m.styles_covariance) for m in models], chances)
    return Lesson(
        rules=_rule_lessons(adviser, chosen, weights, covariance, comparisons),
        ids=tuple(id for id, is_in in zip(_ids(adviser), chosen, strict=True) if is_in),
        weights=weights,
        covariance=covariance,
        degree=(said.scale, said.spread),
        kappa=float(chances @ [each.fit for each in models]),
        cuts=tuple((chances @ [each.cuts for each in models]).tolist()),
        is_converged=all(each.is_converged for each in models) and all(ok for _, ok in told),
        likelihood=alone,
        judged=float(patterns.counts @ patterns.tells_fit),
        styles_covariance=spread,
        items=item_lessons(items_with(None, adviser.catalogue), models, chances, patterns),
    )


def _averaged(told: Sequence[tuple[Array, Array]], chances: Array) -> tuple[Array, Array]:
    """Mean and covariance over the degrees of trust: within them, and between them."""
    found = np.array([mean for mean, _ in told])
    mean = chances @ found
    apart = (found - mean) * chances[:, None]
    within = np.tensordot(chances, [covariance for _, covariance in told], axes=1)
    return mean, np.asarray(within + apart.T @ (found - mean))


def _square(matrix: Array) -> Square:
    return tuple(tuple(row) for row in matrix.tolist())


def _priors(said: WeightPrior) -> list[WeightPrior]:
    """What the owner said under each degree of trust."""
    return [replace(said, scale=s, spread=tau) for s, tau in degrees_of().tolist()]


def _evidence(model: LearnedModel, prior: WeightPrior) -> tuple[float, bool]:
    """Log evidence of one degree of trust, and whether the end of the search is a summit."""
    sign, bend = np.linalg.slogdet(model.net_information + np.diag(prior.precision))
    half_prior = 0.5 * float(np.sum(np.log(prior.precision)))
    return model.log_posterior + half_prior - 0.5 * float(bend), bool(sign > 0)


def _rule_lessons(
    adviser: Adviser,
    chosen: NDArray[np.bool_],
    weights: Array,
    covariance: Array,
    comparisons: Sequence[Comparison | None],
) -> tuple[RuleLesson, ...]:
    owner = adviser.rules.owner.weights
    mean, sd = owner.copy(), np.sqrt(np.diag(_doubt(adviser)))
    mean[chosen], sd[chosen] = weights, np.sqrt(np.diag(covariance))
    compared: list[Comparison | None] = [None] * len(owner)
    for place, comparison in zip(np.flatnonzero(chosen).tolist(), comparisons, strict=True):
        compared[place] = comparison
    rows = zip(_ids(adviser), owner.tolist(), mean.tolist(), sd.tolist(), compared, strict=True)
    return tuple(RuleLesson(*row) for row in rows)


def _doubt(adviser: Adviser) -> Array:
    """How firmly the owner holds her numbers, as a covariance."""
    owner = adviser.rules.owner
    return np.zeros_like(owner.covariance) if owner.uncertainty is None else owner.uncertainty


def _ids(adviser: Adviser) -> list[str]:
    return [rule.id for rule in adviser.rules.rules]

"""What a lesson must pass before anybody is advised by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np

from engine.audit.held_out import Slope, slope_of
from engine.audit.item_lessons import graded
from engine.audit.lessons import Lesson
from engine.audit.sights import Sight, sight_of
from engine.decision.advise import Adviser
from engine.decision.compiled import tests_culture
from engine.domain.learned import outcome_with
from engine.domain.model import PriorConstants
from engine.inference import batch
from engine.inference.batch import StayPriors
from engine.inference.e_step import densities
from engine.inference.evidence import evidence_of
from engine.inference.grid import Array
from engine.inference.outcome_model import OutcomePrior
from engine.inference.prior import Regression
from engine.inference.stats import Stats

LEAST_STAYS = 50
"""Stays that told something. From about so many, plain regression on the house's own stays does as
well as the owner's word; with fewer her word is the better guide."""

LARGEST_WEIGHT = 3.0
"""No rule may weigh more, whoever says so: three standard deviations are the whole of the axis."""

LARGEST_CUT = 3.0
"""Styles must change somewhere on the axis."""

LARGEST_FIT = 3.0
"""Six times the seed's kappa: from there on one step of style would turn the worst stay into the
best one."""

HELD_OUT_SHARE = 0.2
"""Of the stays that told something, the latest: a fifth judges, four fifths teach."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, whether it holds, and why in words."""

    gate: str
    passed: bool
    detail: str


def told_something(stats: Stats) -> int:
    """Return how many guests answered, reacted or told how it was."""
    return sum(n for pattern, n in stats if pattern.has_evidence)


def enough_stays(stats: Stats) -> Gate:
    """Whether enough guests told anything at all."""
    n = told_something(stats)
    words = f"{n} stays answered, reacted or told how it was; at least {LEAST_STAYS} are needed."
    return Gate("enough_stays", n >= LEAST_STAYS, words)


def converged(lesson: Lesson) -> Gate:
    """Whether the search came to rest under every degree of trust."""
    rest = "The search came to rest under every degree of trust in the owner."
    unrest = "The search did not come to rest under every degree of trust in the owner."
    return Gate("converged", lesson.is_converged, rest if lesson.is_converged else unrest)


def caps_kept(lesson: Lesson, adviser: Adviser) -> Gate:
    """Whether no weight is larger than one may be; of culture the limit is much lower."""
    limit = adviser.catalogue.model.prior.culture_weight_limit
    facts, rules = adviser.catalogue.facts, adviser.rules.rules
    most = {r.id: limit if tests_culture(r, facts) else LARGEST_WEIGHT for r in rules}
    over = [rule for rule in lesson.rules if not abs(rule.posterior) <= most[rule.id]]
    if over:
        names = ", ".join(f"{rule.id} ({rule.posterior:+.2f})" for rule in over)
        return Gate("caps_kept", False, f"Larger than a weight may be: {names}.")
    if lesson.tells_styles and not _may_choose_styles(lesson):
        cuts = ", ".join(f"{cut:+.2f}" for cut in lesson.cuts)
        words = (
            f"Fit matters by {lesson.kappa:.2f} and styles change at {cuts}: beyond what may be."
        )
        return Gate("caps_kept", False, words)
    words = f"No weight is beyond ±{LARGEST_WEIGHT:g}, none of culture beyond ±{limit:g}."
    return Gate("caps_kept", True, words)


def _may_choose_styles(lesson: Lesson) -> bool:
    """Whether kappa and cuts are in order and within their limits."""
    bounded = (-LARGEST_CUT, *lesson.cuts, LARGEST_CUT)
    rises = all(low < high for low, high in pairwise(bounded))
    return rises and 0.0 < lesson.kappa <= LARGEST_FIT


def earlier_and_latest(stats: Stats) -> tuple[Stats, Stats]:
    """Part stays by week: the latest weeks with about a fifth of what was told, and those before.

    No week is cut in two.
    """
    told: dict[str, int] = {}
    for pattern, n in stats:
        told[pattern.week] = told.get(pattern.week, 0) + n * pattern.has_evidence
    weeks = sorted(told, reverse=True)
    wanted = HELD_OUT_SHARE * sum(told.values())
    so_far = list(accumulate(told[week] for week in weeks))
    n_weeks = next((k for k, n in enumerate(so_far, start=1) if n >= wanted), len(weeks))
    latest = frozenset(weeks[:n_weeks])
    parts = ({p: n for p, n in stats if (p.week in latest) is is_late} for is_late in (False, True))
    earlier, late = (Stats(part) for part in parts)
    return earlier, late


def not_worse(latest: Stats, adviser: Adviser, then: Adviser) -> Gate:
    """Whether guests nobody learned from said what the new weights expect, as much as the old.

    What they said must not be clearly less probable, and forecasts must be calibrated or not
    clearly further from it than those of the weights in force; see `held_out`.

    Parameters
    ----------
    latest : Stats
        Held out.
    adviser : Adviser
        In force.
    then : Adviser
        The same rules with what was learned without them.
    """
    sight = sight_of(latest, adviser)
    counts = np.where(sight.patterns.speaks, sight.patterns.counts, 0.0)
    n = float(counts.sum())
    if n < 2.0:
        return Gate("not_worse", False, "No later week is left to judge by: all stays are of one.")
    before, after = (log_likelihoods(sight, each) for each in (adviser, then))
    gain = after - before
    mean = float(counts @ gain) / n
    error = float(np.sqrt(counts @ (gain - mean) ** 2 / (n * (n - 1.0))))
    old, new = (_slope(sight, each) for each in (adviser, then))
    words = f"{_expected_in_words(n, mean, error)} {_slope_in_words(old, new)}"
    return Gate("not_worse", mean >= -error and not new.is_worse_than(old), words)


def _slope(sight: Sight, adviser: Adviser) -> Slope:
    catalogue = adviser.catalogue
    prior = priors_of(sight, adviser.rules.regression, catalogue.model.prior)
    return slope_of(sight.patterns, *prior, graded(adviser.items.values()))


def _expected_in_words(n: float, mean: float, error: float) -> str:
    told = f"by {abs(mean):.4f} ± {error:.4f} of log-likelihood a stay"
    than = f"What {n:.0f} guests of the latest weeks said was expected"
    if mean >= 0.0:
        return f"{than} better than with the weights in force, {told}."
    if mean >= -error:
        return f"{than} no worse than doubt allows: {told} less than with the weights in force."
    return f"{than} worse than with the weights in force, {told}."


def _slope_in_words(before: Slope, after: Slope) -> str:
    if not np.isfinite(after.error):
        return "Every guest was expected to say the same, so that calibration cannot be judged."
    told = f"an answer rises by {after.slope:.2f} ± {after.error:.2f} where 1 more was expected"
    with_old = f"{before.slope:.2f} with the weights in force"
    if not after.is_off:
        return f"Forecasts are as sure as they may be: {told} ({with_old})."
    which = "too sure" if after.slope < 1.0 else "not sure enough"
    beside = "more so than" if after.is_worse_than(before) else "hardly more so than"
    return f"Forecasts are {which}, {beside} before: {told} ({with_old})."


def log_likelihoods(sight: Sight, adviser: Adviser, regression: Regression | None = None) -> Array:
    """Log probability of what the guests of each pattern said, shape (n_patterns,).

    Questions, offers and outcomes as `adviser` expects them; weights are those of `adviser` unless
    others are given.
    """
    catalogue, patterns = adviser.catalogue, sight.patterns
    outcome = outcome_with(adviser.rules.learned, catalogue.model.outcome)
    positions = tuple(style.position for style in catalogue.styles.values())
    mean, variance = priors_of(sight, regression or adviser.rules.regression, catalogue.model.prior)
    seen = replace(patterns, variance=variance)
    items = graded(adviser.items.values())
    said = evidence_of(seen, items, OutcomePrior(outcome, positions))
    told = [mass for _, _, mass in densities(seen, said.blocks, said.tables, mean)]
    return np.concatenate(told) if told else np.zeros(0)


def priors_of(
    sight: Sight, regression: Regression, constants: PriorConstants
) -> tuple[Array, Array]:
    """Mean and variance of each pattern's stay before a word; see `batch.priors_of`."""
    patterns = sight.patterns
    expected = patterns.distance + regression.reference
    traits = StayPriors(patterns.trait_mean, sight.trait_variance)
    found = batch.priors_of(regression, expected, sight.known, traits, constants)
    return found.mean, found.variance


def passed(gates: Sequence[Gate]) -> bool:
    """Whether all of them hold."""
    return all(gate.passed for gate in gates)

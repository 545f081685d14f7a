r"""Whether new rules serve better than the old: how likely, and what a wrong choice would cost.

Guests, not stays, are dealt to the two sides, so guests are what is drawn anew: a Bayesian
bootstrap [1]_ over guests gives each an exponential weight, and one made-up stay, spread over all
grades, stands on each side, so that few stays are never certain. Two versions of the rules rarely
differ by much, and that is believed beforehand [2]_: without it, looking again every night would
stop every second trial of rules that change nothing. Stays are compared within times of the same
share only, since a season may change while a share is raised.

References
----------
.. [1] Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9:130-134.
.. [2] Spiegelhalter, Freedman, Parmar (1994), Bayesian approaches to randomized trials (the
   sceptical prior), Journal of the Royal Statistical Society A 157:357-416.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.domain.outcomes import Satisfaction
from engine.domain.rollout import Metric
from engine.inference.grid import Array

N_DRAWS = 4_000
"""A chance is then known to .008."""
SEED = 20260101
"""Always the same draws: who looks twice sees the same."""
LEAST_STAYS = 30
"""On each side, before anything is said or stopped."""
SURE = 0.95
"""How likely it must be that a metric got worse before the trial is stopped by itself."""

GRADES: Mapping[Metric, tuple[float, ...]] = {
    Metric.SATISFACTION: tuple(float(grade) for grade in Satisfaction),
    Metric.OVERRIDE: (0.0, 1.0),
    Metric.REFUSAL: (0.0, 1.0),
    Metric.COMPLAINT: (0.0, 1.0),
}
"""What one stay or offer can tell."""

USUAL_SHIFT: Mapping[Metric, float] = {
    Metric.SATISFACTION: 0.15,
    Metric.OVERRIDE: 0.05,
    Metric.REFUSAL: 0.05,
    Metric.COMPLAINT: 0.05,
}
"""Standard deviation of what a change of the rules does to a metric, before anything is known:
a seventh of a grade, one stay in twenty."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one stay under trial."""

    guest: int
    is_new: bool
    percent: int
    satisfaction: int | None = None
    is_overridden: bool | None = None
    """None where no advice was shown."""
    n_reactions: int = 0
    n_declined: int = 0
    has_complaint: bool = False

    def tally(self, metric: Metric) -> tuple[int, float] | None:
        """Return how many grades this stay gives to a metric, and their sum; None for none."""
        if metric is Metric.SATISFACTION:
            return None if self.satisfaction is None else (1, float(self.satisfaction))
        if metric is Metric.OVERRIDE:
            return None if self.is_overridden is None else (1, float(self.is_overridden))
        if metric is Metric.REFUSAL:
            return (self.n_reactions, float(self.n_declined)) if self.n_reactions else None
        return 1, float(self.has_complaint)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric under both versions of the rules."""

    metric: Metric
    n_old: int
    """Stays that tell."""
    n_new: int
    old: float | None
    """Mean over the stays that are compared; None without any."""
    new: float | None
    p_better: float
    """How likely the new rules do better, 0 to 1; one half without stays."""
    loss: float
    """Expected loss of going over to the new rules, in units of the metric, 0 or more."""
    loss_of_staying: float
    """Expected loss of keeping the old ones."""
    low: float
    """New less old, 5 % quantile."""
    high: float

    @property
    def has_enough(self) -> bool:
        """Whether each side has the stays that a word needs."""
        return min(self.n_old, self.n_new) >= LEAST_STAYS

    @property
    def is_broken(self) -> bool:
        """Whether the new rules very likely make it worse: the trial stops by itself."""
        return self.has_enough and 1.0 - self.p_better > SURE


Side = Sequence[Told]
Stratum = tuple[Side, Side]


def compare(stays: Iterable[Told], metric: Metric, *, n_draws: int = N_DRAWS) -> Comparison:
    r"""Compare the two versions by one metric.

    With :math:`\mu_s` the drawn mean of a side in stratum :math:`s` of one share and
    :math:`n_s` its stays, a side's mean is :math:`\sum n_s \mu_s / \sum n_s`; the expected loss
    of the new rules is :math:`E[\max(\mu_{old} - \mu_{new}, 0)]`, with its sign turned where less
    is better.

    Parameters
    ----------
    stays : iterable of Told
        Of one trial, met by the desk.
    metric : Metric
    n_draws : int
        At least 1.

    Returns
    -------
    Comparison
        The same for the same stays, always.
    """
    strata = _strata(stays, metric)
    if not strata:
        return Comparison(metric, 0, 0, None, None, 0.5, 0.0, 0.0, 0.0, 0.0)
    rng = np.random.default_rng(SEED)
    sizes = np.array([len(old) + len(new) for old, new in strata], dtype=np.float64)
    weights = sizes / sizes.sum()
    sides = [
        sum(
            weight * _mean_draws(_guests(stratum[side], metric), GRADES[metric], rng, n_draws)
            for weight, stratum in zip(weights, strata, strict=True)
        )
        for side in (0, 1)
    ]
    shift = _sceptical(np.asarray(sides[1] - sides[0]), USUAL_SHIFT[metric])
    gain = shift if metric is Metric.SATISFACTION else -shift
    low, high = np.quantile(shift, [0.05, 0.95]).tolist()
    return Comparison(
        metric=metric,
        n_old=sum(len(old) for old, _ in strata),
        n_new=sum(len(new) for _, new in strata),
        old=_mean([old for old, _ in strata], weights, metric),
        new=_mean([new for _, new in strata], weights, metric),
        p_better=float(np.mean(gain > 0) + np.mean(gain == 0) / 2),
        loss=float(np.mean(np.maximum(-gain, 0.0))),
        loss_of_staying=float(np.mean(np.maximum(gain, 0.0))),
        low=low,
        high=high,
    )


def broken(stays: Sequence[Told]) -> Comparison | None:
    """Return the metric that got worse for sure enough to stop, the surest one; None for none."""
    found = [told for told in (compare(stays, metric) for metric in Metric) if told.is_broken]
    return min(found, key=lambda told: told.p_better, default=None)


def _strata(stays: Iterable[Told], metric: Metric) -> list[Stratum]:
    """Stays that tell, old and new, by the share of guests; a share with one side is left out."""
    by_share: dict[int, tuple[list[Told], list[Told]]] = defaultdict(lambda: ([], []))
    for stay in stays:
        if stay.tally(metric) is not None:
            by_share[stay.percent][stay.is_new].append(stay)
    return [by_share[share] for share in sorted(by_share) if all(by_share[share])]


def _guests(side: Side, metric: Metric) -> Counter[tuple[int, float]]:
    """Count guests by how many grades they gave and their sum."""
    totals: dict[int, tuple[int, float]] = {}
    for stay in side:
        n, total = stay.tally(metric) or (0, 0.0)
        before_n, before = totals.get(stay.guest, (0, 0.0))
        totals[stay.guest] = before_n + n, before + total
    return Counter(totals.values())


def _mean_draws(
    guests: Counter[tuple[int, float]],
    grades: Sequence[float],
    rng: np.random.Generator,
    n_draws: int,
) -> Array:
    """Draw the mean of a side; equal guests share one gamma weight, the sum of theirs.

    Returns
    -------
    ndarray of shape (n_draws,)
    """
    kinds = sorted(guests)
    n = np.array([*(kind[0] for kind in kinds), *(1 for _ in grades)], dtype=np.float64)
    totals = np.array([*(kind[1] for kind in kinds), *grades], dtype=np.float64)
    shapes = np.array([*(guests[kind] for kind in kinds), *(1.0 / len(grades) for _ in grades)])
    weights = rng.standard_gamma(shapes, size=(n_draws, len(shapes)))
    return np.asarray((weights @ totals) / (weights @ n))


def _sceptical(shift: Array, usual: float) -> Array:
    r"""Weigh drawn shifts with the belief :math:`N(0, \tau^2)` that stood before them.

    Normal on both sides: with the drawn mean :math:`m` and variance :math:`s^2`,
    :math:`k = \tau^2 / (\tau^2 + s^2)`, the mean becomes :math:`k m` and the variance
    :math:`k s^2`; the form of the draws stays.
    """
    mean, variance = float(shift.mean()), float(shift.var())
    trust = usual**2 / (usual**2 + variance)
    return np.asarray(trust * mean + np.sqrt(trust) * (shift - mean))


def _mean(sides: Sequence[Side], weights: Array, metric: Metric) -> float:
    """Mean as it was told, strata weighted as in the draws."""
    told = [[stay.tally(metric) or (0, 0.0) for stay in side] for side in sides]
    means = [sum(total for _, total in side) / sum(n for n, _ in side) for side in told]
    return float(np.dot(weights, means))

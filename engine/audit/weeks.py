r"""What each week of stays tells of the weights, and how well the weights in force foretold it.

A week's likelihood is taken as normal about the owner's own numbers, which no stay has touched:
so it can be added to that of other weeks, discounted, and set against them, and no week knows
anything of a later one. Questions, reactions and outcomes are as the seed says them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.audit.gates import log_likelihoods
from engine.audit.lessons import items_of
from engine.audit.sights import Sight, sight_of
from engine.decision.advise import Adviser
from engine.inference import bands
from engine.inference.comparison import Likelihood
from engine.inference.e_step import expect
from engine.inference.evidence import evidence_of
from engine.inference.grid import Array
from engine.inference.outcome_model import OutcomePrior
from engine.inference.patterns import NONE, StayPatterns
from engine.inference.prior import Regression
from engine.inference.stats import Stats
from engine.inference.weight_step import stay_means

DAYS = 7


@dataclass(frozen=True, slots=True)
class Loss:
    """A log-loss over the stays of one week, each stay's a thing that it said."""

    mean: float
    square: float
    """Mean of the squares."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week in which somebody answered, reacted or told how it was."""

    week: str
    """ISO week, 2026-W24."""
    number: int
    """Weeks since the first Monday of the calendar: one more is one week later."""
    loss: Loss
    """Under the weights in force."""
    of_rules: Loss
    """Under the weights in force less that under no rule at all: whether rules still help."""
    likelihood: Likelihood
    """Of the weights that are learned, from the stays of this week alone."""

    @property
    def n_stays(self) -> int:
        """Stays that told something."""
        return self.likelihood.n_stays


@dataclass(frozen=True, slots=True)
class _Told:
    """What each pattern tells, one row each."""

    counts: Array
    loss: Array
    of_rules: Array
    pull: Array
    """Shape (n_patterns, n_rules), of one stay."""
    distance: Array
    """Shape (n_patterns, n_rules), of the rules that are learned."""
    curvature: Array
    """Shape (n_patterns,): times dd' it is the information of one stay."""


def number_of(week: str) -> int:
    """Return the number of an ISO week, so that weeks can be counted across years."""
    return (bands.monday_of(week).toordinal() - 1) // DAYS


def weeks_of(stats: Stats, adviser: Adviser, ids: Iterable[str]) -> tuple[Week, ...]:
    """Part what stays tell by week, the earliest first; a week without a word is left out.

    Parameters
    ----------
    stats : Stats
        Of one house.
    adviser : Adviser
        In force: its weights are judged by the log-loss.
    ids : iterable of str
        Rules that are learned, in the order wanted.
    """
    dated = Stats({pattern: n for pattern, n in stats if pattern.week and pattern.has_evidence})
    sight = sight_of(dated, adviser)
    n_said = _said(sight.patterns)
    weeks = np.array([pattern.week for pattern, _ in dated], dtype=str)
    told = _told(sight, adviser, list(ids), n_said)
    return tuple(
        _week(str(week), told, np.flatnonzero((weeks == week) & (n_said > 0)))
        for week in np.unique(weeks[n_said > 0])
    )


def together(weeks: Iterable[Week], n_rules: int) -> Likelihood:
    """Add what several weeks tell; none tell nothing."""
    told = [week.likelihood for week in weeks]
    information = sum((each.information for each in told), np.zeros((n_rules, n_rules)))
    pull = sum((each.pull for each in told), np.zeros(n_rules))
    return Likelihood(information, pull, sum(each.n_stays for each in told))


def _said(patterns: StayPatterns) -> NDArray[np.int64]:
    """How many things each stay said that tell of its guest."""
    grades = np.column_stack([patterns.answers, patterns.reactions])
    return np.asarray((grades != NONE).sum(axis=1) + patterns.tells_fit, dtype=np.int64)


def _told(sight: Sight, adviser: Adviser, ids: list[str], n_said: NDArray[np.int64]) -> _Told:
    r"""Score and information of each pattern about the owner's numbers w.

    The score of a stay is :math:`d (E[\theta] - m_0)/v_0`, its information
    :math:`dd'(1/v_0 - v/v_0^2)` (Louis 1982); the pull is the score plus the information times w.
    """
    patterns, owner = sight.patterns, adviser.rules.owner
    most = adviser.catalogue.model.prior.most_shift
    prior = stay_means(patterns, owner.weights, most)
    mean, variance = _places(patterns, adviser, prior)
    order = [rule.id for rule in adviser.rules.rules]
    columns = [order.index(id) for id in ids]
    is_free = np.abs(patterns.distance @ owner.weights) <= most
    v0, distance = patterns.variance, patterns.distance[:, columns]
    curvature = is_free * (1.0 / v0 - variance / v0**2)
    slope = is_free * (mean - prior) / v0 + curvature * (distance @ owner.weights[columns])
    loss, without = (
        -log_likelihoods(sight, adviser, each) / np.maximum(n_said, 1)
        for each in (adviser.rules.regression, _silent(adviser.rules.regression))
    )
    pull = distance * slope[:, None]
    return _Told(patterns.counts, loss, loss - without, pull, distance, curvature)


def _silent(regression: Regression) -> Regression:
    """Rules that say nothing, and are sure of that."""
    return replace(regression, weights=np.zeros_like(regression.weights), uncertainty=None)


def _places(patterns: StayPatterns, adviser: Adviser, prior: Array) -> tuple[Array, Array]:
    """Where guests of each pattern probably stand, and how sure that is."""
    catalogue = adviser.catalogue
    positions = tuple(style.position for style in catalogue.styles.values())
    outcome = OutcomePrior(catalogue.model.outcome, positions)
    said = evidence_of(patterns, items_of(catalogue), outcome)
    found = expect(patterns, said.blocks, said.tables, prior)
    return found.mean, found.variance


def _week(week: str, told: _Told, rows: NDArray[np.intp]) -> Week:
    counts, distance = told.counts[rows], told.distance[rows]
    weighted = distance * (counts * told.curvature[rows])[:, None]
    n = round(float(counts.sum()))
    likelihood = Likelihood(weighted.T @ distance, counts @ told.pull[rows], n)
    loss, of_rules = (_loss(each[rows], counts) for each in (told.loss, told.of_rules))
    return Week(week, number_of(week), loss, of_rules, likelihood)


def _loss(losses: Array, counts: Array) -> Loss:
    n = float(counts.sum())
    return Loss(float(counts @ losses) / n, float(counts @ losses**2) / n)

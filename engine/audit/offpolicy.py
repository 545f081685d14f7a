r"""What another way of choosing would have earned, told from choices already made.

Each row of a log is one choice: what was known, what was done, how likely that was, and what came
of it. An estimate is made only where the log can carry it; else it is refused, in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.audit.choice_log import ChoiceLog
from engine.audit.feedback import chance_of_telling
from engine.audit.reward_model import cross_fitted_rewards
from engine.inference.grid import Array

__all__ = ["ROUNDING", "ChoiceLog", "Estimate", "Interval", "Refusal", "estimate"]

LEAST_ESS = 50.0
"""Below so many rows' worth of evidence an interval of normal shape means nothing."""

MOST_STANDARD_ERRORS = 3.0
"""Right propensities give weights with mean 1; so far off happens to one log in 370 by chance."""

ROUNDING = 1e-3
"""Propensities and policies written with three decimals add up to 1 no better than this."""

MOST_FEEDBACK_WEIGHT = 10.0
"""One guest who told speaks for at most ten who did not."""

Z_95 = 1.959964
"""Half width of a 95 % interval, in standard errors."""

EQUAL_OUTCOMES = 3.7
"""Over the ESS, how much of its range equal outcomes leave a mean open: 1 - .025^(1/m) is about
3.7 / m. No interval is narrower, or sixty good stays in a row would prove that all are good."""

NEGLIGIBLE = 1e-9
"""A chance so small is what rounding leaves of 0."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate of the mean reward with its 95 % interval, which may leave the rewards' range."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no estimate is made."""

    kind: str
    """`never_logged`, `no_chance`, `weights_off` or `too_few`."""
    message: str
    """One sentence for whoever reads the log."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the other policy would have earned, three ways, or why nobody can say."""

    ips: Interval | None
    """Inverse propensity score."""
    snips: Interval | None
    """The same, divided by the sum of its weights."""
    dr: Interval | None
    """Doubly robust: a guess for every action, mended by what was seen."""
    ess: float
    """Rows' worth of evidence: (Σw)² / Σw²."""
    n: int
    refusals: tuple[Refusal, ...]


def estimate(log: ChoiceLog) -> Estimate:
    r"""Estimate the mean reward of the other policy, or refuse.

    With :math:`w_i = \pi(a_i|x_i) / p_i`, over the chance of feedback where some did not tell:

    .. math:: IPS = \frac1n \sum w r, \quad SNIPS = \frac{\sum w r}{\sum w}, \quad
              DR = \frac1n \sum_i \sum_a \pi_a \hat q_a + \frac{\sum w (r - \hat q)}{\sum w}

    SNIPS is by Swaminathan & Joachims [1]_, DR by Dudík, Langford & Li [2]_. Intervals are
    normal, with the standard error of each estimate's influence function.

    Parameters
    ----------
    log : ChoiceLog
        At least one row.

    Returns
    -------
    Estimate
        All three intervals, or none of them and at least one refusal.

    References
    ----------
    .. [1] Swaminathan & Joachims (2015), NeurIPS 28.
    .. [2] Dudík, Langford & Li (2011), ICML 28.
    """
    weights = _weights(log)
    ess = effective_sample_size(weights)
    refusals = _refusals(log, ess)
    if refusals:
        return Estimate(None, None, None, ess, log.n, refusals)
    rewards = np.nan_to_num(log.rewards)
    guesses = cross_fitted_rewards(log.features, log.taken, log.rewards, len(log.actions))
    expected = np.sum(log.policy * guesses, axis=1)
    missed = rewards - guesses[np.arange(log.n), log.taken]
    least = EQUAL_OUTCOMES / ess * _range(log.rewards)
    return Estimate(
        ips=_around(float(np.mean(weights * rewards)), _centred(weights * rewards), least),
        snips=_mended(np.zeros(log.n), weights, rewards, least),
        dr=_mended(expected, weights, missed, least),
        ess=ess,
        n=log.n,
        refusals=(),
    )


def effective_sample_size(weights: Array) -> float:
    """Return how many rows of equal weight would tell as much; 0 where no row counts."""
    total = float(weights.sum())
    return total * total / float(weights @ weights) if total > 0 else 0.0


def _range(rewards: Array) -> float:
    """How far apart rewards may lie: 1 for shares; else as far as those seen, never 0."""
    told = rewards[np.isfinite(rewards)]
    low, high = float(told.min()), float(told.max())
    if low >= 0.0 and high <= 1.0:
        return 1.0
    # of equal rewards in a unit of their own nothing is known but their size
    return high - low if high > low else abs(high)


def _weights(log: ChoiceLog) -> Array:
    """Weight of each row: 0 where nobody told, more where few such guests tell."""
    is_told = np.isfinite(log.rewards)
    if is_told.all():
        return log.rates
    chance = log.told
    if chance is None:
        chance = chance_of_telling(log.features, log.taken, is_told, len(log.actions))
    return np.where(is_told, log.rates * np.minimum(1.0 / chance, MOST_FEEDBACK_WEIGHT), 0.0)


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean(), dtype=np.float64)


def _mended(expected: Array, weights: Array, missed: Array, least: float) -> Interval:
    r"""Mean of `expected` plus the weighted mean of `missed`, with its interval.

    Influence of a row: :math:`m_i - \bar m + w_i (e_i - \bar e_w) / \bar w`. The weighted part is
    stretched by one over the share of all weight that the row does *not* carry, as the jackknife
    does, since a heavy row pulls the mean towards itself.
    """
    share = weights / weights.sum()
    mend = float(share @ missed)
    leverage = np.minimum(share, 0.5)
    pull = len(weights) * share * (missed - mend) / (1.0 - leverage)
    return _around(float(expected.mean()) + mend, _centred(expected) + pull, least)


def _around(value: float, influence: Array, least: float) -> Interval:
    error = float(np.sqrt(influence @ influence)) / len(influence)
    half = max(Z_95 * error, least)
    return Interval(value, value - half, value + half)


def _refusals(log: ChoiceLog, ess: float) -> tuple[Refusal, ...]:
    found = [check(log, ess) for check in CHECKS]
    return tuple(refusal for refusal in found if refusal)


def _never_logged(log: ChoiceLog, _ess: float) -> Refusal | None:
    """Nothing can be learned of what was never tried, or never told of."""
    is_told = np.isfinite(log.rewards)
    seen = np.bincount(log.taken[is_told], minlength=len(log.actions)) > 0
    mass = log.policy.mean(axis=0)
    missing = [k for k in np.flatnonzero(~seen) if mass[k] > NEGLIGIBLE]
    if not missing:
        return None
    told = ", ".join(f"'{log.actions[k]}' ({mass[k]:.1%} of its choices)" for k in missing)
    return Refusal(
        "never_logged",
        f"The policy would choose {told}, which the log never shows with a reward: "
        "nobody can say what would have come of it.",
    )


def _no_chance(log: ChoiceLog, _ess: float) -> Refusal | None:
    """A choice that was certain tells nothing of the others."""
    chosen = log.policy[np.arange(log.n), log.taken]
    rows = np.flatnonzero((log.propensities >= 1.0) & (chosen < 1.0 - NEGLIGIBLE))
    if not rows.size:
        return None
    return Refusal(
        "no_chance",
        f"In {rows.size} of {log.n} rows, first row {rows[0] + 1}, the action taken was certain "
        "(propensity 1), but the policy would also choose others there: what was impossible "
        "cannot be judged.",
    )


def _weights_off(log: ChoiceLog, _ess: float) -> Refusal | None:
    """Weights of a right log have mean 1, up to chance."""
    rates = log.rates
    error = float(rates.std(ddof=1)) / log.n**0.5 if log.n > 1 else np.inf
    mean = float(rates.mean())
    if abs(mean - 1.0) <= MOST_STANDARD_ERRORS * error + ROUNDING:
        return None
    return Refusal(
        "weights_off",
        f"The weights have mean {mean:.3f} where right propensities give 1, give or take "
        f"{error:.3f} (standard error; more than {MOST_STANDARD_ERRORS:g} of them off): the "
        "logged propensities are not those that the actions were chosen with.",
    )


def _too_few(_log: ChoiceLog, ess: float) -> Refusal | None:
    """Too little of the log looks like what the policy would do."""
    if ess >= LEAST_ESS:
        return None
    return Refusal(
        "too_few",
        f"The log is worth {ess:.1f} stays of the policy (effective sample size, ESS); at least "
        f"{LEAST_ESS:g} are needed, so gather more or try a policy closer to the logged one.",
    )


CHECKS: tuple[Callable[[ChoiceLog, float], Refusal | None], ...] = (
    _never_logged,
    _no_chance,
    _weights_off,
    _too_few,
)
"""Each may refuse; the root of the matter comes first."""

"""Whether what was foretold of satisfaction came true: by tenths, and as a running score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.domain.model import OutcomeConstants
from engine.domain.outcomes import Satisfaction
from engine.inference.graded import logistic
from engine.inference.grid import NODES, Array
from engine.inference.outcome import style_gain

GOOD = Satisfaction.GOOD
"""Foretold is that a guest finds her stay good or very good."""

LEAST_TOLD = 30
"""Stays from which a score says something: a share is then known to within 15 points."""

N_TENTHS = 10

NINETY = 1.6449
"""Standard errors on each side that hold a normal number with 90 %."""

SUREST = 1e-6
"""No chance counts as surer than this: one surprise must not be worth more than all else."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was foretold of one stay before it told anything, and what it told."""

    mean: float
    sd: float
    """Belief, in standard deviations of the guest population."""
    style: str
    """Served."""
    is_good: bool


@dataclass(frozen=True, slots=True)
class Tenth:
    """Stays whose chance was foretold between `low` and `high`."""

    low: float
    high: float
    n: int
    expected: float
    """Mean chance foretold."""
    observed: float
    """Share that was good."""
    observed_low: float
    observed_high: float
    """Its 90 % interval (Wilson 1927)."""

    @property
    def is_off(self) -> bool:
        """Whether the interval leaves out what was expected."""
        return not self.observed_low <= self.expected <= self.observed_high


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was foretold against what was told."""

    n: int
    tenths: tuple[Tenth, ...]
    """Those with any stay, rising."""
    error: float
    """Mean distance between expected and observed, weighted by stays; 0 to 1."""


@dataclass(frozen=True, slots=True)
class Score:
    """Each stay foretold from what came before it, in the order of their arrival."""

    n: int
    loss: float
    """Mean log loss, in nats; less is better."""
    base_loss: float
    """The same when each stay is foretold by the share of good ones before it."""
    error: float
    """Standard error of the difference."""

    @property
    def gain(self) -> float:
        """Log loss saved a stay; above 0 the rules know something."""
        return self.base_loss - self.loss


def chances(
    foretold: Sequence[Foretold], positions: dict[str, float], constants: OutcomeConstants
) -> Array:
    r"""Chance that each stay is found good or very good.

    .. math:: P(S \ge 4) = \int \sigma(\kappa g_a(\theta) - \kappa\theta^2 / 2r - t_4) \, dB(\theta)

    Parameters
    ----------
    foretold : sequence of Foretold
        A style that is none of `positions` counts as the middle one.
    positions : dict
        Contact position of each style, rising.
    constants : OutcomeConstants
        Known before these stays told anything.

    Returns
    -------
    ndarray of shape (n_stays,)
    """
    ids = list(positions)
    eta = constants.fit * style_gain(list(positions.values()), constants.cuts)
    eta = eta - constants.fit / (2.0 * constants.fit_radius) * NODES**2
    good = logistic(eta - constants.thresholds[GOOD - 2])
    middle = int(np.argmin(np.abs(list(positions.values()))))
    rows = [ids.index(one.style) if one.style in positions else middle for one in foretold]
    means = np.array([one.mean for one in foretold])[:, None]
    sds = np.array([max(one.sd, 1e-3) for one in foretold])[:, None]
    density = np.exp(-0.5 * ((NODES - means) / sds) ** 2)
    density /= density.sum(axis=1, keepdims=True)
    return np.asarray((density * good[rows]).sum(axis=1), dtype=np.float64)


def calibration_of(chance: Array, good: Sequence[bool]) -> Calibration:
    """Set what was expected against what was observed, by tenths of the chance foretold.

    Parameters
    ----------
    chance : ndarray of shape (n_stays,)
    good : sequence of bool of the same length
    """
    told = np.asarray(good, dtype=np.float64)
    place = np.minimum((chance * N_TENTHS).astype(int), N_TENTHS - 1)
    tenths = tuple(
        _tenth(k, chance[place == k], told[place == k]) for k in range(N_TENTHS) if k in place
    )
    apart = sum(tenth.n * abs(tenth.expected - tenth.observed) for tenth in tenths)
    return Calibration(len(told), tenths, apart / len(told) if len(told) else 0.0)


def _tenth(k: int, chance: Array, told: Array) -> Tenth:
    n, observed = len(told), float(told.mean())
    low, high = share_interval(observed, n)
    return Tenth(k / N_TENTHS, (k + 1) / N_TENTHS, n, float(chance.mean()), observed, low, high)


def share_interval(share: float, n: int) -> tuple[float, float]:
    """Return the 90 % interval of a share of `n` by Wilson's score [1]_; 0 to 1 where n is 0.

    References
    ----------
    .. [1] Wilson (1927), JASA 22:209-212.
    """
    if n == 0:
        return 0.0, 1.0
    square = NINETY**2 / n
    middle = (share + square / 2.0) / (1.0 + square)
    side = NINETY * (share * (1.0 - share) / n + square / (4.0 * n)) ** 0.5 / (1.0 + square)
    return max(middle - side, 0.0), min(middle + side, 1.0)


def score_of(chance: Array, good: Sequence[bool]) -> Score:
    """Score each stay by what was foretold of it before it told anything (Dawid 1984).

    The stays stand in the order of their arrival. They are held against the plainest forecast
    there is: the share of good ones among those before, begun at one half (Krichevsky & Trofimov).

    References
    ----------
    .. [1] Dawid (1984), JRSS A 147:278-292.
    .. [2] Krichevsky, Trofimov (1981), IEEE Trans. Inf. Theory 27:199-207.
    """
    told = np.asarray(good, dtype=np.float64)
    n = len(told)
    if n == 0:
        return Score(0, 0.0, 0.0, 0.0)
    before = np.concatenate([[0.0], np.cumsum(told)[:-1]])
    share = (before + 0.5) / (np.arange(n) + 1.0)
    losses, base = _losses(chance, told), _losses(share, told)
    gains = base - losses
    error = float(gains.std(ddof=1) / n**0.5) if n > 1 else 0.0
    return Score(n, float(losses.mean()), float(base.mean()), error)


def _losses(chance: Array, told: Array) -> Array:
    sure = np.clip(chance, SUREST, 1.0 - SUREST)
    return np.asarray(-np.log(np.where(told > 0.0, sure, 1.0 - sure)), dtype=np.float64)

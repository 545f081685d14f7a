r"""How fast what guests taught grows old: the weight of a stay is omega to the power of its weeks.

Chosen prequentially (Dawid 1984): each week is foretold by what earlier weeks taught under each
omega, and the omega that foretold best is used, once it is clearly better than forgetting nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.audit.weeks import Week, number_of
from engine.inference.grid import Array
from engine.inference.trust import degrees_of
from engine.inference.weight_step import WeightPrior

OMEGAS = (1.0, 0.99, 0.98, 0.95, 0.9)
"""Weekly. The memory is about 1 / (1 - omega) weeks: all of it, two years, one, five months, ten
weeks. A house that changes faster needs new rules, not new weights."""

LEAST_WEEKS = 12
"""With fewer weeks there is nothing old to forget."""

LEAST_STAYS = 200
"""With fewer stays, weeks tell less of change than of chance."""

LEAST_GAIN = float(np.log(20.0))
"""Log probability by which forgetting must foretell better: odds of 20 to 1, the usual mark of
strong evidence (Kass & Raftery 1995). Forgetting throws stays away, so it has to earn that."""

CLEARLY = 2.0
"""Standard errors, over the weeks, by which it must do so besides (Diebold & Mariano 1995): guests
who scatter more than the model expects would else be taken for guests who change."""

TRUST = degrees_of((0.0, 0.5, 1.0), (0.03, 0.1, 0.35, 1.0))
"""Degrees of trust in the owner (s, tau) that are averaged over here, fewer than when learning.
Under one fixed spread, forgetting would look good wherever the owner is right: it leads back to
her word."""


@dataclass(frozen=True, slots=True)
class Discount:
    """The omega in use, and why."""

    omega: float
    gain: float | None
    """Log probability by which the best omega below 1 foretold better than 1; None if untried."""
    detail: str

    def weight_of_week(self, last: str) -> Callable[[str], float] | None:
        """Return how much a stay of each week counts when learning up to the week `last`.

        None where every stay counts in full.
        """
        if self.omega == 1.0:
            return None
        now, omega = number_of(last), self.omega
        return lambda week: omega ** max(now - number_of(week), 0) if week else 1.0


def discount_of(weeks: Sequence[Week], owner: Array, sureness: Array) -> Discount:
    """Choose the omega by which each week was best foretold from those before it.

    Parameters
    ----------
    weeks : sequence of Week
        The earliest first.
    owner, sureness : ndarray of shape (n_rules,)
        What the owner says of each rule that is learned, and the factor on its precision.
    """
    n_stays = sum(week.n_stays for week in weeks)
    if len(weeks) < LEAST_WEEKS or n_stays < LEAST_STAYS or not owner.size:
        return Discount(1.0, None, _too_little(len(weeks), n_stays))
    scores = foretold(weeks, owner, sureness)
    gains = scores[:, 1:] - scores[:, :1]
    best = int(np.argmax(gains.sum(axis=0)))
    gain, error = float(gains[:, best].sum()), float(gains[:, best].std() * len(weeks) ** 0.5)
    is_clear = gain > max(LEAST_GAIN, CLEARLY * error)
    omega, tried = (OMEGAS[1 + best] if is_clear else 1.0), OMEGAS[1 + best]
    return Discount(omega, gain, _in_words(omega, tried, gain, error, len(weeks)))


def foretold(weeks: Sequence[Week], owner: Array, sureness: Array) -> Array:
    r"""Log probability of each week, foretold by those before it, under each of `OMEGAS`.

    Evidence decays by omega a week towards the owner's word. A week with information I and pull p
    adds :math:`\log \int N(b; m, V) e^{p'b - b'Ib/2} db`, the same constant left out for all. What
    comes of each degree of trust is averaged.

    Parameters
    ----------
    weeks : sequence of Week
        The earliest first.
    owner, sureness : ndarray of shape (n_rules,)
        As in `discount_of`.

    Returns
    -------
    ndarray of shape (n_weeks, n_omegas)
    """
    held = [WeightPrior(owner, sureness, s, tau) for s, tau in TRUST.tolist()]
    each = np.array([_foretold(weeks, prior.mean, prior.precision) for prior in held])
    so_far = each.cumsum(axis=1)
    top = so_far.max(axis=0)
    mean = top + np.log(np.exp(so_far - top).mean(axis=0))
    return np.diff(mean, axis=0, prepend=0.0)


def _foretold(weeks: Sequence[Week], mean: Array, precision: Array) -> Array:
    """The same under one degree of trust."""
    omegas, n = np.array(OMEGAS), mean.size
    information, pull = np.zeros((omegas.size, n, n)), np.zeros((omegas.size, n))
    scores, before = [], weeks[0].number
    for week in weeks:
        fade = omegas ** (week.number - before)
        information, pull = information * fade[:, None, None], pull * fade[:, None]
        scores.append(_height(np.diag(precision) + information, precision * mean + pull, week))
        information, pull = information + week.likelihood.information, pull + week.likelihood.pull
        before = week.number
    return np.array(scores)


def _height(known: Array, towards: Array, week: Week) -> Array:
    """Log probability of one week for each state of knowledge."""
    told = week.likelihood
    both, drawn = known + told.information, towards + told.pull
    bend = np.linalg.slogdet(known)[1] - np.linalg.slogdet(both)[1]
    rest = _square(both, drawn) - _square(known, towards)
    return np.asarray(0.5 * (bend + rest), dtype=np.float64)


def _square(matrix: Array, vector: Array) -> Array:
    """v'M⁻¹v of each."""
    solved = np.linalg.solve(matrix, vector[..., None])[..., 0]
    return np.asarray(np.sum(vector * solved, axis=-1), dtype=np.float64)


def _too_little(n_weeks: int, n_stays: int) -> str:
    return (
        f"Every stay counts in full: {n_stays} stays in {n_weeks} weeks told something, and "
        f"{LEAST_STAYS} in {LEAST_WEEKS} are needed to see whether old ones mislead."
    )


def _in_words(omega: float, tried: float, gain: float, error: float, n_weeks: int) -> str:
    told = f"{gain:+.1f} ± {error:.1f} of log probability over {n_weeks} weeks"
    if omega == 1.0:
        return (
            "Every stay counts in full: old ones do not clearly mislead "
            f"(counting them {1.0 - tried:.0%} less each week: {told})."
        )
    return (
        f"A stay counts {1.0 - omega:.0%} less each week: so each week was foretold better from "
        f"those before ({told})."
    )

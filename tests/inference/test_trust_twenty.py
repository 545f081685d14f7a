"""An owner who is wrong in everything costs little, whatever the size and sureness of her rules."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.trust import SCALES, average_over_trust

TRUTHS = {
    "weak": np.array([0.3, -0.3] * 4),
    "mixed": np.array([0.8, -0.8, 0.3, 1.5, -0.3, 0.8, -0.8, 0.5]),
    "strong": np.array([1.5, -1.5] * 4),
}
SHARE = 0.35
"""How often each rule fires."""

SEEDS = 100
N_NEW = 400
"""Stays that are foretold, each judged by its true chance."""


def fired(rng: np.random.Generator, n: int) -> Array:
    return (rng.random((n, 8)) < SHARE) - SHARE


@cache
def losses(world: str, n: int, sign: int, sure: str) -> Array:
    """Log-loss of each seed where the rules are right (1), flipped (-1), or say nothing (0)."""
    return np.array([one_loss(TRUTHS[world], n, sign, sure, seed) for seed in range(SEEDS)])


def one_loss(truth: Array, n: int, sign: int, sure: str, seed: int) -> float:
    rng = np.random.default_rng(500 + seed)
    x, new = fired(rng, n), fired(rng, N_NEW)
    y, chance = rng.random(n) < logistic(0.2 + x @ truth), logistic(0.2 + new @ truth)
    scales = SCALES if sign else (0.0,)
    fit = average_over_trust(x, y, sign * truth, [sure] * truth.size, scales=scales)
    odds = fit.log_odds(new)
    return float(np.mean(np.logaddexp(0, odds) - chance * odds))


@pytest.mark.parametrize("sure", ["guess", "usual", "firm"])
@pytest.mark.parametrize("world", list(TRUTHS))
def test_flipped_at_twenty_stays_they_cost_three_percent_at_most(world: str, sure: str) -> None:
    none = losses(world, 20, 0, "usual")
    assert losses(world, 20, -1, sure).mean() <= 1.03 * none.mean()


@pytest.mark.parametrize("sure", ["guess", "usual", "firm"])
@pytest.mark.parametrize("world", list(TRUTHS))
def test_right_rules_help_at_twenty_stays(world: str, sure: str) -> None:
    gain = losses(world, 20, 0, "usual") - losses(world, 20, 1, sure)
    assert gain.mean() > 3 * gain.std() / gain.size**0.5

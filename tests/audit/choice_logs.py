"""Logs of choices by a coin."""

from __future__ import annotations

import numpy as np

from engine.audit.offpolicy import ChoiceLog


def simple_log(n: int = 200, propensity: float = 0.5, seed: int = 0) -> ChoiceLog:
    """Two actions by a coin; the other policy always takes the second, better one."""
    rng = np.random.default_rng(seed)
    taken = (rng.random(n) < 0.5).astype(np.int64)
    rewards = (rng.random(n) < 0.3 + 0.4 * taken).astype(float)
    policy = np.tile([0.0, 1.0], (n, 1))
    return ChoiceLog(
        ("brief", "near"), taken, rewards, np.full(n, propensity), policy, np.zeros((n, 0))
    )

"""Choices already made, with what another way of choosing would have done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInputError
from engine.inference.grid import Array

LEAST_CHANCE = 1e-9
"""A rarer choice is a slip: no log holds enough rows, and the squares of weights stay finite."""


@dataclass(frozen=True, slots=True)
class ChoiceLog:
    """Choices made, with what another policy would have done.

    Every number finite, each row of `policy` adding up to 1.

    Raises
    ------
    BadInputError
        A chance logged is not from 1e-9 to 1, or a rate is not finite; names the row.
    """

    actions: tuple[str, ...]
    taken: NDArray[np.int64]
    """Shape (n_rows,): index of the action taken."""
    rewards: Array
    """Shape (n_rows,): any unit, nan where nobody told."""
    propensities: Array
    """Shape (n_rows,): how likely the action taken was when it was chosen, from 1e-9 to 1."""
    policy: Array
    """Shape (n_rows, n_actions): how likely the other policy chooses each action."""
    features: Array
    """Shape (n_rows, n_features): what was known of the guest."""
    told: Array | None = None
    """Shape (n_rows,): how likely a reward was to be told, from 1e-9; None: found from the log."""

    def __post_init__(self) -> None:
        """Refuse what no weight can be made of."""
        _refuse_chances("propensity", self.propensities)
        if self.told is not None:
            _refuse_chances("chance of a reward", self.told)
        wrong = np.flatnonzero(~np.isfinite(self.rates))
        if wrong.size:
            raise BadInputError(f"row {wrong[0] + 1}: its policy is no number.")

    @property
    def n(self) -> int:
        """How many choices there are."""
        return len(self.rewards)

    @property
    def rates(self) -> Array:
        """Shape (n_rows,): chance of the action taken under the other policy, over the logged."""
        chosen = self.policy[np.arange(self.n), self.taken]
        return np.asarray(chosen / self.propensities, dtype=np.float64)


def _refuse_chances(name: str, chances: Array) -> None:
    wrong = np.flatnonzero(~((chances >= LEAST_CHANCE) & (chances <= 1.0)))
    if wrong.size:
        raise BadInputError(
            f"row {wrong[0] + 1}: {name} {chances[wrong[0]]:g} is not from {LEAST_CHANCE:g} to 1."
        )

"""The axis from efficiency (minus) to contact (plus)."""

from __future__ import annotations

from dataclasses import dataclass

BAND_90 = 1.645
"""Half width, in sd, of a 90 % band of a normal belief."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Where we think a guest stands between efficiency and contact."""

    mean: float
    """Standard deviations of the guest population; plus is contact."""
    sd: float
    p_contact: float
    """Probability that the guest stands on the contact side."""

    @property
    def band(self) -> tuple[float, float]:
        """The 90 % band that the desk sees."""
        return self.mean - BAND_90 * self.sd, self.mean + BAND_90 * self.sd


@dataclass(frozen=True, slots=True)
class Trait:
    """What stays with the person, beyond what facts say."""

    mean: float = 0.0
    variance: float = 0.75
    """0.75 = nothing remembered; smaller = we met before."""


NO_TRAIT = Trait()

"""What is still open for one stay; guardrails may only take away from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that may still be recommended."""

    styles: frozenset[str]
    questions: frozenset[str]
    """Questions that staff or prompt may put."""
    offers: frozenset[str]
    """Offers that staff may start."""
    packs: frozenset[str]
    device_styles: frozenset[str]
    """Styles in which a screen may stand between host and guest."""

    def is_within(self, other: Options) -> bool:
        """Whether nothing here is missing from `other`."""
        return (
            self.styles <= other.styles
            and self.questions <= other.questions
            and self.offers <= other.offers
            and self.packs <= other.packs
            and self.device_styles <= other.device_styles
        )

"""What is still open for one stay; guardrails may only take away from it."""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
    """Everything that may still be recommended."""

    styles: frozenset[str]
    questions: frozenset[str]
    """Questions that staff or prompt may put."""
    offers: frozenset[str]
    """Offers that staff may start."""
    packs: frozenset[str]
    device_styles: frozenset[str]
    """Styles in which a screen may stand between host and guest."""

    def keeping(
        self,
        *,
        styles: frozenset[str] | None = None,
        questions: frozenset[str] | None = None,
        offers: frozenset[str] | None = None,
        packs: frozenset[str] | None = None,
        device_styles: frozenset[str] | None = None,
    ) -> Options:
        """Return the options with these left of each kind; a kind not named stays as it is."""
        # _replace would do, at four times the price, several times for each guest
        return Options(
            self.styles if styles is None else styles,
            self.questions if questions is None else questions,
            self.offers if offers is None else offers,
            self.packs if packs is None else packs,
            self.device_styles if device_styles is None else device_styles,
        )

    def is_within(self, other: Options) -> bool:
        """Whether nothing here is missing from `other`."""
        return (
            self.styles <= other.styles
            and self.questions <= other.questions
            and self.offers <= other.offers
            and self.packs <= other.packs
            and self.device_styles <= other.device_styles
        )

"""Offers that staff make, and how guests take them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.cues import Texts
from engine.domain.questions import Item


class Reaction(StrEnum):
    """How an offer was taken; the first four are graded, in this order."""

    DECLINED = "declined"
    THANKED = "thanked"
    ACCEPTED = "accepted"
    ASKED_MORE = "asked_more"
    LATER = "later"

    @property
    def grade(self) -> int | None:
        """Place in the order, or None where the reaction says nothing of contact."""
        return None if self is Reaction.LATER else list(Reaction).index(self)

    @property
    def closes_topic(self) -> bool:
        """Whether staff may not raise the topic again in this stay."""
        return self in (Reaction.DECLINED, Reaction.THANKED)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that staff may propose once."""

    id: str
    topic: str
    item: Item
    label: Texts
    spoken: Texts
    needs: tuple[str, ...]
    source: str
    styles: tuple[str, ...] = ()
    """Styles in which staff start it; in all others the guest does."""
    only_if_asked: bool = False


@dataclass(frozen=True, slots=True)
class OfferReaction:
    """One offer with the reaction to it."""

    offer: str
    reaction: Reaction
    is_own_free_word: bool = True
    """False after pressing or through a companion: it closes the topic and moves no belief."""

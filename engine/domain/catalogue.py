"""All that the engine knows about a trade: the content of `seed/`, loaded and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.cues import Fact
from engine.domain.model import Model
from engine.domain.offers import Offer
from engine.domain.packs import Pack
from engine.domain.privacy import NO_PRIVACY, Privacy
from engine.domain.questions import Question
from engine.domain.rules import Rule
from engine.domain.sensitive import Lexicon
from engine.domain.stays import House
from engine.domain.styles import ServiceStyle

Words = Mapping[str, str]
"""Key to text, for one language."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that `seed/` says, by id, in the order of the files."""

    version: str
    """Short hash of the content."""
    model: Model
    facts: Mapping[str, Fact]
    """Facts and cues."""
    rules: tuple[Rule, ...]
    questions: Mapping[str, Question]
    offers: Mapping[str, Offer]
    styles: Mapping[str, ServiceStyle]
    """In order of position, least contact first."""
    packs: Mapping[str, Pack]
    houses: Mapping[str, House]
    words: Mapping[str, Words]
    """Language tag to trade words."""
    languages: tuple[str, ...]
    """Languages that every text must exist in; the first is the fallback."""
    privacy: Privacy = NO_PRIVACY
    sensitive: Mapping[str, Lexicon] = field(default_factory=dict)
    """Language tag to the words that a note is warned of."""
    cues: Mapping[str, Fact] = field(init=False, repr=False, compare=False)
    """The facts that staff tap at the desk; found once, since every arrived guest needs them."""

    def __post_init__(self) -> None:
        seen = {id: fact for id, fact in self.facts.items() if fact.is_cue}
        object.__setattr__(self, "cues", seen)  # the class is frozen

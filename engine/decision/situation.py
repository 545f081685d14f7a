"""One case seen with the catalogue: what is closed, what was wished, what is true now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, Value
from engine.domain.questions import Grade
from engine.domain.stays import NO_PLACE, Case, Place


@dataclass(frozen=True)
class Situation:
    """A case with the words of the trade looked up."""

    case: Case
    catalogue: Catalogue

    @cached_property
    def place(self) -> Place:
        """House and unit, from the case or else from the catalogue."""
        if self.case.place is not None:
            return self.case.place
        house = self.catalogue.houses.get(self.case.house)
        return Place.of(house, self.case.unit) if house else NO_PLACE

    @cached_property
    def facts(self) -> Mapping[str, Value]:
        """Facts and cues in one mapping; an untapped cue is unknown until arrival, then false."""
        known: dict[str, Value] = dict(self.case.facts)
        if self.case.is_arrived:
            known.update(dict.fromkeys(self.catalogue.cues, False))
        known.update(dict.fromkeys(sorted(self.case.cues), True))
        return known

    @cached_property
    def true_facts(self) -> tuple[Fact, ...]:
        """Facts and cues that hold now: a yes, or a count above zero."""
        catalogue = self.catalogue.facts
        return tuple(
            catalogue[id]
            for id, value in self.facts.items()
            if id in catalogue and not isinstance(value, str) and value
        )

    @cached_property
    def grades(self) -> tuple[Grade, ...]:
        """What the guest answered."""
        return tuple(
            self.catalogue.questions[id].grades[grade] for id, grade in self.case.answers.items()
        )

    @cached_property
    def closed(self) -> frozenset[str]:
        """Topics that staff may not raise again, for the whole party and stay."""
        shut = {
            self.catalogue.offers[entry.offer].topic
            for entry in self.case.reactions
            if entry.reaction.closes_topic
        }
        return frozenset(shut - self.case.reopened)

    @cached_property
    def asks_to_be_left(self) -> bool:
        """The guest said in some way: leave me be."""
        said: list[Fact | Grade] = [*self.true_facts, *self.grades]
        return any(word.asks_to_be_left for word in said)

    @property
    def is_recovery(self) -> bool:
        """Something went wrong last time or now."""
        return any(fact.is_recovery for fact in self.true_facts)

    @property
    def is_waiting(self) -> bool:
        """Others wait behind this guest."""
        return any(fact.is_waiting for fact in self.true_facts)

    @property
    def is_brief(self) -> bool:
        """The rapport stage stays short, whatever the style."""
        return self.is_waiting or any(fact.is_brief for fact in self.true_facts)

    def instructions(self) -> Iterator[str]:
        """Wishes to be obeyed literally by every department."""
        yield from (fact.id for fact in self.true_facts if fact.is_instruction)
        questions = self.catalogue.questions
        yield from (id for id in self.case.answers if questions[id].is_instruction)

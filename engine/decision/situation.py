"""One case seen with the catalogue: what is closed, what was wished, what is true now."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, Value
from engine.domain.offers import Reaction
from engine.domain.questions import Grade
from engine.domain.stays import NO_PLACE, Case, Place

CLOSING = frozenset(reaction for reaction in Reaction if reaction.closes_topic)
"""Looked up once: several reactions are asked about for every guest."""


class Situation:
    """A case with the words of the trade looked up.

    Parameters
    ----------
    case : Case
        All that may be known.
    catalogue : Catalogue
        What the ids of the case mean.

    Attributes
    ----------
    place : Place
        House and unit, from the case or else from the catalogue.
    facts : mapping
        Facts and cues in one; an untapped cue is unknown until arrival, then false.
    true_facts : tuple of Fact
        Facts and cues that hold now: a yes, or a count above zero.
    grades : tuple of Grade
        What the guest answered.
    words : tuple of Fact and Grade
        Both of them: all that may bound what is done.
    closed : frozenset of str
        Topics that staff may not raise again, for the whole party and stay.
    asks_to_be_left : bool
        The guest said in some way: leave me be.
    is_recovery : bool
        Something went wrong last time or now.
    is_waiting : bool
        Others wait behind this guest.
    is_brief : bool
        The rapport stage stays short, whatever the style.
    """

    def __init__(self, case: Case, catalogue: Catalogue) -> None:
        self.case = case
        self.catalogue = catalogue
        self.place = _place(case, catalogue)
        self.facts = _facts(case, catalogue)
        self.true_facts = _true_facts(self.facts, catalogue)
        self.grades = tuple(
            [catalogue.questions[id].grades[grade] for id, grade in case.answers.items()]
        )
        self.closed = _closed(case, catalogue)
        true_facts = self.true_facts
        self.words: tuple[Fact | Grade, ...] = (*true_facts, *self.grades)
        self.asks_to_be_left = any(word.asks_to_be_left for word in self.words)
        self.is_recovery = any(fact.is_recovery for fact in true_facts)
        self.is_waiting = any(fact.is_waiting for fact in true_facts)
        self.is_brief = self.is_waiting or any(fact.is_brief for fact in true_facts)

    def instructions(self) -> tuple[str, ...]:
        """Wishes to be obeyed literally by every department."""
        spoken = [fact.id for fact in self.true_facts if fact.is_instruction]
        questions = self.catalogue.questions
        return (*spoken, *[id for id in self.case.answers if questions[id].is_instruction])


def _place(case: Case, catalogue: Catalogue) -> Place:
    if case.place is not None:
        return case.place
    house = catalogue.houses.get(case.house)
    return Place.of(house, case.unit) if house else NO_PLACE


def _facts(case: Case, catalogue: Catalogue) -> Mapping[str, Value]:
    if not (case.is_arrived or case.cues):
        return case.facts
    known: dict[str, Value] = dict(case.facts)
    if case.is_arrived:
        known.update(dict.fromkeys(catalogue.cues, False))
    known.update(dict.fromkeys(sorted(case.cues), True))
    return known


def _true_facts(facts: Mapping[str, Value], catalogue: Catalogue) -> tuple[Fact, ...]:
    known = catalogue.facts
    return tuple(
        [
            known[id]
            for id, value in facts.items()
            if value and not isinstance(value, str) and id in known
        ]
    )


def _closed(case: Case, catalogue: Catalogue) -> frozenset[str]:
    shut = {
        catalogue.offers[entry.offer].topic for entry in case.reactions if entry.reaction in CLOSING
    }
    questions = catalogue.questions
    shut.update(
        [
            questions[id].topic
            for id, grade in case.answers.items()
            if questions[id].grades[grade].closes_topic
        ]
    )
    return frozenset(shut - case.reopened)

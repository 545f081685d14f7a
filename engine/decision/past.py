"""Many past stays, coded: all that decides in which style each would be served, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
from numpy.typing import NDArray

from engine.decision.situation import Situation
from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.catalogue import Catalogue
from engine.domain.cues import Fact, FactKind
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import NO_PLACE, Case
from engine.inference.batch import StayPriors
from engine.rules.columns import Columns, columns_of

NO_DAY = 0
"""Day of a stay of which none is told: then every rule that is on speaks."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a guest said, and which rules staff set aside for her."""

    answers: tuple[tuple[str, int], ...] = ()
    """Question and grade, in the order told."""
    reactions: tuple[tuple[str, str], ...] = ()
    """Offer and graded reaction, of her own free word."""
    set_aside: tuple[str, ...] = ()


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class PastStays:
    """Many stays, each array of shape (n_stays,)."""

    ids: NDArray[np.int64]
    columns: Columns
    """Facts and cues as they stood."""
    words: tuple[Said, ...]
    """Everything that was said by anybody, once."""
    said: NDArray[np.int32]
    """Place in `words`."""
    days: NDArray[np.int32]
    """Day of arrival, counted as `date.toordinal` does; 0 = not told."""
    traits: StayPriors
    """What was remembered of each guest."""

    @property
    def n_stays(self) -> int:
        """How many there are."""
        return len(self.ids)

    def picked(self, rows: NDArray[np.intp] | slice) -> PastStays:
        """Return some of the stays, in the order given."""
        return PastStays(
            self.ids[rows],
            self.columns.picked(rows),
            self.words,
            self.said[rows],
            self.days[rows],
            StayPriors(self.traits.mean[rows], self.traits.variance[rows]),
        )

    def case(self, row: int) -> Case:
        """Return one stay as a case that is served in the same style as the stay itself."""
        said, day = self.words[self.said[row]], int(self.days[row])
        noon = datetime.combine(date.fromordinal(day), time(12), UTC) if day != NO_DAY else None
        return Case(
            ref=str(self.ids[row]),
            house="",
            facts=self.columns.facts_of(row),
            answers=dict(said.answers),
            reactions=tuple(OfferReaction(id, Reaction(how)) for id, how in said.reactions),
            set_aside=frozenset(said.set_aside),
            place=NO_PLACE,
            trait=Trait(float(self.traits.mean[row]), float(self.traits.variance[row])),
            at=noon,
        )


def bounds_style(fact: Fact) -> bool:
    """Whether a guardrail looks at a fact before it lets a style through."""
    says = fact.most_style or fact.least_style
    return bool(says or fact.asks_to_be_left or fact.is_recovery)


def facts_kept(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the facts and cues that may decide a style; never a proxy for origin."""
    known = catalogue.facts.values()
    return tuple(
        fact.id
        for fact in known
        if fact.is_scored or (fact.kind is not FactKind.TAG and bounds_style(fact))
    )


def said_in(case: Case) -> Said:
    """Return what counts of what a guest said."""
    return Said(
        tuple(case.answers.items()),
        tuple(
            (entry.offer, entry.reaction.value)
            for entry in case.reactions
            if entry.is_own_free_word and entry.reaction.grade is not None
        ),
        tuple(sorted(case.set_aside)),
    )


def past_of(cases: Sequence[Case], catalogue: Catalogue) -> PastStays:
    """Code some cases; their numbers count from 0.

    Parameters
    ----------
    cases : sequence of Case
        Each on the day at which it was to be advised.
    catalogue : Catalogue
        What their ids mean.
    """
    facts = [Situation(case, catalogue).facts for case in cases]
    words = [said_in(case) for case in cases]
    places = {said: k for k, said in enumerate(dict.fromkeys([NOTHING_SAID, *words]))}
    days = [case.at.date().toordinal() if case.at else NO_DAY for case in cases]
    traits = [(case.trait.mean, case.trait.variance) for case in cases]
    return PastStays(
        ids=np.arange(len(cases), dtype=np.int64),
        columns=columns_of(facts, facts_kept(catalogue)),
        words=tuple(places),
        said=np.array([places[said] for said in words], dtype=np.int32),
        days=np.array(days, dtype=np.int32),
        traits=StayPriors(*np.array(traits).reshape(-1, 2).T.copy()),
    )


def nothing_remembered(n_stays: int) -> StayPriors:
    """Return what is remembered of guests of whom nothing is."""
    return StayPriors(np.full(n_stays, NO_TRAIT.mean), np.full(n_stays, NO_TRAIT.variance))

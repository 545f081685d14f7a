"""What may be used of a guest who is served without notes: what keeps the contract, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.domain.advice import Advice, Recommendation
from engine.domain.cues import Fact, Value
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.offers import Reaction
from engine.domain.questions import Question
from engine.domain.stays import Case, Stay

NEEDED = frozenset({"unit_ready", "access_released", "arrival_mode"})
"""Facts without which nobody could be let in: whether the door opens, and where."""

OF_CONTRACT = frozenset(
    {EvidenceKind.ARRIVAL, EvidenceKind.STOP, EvidenceKind.REOPENED, EvidenceKind.RETRACTION}
)
"""Kinds of entries that are about this stay alone and say nothing of the person."""


def needed(facts: Mapping[str, Value], known: Mapping[str, Fact]) -> dict[str, Value]:
    """Return what a house must know to let a guest in, and her own instructions."""
    return {
        id: value
        for id, value in facts.items()
        if id in NEEDED or (id in known and known[id].is_instruction)
    }


def is_needed(said: Evidence, known: Mapping[str, Fact], questions: Mapping[str, Question]) -> bool:
    """Whether an entry is kept and obeyed all the same: a wish about this stay, or its course."""
    if said.kind is EvidenceKind.CUE:
        return said.key in known and known[said.key].is_instruction
    if said.kind is EvidenceKind.ANSWER:
        return said.key in questions and questions[said.key].is_instruction
    if said.kind is EvidenceKind.REACTION:
        return Reaction(str(said.value)).closes_topic
    return said.kind in OF_CONTRACT


def bare(
    stay: Stay,
    entries: Sequence[Evidence],
    known: Mapping[str, Fact],
    questions: Mapping[str, Question],
) -> tuple[Stay, tuple[Evidence, ...]]:
    """Return a stay and its ledger with nothing in them but what is needed."""
    told = tuple(said for said in entries if is_needed(said, known, questions))
    return replace(stay, facts=needed(stay.facts, known)), told


def unasked(case: Case) -> Case:
    """Return the case of such a guest: nothing more is asked, and a no moves no belief."""
    reactions = tuple(replace(taken, is_own_free_word=False) for taken in case.reactions)
    return replace(case, reactions=reactions, has_stopped=True)


def unwatched(said: Recommendation) -> Recommendation:
    """Return the advice without a question, and without an offer to watch the answer to."""
    return replace(said, advice=Advice.ACT, question=None, offer=None)

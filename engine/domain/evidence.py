"""The ledger: what was seen, said and done, in order, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.consent import LegalBasis
from engine.domain.cues import Value
from engine.domain.private import MASK


class EvidenceKind(StrEnum):
    """What an entry records."""

    CUE = "cue"
    ANSWER = "answer"
    REACTION = "reaction"
    OUTCOME = "outcome"
    NOTE = "note"
    ASKED = "asked"
    """A question was put; skipped where no answer follows."""
    STOP = "stop"
    """The guest said 'no more questions'."""
    REOPENED = "reopened"
    """Somebody of the party asked about a closed topic."""
    SET_ASIDE = "set_aside"
    """Staff removed one reason for this stay."""
    CONSENT = "consent"
    ARRIVAL = "arrival"
    """Checked in; the value is the style served."""
    RETRACTION = "retraction"
    """Takes back the entry named by `retracts`; nothing is ever deleted by undo."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the ledger."""

    kind: EvidenceKind
    key: str
    """Id of the cue, question, offer, rule or purpose."""
    value: Value | None
    by: str
    """Account name, `guest`, or the source system."""
    at: datetime
    basis: LegalBasis
    source: str
    """Where it came from: desk, prompt, tablet, import, api."""
    seq: int = 0
    """Place in the ledger, given by the store; order is by this, never by clock."""
    retracts: int | None = None

    def __repr__(self) -> str:
        """Show an entry without the words of a note, for logs and tracebacks."""
        value = MASK if self.kind is EvidenceKind.NOTE else repr(self.value)
        return f"Evidence({self.seq}, {self.kind.value}, {self.key!r}, {value}, at={self.at})"


BASIS_OF: dict[EvidenceKind, LegalBasis] = {
    EvidenceKind.CUE: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.ANSWER: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.REACTION: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.OUTCOME: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.NOTE: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.ASKED: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.STOP: LegalBasis.CONTRACT,
    EvidenceKind.REOPENED: LegalBasis.CONTRACT,
    EvidenceKind.SET_ASIDE: LegalBasis.LEGITIMATE_INTEREST,
    EvidenceKind.CONSENT: LegalBasis.CONSENT,
    EvidenceKind.ARRIVAL: LegalBasis.CONTRACT,
    EvidenceKind.RETRACTION: LegalBasis.LEGITIMATE_INTEREST,
}
"""Usual legal basis; an answer that is also an instruction is kept as contract."""


def standing(entries: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return what still counts: entries that no later standing retraction takes back.

    Parameters
    ----------
    entries : iterable of Evidence
        Of one stay, by rising `seq`.

    Returns
    -------
    tuple of Evidence
        In the same order, without the retractions themselves. Taking back a retraction
        brings its entry back.
    """
    kept: list[Evidence] = []
    taken_back: set[int] = set()
    for entry in reversed(tuple(entries)):
        if entry.seq in taken_back:
            continue
        if entry.kind is EvidenceKind.RETRACTION and entry.retracts is not None:
            taken_back.add(entry.retracts)
        else:
            kept.append(entry)
    return tuple(reversed(kept))

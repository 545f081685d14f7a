"""Notes of the desk, as the card shows them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.evidence import EvidenceKind
from engine.usecases.stays.arrivals import Card


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note on the card."""

    seq: int
    text: str
    is_own: bool
    """Written at the desk, so that the desk may take it back."""


def notes_on(card: Card) -> tuple[NoteView, ...]:
    """Return the notes that still stand, oldest first; of a guest served without notes none."""
    return tuple(
        NoteView(said.seq, str(said.value), is_own=said.source == "desk")
        for said in card.advised.entries
        if said.kind is EvidenceKind.NOTE and not card.advised.is_without_notes
    )

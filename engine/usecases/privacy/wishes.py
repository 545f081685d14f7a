"""What guests once asked for is honoured when their bookings are read in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.domain.cues import Fact
from engine.domain.evidence import EvidenceKind, standing
from engine.domain.stays import Stay, StayDraft
from engine.store import ObjectionKind, Work
from engine.usecases.advice.without_notes import needed
from engine.usecases.privacy.whose import OPAQUE, hashes_of, opaque_ref

NAME, LANGUAGE = "name", "language"
"""What a guest may correct of herself, as keys of entries that take back what a source told."""
NOBODY = ""
"""Stands for the name of a guest whose data was erased."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The objections of one house, looked up once for many bookings."""

    secret: bytes
    kept: frozenset[tuple[ObjectionKind, str]]

    @classmethod
    def of(cls, work: Work, secret: bytes, house: str) -> Wishes:
        """Look them up."""
        return cls(secret, work.objections.of_house(house))

    def has(self, draft: StayDraft, kind: ObjectionKind) -> bool:
        """Whether the guest of a booking asked for this, by any name that the source gives her."""
        if not self.kept:
            return False
        # Who was erased after her booking had lost its number is known by what stood for it.
        refs = [draft.ref, opaque_ref(self.secret, draft.house, draft.ref)]
        named = hashes_of(
            self.secret, draft.house, guest_key=draft.guest_key, email=draft.email, refs=refs
        )
        return any((kind, whose) in self.kept for whose in named)

    def honoured(self, draft: StayDraft, known: Mapping[str, Fact]) -> StayDraft:
        """Return a booking as it may be kept: of an erased guest room and time only.

        Of one who is served without notes no more facts than let her in are kept, and her own
        instructions; `known` are the facts and cues of the catalogue. A booking that begins anew
        under the same address is the guest's own doing, yet her wish stands until she says
        otherwise: she is served as somebody unknown.
        """
        if not self.has(draft, ObjectionKind.ERASED) or draft.ref.startswith(OPAQUE):
            is_plain = not self.has(draft, ObjectionKind.NO_NOTES)
            return draft if is_plain else replace(draft, facts=needed(draft.facts, known))
        return replace(
            draft,
            ref=opaque_ref(self.secret, draft.house, draft.ref),
            guest_name=NOBODY,
            guest_key=None,
            language=None,
            email=None,
            facts={},
        )


def has_lost_its_name(work: Work, secret: bytes, draft: StayDraft) -> bool:
    """Whether a booking is here under what stands for its number: its name was let go of."""
    return work.stays.has(draft.house, opaque_ref(secret, draft.house, draft.ref))


def corrected(work: Work, draft: StayDraft, before: Stay | None) -> StayDraft:
    """Return a booking that is known without what its guest said is not so."""
    if before is None or not _tells_otherwise(draft, before):
        return draft
    told = standing(work.ledger.of(before.id))
    wrong = {e.key for e in told if e.kind is EvidenceKind.RETRACTION and e.retracts is None}
    return replace(
        draft,
        facts={id: value for id, value in draft.facts.items() if id not in wrong},
        guest_name=before.guest.name if NAME in wrong else draft.guest_name,
        language=before.guest.language if LANGUAGE in wrong else draft.language,
    )


def _tells_otherwise(draft: StayDraft, before: Stay) -> bool:
    """Whether a booking brings what was not here: only then anything can have been corrected."""
    is_same_person = (draft.guest_name, draft.language) == (
        before.guest.name,
        before.guest.language,
    )
    return not is_same_person or not before.facts.keys() >= draft.facts.keys()

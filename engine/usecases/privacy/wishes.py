"""What guests once asked for is honoured when their bookings are read in again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.domain.stays import StayDraft
from engine.store import ObjectionKind, Work
from engine.usecases.privacy.whose import OPAQUE, hashes_of, opaque_ref

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
        named = hashes_of(
            self.secret, draft.house, guest_key=draft.guest_key, email=draft.email, refs=[draft.ref]
        )
        return any((kind, whose) in self.kept for whose in named)

    def honoured(self, draft: StayDraft) -> StayDraft:
        """Return a booking as it may be kept: of an erased guest room and time only.

        A booking that begins anew under the same address is the guest's own doing, yet her wish
        stands until she says otherwise: she is served as somebody unknown.
        """
        if not self.has(draft, ObjectionKind.ERASED) or draft.ref.startswith(OPAQUE):
            return draft
        return replace(
            draft,
            ref=opaque_ref(self.secret, draft.house, draft.ref),
            guest_name=NOBODY,
            guest_key=None,
            language=None,
            email=None,
            facts={},
        )

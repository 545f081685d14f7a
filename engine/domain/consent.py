"""Why something may be kept, and for how long."""

from __future__ import annotations

from enum import StrEnum


class LegalBasis(StrEnum):
    """Ground on which an observation is kept."""

    CONTRACT = "contract"
    """The guest's wish about this stay: we could not serve as asked without it."""
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT = "consent"


class Purpose(StrEnum):
    """What a consent is given for."""

    REMEMBER_ME = "remember_me"
    SHARE_IN_CHAIN = "share_in_chain"

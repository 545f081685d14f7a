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
    MAIL_AFTER_STAY = "mail_after_stay"
    KEEP_WORDS = "keep_words"
    """What she wrote in her own words, beyond the days after her departure."""

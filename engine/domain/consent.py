"""Why something may be kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Consent:
    """One yes or no of a guest to one purpose."""

    purpose: Purpose
    is_given: bool
    text_version: str
    given_by: str
    at: datetime

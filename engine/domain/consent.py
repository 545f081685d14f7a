"""Why something may be kept, and for how long."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

MONTHS_IN_YEAR = 12


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


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS_IN_YEAR)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def last_day(expires_on: date, left_on: date, stays: Iterable[tuple[date, date]]) -> date:
    """Return the last day on which a yes counts: its months begin anew with each later stay.

    Parameters
    ----------
    expires_on : date
        As it was said when she gave it.
    left_on : date
        The end of the stay in which she gave it.
    stays : iterable of (date, date)
        Arrival and departure of her stays, by arrival. One that began after the yes had ended
        does not bring it back.
    """
    lasts = expires_on - left_on
    last = expires_on
    for arrival, departure in stays:
        if arrival > last:
            break
        last = max(last, departure + lasts)
    return last

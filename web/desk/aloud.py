"""May we remember this guest? The words to read aloud, and what she said."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_date

from engine.domain.consent import Purpose
from engine.domain.stays import StayStatus
from engine.usecases.stays.arrivals import Card
from engine.usecases.stays.consent import language_of_words, standing_word
from web.desk.shown import text_in
from web.work import context, now

MET = frozenset({StayStatus.IN_HOUSE, StayStatus.DEPARTED})
"""Who has not come yet is asked nothing for the next time."""


@dataclass(frozen=True, slots=True)
class ConsentAloud:
    """What is read to the guest in her language before one of two buttons is pressed."""

    text: str
    means: str
    language: str
    is_allowed: bool | None
    until: str


def consent_aloud(card: Card) -> ConsentAloud | None:
    """Return what to read; None before she has come, and of a guest served without notes."""
    stay, catalogue = card.advised.stay, context().catalogue
    asked = catalogue.privacy.consents.get(Purpose.REMEMBER_ME)
    if asked is None or card.advised.is_without_notes or stay.status not in MET:
        return None
    tag = language_of_words(catalogue, asked, card.language)
    word = standing_word(context(), stay, now=now())
    until = str(format_date(word.until, "long")) if word.until else ""
    return ConsentAloud(asked.text[tag], text_in(asked.means, tag), tag, word.is_allowed, until)

"""Yes or no to one purpose, asked in the words that the seed has for it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import format_date

from engine.domain.consent import Purpose
from engine.domain.cues import Texts
from engine.domain.stays import Stay
from engine.errors import BadInputError
from engine.usecases.guests.answer_prompt import PromptState
from engine.usecases.guests.mail_leave import may_ask_for_mail
from engine.usecases.stays.consent import language_of_words, standing_word, text_for
from web.i18n import language, languages
from web.work import context, now

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One question of consent; nothing is chosen beforehand."""

    purpose: str
    text: str
    means: str
    language: str
    """Of the words, where the page speaks one that they do not exist in."""
    is_allowed: bool | None
    until: str
    """Last day of a yes, in words; empty without one."""
    back: str
    """Where the answer leads: the page that asked."""


def consent_view(stay: Stay, purpose: Purpose, back: str) -> ConsentView | None:
    """Return the question of one purpose; None where the seed has no words for it."""
    catalogue = context().catalogue
    if purpose not in catalogue.privacy.consents:
        return None
    asked = text_for(catalogue, purpose)
    tag = language_of_words(catalogue, asked, language())
    word = standing_word(context(), stay, now=now(), purpose=purpose)
    return ConsentView(
        purpose=purpose.value,
        text=asked.text[tag],
        means=_told(asked.means, tag),
        language=tag,
        is_allowed=word.is_allowed,
        until=str(format_date(word.until, "long")) if word.until else "",
        back=back,
    )


def memory_view(state: PromptState) -> ConsentView | None:
    """Return the question whether we may remember her; none of a guest served without notes."""
    if state.advised.is_without_notes:
        return None
    return consent_view(state.stay, Purpose.REMEMBER_ME, "/g")


def mail_view(state: PromptState) -> ConsentView | None:
    """Return the question whether we may write to her afterwards, where it makes sense to ask."""
    if state.is_over or not may_ask_for_mail(context(), state.advised):
        return None
    return consent_view(state.stay, Purpose.MAIL_AFTER_STAY, "/g")


def read_consent() -> tuple[Purpose, bool | None]:
    """Return the purpose and the yes or no that a form sent; None where nothing was chosen.

    Raises
    ------
    BadInputError
        If the form is not one of ours.
    """
    sent, chosen = request.form.get("purpose", ""), request.form.get("allowed", "")
    if sent not in [purpose.value for purpose in Purpose] or chosen not in (YES, NO, ""):
        raise BadInputError("This cannot be read.")
    return Purpose(sent), None if not chosen else chosen == YES


def _told(texts: Texts, tag: str) -> str:
    return next(texts[one] for one in (tag, *languages(), *texts) if one in texts)

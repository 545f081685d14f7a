"""Whether a mail may go now: looked at when it goes, so that every wish said by then counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.connectors.smtp import checked_address
from engine.decision.situation import Situation
from engine.domain.consent import Purpose
from engine.domain.stays import House, Stay, StayStatus
from engine.errors import BadInputError
from engine.store import GuestRecord, ObjectionKind, Work
from engine.usecases.advice.advising import Advised, advise_stays
from engine.usecases.advice.traits import guests_who_allow, last_word
from engine.usecases.context import Context
from engine.usecases.guests.links import KEPT_AFTER_CHECK_OUT
from engine.usecases.guests.mail_notice import notice_since
from engine.usecases.guests.mail_wishes import names_of
from engine.usecases.guests.mails import AT_ONCE, MailKind, Why, not_quiet, today_at

OWN_CHANNELS = frozenset({"web", "app", "phone", "email", "walk_in"})
"""Where the house itself collects the address, and can say beforehand what it is used for."""
AWAY = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
BY_MESSAGE = 0
"""Grade of `news`: a message; the others are paper in the room, and in person."""
OF_THE_PAGE = frozenset({"prompt", "tablet"})
"""Sources of what a guest says on her own page."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail that is about to go, with all that may hold it back."""

    ctx: Context
    work: Work
    kind: MailKind
    house: House
    stay: Stay
    guest: GuestRecord
    advised: Advised
    now: datetime


FORBID = {
    ObjectionKind.NO_MAIL: Why.NO_MAIL_WANTED,
    ObjectionKind.ERASED: Why.ERASED,
    ObjectionKind.NO_NOTES: Why.WITHOUT_NOTES,
}
"""Wishes that outlive the guest's data, honoured when her booking is read in anew."""

Objection = Callable[[Leaving], Why | None]


def leaving(
    ctx: Context, work: Work, kind: MailKind, house: House, stay: Stay, *, now: datetime
) -> Leaving:
    """Gather what is known of a mail's stay now."""
    guest = work.guests.get(stay.guest.id)
    (advised,) = advise_stays(ctx, work, house, [stay], now=now)
    return Leaving(ctx, work, kind, house, stay, guest, advised, now)


def why_not(mail: Leaving) -> Why | None:
    """Return the first reason for which a mail must not go, None where it may."""
    found = (objection(mail) for objection in (*OF_ALL, *OF_KIND[mail.kind]))
    return next((why for why in found if why is not None), None)


def later(mail: Leaving) -> datetime | None:
    """Return when a mail may go that comes in the quiet hours; None where it may go now."""
    if mail.kind in AT_ONCE:
        return None
    at = not_quiet(mail.house, mail.now)
    return at if at > mail.now else None


def _is_made_up(mail: Leaving) -> Why | None:
    return Why.NO_ADDRESS if mail.house.is_demo else None


def _has_no_address(mail: Leaving) -> Why | None:
    if not mail.guest.email:
        return Why.NO_ADDRESS
    try:
        checked_address(mail.guest.email)
    except BadInputError:
        return Why.BAD_ADDRESS
    return None


def _wants_no_mail(mail: Leaving) -> Why | None:
    named = names_of(mail.ctx, mail.guest, [mail.stay])
    kept, house = mail.work.objections, mail.house.id
    for kind, why in FORBID.items():
        is_needed = kind is ObjectionKind.NO_NOTES and mail.kind is MailKind.ACCESS
        if not is_needed and any(kept.has(house, whose, kind) for whose in named):
            return why
    return None


def _is_without_notes(mail: Leaving) -> Why | None:
    """Who is served without notes gets the way in, without which she stands outside."""
    is_needed = mail.kind is MailKind.ACCESS
    return Why.WITHOUT_NOTES if mail.advised.is_without_notes and not is_needed else None


def _is_no_longer_expected(mail: Leaving) -> Why | None:
    if mail.stay.status is not StayStatus.EXPECTED:
        return Why.NOT_HERE if mail.stay.status in AWAY else Why.TOO_LATE
    return Why.TOO_LATE if today_at(mail.house, mail.now) > mail.stay.arrival_on else None


def _arrives_today(mail: Leaving) -> Why | None:
    return Why.TOO_LATE if today_at(mail.house, mail.now) >= mail.stay.arrival_on else None


def _was_opened(mail: Leaving) -> Why | None:
    said = any(entry.source in OF_THE_PAGE for entry in mail.advised.entries)
    return Why.OPENED if said else None


def _has_stopped(mail: Leaving) -> Why | None:
    return Why.STOPPED if mail.advised.case.has_stopped else None


def _wants_peace(mail: Leaving) -> Why | None:
    situation = Situation(mail.advised.case, mail.ctx.catalogue)
    return Why.WANTS_PEACE if situation.asks_to_be_left else None


def _is_not_in_house(mail: Leaving) -> Why | None:
    return None if mail.stay.status is StayStatus.IN_HOUSE else Why.NOT_HERE


def _wants_news_otherwise(mail: Leaving) -> Why | None:
    """On paper or in person is an order: the packs lie in the room, or somebody tells them."""
    grade = mail.advised.case.answers.get("news", BY_MESSAGE)
    return None if grade == BY_MESSAGE else Why.OTHER_WAY


def _is_closed(mail: Leaving) -> Why | None:
    """Ask the advice itself: its guardrail alone says when a pack with codes is open."""
    if mail.stay.status not in (StayStatus.EXPECTED, StayStatus.IN_HOUSE):
        return Why.NOT_HERE
    packs = mail.ctx.catalogue.packs
    is_open = any(packs[id].is_guarded for id in mail.advised.recommendation.packs if id in packs)
    return None if is_open else Why.NOT_RELEASED


def _has_not_left(mail: Leaving) -> Why | None:
    return None if mail.stay.status is StayStatus.DEPARTED else Why.NOT_HERE


def _left_long_ago(mail: Leaving) -> Why | None:
    """The page closes: whoever asks afterwards leads to a closed door."""
    is_closing = today_at(
        mail.house, mail.now
    ) > mail.stay.departure_on + KEPT_AFTER_CHECK_OUT - timedelta(days=1)
    return Why.TOO_LATE if is_closing else None


def _is_relay(mail: Leaving) -> Why | None:
    is_relay = mail.ctx.catalogue.privacy.is_relay(mail.guest.email or "")
    return Why.RELAY_ADDRESS if is_relay else None


def _is_not_allowed(mail: Leaving) -> Why | None:
    """A mail after the stay counts as advertising: she said yes, or was told and did not object."""
    told = mail.work.ledger.consents([mail.guest.id], Purpose.MAIL_AFTER_STAY)[mail.guest.id]
    word = last_word(told)
    if word is not None and word.value is False:
        return Why.NOT_ALLOWED
    today = today_at(mail.house, mail.now)
    if guests_who_allow(mail.work, [mail.guest.id], today, Purpose.MAIL_AFTER_STAY):
        return None
    return None if _was_told_beforehand(mail) else Why.NOT_ALLOWED


def _was_told_beforehand(mail: Leaving) -> bool:
    """Whether the house told her when it took her address; where that is unknown, it did not."""
    since, days = notice_since(mail.work, mail.house.id), mail.stay.facts.get("lead_days")
    if since is None or mail.stay.facts.get("channel") not in OWN_CHANNELS:
        return False
    if type(days) is not int:
        return False
    return mail.stay.arrival_on - timedelta(days=days) >= today_at(mail.house, since)


OF_ALL: tuple[Objection, ...] = (
    _is_made_up,
    _has_no_address,
    _wants_no_mail,
    _is_without_notes,
)
"""Hold back every mail."""
OF_KIND: dict[MailKind, tuple[Objection, ...]] = {
    MailKind.BEFORE_ARRIVAL: (_is_no_longer_expected,),
    MailKind.ONE_REMINDER: (
        _is_no_longer_expected,
        _arrives_today,
        _was_opened,
        _has_stopped,
        _wants_peace,
    ),
    MailKind.ACCESS: (_is_closed,),
    MailKind.PACKS: (_is_not_in_house, _wants_news_otherwise),
    MailKind.AFTER_STAY: (
        _has_not_left,
        _left_long_ago,
        _is_relay,
        _has_stopped,
        _wants_peace,
        _is_not_allowed,
    ),
}
"""Hold back mails of one kind."""


def may_ask_for_mail(ctx: Context, advised: Advised) -> bool:
    """Whether a guest is asked if we may write to her after her stay.

    Nobody is asked for what could not be sent: with no address of her own, through a portal, after
    "no more questions" or "leave me be", or without notes.
    """
    with ctx.store.read() as work:
        guest = work.guests.get(advised.stay.guest.id)
    situation = Situation(advised.case, ctx.catalogue)
    is_own = bool(guest.email) and not ctx.catalogue.privacy.is_relay(str(guest.email))
    wants_none = advised.case.has_stopped or situation.asks_to_be_left
    return is_own and not wants_none and not advised.is_without_notes

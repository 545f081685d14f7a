"""Send one mail: look whether it may go, write it, hand it over, note it.

Killed between handing over and noting, the mail is handed over once more when its job comes back,
under the same Message-ID: a guest gets it twice at worst, and no mail is lost. Cut off a second
time, it is given up and shown to the owner, since nobody can say any more whether it went.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.connectors.smtp import (
    Letter,
    Mailbox,
    checked_address,
    hand_over,
    message_of,
    one_line,
)
from engine.errors import BadInputError, MailError, NotFoundError
from engine.store import MailState, Work
from engine.store.mails import MailRecord
from engine.usecases.context import Context
from engine.usecases.guests.guide import unit_of
from engine.usecases.guests.links import guest_code
from engine.usecases.guests.mail_leave import Leaving, later, leaving, why_not
from engine.usecases.guests.mail_server import Post, post
from engine.usecases.guests.mail_texts import About, writer_for
from engine.usecases.guests.mails import MailKind, Why, plan_reminder, queue_mail

MOST_TRIES = 7
FIRST_PAUSE = timedelta(minutes=1)
"""Before the second try; each further pause is four times as long, 23 hours in all: a mail server
that is mended within a day loses no mail."""
SYSTEM = "Tact"


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may go, written."""

    mail: MailRecord
    letter: Letter
    post: Post


def send_mail(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Send a mail that is due; a job. One that went with its guest is passed over."""
    ready = None
    with suppress(NotFoundError), ctx.store.begin() as work:
        ready = _make_ready(ctx, work, int(payload["mail"]), now)
    if ready is None:
        return
    try:
        hand_over(ready.post.server, message_of(ready.letter))
    except MailError as error:
        with ctx.store.begin() as work:
            _note_failure(work, ready.mail.id, error, now)
        return
    with suppress(NotFoundError), ctx.store.begin() as work:
        _note_sent(work, ready.mail, now)


def _make_ready(ctx: Context, work: Work, id: int, now: datetime) -> Ready | None:
    """Write a mail and note that it is being handed over; None where it does not go now."""
    mail = work.mails.get(id)
    if mail is None or mail.state is not MailState.WAITING or mail.due_at > now:
        return None
    stay = work.stays.by_id(mail.stay_id)
    about = leaving(ctx, work, MailKind(mail.kind), work.houses.get(mail.house), stay, now=now)
    why = why_not(about)
    if why is not None:
        work.mails.end(id, MailState.CANCELLED, why)
        return None
    at = later(about)
    if at is not None:
        work.mails.wait(id, due_at=at, why=Why.QUIET_HOURS)
        queue_mail(work, mail, at, now)
        return None
    return _with_server(work, mail, about)


def _with_server(work: Work, mail: MailRecord, about: Leaving) -> Ready | None:
    try:
        found = post()
    except BadInputError:
        work.mails.wait(mail.id, due_at=mail.due_at, why=Why.BAD_SERVER)
        return None
    if found is None:
        work.mails.wait(mail.id, due_at=mail.due_at, why=Why.NO_SERVER)
        return None
    if mail.why == Why.SENDING_AGAIN:
        work.mails.end(mail.id, MailState.FAILED, Why.CUT_OFF)
        return None
    work.mails.begin(mail.id, Why.SENDING_AGAIN if mail.why == Why.SENDING else Why.SENDING)
    return Ready(mail, _letter(about, mail, found), found)


def _letter(about: Leaving, mail: MailRecord, found: Post) -> Letter:
    ctx, stay, house = about.ctx, about.stay, about.house
    code = guest_code(ctx.secret, stay.id, about.work.stays.link_generation(stay))
    link = f"{ctx.base_url}/g/{code}"
    said = writer_for(ctx.catalogue, house, stay).write(
        About(
            kind=about.kind,
            house=house,
            stay=stay,
            unit=unit_of(house, stay.unit),
            packs=tuple(about.advised.recommendation.packs),
            link=link,
            no_mail=f"{link}/no-mail",
        )
    )
    name = "" if stay.guest.name == stay.ref else one_line(stay.guest.name)
    return Letter(
        to=Mailbox(name, checked_address(about.guest.email or "")),
        sender=Mailbox(one_line(house.name) or found.sender.name, found.sender.address),
        subject=said.subject,
        text=said.text,
        html=said.html,
        at=about.now,
        message_id=_message_id(ctx, mail, found.sender.address),
        language=said.language,
        reply_to=_reply_to(house.contact),
        unsubscribe=f"{link}/no-mail",
    )


def _message_id(ctx: Context, mail: MailRecord, sender: str) -> str:
    """Return the same id for the same mail: a copy of it is known as one, and it tells nothing."""
    digest = hmac.new(ctx.secret, f"mail:{mail.id}".encode(), hashlib.sha256).hexdigest()
    return f"{digest[:32]}@{sender.rpartition('@')[2]}"


def _reply_to(contact: str) -> str:
    try:
        return checked_address(contact)
    except BadInputError:
        return ""


def _note_failure(work: Work, id: int, error: MailError, now: datetime) -> None:
    """Try again after a growing pause, or give up where that is of no use or long enough."""
    mail = work.mails.get(id)
    if mail is None:
        return
    if not error.may_pass or mail.tries >= MOST_TRIES:
        work.mails.end(id, MailState.FAILED, error.reason)
    elif mail.state is MailState.WAITING:
        due_at = now + FIRST_PAUSE * 4 ** max(mail.tries - 1, 0)
        work.mails.wait(id, due_at=due_at, why=error.reason)
        queue_mail(work, mail, due_at, now)


def _note_sent(work: Work, mail: MailRecord, now: datetime) -> None:
    work.mails.sent(mail.id, now)
    if mail.kind == MailKind.BEFORE_ARRIVAL:
        stay = work.stays.by_id(mail.stay_id)
        plan_reminder(work, work.houses.get(stay.house), stay, by=SYSTEM, now=now)

"""The owner's room of mails: what waits and why, what went, what did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape

from engine.connectors.smtp import (
    Letter,
    Mailbox,
    checked_address,
    hand_over,
    masked,
    message_of,
    one_line,
)
from engine.domain.stays import House
from engine.errors import BadInputError, ConflictError, NotFoundError
from engine.store import MailState, Work
from engine.store.mails import MOST_SHOWN, MailRecord
from engine.usecases.context import Context
from engine.usecases.guests.mail_notice import notice_since
from engine.usecases.guests.mail_server import post
from engine.usecases.guests.mails import Why, queue_mail
from engine.usecases.stays.arrivals import house_in_use


class ServerState(StrEnum):
    """Whether mails can go out at all."""

    READY = "ready"
    NONE = "none"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class ShownMail:
    """One mail as owners see it: enough to know which, never the whole address."""

    mail: MailRecord
    to: str
    """Such as `a…@example.org`; empty where there is none."""
    ref: str
    """Of the booking."""


@dataclass(frozen=True, slots=True)
class MailRoom:
    """All that the room shows of one house."""

    house: House
    houses: tuple[House, ...]
    server: ServerState
    problem: str
    """What is wrong with the settings; empty where nothing is."""
    waiting: tuple[ShownMail, ...]
    failed: tuple[ShownMail, ...]
    n_waiting: int
    n_failed: int
    sent: Mapping[tuple[str, str], int]
    """By month and kind."""
    notice_since: datetime | None


def server_state() -> tuple[ServerState, str]:
    """Return whether mails can go out, and what is wrong where they cannot."""
    try:
        found = post()
    except BadInputError as error:
        return ServerState.WRONG, error.message
    return (ServerState.READY if found else ServerState.NONE), ""


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How a house's mails fare, in numbers."""

    server: ServerState
    n_waiting: int
    n_failed: int


def mail_counts(ctx: Context, house: str) -> MailCounts:
    """Count what waits and what was given up."""
    with ctx.store.read() as work:
        waiting = work.mails.count(house, MailState.WAITING)
        failed = work.mails.count(house, MailState.FAILED)
    return MailCounts(server_state()[0], waiting, failed)


def mail_room(ctx: Context, house_id: str | None = None) -> MailRoom:
    """Show the mails of one house.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    server, problem = server_state()
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        return MailRoom(
            house=house,
            houses=work.houses.all(),
            server=server,
            problem=problem,
            waiting=_shown(work, house, MailState.WAITING),
            failed=_shown(work, house, MailState.FAILED),
            n_waiting=work.mails.count(house.id, MailState.WAITING),
            n_failed=work.mails.count(house.id, MailState.FAILED),
            sent=work.mails.sent_by_month(house.id),
            notice_since=notice_since(work, house.id),
        )


def _shown(work: Work, house: House, state: MailState) -> tuple[ShownMail, ...]:
    found = work.mails.in_state(state, house.id, MOST_SHOWN)
    return tuple(_one(work, mail) for mail in found)


def _one(work: Work, mail: MailRecord) -> ShownMail:
    stay = work.stays.by_id(mail.stay_id)
    address = work.guests.get(stay.guest.id).email
    return ShownMail(mail, masked(one_line(address)) if address else "", stay.ref)


def cancel_mail(ctx: Context, id: int) -> None:
    """Cancel a mail that waits; it is not planned again.

    Raises
    ------
    NotFoundError
        If there is none.
    ConflictError
        If it does not wait any more.
    """
    with ctx.store.begin() as work:
        mail = _found(work, id)
        if mail.state is not MailState.WAITING:
            raise ConflictError("This mail does not wait any more.")
        work.mails.end(id, MailState.CANCELLED, Why.BY_OWNER)


def send_again(ctx: Context, id: int, *, now: datetime) -> None:
    """Let a mail that was given up wait again, with all its tries.

    Raises
    ------
    NotFoundError
        If there is none.
    ConflictError
        If it was not given up.
    """
    with ctx.store.begin() as work:
        mail = _found(work, id)
        if mail.state is not MailState.FAILED:
            raise ConflictError("Only a mail that was given up can be sent again.")
        work.mails.wait(id, due_at=now, tries=0)
        queue_mail(work, mail, now, now)


def _found(work: Work, id: int) -> MailRecord:
    mail = work.mails.get(id)
    if mail is None:
        raise NotFoundError("There is no such mail.")
    return mail


def send_test(ctx: Context, house_id: str, to: str, words: tuple[str, str], now: datetime) -> None:
    """Send a mail to the owner now, so that the settings are proven; nothing of it is kept.

    Parameters
    ----------
    ctx : Context
    house_id : str
        Whose name it bears.
    to : str
        Address.
    words : tuple of str
        Subject and text.
    now : datetime
        With time zone.

    Raises
    ------
    BadInputError
        If the address is none, or the settings cannot be used or are missing.
    MailError
        If the server does not take it.
    """
    address, found = checked_address(to), post()
    if found is None:
        raise BadInputError("No mail server is set up: TACT_SMTP_URL is missing.")
    with ctx.store.read() as work:
        house = work.houses.get(house_id)
    subject, text = words
    sender = Mailbox(one_line(house.name), found.sender.address)
    id = f"test-{now:%Y%m%d%H%M%S%f}@{sender.address.rpartition('@')[2]}"
    html = f"<!doctype html>\n<html><body><p>{escape(text)}</p></body></html>\n"
    letter = Letter(Mailbox("", address), sender, subject, text + "\n", html, now, id)
    hand_over(found.server, message_of(letter))

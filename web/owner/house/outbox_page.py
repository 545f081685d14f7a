"""What the template of the room of mails gets: nobody's whole address."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from engine.usecases.guests.mail_room import MailRoom, ServerState, ShownMail, mail_counts
from engine.usecases.guests.mails import MailKind
from web.i18n import translated
from web.owner.house.health_cards import Card, State, meaning
from web.owner.house.page import HouseLink, house_links, month_name
from web.owner.told import moment
from web.words import word
from web.work import context

PATH = "/owner/mail"


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail."""

    id: int
    what: Markup
    booking: Markup
    due: Markup
    why: Markup | str
    tries: Markup | str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """How many mails of each kind went out in a month."""

    month: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The room of one house."""

    id: str
    name: str
    houses: tuple[HouseLink, ...]
    server: Markup
    is_ready: bool
    server_problem: str
    waiting: tuple[MailLine, ...]
    failed: tuple[MailLine, ...]
    n_waiting: int
    n_failed: int
    kinds: tuple[Markup, ...]
    months: tuple[MonthRow, ...]
    notice: Markup
    has_notice: bool
    to: str
    problem: str
    """What is wrong with the test mail; empty where nothing is."""
    is_tested: bool


def outbox_page(
    room: MailRoom, *, to: str = "", problem: str = "", is_tested: bool = False
) -> OutboxPage:
    """Make the page of one house."""
    zone = room.house.time_zone
    since = room.notice_since
    return OutboxPage(
        id=room.house.id,
        name=room.house.name,
        houses=house_links(room.houses, room.house.id, PATH),
        server=word(f"mail.server_{room.server.value}"),
        is_ready=room.server is ServerState.READY,
        server_problem=translated(room.problem),
        waiting=tuple(_line(one, zone) for one in room.waiting),
        failed=tuple(_line(one, zone) for one in room.failed),
        n_waiting=room.n_waiting,
        n_failed=room.n_failed,
        kinds=tuple(word(f"mail.kind_{kind}") for kind in MailKind),
        months=_months(room),
        notice=word("mail.notice_on", at=moment(since, zone)) if since else word("mail.notice_off"),
        has_notice=since is not None,
        to=to,
        problem=problem,
        is_tested=is_tested,
    )


def _line(shown: ShownMail, zone: str) -> MailLine:
    mail = shown.mail
    to = Markup("<bdi>{}</bdi>").format(shown.to) if shown.to else word("mail.nobody")
    return MailLine(
        id=mail.id,
        what=word("mail.about", kind=word(f"mail.kind_{mail.kind}"), to=to),
        booking=word("mail.booking", ref=Markup("<bdi>{}</bdi>").format(shown.ref)),
        due=word("mail.due", at=moment(mail.due_at, zone)),
        why=why_in_words(mail.why) if mail.why else "",
        tries=word("mail.tries", n=mail.tries) if mail.tries else "",
    )


def why_in_words(why: str) -> Markup | str:
    """Return why a mail does not go; a reason of a newer Tact is told by its name."""
    try:
        return word(f"mail.why_{why}")
    except LookupError:
        return why


def _months(room: MailRoom) -> tuple[MonthRow, ...]:
    months = sorted({month for month, _ in room.sent}, reverse=True)
    return tuple(
        MonthRow(month_name(month), tuple(room.sent.get((month, kind), 0) for kind in MailKind))
        for month in months
    )


def mail_card(house: str) -> Card:
    """Say on the page about health what waits and what was not delivered."""
    room = mail_counts(context(), house)
    said = word("health.mail_said", waiting=room.n_waiting, failed=room.n_failed)
    is_held = room.n_waiting > 0 and room.server is not ServerState.READY
    lines = (word(f"mail.server_{room.server.value}"),) if is_held else ()
    state = State.LOOK if is_held or room.n_failed else State.GOOD
    to_do = word("health.mail_do") if state is State.LOOK else ""
    return Card("mail", state, said, meaning("mail"), to_do, lines)

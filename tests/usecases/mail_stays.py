"""An own house whose guests left addresses, a mail server, and a clock: for the tests of mails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.store import MailState, Store
from engine.store.mails import MailRecord
from engine.usecases import jobs
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor
from tests.mail_sink import Sink

HOUSE = "las_cabanas"
CATALOGUE = load_catalogue()
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
"""11:00 at the house, two hours ahead of UTC in June."""
TODAY = NOW.date()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ADDRESS = "jonas@example.org"
NAME = "Jonas Berg"
BASE_URL = "https://tact.example"


def open_house(folder: Any) -> Context:
    """Return a context with the house, and nobody in it."""
    store = Store(f"sqlite:///{folder / 'profiles.db'}")
    is_first = not store.is_there()
    store.migrate()
    ctx = Context(store, CATALOGUE, store.secret(), BASE_URL)
    if is_first:
        content = rule_set_to_dict(first_rule_set(CATALOGUE))
        with store.begin() as work:
            work.rule_sets.publish(content, reason="starter", by="test", at=NOW, based_on=0)
            work.houses.save(CATALOGUE.houses[HOUSE])
    return ctx


def told(ref: str = "A1", arrival: date = TODAY + timedelta(days=10), **more: Any) -> StayDraft:
    """Return a booking of two nights as its source tells it."""
    usual: dict[str, Any] = {
        "guest_name": NAME,
        "language": "en",
        "email": ADDRESS,
        "unit": "C7",
        "departure_on": arrival + timedelta(days=2),
        "status": StayStatus.EXPECTED,
        "facts": {"nights": 2},
        "source": "csv",
    }
    return StayDraft(house=HOUSE, ref=ref, arrival_on=arrival, **(usual | more))


def book(ctx: Context, *drafts: StayDraft, now: datetime = NOW) -> None:
    """Take bookings in, as an import does."""
    with ctx.store.begin() as work:
        importing = Importing(ctx.catalogue.facts, now, ctx.secret)
        for draft in drafts:
            importing.take(work, draft)
    assert importing.errors == []


def stay(ctx: Context, ref: str = "A1") -> Stay:
    with ctx.store.read() as work:
        return work.stays.get(HOUSE, ref)


def mails(ctx: Context, ref: str = "A1") -> dict[str, MailRecord]:
    with ctx.store.read() as work:
        return work.mails.of_stay(work.stays.get(HOUSE, ref).id)


def state(ctx: Context, kind: str, ref: str = "A1") -> tuple[MailState, str]:
    mail = mails(ctx, ref)[kind]
    return mail.state, mail.why


def work_until_idle(ctx: Context, now: datetime) -> int:
    """Do everything that is due; return how much it was."""
    n = 0
    while jobs.work_one(ctx, now=now):
        n += 1
    with ctx.store.read() as work:
        assert [job.message for job in work.jobs.waiting() if job.message] == []
    return n


def at_house(day_offset: int, hour: int) -> datetime:
    """Return a moment at the house, which is two hours ahead of UTC in June."""
    return datetime(2026, 6, 10, hour - 2, tzinfo=UTC) + day_offset * DAY


def subjects(sink: Sink) -> list[str]:
    return [str(message["Subject"]) for message in sink.messages]


def body(sink: Sink, which: int = -1) -> str:
    part = sink.messages[which].get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def code(ctx: Context, ref: str = "A1") -> str:
    return guest_code(ctx.secret, stay(ctx, ref).id, 1)


def arrive(ctx: Context, now: datetime, ref: str = "A1") -> int:
    """Check a guest in; return the entry that undo names."""
    card = Desk(ctx, ref, HOUSE).check_in("near", Actor("Maria", now))
    assert card.arrival_seq is not None
    return card.arrival_seq

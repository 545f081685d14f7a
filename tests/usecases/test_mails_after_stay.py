"""After the stay a guest is asked how it was only where that is allowed, and never out of place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.domain.consent import LegalBasis, Purpose
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.stays import StayStatus
from engine.store import MailState
from engine.store.consents import ConsentTerms
from engine.usecases.context import Context
from engine.usecases.guests.answer_prompt import answer, stop
from engine.usecases.guests.mail_notice import set_notice
from engine.usecases.guests.mail_wishes import refuse_mail
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.recording import Actor
from tests.mail_sink import Sink
from tests.usecases.mail_stays import (
    DAY,
    HOUSE,
    NOW,
    TODAY,
    at_house,
    body,
    book,
    code,
    mails,
    open_house,
    state,
    subjects,
    told,
    work_until_idle,
)

SENT = MailState.SENT


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_house(tmp_path)
    yield opened
    opened.store.close()


def leave(ctx: Context, ref: str = "A1", **more: object) -> datetime:
    """Let a guest stay until today; return the morning on which she would be asked."""
    arrival = TODAY - 2 * DAY
    book(ctx, told(ref, arrival=arrival, **more), now=NOW - 3 * DAY)
    book(ctx, told(ref, arrival=arrival, status=StayStatus.DEPARTED, **more))
    assert mails(ctx, ref)["after_stay"].due_at == at_house(1, 10)
    return at_house(1, 10)


def told_beforehand(ctx: Context) -> None:
    set_notice(ctx, HOUSE, is_given=True, by="Ana", now=NOW - 60 * DAY)


OWN = {"channel": "web", "lead_days": 30, "nights": 2}


def asked(ctx: Context, sink: Sink, at: datetime, ref: str = "A1") -> str:
    """Return why a guest was not asked, or `asked`."""
    work_until_idle(ctx, at)
    came = "How was your stay at Las Cabañas?" in subjects(sink)
    where, why = state(ctx, "after_stay", ref)
    assert came is (where is SENT)
    return "asked" if came else why


def test_without_a_yes_and_without_notice_nobody_is_asked(ctx: Context, sink: Sink) -> None:
    assert asked(ctx, sink, leave(ctx, facts=OWN)) == "not_allowed"


def consent(ctx: Context, *, is_allowed: bool, until: date | None) -> None:
    """Let a guest say yes or no to a mail after the stay, on her page."""
    said = Evidence(
        kind=EvidenceKind.CONSENT,
        key=Purpose.MAIL_AFTER_STAY,
        value=is_allowed,
        by="guest",
        at=NOW - DAY,
        basis=LegalBasis.CONSENT,
        source="prompt",
    )
    with ctx.store.begin() as work:
        kept = work.ledger.append(work.stays.get(HOUSE, "A1").id, said)
        work.consents.add(kept.seq, ConsentTerms("2026-11-1", "en", until))


def test_a_guest_who_said_yes_is_asked_while_the_yes_lasts(ctx: Context, sink: Sink) -> None:
    at = leave(ctx)
    consent(ctx, is_allowed=True, until=TODAY + 30 * DAY)
    assert asked(ctx, sink, at) == "asked"


def test_a_yes_that_has_ended_counts_as_none(ctx: Context, sink: Sink) -> None:
    at = leave(ctx)
    consent(ctx, is_allowed=True, until=TODAY)
    assert asked(ctx, sink, at) == "not_allowed"


def test_a_no_counts_more_than_any_notice(ctx: Context, sink: Sink) -> None:
    told_beforehand(ctx)
    at = leave(ctx, facts=OWN)
    consent(ctx, is_allowed=False, until=None)
    assert asked(ctx, sink, at) == "not_allowed"


def test_a_guest_who_was_told_beforehand_is_asked_once(ctx: Context, sink: Sink) -> None:
    told_beforehand(ctx)
    assert asked(ctx, sink, leave(ctx, facts=OWN)) == "asked"
    assert "/no-mail" in body(sink)


@pytest.mark.parametrize(
    "facts",
    [
        {"channel": "ota", "lead_days": 30},
        {"lead_days": 30},
        {"channel": "web"},
        {"channel": "web", "lead_days": 90},
    ],
)
def test_notice_counts_only_for_who_booked_here_after_it_was_given(
    ctx: Context, sink: Sink, facts: dict[str, object]
) -> None:
    told_beforehand(ctx)
    assert asked(ctx, sink, leave(ctx, facts=facts)) == "not_allowed"


def test_notice_that_is_no_longer_given_ends(ctx: Context, sink: Sink) -> None:
    told_beforehand(ctx)
    at = leave(ctx, facts=OWN)
    set_notice(ctx, HOUSE, is_given=False, by="Ana", now=NOW)
    assert asked(ctx, sink, at) == "not_allowed"


@pytest.mark.parametrize(
    "address", ["x@guest.booking.com", "x@M.ExpediaPartnerCentral.com", "x@eu.guest.booking.com"]
)
def test_a_lent_address_is_never_asked(ctx: Context, sink: Sink, address: str) -> None:
    told_beforehand(ctx)
    assert asked(ctx, sink, leave(ctx, facts=OWN, email=address)) == "relay_address"


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (lambda ctx, by: answer(ctx, code(ctx), "welcome", 0, by), "wants_peace"),
        (lambda ctx, by: Desk(ctx, "A1", HOUSE).observe("asks_for_privacy", by), "wants_peace"),
        (lambda ctx, by: stop(ctx, code(ctx), by), "stopped"),
        (lambda ctx, by: refuse_mail(ctx, code(ctx), now=by.at), "no_mail_wanted"),
    ],
    ids=["just the key", "leave me be", "no more questions", "no more mail"],
)
def test_who_wants_to_be_left_alone_is_not_asked(ctx: Context, sink: Sink, say, why) -> None:
    told_beforehand(ctx)
    arrival = TODAY - 2 * DAY
    book(ctx, told(arrival=arrival, facts=OWN), now=NOW - 3 * DAY)
    say(ctx, Actor("guest", NOW - 2 * DAY, source="prompt"))
    assert asked(ctx, sink, leave(ctx, facts=OWN)) == why


def test_a_week_after_the_departure_it_is_too_late_to_ask(ctx: Context, sink: Sink) -> None:
    told_beforehand(ctx)
    leave(ctx, facts=OWN)
    assert asked(ctx, sink, at_house(7, 10)) == "too_late"

"""A mail goes out once, is never lost, and waits where it cannot go; nothing of it is kept."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.stays import StayStatus
from engine.errors import ConflictError, NotFoundError
from engine.store import MailState
from engine.usecases import jobs
from engine.usecases.context import Context
from engine.usecases.guests.mail_room import (
    ServerState,
    cancel_mail,
    mail_room,
    send_again,
    server_state,
)
from engine.usecases.jobs import LEASE_SECONDS
from tests.mail_sink import Sink, free_port, mail_sink
from tests.usecases.mail_stays import (
    ADDRESS,
    HOUSE,
    NAME,
    NOW,
    TODAY,
    book,
    mails,
    open_house,
    state,
    told,
    work_until_idle,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
KIND = "before_arrival"
SENDER = "stay@las-cabanas.example"
LEASE = timedelta(seconds=LEASE_SECONDS)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    opened = open_house(tmp_path)
    book(opened, told(arrival=TODAY + DAY))
    yield opened
    opened.store.close()


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with mail_sink() as running:
        set_server(monkeypatch, running.url)
        yield running


def set_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TACT_SMTP_URL", url)
    monkeypatch.setenv("TACT_MAIL_FROM", SENDER)


def waiting_jobs(ctx: Context) -> int:
    with ctx.store.read() as work:
        return sum(job.kind == "mail" for job in work.jobs.waiting())


# Without a server


def test_without_a_server_mails_wait_and_go_once_there_is_one(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server_state() == (ServerState.NONE, "")
    work_until_idle(ctx, NOW + MINUTE)
    assert state(ctx, KIND) == (MailState.WAITING, "no_server")
    assert waiting_jobs(ctx) == 0
    with mail_sink() as sink:
        set_server(monkeypatch, sink.url)
        jobs.plan(ctx, now=NOW + 2 * MINUTE)
        work_until_idle(ctx, NOW + 2 * MINUTE)
        assert len(sink.messages) == 1
    assert state(ctx, KIND) == (MailState.SENT, "")


@pytest.mark.parametrize(
    ("url", "sender"), [("ftp://x", SENDER), ("smtp://127.0.0.1", ""), ("smtp://127.0.0.1", "me")]
)
def test_settings_that_cannot_be_used_are_told_and_lose_no_mail(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, url: str, sender: str
) -> None:
    monkeypatch.setenv("TACT_SMTP_URL", url)
    monkeypatch.setenv("TACT_MAIL_FROM", sender)
    work_until_idle(ctx, NOW + MINUTE)
    assert state(ctx, KIND) == (MailState.WAITING, "bad_server")
    where, problem = server_state()
    assert where is ServerState.WRONG
    assert problem.startswith(("TACT_SMTP_URL", "TACT_MAIL_FROM"))


def test_planning_again_makes_no_second_job_for_a_mail_that_has_one(
    ctx: Context, sink: Sink
) -> None:
    for minute in range(3):
        jobs.plan(ctx, now=NOW + minute * timedelta(seconds=10))
    assert waiting_jobs(ctx) == 1
    work_until_idle(ctx, NOW + MINUTE)
    jobs.plan(ctx, now=NOW + 2 * MINUTE)
    work_until_idle(ctx, NOW + 2 * MINUTE)
    assert len(sink.messages) == 1


# What goes wrong


def test_a_server_that_is_away_is_tried_again_after_growing_pauses_and_then_given_up(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_server(monkeypatch, f"smtp://127.0.0.1:{free_port()}")
    cancel_mail(ctx, mails(ctx)[KIND].id)
    work_until_idle(ctx, NOW + MINUTE)
    book(ctx, told("P1", arrival=TODAY))
    cancel_mail(ctx, mails(ctx, "P1")[KIND].id)
    book(ctx, told("P1", arrival=TODAY, status=StayStatus.IN_HOUSE))
    pauses, now = [], NOW + MINUTE
    while True:
        work_until_idle(ctx, now)
        mail = mails(ctx, "P1")["packs"]
        if mail.state is MailState.FAILED:
            break
        assert mail.why == "server_away"
        pauses.append((mail.due_at - now) // MINUTE)
        assert not jobs.work_one(ctx, now=mail.due_at - timedelta(seconds=1))
        now = mail.due_at
    assert pauses == [1, 4, 16, 64, 256, 1024]
    assert (mail.why, mail.tries) == ("server_away", 7)


def test_what_was_given_up_can_be_sent_again(ctx: Context, sink: Sink) -> None:
    sink.to_recipients = ["550 No such mailbox"]
    work_until_idle(ctx, NOW + MINUTE)
    assert state(ctx, KIND) == (MailState.FAILED, "address_refused")
    (failed,) = mail_room(ctx, HOUSE).failed
    assert failed.to == "j…@example.org"
    send_again(ctx, failed.mail.id, now=NOW + 2 * MINUTE)
    work_until_idle(ctx, NOW + 2 * MINUTE)
    assert len(sink.messages) == 1
    with pytest.raises(ConflictError):
        send_again(ctx, failed.mail.id, now=NOW + 3 * MINUTE)


def test_a_mail_that_an_owner_cancels_is_not_planned_again(ctx: Context, sink: Sink) -> None:
    id = mails(ctx)[KIND].id
    cancel_mail(ctx, id)
    book(ctx, told(arrival=TODAY + 2 * DAY))
    work_until_idle(ctx, NOW + 5 * MINUTE)
    assert sink.messages == []
    assert state(ctx, KIND) == (MailState.CANCELLED, "by_owner")
    with pytest.raises(ConflictError):
        cancel_mail(ctx, id)
    with pytest.raises(NotFoundError):
        cancel_mail(ctx, 999)


# Exactly once, as far as that is possible


def _one_job(folder: Path, now_minutes: int) -> None:
    ctx = open_house(folder)
    jobs.work_one(ctx, now=NOW + now_minutes * MINUTE)
    ctx.store.close()


def killed_at_data(ctx: Context, sink: Sink, folder: Path, minutes: int) -> None:
    """Send in a process of its own, and kill it when the mail has arrived, before the reply."""
    process = multiprocessing.get_context("spawn").Process(
        target=_one_job, args=(folder, minutes), daemon=True
    )
    sink.at_data = lambda: os.kill(process.pid or 0, signal.SIGKILL)
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    sink.at_data = None


def test_killed_between_sending_and_noting_a_mail_comes_twice_at_worst_and_is_never_lost(
    ctx: Context, sink: Sink, tmp_path: Path
) -> None:
    killed_at_data(ctx, sink, tmp_path, 1)
    assert state(ctx, KIND) == (MailState.WAITING, "sending")
    assert work_until_idle(ctx, NOW + 2 * MINUTE) == 0
    work_until_idle(ctx, NOW + MINUTE + LEASE)
    assert state(ctx, KIND) == (MailState.SENT, "")
    first, second = sink.messages
    assert first["Message-ID"] == second["Message-ID"]
    jobs.plan(ctx, now=NOW + 30 * MINUTE)
    work_until_idle(ctx, NOW + 30 * MINUTE)
    assert len(sink.messages) == 2


def test_killed_twice_it_is_shown_to_the_owner_and_not_sent_a_third_time(
    ctx: Context, sink: Sink, tmp_path: Path
) -> None:
    killed_at_data(ctx, sink, tmp_path, 1)
    killed_at_data(ctx, sink, tmp_path, 7)
    work_until_idle(ctx, NOW + 20 * MINUTE)
    assert state(ctx, KIND) == (MailState.FAILED, "cut_off")
    assert len(sink.messages) == 2


def test_the_same_job_done_again_sends_nothing(ctx: Context, sink: Sink) -> None:
    payload = {"mail": mails(ctx)[KIND].id}
    for minute in (1, 2, 3):
        jobs.TASKS["mail"](ctx, payload, NOW + minute * MINUTE)
    jobs.TASKS["mail"](ctx, {"mail": 999}, NOW)
    assert len(sink.messages) == 1


# What is kept


def test_neither_words_nor_address_of_a_mail_are_kept_or_logged(
    ctx: Context, sink: Sink, tmp_path: Path
) -> None:
    sink.to_recipients = ["452 Full"]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        work_until_idle(ctx, NOW + MINUTE)
        work_until_idle(ctx, NOW + 9 * MINUTE)
    assert len(sink.messages) == 1
    assert ADDRESS not in said.getvalue()
    with ctx.store.read() as work:
        kept = work.connection.exec_driver_sql("SELECT * FROM mail").fetchall()
        done = work.connection.exec_driver_sql("SELECT * FROM job").fetchall()
    told_of = f"{kept} {done}"
    assert not any(word in told_of for word in (ADDRESS, NAME, "Hello", "/g/"))


def test_sent_mails_are_counted_by_month_and_kind(ctx: Context, sink: Sink) -> None:
    book(ctx, *(told(f"B{n}", arrival=TODAY + DAY) for n in range(2)))
    work_until_idle(ctx, NOW + MINUTE)
    room = mail_room(ctx, HOUSE)
    assert room.sent == {("2026-06", KIND): 3}
    assert (room.n_waiting, room.n_failed) == (0, 0)

"""Mails on pages: the owner sees what waits and nobody's address; a guest ends them in one tap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.bootstrap import first_rule_set
from engine.catalogue.rules import rule_set_to_dict
from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.store import MailState
from engine.usecases import jobs
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code, issue_link, reissue_link
from engine.usecases.guests.mails import MailKind, Why, plan_mail
from tests.mail_sink import Sink, free_port, mail_sink

HOUSE = "las_cabanas"
ROOM = "/owner/mail"
ADDRESS, NAME = "jonas@example.org", "Jonas Berg"
SENDER = "stay@las-cabanas.example"
HEALTH = "/owner/health"


@pytest.fixture(autouse=True)
def house(context: Context, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TACT_SMTP_URL", raising=False)
    content = rule_set_to_dict(first_rule_set(context.catalogue))
    with context.store.begin() as work:
        work.rule_sets.publish(content, reason="starter", by="test", at=clock(), based_on=0)
        work.houses.save(context.catalogue.houses[HOUSE])


@pytest.fixture
def stay(context: Context, clock) -> Stay:
    """A guest who comes today, with one mail that waits."""
    today = clock().date()
    draft = StayDraft(
        house=HOUSE,
        ref="A1",
        guest_name=NAME,
        language="en",
        email=ADDRESS,
        unit="C7",
        arrival_on=today,
        departure_on=today + timedelta(days=2),
        status=StayStatus.EXPECTED,
        facts={"nights": 2},
        source="test",
    )
    with context.store.begin() as work:
        made = work.stays.add(draft)
        issue_link(work, context.secret, made)
        plan_mail(work, made, MailKind.BEFORE_ARRIVAL, clock(), by="test", now=clock())
    return made


@pytest.fixture
def code(context: Context, stay: Stay) -> str:
    return guest_code(context.secret, stay.id, 1)


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with mail_sink() as running:
        monkeypatch.setenv("TACT_SMTP_URL", running.url)
        monkeypatch.setenv("TACT_MAIL_FROM", SENDER)
        yield running


def work_one(context: Context, clock) -> None:
    clock.forward(minutes=2)
    while jobs.work_one(context, now=clock()):
        pass


def state(context: Context, stay: Stay, kind: str = MailKind.BEFORE_ARRIVAL) -> tuple[str, str]:
    with context.store.read() as work:
        mail = work.mails.of_stay(stay.id)[kind]
        return mail.state.value, mail.why


# The owner's room


def test_an_empty_room_says_so_and_what_to_set(owner: FlaskClient):
    page = owner.get(ROOM).text
    assert "No mail waits." in page
    assert "No mail has gone out yet." in page
    assert "Set TACT_SMTP_URL and TACT_MAIL_FROM" in page
    assert "Not delivered" not in page


def test_what_waits_is_shown_with_its_reason_and_nobodys_address(
    owner: FlaskClient, stay, context, clock
):
    work_one(context, clock)
    page = owner.get(ROOM).text
    assert "Waiting: 1" in page
    assert "Before arrival to <bdi>j…@example.org</bdi>" in page
    assert "No mail server is set up." in page
    assert ADDRESS not in page
    assert NAME not in page


def test_settings_that_cannot_be_used_are_named_without_the_password(owner, monkeypatch):
    monkeypatch.setenv("TACT_SMTP_URL", "smtp://u:secret@mail.example?tls=1")
    page = owner.get(f"{ROOM}?lang=de").text
    assert "Der Mailserver ist so, wie er eingerichtet ist, nicht zu benutzen" in page
    assert "TACT_SMTP_URL" in page
    assert "secret" not in page


def test_a_mail_is_cancelled_in_one_tap(owner: FlaskClient, stay, context):
    page = owner.get(ROOM).text
    (path,) = re.findall(r'action="(/owner/mail/\d+/cancel)"', page)
    answer = owner.post(path, data={"idempotency": "one"})
    assert answer.status_code == 303
    assert state(context, stay) == ("cancelled", "by_owner")
    assert owner.post(path, data={"idempotency": "one"}).status_code == 303
    answer = owner.post(path, data={"idempotency": "two"})
    assert answer.status_code == 409
    assert "This mail does not wait any more." in answer.text


def test_a_mail_that_was_given_up_is_sent_again(owner: FlaskClient, stay, context, clock, sink):
    sink.to_recipients = ["550 gone"]
    work_one(context, clock)
    page = owner.get(ROOM).text
    assert "Not delivered: 1" in page
    assert "The mail server does not accept the address of the guest." in page
    (path,) = re.findall(r'action="(/owner/mail/\d+/again)"', page)
    assert owner.post(path).status_code == 303
    work_one(context, clock)
    page = owner.get(ROOM).text
    assert "June 2026" in page
    assert '<td class="number">1</td>' in page
    assert len(sink.messages) == 1


def test_a_test_mail_goes_out_at_once_and_is_kept_nowhere(owner: FlaskClient, sink, context):
    answer = owner.post(f"{ROOM}/{HOUSE}/test", data={"to": "ana@example.org"})
    assert answer.status_code == 303
    assert "The mail server has taken the test mail." in owner.get(answer.location).text
    (message,) = sink.messages
    assert message["To"] == "ana@example.org"
    assert message["Subject"] == "Test mail from Tact"
    with context.store.read() as work:
        assert not any(work.mails.in_state(which) for which in MailState)


@pytest.mark.parametrize(
    ("to", "status", "said"),
    [
        ("ana", 422, "An address is a name, @ and a domain"),
        ("ana@example.org", 503, "The mail server does not answer."),
    ],
)
def test_what_is_wrong_with_a_test_mail_stands_at_the_field(
    owner: FlaskClient, monkeypatch, to, status, said
):
    monkeypatch.setenv("TACT_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    monkeypatch.setenv("TACT_MAIL_FROM", SENDER)
    answer = owner.post(f"{ROOM}/{HOUSE}/test", data={"to": to})
    assert answer.status_code == status
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{to}"' in answer.text


def test_without_a_server_a_test_mail_is_refused_in_words(owner: FlaskClient):
    answer = owner.post(f"{ROOM}/{HOUSE}/test", data={"to": "ana@example.org"})
    assert answer.status_code == 422
    assert "No mail server is set up: TACT_SMTP_URL is missing." in answer.text


def test_that_guests_are_told_is_recorded_with_who_said_it(owner: FlaskClient, context):
    assert "Only guests who said yes get this mail." in owner.get(ROOM).text
    assert owner.post(f"{ROOM}/{HOUSE}/notice", data={"is_given": "yes"}).status_code == 303
    assert "were told beforehand" in owner.get(ROOM).text
    with context.store.read() as work:
        (entry,) = work.history.of("mail.notice")
    assert (entry.by, entry.detail) == ("Ana", {"house": HOUSE, "is_given": True})
    owner.post(f"{ROOM}/{HOUSE}/notice", data={"is_given": "no"})
    assert "Only guests who said yes get this mail." in owner.get(ROOM).text


def test_health_counts_what_waits(owner: FlaskClient, stay, context, clock, sink):
    card = owner.get(HEALTH).text.split('id="mail"', 1)[1].split("</section>", 1)[0]
    assert "Waiting: 1. Not delivered: 0." in card
    assert 'class="tag ok"' in card
    sink.to_recipients = ["550 gone"]
    work_one(context, clock)
    card = owner.get(HEALTH).text.split('id="mail"', 1)[1].split("</section>", 1)[0]
    assert "Waiting: 0. Not delivered: 1." in card
    assert 'class="tag warn"' in card


def test_every_reason_and_kind_has_words_in_every_language(context):
    servers = {"server_away", "no_tls", "sign_in", "sender_refused", "address_refused"}
    servers |= {"letters_not_taken", "refused"}
    keys = {f"mail.why_{why}" for why in {*Why, *servers}} | {f"mail.kind_{k}" for k in MailKind}
    for words in context.catalogue.words.values():
        assert keys <= set(words)


# The desk


def test_the_desk_says_that_the_packs_go_and_undo_takes_it_back(desk, stay, context, clock, sink):
    path = f"/desk/{stay.ref}"
    assert "Packs go to the guest" not in desk.get(path).text
    answer = desk.post(f"{path}/check-in", data={"style": "near"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Packs go to the guest in 1 minute." in answer.text
    (seq,) = set(re.findall(r'name="seq" value="(\d+)"', answer.text))
    answer = desk.post(f"{path}/undo", data={"seq": seq}, follow_redirects=True)
    assert "Packs go to the guest" not in answer.text
    assert state(context, stay, MailKind.PACKS) == ("cancelled", "undone")


def test_without_a_mail_server_the_desk_promises_nothing(desk, stay):
    answer = desk.post(f"/desk/{stay.ref}/check-in", data={"style": "near"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "Packs go to the guest" not in answer.text


# The guest


def test_looking_at_the_link_ends_nothing_and_shows_nothing_of_the_guest(
    client, code, stay, context
):
    answer = client.get(f"/g/{code}/no-mail")
    assert answer.status_code == 200
    assert answer.text.count("<button") == 1
    assert not any(word in answer.text for word in (NAME, ADDRESS, "C7", "Las Cabañas"))
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert state(context, stay) == ("waiting", "")


def test_one_tap_ends_all_mails_and_another_takes_it_back(client, code, stay, context, clock):
    answer = client.post(f"/g/{code}/no-mail")
    assert "Done. This house sends you no more mail." in answer.text
    assert state(context, stay) == ("cancelled", "no_mail_wanted")
    answer = client.post(f"/g/{code}/no-mail", data={"do": "again"})
    assert "Mail may come again." in answer.text


def test_a_mail_program_ends_them_by_itself_without_cookie_or_origin(
    app: Flask, code, stay, context
):
    program = app.test_client()
    answer = program.post(f"/g/{code}/no-mail", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    assert state(context, stay) == ("cancelled", "no_mail_wanted")


def test_a_guest_may_object_when_her_page_is_closed_and_a_wrong_code_opens_nothing(
    client, code, stay, context, clock
):
    clock.forward(days=30)
    assert client.get(f"/g/{code}").status_code == 404
    assert client.post(f"/g/{code}/no-mail").status_code == 200
    reissue_link(context, "A1", HOUSE)
    replies = {client.post(f"/g/{one}/no-mail").data for one in (code, "a" * 26)}
    assert len(replies) == 1
    assert client.post(f"/g/{code}/no-mail").status_code == 404


def test_who_starts_her_page_is_not_reminded(client, code, stay, context, clock):
    with context.store.begin() as work:
        tomorrow = clock() + timedelta(days=1)
        plan_mail(work, stay, MailKind.ONE_REMINDER, tomorrow, by="test", now=clock())
    client.get(f"/g/{code}")
    assert state(context, stay, MailKind.ONE_REMINDER) == ("waiting", "")
    client.post(f"/g/{code}")
    assert state(context, stay, MailKind.ONE_REMINDER) == ("cancelled", "opened")


def test_no_address_and_no_code_is_in_the_logs(  # noqa: PLR0917  # all that could write one
    owner, client, code, stay, context, clock, log, sink
):
    sink.to_recipients = ["550 gone"]
    work_one(context, clock)
    owner.get(ROOM)
    owner.post(f"{ROOM}/{HOUSE}/test", data={"to": "ana@example.org"})
    client.post(f"/g/{code}/no-mail")
    assert "/g/<link>/no-mail" in log.getvalue()
    assert not any(word in log.getvalue() for word in (ADDRESS, "ana@", code, NAME))

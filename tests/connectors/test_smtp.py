"""Mails are handed over safely, say nothing to third parties, and fail with a reason."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.connectors.smtp import (
    Letter,
    Mailbox,
    checked_address,
    hand_over,
    mail_server,
    mailbox,
    masked,
    message_of,
    one_line,
)
from engine.errors import BadInputError, MailError
from tests.mail_sink import PASSWORD, USER, mail_sink, only_desk

LETTER = Letter(
    to=Mailbox("Jonas Berg", "jonas@example.org"),
    sender=Mailbox("Las Cabañas", "stay@las-cabanas.example"),
    subject="Before your stay",
    text="Hello,\n\nthe way is easy.\n",
    html="<!doctype html><p>Hello,</p>",
    at=datetime(2026, 6, 12, 9, 0, tzinfo=UTC),
    message_id="abc@las-cabanas.example",
    language="en",
    reply_to="desk@las-cabanas.example",
    unsubscribe="https://tact.example/g/code/no-mail",
)


def sent(sink_url: str, letter: Letter = LETTER) -> None:
    hand_over(mail_server(sink_url), message_of(letter))


def plain(message: EmailMessage) -> str:
    return str(message.get_body(("plain",)).get_content()).replace("\r\n", "\n")


# Where the server is


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, True, None)),
        ("smtp://u:p@mail.example:2525", ("mail.example", 2525, False, True, "u")),
        ("smtp://mail.example?starttls=off", ("mail.example", 587, False, False, None)),
        ("smtps://a%40b:p@mail.example", ("mail.example", 465, True, False, "a@b")),
        ("smtp://127.0.0.1:25", ("127.0.0.1", 25, False, False, None)),
        ("smtp://localhost?starttls=required", ("localhost", 587, False, True, None)),
    ],
)
def test_a_server_away_from_this_machine_is_met_with_tls_unless_told_otherwise(url, told):
    server = mail_server(url)
    assert (server.host, server.port, server.is_wrapped, server.has_starttls, server.user) == told


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://u:secret@mail.example:0",
        "smtp://u:secret@mail.example:port",
        "smtp://u:secret@mail.example:587/path",
        "smtp://u:secret@mail.example?starttls=maybe",
        "smtp://u:secret@mail.example?tls=1",
        "smtp://u:secret@mail.example?starttls=off",
        "smtp://u:secret@[::1",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(url):
    with pytest.raises(BadInputError, match="TACT_SMTP_URL cannot be used") as caught:
        mail_server(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_password_is_never_part_of_what_is_printed():
    assert "secret" not in repr(mail_server("smtp://u:secret@mail.example"))
    assert "jonas" not in repr(LETTER)
    assert "Berg" not in repr(LETTER)


# Addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.Li+stay@Example.ORG ", "Ana.Li+stay@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ñandú@example.org", "ñandú@example.org"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_addresses_of_any_script_are_taken(text, address):
    assert checked_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "ana", "@example.org", "ana@", "ana@example", "ana@@example.org", "ana@-x.org"),
        *("a b@example.org", "ana@exam ple.org", "ana@example..org", ".ana@example.org"),
        *("ana@example.org\nBcc: all@example.org", "ana\r\n@example.org", "ana@example.org,b@c.de"),
        *('"a b"@example.org', "Ana <ana@example.org>", "ana@[127.0.0.1]", f"{'a' * 65}@b.de"),
        *(
            f"ana@{'a' * 64}.org",
            f"ana@{'a.' * 130}org",
            "ana\0@example.org",
            "ana@ex\u202eample.org",
        ),
    ],
)
def test_what_is_no_address_is_refused_in_words_that_do_not_repeat_it(text):
    with pytest.raises(BadInputError) as caught:
        checked_address(text)
    assert caught.value.message.endswith(".")
    assert "ana@" not in caught.value.message.replace("ana@example.org.", "")


def test_a_sender_may_bear_a_name():
    assert mailbox("Las Cabañas <stay@example.org>") == Mailbox("Las Cabañas", "stay@example.org")
    assert mailbox("stay@example.org") == Mailbox("", "stay@example.org")
    with pytest.raises(BadInputError):
        mailbox("Las Cabañas <nobody>")


def test_owners_see_one_letter_of_an_address():
    assert masked("ana@example.org") == "a…@example.org"


# What is sent


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_and_no_subject_can_write_a_header(name, subject):
    bad = f"{name}\r\nBcc: all@example.org\n\n<script>"
    letter = replace(
        LETTER,
        to=Mailbox(bad, "jonas@example.org"),
        sender=Mailbox(bad, "stay@example.org"),
        subject=subject + bad,
    )
    message = message_of(letter)
    head = message.as_bytes().split(b"\r\n\r\n", 1)[0]
    assert "Bcc" not in message
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())
    assert [box.addr_spec for box in message["To"].addresses] == ["jonas@example.org"]


def test_a_name_cannot_turn_the_text_after_it():
    assert one_line("Ana\u202e gro\n.evil\u2066") == "Ana gro .evil"


def test_a_mail_is_plain_text_with_the_same_as_html_and_says_how_to_end_it():
    with mail_sink() as sink:
        sent(sink.url)
    (message,) = sink.messages
    assert message["From"] == "Las Cabañas <stay@las-cabanas.example>"
    assert message["To"] == "Jonas Berg <jonas@example.org>"
    assert message["Message-ID"] == "<abc@las-cabanas.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "desk@las-cabanas.example"
    assert message["List-Unsubscribe"] == "<https://tact.example/g/code/no-mail>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert plain(message) == LETTER.text
    assert sink.envelopes[0].rcpt_tos == ["jonas@example.org"]


def test_one_click_is_not_promised_where_the_way_there_is_not_safe():
    plain = replace(LETTER, unsubscribe="http://localhost:8000/g/code/no-mail")
    assert "List-Unsubscribe-Post" not in message_of(plain)


def test_a_long_link_stays_one_line_that_mail_programs_can_read():
    link = f"https://{'long.' * 30}example/g/{'a' * 26}/no-mail"
    raw = message_of(replace(LETTER, unsubscribe=link)).as_bytes()
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in raw


def test_names_and_addresses_of_other_scripts_arrive_as_they_are():
    to = Mailbox("Ólöf 用户", "ñandú@xn--bcher-kva.example")
    with mail_sink() as sink:
        sent(sink.url, replace(LETTER, to=to, text="مرحبا\n"))
    (envelope,) = sink.envelopes
    assert envelope.rcpt_tos == ["ñandú@xn--bcher-kva.example"]
    (message,) = sink.messages
    assert "Ólöf 用户" in str(message["To"])
    assert plain(message) == "مرحبا\n"


# What goes wrong


def reason(url: str, letter: Letter = LETTER) -> tuple[str, bool]:
    with pytest.raises(MailError) as caught:
        sent(url, letter)
    error = caught.value
    assert "jonas" not in f"{error!r} {error.message} {error.reason}"
    assert error.__cause__ is None
    assert error.__suppress_context__
    return error.reason, error.may_pass


def test_letters_that_a_server_cannot_take_are_not_forced_on_it():
    to = Mailbox("", "ñandú@example.org")
    with mail_sink(enable_SMTPUTF8=False) as sink:
        assert reason(sink.url, replace(LETTER, to=to)) == ("letters_not_taken", False)


def test_an_address_that_is_gone_is_given_up_and_a_full_one_is_tried_again():
    with mail_sink() as sink:
        sink.to_recipients = ["550 No such mailbox", "452 Full"]
        assert reason(sink.url) == ("address_refused", False)
        assert reason(sink.url) == ("address_refused", True)


def test_a_mail_that_is_refused_for_good_is_not_tried_again():
    with mail_sink() as sink:
        sink.replies = ["554 Not wanted", "451 Later"]
        assert reason(sink.url) == ("refused", False)
        assert reason(sink.url) == ("refused", True)


def test_a_server_that_is_away_may_come_back():
    with mail_sink() as sink:
        url = sink.url
    assert reason(url) == ("server_away", True)


def test_where_tls_is_required_nothing_is_said_without_it():
    with mail_sink() as sink:
        assert reason(f"{sink.url}?starttls=required") == ("no_tls", True)
        assert sink.envelopes == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine that signs itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    folder = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def test_with_tls_user_and_password_are_told_and_wrong_ones_are_named(
    certificate, tls, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    how = {"tls_context": tls, "require_starttls": True, "auth_required": True}
    with mail_sink(**how, authenticator=only_desk) as sink:
        host = f"127.0.0.1:{sink.port}?starttls=required"
        sent(f"smtp://{USER}:{quote(PASSWORD)}@{host}")
        assert len(sink.envelopes) == 1
        assert reason(f"smtp://{USER}:wrong@{host}") == ("sign_in", True)


def test_a_server_that_nobody_vouches_for_gets_nothing(tls):
    with mail_sink(tls_context=tls) as sink:
        assert reason(f"{sink.url}?starttls=required") == ("no_tls", True)
        assert sink.envelopes == []

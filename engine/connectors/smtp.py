"""Mails by SMTP: where the server is, what an address is, how a mail is made and handed over.

Nothing here writes a log, and no error holds an address: whoever gets a mail is told to the mail
server alone.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import unicodedata
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from engine.errors import BadInputError, MailError
from engine.sentences import Sentence

PORTS: Mapping[str, int] = {"smtp": 587, "smtps": 465}
"""Of submission, RFC 6409 and RFC 8314, where the address names none."""
SECONDS = 20.0
"""Patience with a mail server at each step; the lease of a job is longer than all of them."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST, LONGEST_LOCAL = 254, 64
"""Characters of an address, and of its part before the @: RFC 5321, 4.5.3.1."""
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
"""Words between dots in letters of any script, RFC 6531. Quoted ones nobody has, but attackers."""
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
UNFOLDED = SMTP.clone(max_line_length=900)
"""A folded link is not found by every mail program; RFC 5322 ends lines at 998 signs."""
BENDING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of the text after them: in a name they forge what follows it."""
FOR_EVER = 500
"""From this reply on a server says that trying again is of no use, RFC 5321, 4.2.1."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and as whom."""

    host: str
    port: int
    is_wrapped: bool
    """TLS from the first byte (smtps)."""
    has_starttls: bool
    """TLS before anything is said; without it nothing is handed over."""
    user: str | None = None
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    name: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is handed over; the words are made for this one moment."""

    to: Mailbox
    sender: Mailbox
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    at: datetime
    message_id: str
    """Without its brackets; the same again for the same mail, so that a copy is known as one."""
    language: str = ""
    reply_to: str = field(default="", repr=False)
    unsubscribe: str = field(default="", repr=False)
    """Address that ends all mails when it is posted to."""


def mail_server(url: str) -> MailServer:
    """Read the address of a mail server.

    Parameters
    ----------
    url : str
        `smtp://user:pass@host:587?starttls=required` or `smtps://user:pass@host:465`. User and
        password are percent-encoded. TLS may be `off` for a server on the same machine, which
        is what it is there unless told otherwise.

    Raises
    ------
    BadInputError
        If it cannot be meant; the text never repeats the password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _not_meant("the host or the port cannot be read") from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise _not_meant("it begins with smtp:// or smtps:// and names a host")
    if parts.path not in ("", "/") or parts.fragment:
        raise _not_meant("nothing but ?starttls= follows the host")
    starttls = _starttls(parts)
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        is_wrapped=parts.scheme == "smtps",
        has_starttls=starttls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )


def _starttls(parts: SplitResult) -> bool:
    asked = parse_qs(parts.query, keep_blank_values=True)
    said = asked.pop("starttls", [""])[-1]
    if asked or said not in ("", "required", "off"):
        raise _not_meant("after the host only ?starttls=required or ?starttls=off is known")
    if parts.scheme == "smtps":
        return False
    is_here = parts.hostname in LOOPBACK
    if said == "off" and parts.username and not is_here:
        raise _not_meant("a password is not sent without TLS: leave starttls=off away")
    return said == "required" or (not said and not is_here)


def _not_meant(why: str) -> BadInputError:
    example = "smtp://user:password@mail.example:587?starttls=required"
    told = "TACT_SMTP_URL cannot be used: {why}. Such as {example}."
    return BadInputError(Sentence(told, why=Sentence(why), example=example))


def checked_address(text: str) -> str:
    """Return an address as a mail server takes it: the domain in ASCII, the rest as it is.

    Raises
    ------
    BadInputError
        If it is no address, whatever may lie behind it; the text does not repeat it.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > LONGEST_LOCAL or not LOCAL.fullmatch(local):
        raise BadInputError("An address is a name, @ and a domain, such as ana@example.org.")
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels):
        raise BadInputError("The part of the address after the @ is no domain.")
    if len(local.encode()) + 1 + len(ascii_domain) > LONGEST:
        raise BadInputError("The address is longer than any can be.")
    return f"{unicodedata.normalize('NFC', local)}@{ascii_domain}"


def mailbox(text: str) -> Mailbox:
    """Read `Las Cabañas <stay@example.org>` or an address alone.

    Raises
    ------
    BadInputError
        If there is no address in it.
    """
    found = re.fullmatch(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]+)>\s*", text)
    if found is None:
        return Mailbox("", checked_address(text))
    return Mailbox(one_line(found["name"].strip('"')), checked_address(found["address"]))


def one_line(text: str) -> str:
    """Return a text that can stand in a header: one line, no control signs, nothing bent."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if c not in BENDING).split())


def masked(address: str) -> str:
    """Return an address as owners see it: `a…@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def message_of(letter: Letter) -> EmailMessage:
    """Put a mail together: plain text first, then the same as simple HTML.

    No picture, no script, nothing that tells whether it was read.
    """
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = _address(letter.sender)
    message["To"] = _address(letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    # RFC 3834: no machine answers this one.
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    if letter.unsubscribe.startswith("https:"):  # RFC 8058 wants it so
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.language:
        message["Content-Language"] = letter.language
    return message


def _address(box: Mailbox) -> Address:
    local, _, domain = box.address.rpartition("@")
    return Address(display_name=one_line(box.name), username=local, domain=domain)


def hand_over(server: MailServer, message: EmailMessage) -> None:
    """Hand a mail over to the server; from then on it is the server's.

    Raises
    ------
    MailError
        With the reason, and whether it may pass.
    """
    try:
        with closing(_connected(server, message)) as session:
            session.send_message(message)
            _say_goodbye(session)
    except smtplib.SMTPRecipientsRefused as error:
        code = max((reply[0] for reply in error.recipients.values()), default=0)
        raise MailError("address_refused", may_pass=code < FOR_EVER) from None
    except smtplib.SMTPSenderRefused:  # who sets the sender right wants the mails to go
        raise MailError("sender_refused", may_pass=True) from None
    except smtplib.SMTPNotSupportedError:
        raise MailError("letters_not_taken", may_pass=False) from None
    except smtplib.SMTPDataError as error:
        raise MailError("refused", may_pass=error.smtp_code < FOR_EVER) from None
    except ssl.SSLError:
        raise MailError("no_tls", may_pass=True) from None
    except (smtplib.SMTPException, OSError):
        raise MailError("server_away", may_pass=True) from None


def _connected(server: MailServer, message: EmailMessage) -> smtplib.SMTP:
    # Asking this machine for its name may wait for a network that is not there.
    own_name = str(message["From"].addresses[0].domain)
    trusted = ssl.create_default_context()
    if server.is_wrapped:
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, own_name, timeout=SECONDS, context=trusted
        )
    else:
        session = smtplib.SMTP(server.host, server.port, own_name, timeout=SECONDS)
    try:
        if server.has_starttls:
            _begin_tls(session, trusted)
        if server.user is not None:
            _sign_in(session, server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _begin_tls(session: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
    try:
        session.starttls(context=trusted)
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
        raise MailError("no_tls", may_pass=True) from None


def _sign_in(session: smtplib.SMTP, user: str, password: str) -> None:
    try:
        session.login(user, password)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        raise MailError("sign_in", may_pass=True) from None


def _say_goodbye(session: smtplib.SMTP) -> None:
    # The mail was taken: what goes wrong after that is no reason to send it twice.
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        return

"""A real mail server for tests: it keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

USER, PASSWORD = "desk", "a b%c"
TAKEN = "250 Taken"


@dataclass
class Sink:
    """What the server was given."""

    port: int = 0
    replies: list[str] = field(default_factory=list)
    """Replies to the next mails, in order; then all are taken."""
    to_recipients: list[str] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    at_data: Callable[[], None] | None = None
    """Done once a mail has arrived, before the reply."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]  # of this policy

    @property
    def raw(self) -> list[bytes]:
        return [bytes(envelope.content or b"") for envelope in self.envelopes]

    async def handle_RCPT(  # noqa: N802  # named by aiosmtpd
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.to_recipients.pop(0) if self.to_recipients else TAKEN
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802  # named by aiosmtpd
        self, server: SMTP, session: Any, envelope: Envelope
    ) -> str:
        reply = self.replies.pop(0) if self.replies else TAKEN
        if reply.startswith("250"):
            self.envelopes.append(envelope)
        if self.at_data is not None:
            self.at_data()
        return reply


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_sink(**how: Any) -> Iterator[Sink]:
    """Run a server on this machine until the block ends; `how` as for aiosmtpd."""
    sink = Sink(free_port())
    usual = {"enable_SMTPUTF8": True, "hostname": "127.0.0.1", "port": sink.port}
    controller = Controller(sink, **(usual | how))
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def only_desk(*told: Any) -> AuthResult:
    """Let in the one who knows the password."""
    login = told[-1]
    assert isinstance(login, LoginPassword)
    is_right = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)

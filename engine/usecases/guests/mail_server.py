"""Which mail server and which sender count, from the environment of this process."""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.connectors.smtp import Mailbox, MailServer, mail_server, mailbox
from engine.domain.stays import Stay
from engine.errors import BadInputError
from engine.sentences import Sentence
from engine.store import Work
from engine.usecases.guests.mails import packs_wait

URL, SENDER = "TACT_SMTP_URL", "TACT_MAIL_FROM"


@dataclass(frozen=True, slots=True)
class Post:
    """All that is needed to send mails."""

    server: MailServer
    sender: Mailbox


def post() -> Post | None:
    """Return the mail server and the sender; None where no server is set up.

    Raises
    ------
    BadInputError
        If one of them cannot be used, with what is wrong.
    """
    url = os.environ.get(URL, "").strip()
    if not url:
        return None
    server = mail_server(url)
    told = os.environ.get(SENDER, "").strip()
    if not told:
        raise BadInputError("TACT_MAIL_FROM is missing: the address that mails come from.")
    try:
        return Post(server, mailbox(told))
    except BadInputError as error:
        told = Sentence("TACT_MAIL_FROM cannot be used. {why}", why=Sentence(error.message))
        raise BadInputError(told) from None


def packs_go(work: Work, stay: Stay) -> bool:
    """Whether a mail with the packs goes to a guest within the minute: then the desk says so."""
    return bool(os.environ.get(URL)) and packs_wait(work, stay)

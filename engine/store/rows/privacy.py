"""What guests allow or forbid, what they write, and what is sent to them."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from engine.store.columns import (
    NUMBERED,
    Row,
    aggregate,
    behaviour,
    free_text,
    identity,
    one_of,
    system,
)


class ObjectionKind(StrEnum):
    """What a guest no longer wants; honoured when her booking is read in again."""

    NO_NOTES = "no_notes"
    """Serve me without notes: nothing known of her is used, nothing new is kept."""
    NO_MAIL = "no_mail"
    ERASED = "erased"
    """Her data was deleted: a booking read in again brings nothing of it back."""


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    """For its time, or for a mail server."""
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Given up; the reason is kept."""


class ConsentTermsRow(Row, table=True):
    """On what terms a yes or no of the ledger was given: which words were read, until when."""

    __tablename__ = "consent_terms"

    seq: int = identity(foreign_key="evidence.seq", primary_key=True)
    text_version: str = system()
    language: str = behaviour()
    expires_on: date | None = behaviour()


class ObjectionRow(Row, table=True):
    """A wish that outlives the guest's data: only a keyed hash says whose it is."""

    __tablename__ = "objection"
    __table_args__ = (sa.UniqueConstraint("house_id", "hash", "kind"), NUMBERED)

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id")
    hash: str = system()
    kind: ObjectionKind = system(sa_type=one_of(ObjectionKind))
    at: datetime = system()


class RestrictionRow(Row, table=True):
    """A guest who is served without notes: nothing known of her is used, nothing new is kept."""

    __tablename__ = "restriction"

    guest_id: int = identity(foreign_key="guest.id", primary_key=True)
    at: datetime = behaviour()


class MailRow(Row, table=True):
    """A mail to a guest; its words are made when it is sent, so none are kept here."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index(None, "state", "due_at"), sa.Index(None, "stay_id"), NUMBERED)

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id")
    stay_id: int = identity(foreign_key="stay.id")
    kind: str = behaviour()
    once: str = system(unique=True)
    state: MailState = system(sa_type=one_of(MailState))
    due_at: datetime = system()
    sent_at: datetime | None = system()
    tries: int = system()
    why: str = system()
    by: str = identity()


class VoiceRow(Row, table=True):
    """What a guest wrote in her own words after the stay, in her language."""

    __tablename__ = "voice"
    __table_args__ = (sa.Index(None, "house_id", "id"), sa.Index(None, "stay_id"), NUMBERED)

    id: int | None = system(primary_key=True)
    house_id: str = system(foreign_key="house.id")
    stay_id: int = identity(foreign_key="stay.id")
    prompt: str = behaviour()
    text: str = free_text()
    language: str = behaviour()
    source: str = system()
    at: datetime = behaviour()


class PackUseRow(Row, table=True):
    """Which pack a stay opened, and whether it was useful; gone soon after the stay."""

    __tablename__ = "pack_use"

    stay_id: int = identity(foreign_key="stay.id", primary_key=True)
    pack: str = behaviour(primary_key=True)
    is_useful: bool | None = behaviour()


class PackCountRow(Row, table=True):
    """How often a pack was opened and found useful in a month, of nobody in particular."""

    __tablename__ = "pack_count"

    house_id: str = system(foreign_key="house.id", primary_key=True)
    pack: str = system(primary_key=True)
    month: str = system(primary_key=True)
    opened: int = aggregate()
    useful: int = aggregate()
    not_useful: int = aggregate()


class PictureRow(Row, table=True):
    """A picture of a pack: checked, made anew, found by the hash of its bytes."""

    __tablename__ = "picture"

    sha256: str = system(primary_key=True)
    media_type: str = system()
    width: int = system()
    height: int = system()
    content: bytes = system()
    name: str = system()
    by: str = identity()
    at: datetime = system()


class DeskCodeRow(Row, table=True):
    """A short code that opens a guest's page on the tablet of the desk, for ten minutes."""

    __tablename__ = "desk_code"

    code_sha256: str = system(primary_key=True)
    stay_id: int = identity(foreign_key="stay.id", index=True)
    made_at: datetime = system()
    expires_at: datetime = system()
    used_at: datetime | None = system()

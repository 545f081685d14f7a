"""Who may come in."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import datetime

from engine.domain.people import Role
from engine.store.columns import NUMBERED, Row, identity, one_of, system


class PersonRow(Row, table=True):
    """Somebody who works here."""

    __tablename__ = "person"
    __table_args__ = (NUMBERED,)

    id: int | None = system(primary_key=True)
    name: str = identity()
    folded_name: str = identity(unique=True)
    role: Role = system(sa_type=one_of(Role))
    secret_hash: str | None = system()
    is_active: bool = system()
    language: str | None = identity()
    added_at: datetime = system()


class SessionRow(Row, table=True):
    """Somebody who is signed in; the token itself is never stored."""

    __tablename__ = "session"

    token_sha256: str = system(primary_key=True)
    person_id: int | None = identity(foreign_key="person.id", index=True)
    role: Role = system(sa_type=one_of(Role))
    house_id: str | None = system(foreign_key="house.id")
    opened_at: datetime = system()
    seen_at: datetime = system()
    expires_at: datetime = system()


class SignInLinkRow(Row, table=True):
    """A link that signs in once."""

    __tablename__ = "sign_in_link"

    token_sha256: str = system(primary_key=True)
    role: Role = system(sa_type=one_of(Role))
    made_at: datetime = system()
    expires_at: datetime = system()
    used_at: datetime | None = system()

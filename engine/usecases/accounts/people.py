"""The people who work here: adding, changing and taking away accounts."""

from __future__ import annotations

from datetime import datetime

from engine.domain.people import Person, Role
from engine.errors import ConflictError, FormError, NotAllowedError, Problem
from engine.sentences import Sentence
from engine.usecases.accounts.passwords import check_secret, hash_secret
from engine.usecases.context import Context

LONGEST_NAME = 60
"""Characters of an account name."""


def people(ctx: Context) -> tuple[Person, ...]:
    """Return all accounts, also those taken out of use."""
    with ctx.store.read() as work:
        return tuple(work.people.all())


def has_owner_with_password(ctx: Context) -> bool:
    """Whether somebody can sign in as owner without a link."""
    with ctx.store.read() as work:
        return bool(work.people.count_owners_with_password())


def add_person(
    ctx: Context, name: str, role: Role, secret: str, *, by: str, now: datetime
) -> Person:
    """Add an account.

    Parameters
    ----------
    ctx : Context
    name : str
        At most 60 characters, different from all others, capitals not counted.
    role : Role
    secret : str
        A password; for the desk a PIN of 4 to 8 digits will do.
    by : str
        Account name of who adds.
    now : datetime
        In UTC.

    Raises
    ------
    FormError
        With the fields `name` or `secret`.
    """
    name = " ".join(name.split())
    _check_name(name)
    check_secret(role, secret)
    secret_hash = hash_secret(secret)
    with ctx.store.begin() as work:
        if work.people.by_name(name) is not None:
            raise _wrong_name("This name is taken.", "a name that nobody here has")
        person = work.people.add(name, role, secret_hash, now)
        work.history.add("people.added", by, now, {"person": person.id, "role": role.value})
    return person


def change_secret(ctx: Context, id: int, secret: str, *, by: str, now: datetime) -> None:
    """Give an account another PIN or password; it is signed out everywhere.

    Raises
    ------
    FormError
        With the field `secret`.
    NotFoundError
        If there is no such account.
    """
    with ctx.store.read() as work:
        role = work.people.get(id).role
    check_secret(role, secret)
    secret_hash = hash_secret(secret)
    with ctx.store.begin() as work:
        work.people.change(id, secret_hash=secret_hash)
        work.sessions.close_all(id)
        work.history.add("people.secret_changed", by, now, {"person": id})


def set_active(ctx: Context, id: int, is_active: bool, *, by: str, now: datetime) -> None:
    """Take an account out of use, or bring it back; it is signed out everywhere.

    Raises
    ------
    ConflictError
        If it is the last owner who can sign in.
    NotFoundError
        If there is no such account.
    """
    with ctx.store.begin() as work:
        person = work.people.get(id)
        is_owner = person.role is Role.OWNER and person.is_active and person.has_secret
        if is_owner and not is_active and work.people.count_owners_with_password() == 1:
            raise ConflictError("This is the last owner who can sign in. Add another owner first.")
        work.people.change(id, is_active=is_active)
        work.sessions.close_all(id)
        what = "people.brought_back" if is_active else "people.taken_out"
        work.history.add(what, by, now, {"person": id})


def choose_language(ctx: Context, id: int, language: str) -> None:
    """Remember the language that a person chose.

    Raises
    ------
    NotAllowedError
        If the catalogue does not speak it.
    """
    if language not in ctx.catalogue.languages:
        raise NotAllowedError("This language is not among those of this Tact.")
    with ctx.store.begin() as work:
        work.people.change(id, language=language)


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        fits = Sentence("1 to {most} characters", most=LONGEST_NAME)
        raise _wrong_name("This name cannot be used.", fits)


def _wrong_name(message: str, allowed: str) -> FormError:
    return FormError(Problem(file="", id="", key="name", message=message, allowed=(allowed,)))

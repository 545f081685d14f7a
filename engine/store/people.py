"""Accounts of the people who work here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.people import Person, Role
from engine.errors import ConflictError, NotFoundError
from engine.store.columns import add_row, table_of
from engine.store.fold import fold
from engine.store.rows import PersonRow

PERSON = table_of(PersonRow)
PEOPLE = sa.select(
    PERSON.c.id,
    PERSON.c.name,
    PERSON.c.role,
    PERSON.c.secret_hash.is_not(None),
    PERSON.c.is_active,
    PERSON.c.language,
)
"""The columns of a person in the order of the dataclass."""
CHANGEABLE = frozenset({"name", "role", "secret_hash", "is_active", "language"})


class People:
    """Accounts; names are unique whatever their case and accents."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: Role, secret_hash: str | None, at: datetime) -> Person:
        """Add an account; `secret_hash` is of its password or PIN, None before one is set.

        Raises
        ------
        ConflictError
            When the name is taken.
        """
        self._refuse_taken(name, None)
        row = {
            "name": name,
            "folded_name": fold(name),
            "role": role,
            "secret_hash": secret_hash,
            "is_active": True,
            "added_at": at,
        }
        return self.get(add_row(self._connection, sa.insert(PERSON), row))

    def by_name(self, name: str) -> Person | None:
        """Return the account of a name, or None."""
        return self._first(PEOPLE.where(PERSON.c.folded_name == fold(name)))

    def get(self, id: int) -> Person:
        """Return the account `id`.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        person = self._first(PEOPLE.where(PERSON.c.id == id))
        if person is None:
            raise NotFoundError("There is no such account.")
        return person

    def all(self) -> tuple[Person, ...]:
        """Return all accounts by name, the inactive ones included."""
        rows = self._connection.execute(PEOPLE.order_by(PERSON.c.folded_name))
        return tuple(Person(*row) for row in rows)

    def secret_hash(self, id: int) -> str | None:
        """Return the hash of the password or PIN; None where none is set or nobody is `id`."""
        return self._connection.scalar(sa.select(PERSON.c.secret_hash).where(PERSON.c.id == id))

    def change(self, id: int, **changes: Any) -> Person:
        """Change name, role, secret_hash, is_active or language of an account.

        Raises
        ------
        NotFoundError
            When there is no such account.
        ConflictError
            When the new name is taken.
        TypeError
            When something else is to be changed.
        """
        if unknown := changes.keys() - CHANGEABLE:
            raise TypeError(f"a person has no {', '.join(sorted(unknown))} to change")
        if "name" in changes:
            self._refuse_taken(changes["name"], id)
            changes["folded_name"] = fold(changes["name"])
        if changes:
            self._connection.execute(sa.update(PERSON).where(PERSON.c.id == id).values(changes))
        return self.get(id)

    def count_owners_with_password(self) -> int:
        """Return how many active owners can sign in by themselves."""
        owners = sa.select(sa.func.count()).where(
            PERSON.c.role == Role.OWNER, PERSON.c.secret_hash.is_not(None), PERSON.c.is_active
        )
        return self._connection.scalar(owners) or 0

    def _refuse_taken(self, name: str, id: int | None) -> None:
        other = self.by_name(name)
        if other is not None and other.id != id:
            raise ConflictError("This name is taken. Choose another, or add a surname.")

    def _first(self, query: sa.Select[Any]) -> Person | None:
        row = self._connection.execute(query).first()
        return Person(*row) if row else None

"""What the templates of this folder get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.people import Person, Role
from engine.errors import Problem


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Name and PIN or password."""

    name: str = ""
    next: str = "/"
    message: str = ""
    """What went wrong, empty at first."""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One button that uses up a sign-in link."""

    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """An owner who came by a link chooses name and password."""

    name: str = ""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """All accounts, and a form for one more."""

    people: Sequence[Person]
    me: int | None
    name: str = ""
    role: Role = Role.DESK
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class SecretPage:
    """A new PIN or password for one account."""

    person: Person
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Keys and where to ask."""

    keys: Sequence[tuple[str, str]]
    """Key, and the trade word for what it does."""

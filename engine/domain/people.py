"""People who work here, and what their role opens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    DESK = "desk"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Person:
    """One account; the proof that it is theirs is never part of it."""

    id: int
    name: str
    role: Role
    has_secret: bool
    """Whether a password or PIN is set."""
    is_active: bool = True
    language: str | None = None

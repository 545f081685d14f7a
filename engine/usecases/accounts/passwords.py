"""PINs and passwords: what is allowed, and how they are kept."""

from __future__ import annotations

import re
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from engine.domain.people import Role
from engine.errors import FormError, Problem

LEAST_PASSWORD = 10
"""Characters; long and simple beats short and strange (NIST SP 800-63B)."""
MOST_PASSWORD = 200
"""Characters; a longer one would only cost time."""
PIN = re.compile(r"[0-9]{4,8}")
EASY_PINS = frozenset({"1234", "12345", "123456", "1234567", "12345678"})

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB, the least that OWASP names; 64 MiB would let strangers fill the memory."""
_AT_ONCE = BoundedSemaphore(2)
"""Hashes made at the same time, so that a flood of sign-ins cannot fill the memory."""


def check_secret(role: Role, secret: str) -> None:
    """Refuse a PIN or password that is too easy.

    Parameters
    ----------
    role : Role
        The desk may use a PIN of 4 to 8 digits; owners need a password.
    secret : str

    Raises
    ------
    FormError
        With the field `secret` and what is allowed.
    """
    is_pin = secret.isdecimal() and secret.isascii()
    if is_pin and role is Role.DESK:
        _check_pin(secret)
    elif not LEAST_PASSWORD <= len(secret) <= MOST_PASSWORD:
        allowed = f"{LEAST_PASSWORD} to {MOST_PASSWORD} characters"
        raise _wrong("This password is too short or too long.", allowed)


def _check_pin(pin: str) -> None:
    if not PIN.fullmatch(pin):
        raise _wrong("This PIN is too short or too long.", "4 to 8 digits")
    if len(set(pin)) == 1 or pin in EASY_PINS:
        raise _wrong("This PIN is too easy to guess.", "no row of one digit, no 1234")


def _wrong(message: str, allowed: str) -> FormError:
    return FormError(Problem(file="", id="", key="secret", message=message, allowed=(allowed,)))


def hash_secret(secret: str) -> str:
    """Return what is stored in place of `secret`: Argon2id, with its own salt."""
    with _AT_ONCE:
        return _HASHER.hash(secret)


def is_right(secret_hash: str | None, secret: str) -> bool:
    """Whether `secret` fits; takes the same time where there is nothing to compare with."""
    with _AT_ONCE:
        try:
            _HASHER.verify(secret_hash or _nobody(), secret[:MOST_PASSWORD])
        except (Argon2Error, InvalidHashError):
            return False
    return secret_hash is not None and len(secret) <= MOST_PASSWORD


@cache
def _nobody() -> str:
    """Return a hash to check for unknown names, so that they take as long as known ones."""
    return _HASHER.hash("nobody has this password")

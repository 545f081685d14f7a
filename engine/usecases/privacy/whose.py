"""Whose data it is, as keyed hashes: enough to know a guest again, too little to say who she is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator

OPAQUE = "erased-"
"""A reference that begins like this was a real one once."""
OPAQUE_LENGTH = 16
"""Hex digits, 64 bits: no two bookings of one house share them by chance."""


def hashes_of(
    secret: bytes,
    house: str,
    *,
    guest_key: str | None = None,
    email: str | None = None,
    refs: Iterable[str] = (),
) -> tuple[str, ...]:
    """Return a hash for each thing that a source may name a guest by.

    Parameters
    ----------
    secret : bytes
        Key of the database: without it nobody can try names out.
    house : str
        Hashes of one house say nothing to another.
    guest_key, email : str, optional
        The source's own number of the person, and her address in any spelling of case.
    refs : iterable of str
        The source's numbers of her bookings.
    """
    named = _named(guest_key, email, refs)
    return tuple(_hash(secret, f"{house}\0{kind}\0{value}") for kind, value in named)


def opaque_ref(secret: bytes, house: str, ref: str) -> str:
    """Return what stands for a reference once it is erased: the same again for the same one."""
    if ref.startswith(OPAQUE):
        return ref
    return OPAQUE + _hash(secret, f"{house}\0ref\0{ref}")[:OPAQUE_LENGTH]


def _named(
    guest_key: str | None, email: str | None, refs: Iterable[str]
) -> Iterator[tuple[str, str]]:
    if guest_key:
        yield "key", guest_key
    if email:
        yield "email", email.strip().casefold()
    for ref in refs:
        yield "ref", ref


def _hash(secret: bytes, text: str) -> str:
    return hmac.new(secret, f"whose\0{text}".encode(), hashlib.sha256).hexdigest()[:32]

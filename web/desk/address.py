"""Addresses of stays: any reference of a reservation system fits into one part of a path."""

from __future__ import annotations

import base64
import binascii
import re

from werkzeug.routing import BaseConverter, ValidationError

PLAIN = re.compile(r"[A-Za-z0-9._-]+")
"""References that are their own address."""
MARK = "~"
"""What the address of any other reference begins with; no plain one has it."""
RESERVED = frozenset({".", "..", "in-house", "changes", "promises", "packs", "practice", "wishes"})
"""Rooms below /desk and steps of a path: a stay of that name has a marked address."""


def path_of(ref: str) -> str:
    """Return the path of a stay."""
    return f"/desk/{part_of(ref)}"


def part_of(ref: str) -> str:
    """Return the part of a path that stands for the reference `ref`."""
    if PLAIN.fullmatch(ref) and ref not in RESERVED:
        return ref
    return MARK + base64.urlsafe_b64encode(ref.encode()).decode().rstrip("=")


def ref_of(part: str) -> str:
    """Return the reference that a part of a path stands for.

    Raises
    ------
    ValueError
        If it stands for none.
    """
    if not part.startswith(MARK):
        return part
    coded = part.removeprefix(MARK)
    try:
        ref = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        told = ref.decode()
    except (binascii.Error, ValueError):
        raise ValueError("This is no address of a stay.") from None
    if part_of(told) != part:
        raise ValueError("This stay has another address.")
    return told


class StayPart(BaseConverter):
    """`<stay:ref>` in a route: the reference, whatever it holds."""

    def to_python(self, value: str) -> str:
        """Return the reference; no page answers where there is none."""
        try:
            return ref_of(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: str) -> str:
        """Return the part of the path."""
        return part_of(value)

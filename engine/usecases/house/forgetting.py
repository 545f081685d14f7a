"""How fast guests are forgotten: the one number of the model that owners set, by versions."""

from __future__ import annotations

from engine.catalogue.edits import FORGETTING, MODEL
from engine.usecases.context import Context
from engine.usecases.house import content
from engine.usecases.house.content import Signature
from engine.usecases.house.content_told import Opened, open_thing

DIGITS = 4
"""Digits of the share: more would not be seen in any advice."""


def forgetting_told(ctx: Context) -> Opened:
    """Return the share that remains of a memory after one year, as it counts, with its versions."""
    return open_thing(ctx, MODEL)


def set_forgetting(ctx: Context, share: float, signed: Signature, *, seen: int | None) -> None:
    """Let what is remembered of guests fade by another share, in every house, from now on.

    What is remembered stays as it is kept; it fades from the day on which a guest left, so the new
    share counts for the time that has passed as well.

    Parameters
    ----------
    share : float
        Of a memory, what remains after one year; .5 to .98.
    signed : Signature
        Who, when, why.
    seen : int or None
        Number of the last version that the owner looked at, 0 for none.

    Raises
    ------
    FormError
        If the share lies outside its bounds, or the reason is too long.
    ConflictError
        If somebody else set it in the meantime.
    """
    content.save(ctx, MODEL, {FORGETTING: round(share, DIGITS)}, signed, seen=seen)


def restore_forgetting(ctx: Context, number: int, signed: Signature) -> None:
    """Let an earlier version count again, as a new one; 0 is the shipped share.

    Raises
    ------
    NotFoundError
        If there is no such version.
    """
    content.restore(ctx, MODEL, number, signed)

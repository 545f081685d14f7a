"""Wrong guest links are counted, so that a flood of them ends soon."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from engine.domain.stays import House, Stay
from engine.errors import LinkError, TooManyTriesError
from engine.usecases.context import Context
from engine.usecases.guests.links import stay_of_code

MOST_WRONG = 30
WRONG_WINDOW = timedelta(minutes=15)

Opened = TypeVar("Opened")


def knock(ctx: Context, code: str, *, now: datetime) -> tuple[House, Stay]:
    """Return whose page a code opens, and where.

    Raises
    ------
    LinkError
        If the code is wrong, revoked or expired; the reply does not say which.
    """
    with ctx.store.read() as work:
        stay = stay_of_code(ctx, work, code, now=now)
        return work.houses.get(stay.house), stay


def at_the_door(ctx: Context, act: Callable[[], Opened], *, sender: str, now: datetime) -> Opened:
    """Do what a guest's code opens, and count where it opens nothing.

    A right code opens also where many wrong ones came from: the guests of one house share one
    address, and nobody guesses 128 bits.

    Parameters
    ----------
    ctx : Context
    act : callable
        Raises LinkError where the code opens nothing.
    sender : str
        Network address; only its keyed hash is kept, for 15 minutes.
    now : datetime
        In UTC.

    Raises
    ------
    LinkError
        As `act` does.
    TooManyTriesError
        Instead, after 30 wrong codes from one sender within 15 minutes.
    """
    try:
        return act()
    except LinkError:
        _count(ctx, sender, now)
        raise


def _count(ctx: Context, sender: str, now: datetime) -> None:
    key, seconds = _counter(ctx, sender), int(WRONG_WINDOW.total_seconds())
    with ctx.store.read() as work:
        n_wrong = work.counters.seen(key, now, seconds)
    if n_wrong >= MOST_WRONG:
        raise TooManyTriesError("Too many links that open nothing. Wait 15 minutes.")
    # Where it cannot be counted, the reply stays the same: nobody guesses 128 bits.
    ctx.store.note(lambda work: work.counters.hit(key, now, seconds))


def _counter(ctx: Context, sender: str) -> str:
    digest = hmac.new(ctx.secret, f"guest-door:{sender}".encode(), hashlib.sha256)
    return "guest-door:" + digest.hexdigest()[:32]

"""The short code that opens a guest's page on the tablet of the desk.

Whoever stands at the desk types eight letters instead of a long address. The code lives for ten
minutes and opens once; the desk can show it again meanwhile, since it is made anew from the key.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import LinkError, TooManyTriesError
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code, is_alive
from engine.usecases.stays.arrivals import house_in_use

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
"""Without vowels, so that no code is a word, and without what looks alike: I, L, O, U."""
LENGTH = 8
"""20^8 = 2.6e10 codes: with ten of them live, five tries in every quarter of an hour find one in
about 15,000 years."""
LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class DeskCode:
    """A code to be typed, and until when."""

    code: str
    until: datetime


def desk_code(secret: bytes, stay_id: int, made_at: datetime) -> str:
    """Return the code that a stay got at a second: the same again for the same second."""
    seed = f"desk-code:{stay_id}:{int(made_at.timestamp())}".encode()
    number = int.from_bytes(hmac.new(secret, seed, hashlib.sha256).digest()[:16], "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def plain(typed: str) -> str:
    """Return a code as it was made: people type small letters, spaces and dashes."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def make_code(ctx: Context, ref: str, *, now: datetime, house_id: str | None = None) -> DeskCode:
    """Give a stay a new code; the one before it opens nothing any more.

    Raises
    ------
    LinkError
        If the page of the stay is closed, such as long after it.
    NotFoundError
        If the house has no stay by this reference.
    """
    made_at = now.replace(microsecond=0)
    with ctx.store.begin() as work:
        stay = work.stays.get(house_in_use(work, house_id).id, ref)
        if not is_alive(work, stay, now):
            raise LinkError("The guest's page is closed after the stay.")
        code = desk_code(ctx.secret, stay.id, made_at)
        work.desk_codes.add(_fingerprint(ctx, code), stay.id, made_at, made_at + LIFETIME)
    return DeskCode(code, made_at + LIFETIME)


def code_of(
    ctx: Context, ref: str, *, now: datetime, house_id: str | None = None
) -> DeskCode | None:
    """Return the code of a stay that still opens its page, None where there is none.

    Raises
    ------
    NotFoundError
        If the house has no stay by this reference.
    """
    with ctx.store.read() as work:
        stay = work.stays.get(house_in_use(work, house_id).id, ref)
        kept = work.desk_codes.of(stay.id, now)
    return DeskCode(desk_code(ctx.secret, stay.id, kept.made_at), kept.expires_at) if kept else None


def open_with_code(ctx: Context, typed: str, *, sender: str, now: datetime) -> str:
    """Use a code up and return the code of the guest's link.

    Every try is counted before it is looked at, so that tries at the same moment are counted
    too; a right one starts the count anew.

    Parameters
    ----------
    ctx : Context
    typed : str
        As it was typed.
    sender : str
        Who tries, such as the address of the station; only its keyed hash is kept.
    now : datetime
        In UTC.

    Raises
    ------
    LinkError
        If the code is wrong, used or expired; the reply does not say which.
    TooManyTriesError
        After five tries of one sender that opened nothing, whatever is typed then.
    """
    key, seconds = _counter(ctx, sender), int(TRIES_WINDOW.total_seconds())
    with ctx.store.begin() as work:
        n_tries = work.counters.hit(key, now, seconds)
    if n_tries > MOST_TRIES:
        raise TooManyTriesError("Too many links that open nothing. Wait 15 minutes.")
    with ctx.store.begin() as work:
        stay = work.stays.by_id(work.desk_codes.use(_fingerprint(ctx, plain(typed)), now))
        if not is_alive(work, stay, now):
            raise LinkError("Ask at the desk; we open your page again.")
        work.counters.forget(key)
        return guest_code(ctx.secret, stay.id, work.stays.link_generation(stay))


def _fingerprint(ctx: Context, code: str) -> str:
    """Return what the store keeps: keyed, since all codes of eight letters can be tried out."""
    return hmac.new(ctx.secret, f"desk-code:{code}".encode(), hashlib.sha256).hexdigest()


def _counter(ctx: Context, sender: str) -> str:
    digest = hmac.new(ctx.secret, f"desk-code:{sender}".encode(), hashlib.sha256)
    return "desk-code:" + digest.hexdigest()[:32]

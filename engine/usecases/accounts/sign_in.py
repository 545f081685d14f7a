"""Who is at the screen: links of the first run, PINs and passwords, sessions on the server."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.people import Person, Role
from engine.errors import SignInError, TooManyTriesError
from engine.store.fold import fold
from engine.store.records import SessionRecord
from engine.store.store import SHORT_PATIENCE
from engine.usecases.accounts.passwords import is_right
from engine.usecases.context import Context

LINK_LIFE = timedelta(minutes=30)
IDLE = {Role.DESK: timedelta(minutes=15), Role.OWNER: timedelta(minutes=60)}
"""The desk stands in a public room, the owner's table does not (design, 7.3)."""
LONGEST_SESSION = timedelta(hours=12)
"""One long shift."""
TOUCH_EVERY = timedelta(minutes=1)
"""So rarely is it written that somebody is still here: reading must stay cheap."""
MOST_WRONG = 5
WRONG_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, as far as a request needs to know."""

    name: str
    role: Role
    person_id: int | None = None
    """None: came by a link and has no account yet."""
    language: str | None = None


def make_sign_in_link(ctx: Context, role: Role, *, now: datetime) -> str:
    """Return a URL that signs in once as `role`, within 30 minutes.

    Parameters
    ----------
    ctx : Context
    role : Role
    now : datetime
        In UTC.
    """
    token = secrets.token_urlsafe(32)
    with ctx.store.begin() as work:
        work.sign_in_links.add(_hashed(token), role, now, now + LINK_LIFE)
    return f"{ctx.base_url}/account/sign-in/{token}"


def use_link(ctx: Context, token: str, *, now: datetime) -> tuple[str, Role]:
    """Use up a sign-in link; return the token of the new session and its role.

    Raises
    ------
    LinkError
        If the link is wrong, used or expired: always the same sentence.
    """
    session = secrets.token_urlsafe(32)
    with ctx.store.begin() as work:
        role = work.sign_in_links.use(_hashed(token), now)
        work.sessions.open(_hashed(session), None, role, None, now, now + LONGEST_SESSION)
        work.history.add("sign_in.link_used", role.value, now, {})
    return session, role


def sign_in(
    ctx: Context, name: str, secret: str, *, now: datetime, earlier: str | None = None
) -> tuple[str, Person]:
    """Check a name with its PIN or password; return the token of a new session and the person.

    Parameters
    ----------
    ctx : Context
    name, secret : str
        As typed.
    now : datetime
        In UTC.
    earlier : str, optional
        Token of the session that this one takes the place of.

    Raises
    ------
    TooManyTriesError
        After 5 wrong tries for this name within 15 minutes, known or not.
    SignInError
        If name and secret do not fit: the same sentence and time for unknown names.
    """
    _refuse_after_many(ctx, name, now)
    person, secret_hash = _person_with_hash(ctx, name)
    if not is_right(secret_hash, secret) or person is None:
        _count_wrong(ctx, name, now)
        raise SignInError("Name and PIN or password do not fit together.")
    ctx.store.note(lambda work: work.counters.forget(_counter(name)))
    return open_session(ctx, person, now=now, earlier=earlier), person


def open_session(ctx: Context, person: Person, *, now: datetime, earlier: str | None = None) -> str:
    """Return the token of a new session of `person`; the earlier one ends."""
    token = secrets.token_urlsafe(32)
    with ctx.store.begin() as work:
        if earlier:
            work.sessions.close(_hashed(earlier))
        expires = now + LONGEST_SESSION
        work.sessions.open(_hashed(token), person.id, person.role, None, now, expires)
    return token


def sign_out(ctx: Context, token: str) -> None:
    """End the session of `token`; nothing happens where it has ended already."""
    with ctx.store.begin() as work:
        work.sessions.close(_hashed(token))


def who_is(ctx: Context, token: str, *, now: datetime, extends: bool = True) -> SignedIn | None:
    """Return who holds `token`, None where its session has ended.

    Parameters
    ----------
    ctx : Context
    token : str
        From the cookie.
    now : datetime
        In UTC.
    extends : bool
        Whether this request keeps the session alive; polls do not.
    """
    with ctx.store.read() as work:
        record = work.sessions.get(_hashed(token))
        if record is None or _is_over(record, now):
            return None
        person = None if record.person_id is None else work.people.get(record.person_id)
    if person is not None and not person.is_active:
        return None
    if extends and now - record.seen_at >= TOUCH_EVERY:
        ctx.store.note(lambda work: work.sessions.touch(_hashed(token), now))
    if person is None:
        return SignedIn(record.role.value, record.role)
    return SignedIn(person.name, person.role, person.id, person.language)


def _is_over(record: SessionRecord, now: datetime) -> bool:
    return now >= record.expires_at or now - record.seen_at >= IDLE[record.role]


def _hashed(token: str) -> str:
    """Return what is stored of a token: with the database alone nobody can sign in."""
    return hashlib.sha256(token.encode()).hexdigest()


def _counter(name: str) -> str:
    """Return the key under which wrong tries for `name` are counted; holds no name."""
    return "sign-in:" + _hashed(fold(name.strip()))[:32]


def _refuse_after_many(ctx: Context, name: str, now: datetime) -> None:
    with ctx.store.read() as work:
        n_wrong = work.counters.seen(_counter(name), now, WRONG_WINDOW.seconds)
    if n_wrong >= MOST_WRONG:
        raise TooManyTriesError("Too many wrong tries for this name. Wait 15 minutes.")


def _count_wrong(ctx: Context, name: str, now: datetime) -> None:
    # A wrong try that cannot be counted is not answered: else a full disk would allow any number.
    with ctx.store.begin(patience=SHORT_PATIENCE) as work:
        work.counters.hit(_counter(name), now, WRONG_WINDOW.seconds)


def _person_with_hash(ctx: Context, name: str) -> tuple[Person | None, str | None]:
    with ctx.store.read() as work:
        person = work.people.by_name(name.strip())
        if person is None or not person.is_active:
            return None, None
        return person, work.people.secret_hash(person.id)

"""What a view needs at hand in one request: context, clock, person, idempotency key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.errors import EnvironmentFaultError
from engine.usecases.accounts.sign_in import SignedIn
from engine.usecases.context import Context


def context() -> Context:
    """Return store, catalogue and secret of this application."""
    return cast(Context, current_app.extensions["tact"])


def keep_up(app: Flask) -> None:
    """See at the start of each request what owners changed, here or in another process."""
    app.before_request(_refresh)


def _refresh() -> None:
    # A page that needs the database says itself that it is not there; the others still open.
    with suppress(EnvironmentFaultError):
        context().refresh()


def now() -> datetime:
    """Return the time in UTC, from the clock that the application was made with."""
    return cast(Callable[[], datetime], current_app.config["NOW"])()


def clock() -> datetime:
    """Return the time of the machine in UTC."""
    return datetime.now(UTC)


def signed_in() -> SignedIn | None:
    """Return who is signed in, None for nobody."""
    return cast(SignedIn | None, g.get("signed_in"))


def by() -> str:
    """Return the account name to write beside what this request does."""
    person = signed_in()
    return person.name if person else "anyone"


def is_fragment() -> bool:
    """Whether the script asks for a part of the page rather than the page."""
    return "X-Fragment" in request.headers


def idempotency_key() -> str | None:
    """Return the key of this post, None where the form sent none.

    It is bound to who posts what and where to: the same key sent to another stay is another act,
    and so is a form that was corrected after it was sent. Of what is posted a hash is kept.
    """
    given = request.headers.get("Idempotency-Key") or request.form.get("idempotency")
    if not given:
        return None
    digest = hashlib.sha256("\0".join((by(), request.path, given)).encode())
    for part in _posted():
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _posted() -> Iterator[bytes]:
    """Give all that a form says but its key: fields in their order, then files."""
    for name, value in request.form.items(multi=True):
        if name != "idempotency":
            yield from (name.encode(), value.encode())
    for name, file in request.files.items(multi=True):
        yield from (name.encode(), (file.filename or "").encode(), file.stream.read())
        file.stream.seek(0)


def idempotency_field() -> Markup:
    """Return the hidden field that makes a post without script repeatable."""
    field = Markup('<input type="hidden" name="idempotency" value="{}">')
    return field.format(secrets.token_hex(16))


def once(act: Callable[[], str]) -> ResponseReturnValue:
    """Do a post at most once and go where it says: the same post again gets the first target.

    `act` returns a path. What it writes to the ledger should carry the same key, so that two
    posts at the very same moment meet there.
    """
    key = idempotency_key()
    target = _earlier(key) or act()
    if key:
        with context().store.begin() as work:
            work.replies.put(key, target, now())
    return redirect(target, 303)


def _earlier(key: str | None) -> str | None:
    if key is None:
        return None
    with context().store.read() as work:
        return work.replies.get(key)

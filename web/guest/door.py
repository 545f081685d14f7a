"""The cookie that holds a guest's code, and what every page of the guest passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, request

from engine.domain.stays import Stay
from engine.errors import LinkError
from engine.usecases.guests.answer_prompt import GUEST
from engine.usecases.guests.door import at_the_door
from engine.usecases.stays.recording import Actor
from web.i18n import prefer
from web.work import context, now, signed_in

Opened = TypeVar("Opened")


def cookie_name() -> str:
    """Return the name of the cookie; `__Host-` needs https, which loopback does without."""
    return "__Host-tact-guest" if _is_https() else "tact-guest"


def give(response: Response, code: str) -> Response:
    """Put the code into `response`; the browser forgets it when it is closed."""
    response.set_cookie(
        cookie_name(), code, path="/", secure=_is_https(), httponly=True, samesite="Lax"
    )
    return response


def has_code() -> bool:
    """Whether the browser sent a code, right or wrong."""
    return cookie_name() in request.cookies


def code() -> str:
    """Return the code that the browser sent.

    Raises
    ------
    LinkError
        If it sent none.
    """
    sent = request.cookies.get(cookie_name(), "")
    if not sent:
        raise LinkError("Ask at the desk; we open your page again.")
    return sent


def opened(act: Callable[[], Opened]) -> Opened:
    """Do what a code opens; codes that open nothing are counted by address."""
    return at_the_door(context(), act, sender=request.remote_addr or "", now=now())


def speak_like(stay: Stay) -> None:
    """Speak the language of the booking unless the guest chose another one."""
    tag = stay.guest.language
    prefer(tag.split("-", maxsplit=1)[0].lower() if tag else None)


def guest() -> Actor:
    """Return who acts: the guest, on her own device or on the one of the desk."""
    return Actor(by=GUEST, at=now(), source="tablet" if signed_in() else "prompt")


def _is_https() -> bool:
    return bool(current_app.config["BASE_URL"].startswith("https:"))

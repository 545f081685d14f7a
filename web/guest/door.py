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

AT_DESK = ".desk"
"""Stands behind the code where the page was opened on the tablet of the desk."""
TABLET_SECONDS = 15 * 60
"""A page left open on the tablet closes for the next guest, should nobody press the button."""


def cookie_name() -> str:
    """Return the name of the cookie; `__Host-` needs https, which loopback does without."""
    return "__Host-tact-guest" if _is_https() else "tact-guest"


def give(response: Response, code: str, *, at_desk: bool = False) -> Response:
    """Put the code into `response`; the browser forgets it when it is closed.

    The tablet of the desk, which is never closed, forgets it after a quarter of an hour.
    """
    response.set_cookie(
        cookie_name(),
        code + AT_DESK if at_desk else code,
        max_age=TABLET_SECONDS if at_desk else None,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def take(response: Response) -> Response:
    """Let the browser forget the code."""
    response.delete_cookie(
        cookie_name(), path="/", secure=_is_https(), httponly=True, samesite="Lax"
    )
    return response


def is_at_desk() -> bool:
    """Whether the page was opened on the tablet of the desk, which the next guest will hold."""
    return request.cookies.get(cookie_name(), "").endswith(AT_DESK)


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
    sent = request.cookies.get(cookie_name(), "").removesuffix(AT_DESK)
    if not sent:
        raise LinkError("Ask at the desk; we open your page again.")
    return sent


def opened(act: Callable[[], Opened]) -> Opened:
    """Do what a code opens; codes that open nothing are counted by address."""
    return at_the_door(context(), act, sender=request.remote_addr or "", now=now())


def speak_like(stay: Stay) -> None:
    """Speak the language of the booking unless the guest chose another one."""
    prefer(stay.guest.language)


def guest() -> Actor:
    """Return who acts: the guest, on her own device or on the one of the desk."""
    return Actor(by=GUEST, at=now(), source="tablet" if is_at_desk() or signed_in() else "prompt")


def station() -> str:
    """Return whose tries with short codes are counted: the station, or else the address.

    A station that is signed in counts for itself, so that guests who share the network of the
    house cannot lock it by typing nonsense.
    """
    person = signed_in()
    return f"station:{person.name}" if person else request.remote_addr or ""


def _is_https() -> bool:
    return bool(current_app.config["BASE_URL"].startswith("https:"))

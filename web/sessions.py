"""The cookie that says who is signed in; all else about a session is on the server."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from engine.usecases.accounts.sign_in import LONGEST_SESSION, who_is
from web.i18n import prefer
from web.policy import current_policy, enforce
from web.work import context, now


def cookie_name() -> str:
    """Return the name of the cookie; `__Host-` needs https, which loopback does without."""
    return "__Host-tact" if _is_https() else "tact"


def session_token() -> str | None:
    """Return the token that the browser sent, None for none."""
    return request.cookies.get(cookie_name())


def give(response: Response, token: str) -> Response:
    """Put the token of a new session into `response`."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=LONGEST_SESSION,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def take_back(response: Response) -> Response:
    """Delete the cookie and what the browser kept of our pages."""
    response.delete_cookie(
        cookie_name(), path="/", secure=_is_https(), httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def recognise() -> ResponseReturnValue | None:
    """Find out who is there, then ask the policy of the view."""
    policy = current_policy()
    token = session_token()
    if token and policy is not None and policy.uses_cookies and request.blueprint != "assets":
        g.signed_in = who_is(context(), token, now=now(), extends=policy.extends_session)
    person = g.get("signed_in")
    if person is not None:
        prefer(person.language)
    return enforce(person.role.value if person else None)


def _is_https() -> bool:
    return bool(current_app.config["BASE_URL"].startswith("https:"))


def keep_sessions(app: Flask) -> None:
    """Recognise people before every view of `app`."""
    app.before_request(recognise)

"""Errors become HTTP here, and only here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, g, render_template
from werkzeug.exceptions import HTTPException

from engine.domain.people import Role
from engine.errors import (
    BadInputError,
    ConflictError,
    EnvironmentFaultError,
    FormError,
    NotAllowedError,
    NotFoundError,
    Problem,
    SeedError,
    SignInError,
    TactError,
    TooManyTriesError,
)
from web.i18n import gettext as _
from web.i18n import translated
from web.logs import note_failure, note_fault
from web.work import is_fragment, signed_in

STATUS_OF: dict[type[TactError], int] = {
    TooManyTriesError: 429,
    SignInError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    BadInputError: 422,
    EnvironmentFaultError: 503,
    TactError: 500,
}
"""The first class that matches counts."""

Answer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What the error page shows."""

    status: int
    title: str
    message: str
    problems: Sequence[Problem]
    request_id: str


def status_of(error: TactError) -> int:
    """Return the HTTP status for `error`."""
    return next(status for kind, status in STATUS_OF.items() if isinstance(error, kind))


def title_of(status: int) -> str:
    """Return what happened in two or three words."""
    titles = {
        400: _("This request cannot be read"),
        401: _("Please sign in"),
        403: _("Not allowed"),
        404: _("Not here"),
        405: _("Not possible here"),
        409: _("Somebody was faster"),
        413: _("Too large"),
        422: _("Something needs another look"),
        429: _("Please wait a little"),
        503: _("The database does not answer"),
    }
    return titles.get(status, _("Something went wrong"))


def answer(status: int, message: str, problems: Sequence[Problem] = ()) -> Answer:
    """Return the error page, or the same as a part for a script."""
    page = ErrorPage(status, title_of(status), message, problems, g.get("request_id", ""))
    template = "_error.html" if is_fragment() else "error.html"
    return render_template(template, page=page), status


def tact_error(error: TactError) -> Answer:
    """Answer an error that Tact raised on purpose; its sentence is for people."""
    if isinstance(error, EnvironmentFaultError):
        return environment_fault(error)
    problems = error.problems if isinstance(error, FormError | SeedError) else ()
    return answer(status_of(error), "" if problems else translated(error.message), problems)


def environment_fault(error: EnvironmentFaultError) -> Answer:
    """Answer a fault of database or disk; which one, and where it lies, is for owners alone."""
    note_fault(error)
    person = signed_in()
    if person is not None and person.role is Role.OWNER:
        return answer(status_of(error), translated(error.message))
    return answer(
        status_of(error),
        _("This cannot be looked up just now. Try again in a minute, or tell an owner."),
    )


def http_error(error: HTTPException) -> HTTPException | Answer:
    """Answer an error of the web server, such as an unknown address."""
    if error.response is not None or error.code is None:
        return error  # a redirect of the router
    messages = {
        400: _("The browser sent something that Tact cannot read."),
        404: _("There is nothing at this address."),
        405: _("This address takes other requests."),
        413: _("What was sent is larger than allowed."),
    }
    return answer(error.code, messages.get(error.code, ""))


def unforeseen(error: Exception) -> Answer:
    """Answer an error that nobody thought of: its words may hold guest data, so none are shown."""
    note_failure(error)
    return answer(500, _("Nothing was changed. Try again, or tell an owner the number below."))


def answer_errors(app: Flask) -> None:
    """Register the three kinds of errors with `app`."""
    app.register_error_handler(TactError, tact_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unforeseen)

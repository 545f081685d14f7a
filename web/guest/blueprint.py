"""The blueprint of the guest's pages: no script, own errors, own choice of language."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from engine.errors import (
    EnvironmentFaultError,
    LinkError,
    NotFoundError,
    TactError,
    TooManyTriesError,
)
from engine.usecases.guests.guide import first_contact
from web.errors import status_of, title_of
from web.guest.door import has_code
from web.guest.pages import DeadPage, GuestErrorPage
from web.i18n import prefer, translated
from web.logs import note_failure, note_fault
from web.security import CONTENT_SECURITY_POLICY
from web.words import word
from web.work import context

NO_SCRIPT = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'none'")

WORD_OF = {
    TooManyTriesError: "guest.too_many",
    NotFoundError: "packs.closed",
    EnvironmentFaultError: "guest.not_now",
}
"""Trade words in the place of the error's own sentence."""

Answer = tuple[str, int]

bp = Blueprint("guest", __name__)


@bp.after_request
def finish(response: Response) -> Response:
    """Forbid scripts."""
    response.headers["Content-Security-Policy"] = NO_SCRIPT
    return response


@bp.errorhandler(LinkError)
def dead(error: LinkError) -> Answer:
    """Answer every link that opens nothing with the same page."""
    prefer(None)
    return render_template("guest/dead.html", page=DeadPage(first_contact(context()))), 404


@bp.errorhandler(TactError)
def refused(error: TactError) -> Answer:
    """Answer an error that Tact raised on purpose; a guest never learns where the data lies."""
    if isinstance(error, EnvironmentFaultError):
        note_fault(error)
    key = next((key for kind, key in WORD_OF.items() if isinstance(error, kind)), None)
    return _page(status_of(error), word(key) if key else translated(error.message))


@bp.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Answer:
    """Answer an error of the web server."""
    return _page(error.code or 500, _("The browser sent something that Tact cannot read."))


@bp.errorhandler(Exception)
def unforeseen(error: Exception) -> Answer:
    """Answer an error that nobody thought of."""
    note_failure(error)
    return _page(500, _("Something went wrong on our side. Please try again in a moment."))


def _page(status: int, message: str) -> Answer:
    page = GuestErrorPage(title_of(status), message, "/g" if has_code() else "")
    return render_template("guest/error.html", page=page), status

"""The tablet of the desk: a short code opens the guest's page, a button gives it back."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import LinkError, TooManyTriesError
from engine.usecases.guests.desk_codes import open_with_code
from web.guest.blueprint import bp
from web.guest.door import give, station, take
from web.guest.pages import CodePage
from web.i18n import cookie_name as language_cookie
from web.policy import allow
from web.work import context, now

HERE = "/g"


@bp.post("/g/code")
@allow("anyone")
def open_by_desk_code() -> ResponseReturnValue:
    """Open the page behind a short code; wrong, used and expired ones get the same reply."""
    typed = request.form.get("code", "")
    try:
        link = open_with_code(context(), typed, sender=station(), now=now())
    except TooManyTriesError:
        return render_template("guest/code.html", page=CodePage(is_locked=True)), 429
    except LinkError:
        return render_template("guest/code.html", page=CodePage(is_wrong=True)), 404
    return give(make_response(redirect(HERE, 303)), link, at_desk=True)


@bp.get("/g/code")
@bp.get("/g/after")
@allow("anyone")
def back_from_form() -> ResponseReturnValue:
    """Lead back from the address of a form: another language was chosen on its answer."""
    return redirect(HERE, 303)


@bp.post("/g/leave")
@allow("anyone")
def leave_tablet() -> ResponseReturnValue:
    """Close the page and forget its language, for the next guest."""
    response = take(make_response(redirect(HERE, 303)))
    response.delete_cookie(language_cookie(HERE))
    return response

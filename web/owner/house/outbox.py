"""The room of mails: what waits, cancel it, send a test, say that guests are told."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInputError, MailError
from engine.usecases.guests import mail_room as rooms
from engine.usecases.guests.mail_notice import set_notice
from web.i18n import translated
from web.owner.blueprint import bp
from web.owner.house.outbox_page import PATH, outbox_page, why_in_words
from web.policy import allow
from web.words import word
from web.work import by, context, now, once

TEMPLATE = "owner/outbox.html"


@bp.get("/mail")
@allow("owner")
def mail() -> ResponseReturnValue:
    """Show the mails of one house."""
    room = rooms.mail_room(context(), request.args.get("house"))
    return render_template(TEMPLATE, page=outbox_page(room, is_tested="tested" in request.args))


@bp.post("/mail/<int:id>/cancel")
@allow("owner")
def mail_cancel(id: int) -> ResponseReturnValue:
    """Cancel a mail that waits."""

    def act() -> str:
        rooms.cancel_mail(context(), id)
        return _there("waiting")

    return once(act)


@bp.post("/mail/<int:id>/again")
@allow("owner")
def mail_again(id: int) -> ResponseReturnValue:
    """Send a mail again that was given up."""

    def act() -> str:
        rooms.send_again(context(), id, now=now())
        return _there("waiting")

    return once(act)


@bp.post("/mail/<house>/notice")
@allow("owner")
def mail_notice(house: str) -> ResponseReturnValue:
    """Record whether guests are told where they leave their address."""
    is_given = request.form.get("is_given") == "yes"

    def act() -> str:
        set_notice(context(), house, is_given=is_given, by=by(), now=now())
        return _there("notice", house)

    return once(act)


@bp.post("/mail/<house>/test")
@allow("owner")
def mail_test(house: str) -> ResponseReturnValue:
    """Send a mail to the owner; what is wrong stands beside the field."""
    to = request.form.get("to", "")

    def act() -> str:
        words = (word("mail.test_subject").unescape(), word("mail.test_text").unescape())
        rooms.send_test(context(), house, to, words, now())
        return _there("test", house, tested=1)

    try:
        return once(act)
    except BadInputError as error:
        return _again(house, to, translated(error.message)), 422
    except MailError as error:
        return _again(house, to, why_in_words(error.reason)), 503


def _again(house: str, to: str, problem: str) -> str:
    room = rooms.mail_room(context(), house)
    return render_template(TEMPLATE, page=outbox_page(room, to=to, problem=problem))


def _there(place: str, house: str = "", **more: object) -> str:
    chosen = house or request.form.get("house", "")
    query = urlencode({**({"house": chosen} if chosen else {}), **more})
    return f"{PATH}?{query}#{place}" if query else f"{PATH}#{place}"

"""No more mail: one button for people, one click for mail programs, no cookie for either."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.usecases.guests.mail_wishes import refuse_mail, stay_of_mail, want_mail_again
from web.guest.blueprint import bp
from web.guest.door import opened, speak_like
from web.policy import allow
from web.work import context, now

AGAIN = "again"
TEMPLATE = "guest/no_mail.html"


@dataclass(frozen=True, slots=True)
class NoMailPage:
    """One button; nothing of the guest, and not the house either: links are forwarded."""

    state: str
    """`asked`, `done` or `again`."""
    house: str = ""


@bp.get("/g/<link>/no-mail")
@allow("anyone")
def no_mail_form(link: str) -> ResponseReturnValue:
    """Show one button: mail scanners follow links, and nobody objects by that."""
    speak_like(opened(lambda: stay_of_mail(context(), link)))
    return render_template(TEMPLATE, page=NoMailPage("asked"))


@bp.post("/g/<link>/no-mail")
# A mail program posts here by itself (RFC 8058): no cookie, and no origin of ours.
@allow("anyone", uses_cookies=False)
def no_mail(link: str) -> ResponseReturnValue:
    """End all mails to the guest, or take that back; done twice it is done once."""
    if request.form.get("do") == AGAIN:
        speak_like(opened(lambda: want_mail_again(context(), link)))
        return render_template(TEMPLATE, page=NoMailPage(AGAIN))
    speak_like(opened(lambda: refuse_mail(context(), link, now=now())))
    return render_template(TEMPLATE, page=NoMailPage("done"))

"""The guest's own data: see, correct, take along, delete, be served without notes."""

from __future__ import annotations

import json

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadInputError, ConflictError
from engine.usecases.guests.answer_prompt import GUEST
from engine.usecases.guests.corrections import correct, delete_everything, say_not_so
from engine.usecases.guests.my_data import MyData, my_data
from engine.usecases.guests.wishes import serve_with_notes, serve_without_notes
from engine.usecases.privacy.export import export_of
from engine.usecases.stays.consent import record_consent
from web.guest.blueprint import bp
from web.guest.consent import read_consent
from web.guest.door import code, guest, opened, speak_like, take
from web.guest.my_data_pages import HERE, DeletePage, GonePage, MyDataPage
from web.i18n import language
from web.policy import allow
from web.work import context, now

DONE = {
    "corrected": "my_data.done_corrected",
    "taken-back": "my_data.done_taken_back",
    "consent": "my_data.done_consent",
    "without": "my_data.done_without",
    "with": "my_data.done_with",
}
"""What an address may say was done, and the trade word for it."""
LATER = frozenset({"/g", HERE})
"""Pages that ask for consent, to which its answer leads back."""


@bp.get(HERE)
@allow("anyone")
def mine() -> ResponseReturnValue:
    """Show all that is kept, with where it came from and what it led to."""
    found = _opened()
    done = DONE.get(request.args.get("done", ""), "")
    return render_template("guest/my_data.html", page=MyDataPage.of(found, done=done))


@bp.post(f"{HERE}/correct")
@allow("anyone")
def correct_mine() -> ResponseReturnValue:
    """Write name and language as the guest says."""
    sent = code()
    name, tongue = request.form.get("name", ""), request.form.get("language") or None
    try:
        opened(lambda: correct(context(), sent, name, tongue, guest()))
    except BadInputError:
        page = MyDataPage.of(_opened(), is_wrong=True)
        return render_template("guest/my_data.html", page=page), 422
    return _done("corrected")


@bp.post(f"{HERE}/not-so")
@allow("anyone")
def not_so() -> ResponseReturnValue:
    """Take back what is not so."""
    sent, mark = code(), request.form.get("mark", "")
    try:
        opened(lambda: say_not_so(context(), sent, mark, guest()))
    except ConflictError:
        return redirect(HERE, 303)
    return _done("taken-back")


@bp.post("/g/consent")
@allow("anyone")
def consent() -> ResponseReturnValue:
    """Record a yes or no to one purpose, and lead back to the page that asked."""
    found = _opened()
    (purpose, is_allowed), back = read_consent(), request.form.get("back", "")
    if is_allowed is not None:
        stay = found.stay
        record_consent(
            context(),
            stay.ref,
            purpose,
            guest(),
            is_allowed=is_allowed,
            house_id=stay.house,
            language=language(),
        )
    return redirect(f"{back if back in LATER else HERE}?done=consent#{purpose.value}", 303)


@bp.post(f"{HERE}/notes")
@allow("anyone")
def notes() -> ResponseReturnValue:
    """Serve the guest without notes from now on, or with them again."""
    found = _opened()
    if request.form.get("notes") == "off":
        serve_without_notes(context(), found.person.id, now=now())
        return _done("without")
    serve_with_notes(context(), found.person.id, now=now())
    return _done("with")


@bp.get(f"{HERE}/copy")
@allow("anyone")
def copy() -> ResponseReturnValue:
    """Hand out a page to keep, readable without this house."""
    page = MyDataPage.of(_opened())
    answer = make_response(render_template("guest/my_data_copy.html", page=page))
    return _kept(answer, "my-data.html")


@bp.get(f"{HERE}/copy.json")
@allow("anyone")
def copy_json() -> ResponseReturnValue:
    """Hand out every column that says anything of her and of this stay, for machines."""
    found = _opened()
    document = export_of(context(), found.person.id, now=now(), stay_id=found.stay.id)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _kept(Response(text, mimetype="application/json"), "my-data.json")


@bp.get(f"{HERE}/delete")
@allow("anyone")
def delete_form() -> ResponseReturnValue:
    """Ask once more: what is deleted cannot be brought back."""
    return render_template("guest/my_data_delete.html", page=DeletePage.of(_opened()))


@bp.post(f"{HERE}/delete")
@allow("anyone")
def delete_mine() -> ResponseReturnValue:
    """Erase the guest, close her page and show the receipt."""
    found, sent = _opened(), code()
    receipt = opened(lambda: delete_everything(context(), sent, by=GUEST, now=now()))
    page = GonePage.of(found.house, receipt)
    return take(make_response(render_template("guest/my_data_gone.html", page=page)))


def _opened() -> MyData:
    sent = code()
    found = opened(lambda: my_data(context(), sent, now=now()))
    speak_like(found.stay)
    return found


def _done(what: str) -> ResponseReturnValue:
    return redirect(f"{HERE}?done={what}", 303)


def _kept(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

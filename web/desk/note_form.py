"""Notes about a stay: written in one tap more where words of health or belief are in them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from engine.domain.sensitive import Sensitive
from engine.usecases.stays.notes import LONGEST_NOTE, write_note
from engine.usecases.stays.recording import Actor
from web.desk.address import path_of
from web.desk.views import bp
from web.forms import Form, load
from web.i18n import language
from web.messages import marked
from web.policy import allow
from web.work import by, context, idempotency_key, now


class NoteForm(Form):
    """A note, and whether it is to be kept in spite of a warning."""

    text = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_NOTE, error=marked("A note has 1 to 500 characters.")),
    )
    anyway = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True)
class WarnedPage:
    """A note with words that tell of health, religion or origin, not kept yet."""

    path: str
    text: str
    words: tuple[Sensitive, ...]
    most: int = LONGEST_NOTE


@bp.post("/desk/<stay:ref>/notes")
@allow("desk", "owner")
def note(ref: str) -> ResponseReturnValue:
    """Keep a note, or show what it should be looked at for."""
    said = load(NoteForm, request.form)
    actor = Actor(by(), now(), key=idempotency_key())
    found = write_note(
        context(), ref, said["text"], actor, languages=[language()], is_meant=said["anyway"]
    )
    if found:
        page = WarnedPage(path_of(ref), said["text"], found)
        return render_template("desk/note.html", page=page)
    return redirect(path_of(ref), 303)

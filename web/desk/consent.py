"""The desk notes what a guest said to being remembered, after reading the words to her."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from engine.usecases.stays.consent import let_remember
from engine.usecases.stays.recording import Actor
from web.desk import forms
from web.desk.address import path_of
from web.desk.views import bp
from web.forms import load
from web.policy import allow
from web.work import by, context, idempotency_key, now


@bp.post("/desk/<stay:ref>/consent")
@allow("desk", "owner")
def say_consent(ref: str) -> ResponseReturnValue:
    """Record what the guest said after the words were read to her."""
    form = load(forms.ConsentForm, request.form)
    actor = Actor(by(), now(), key=idempotency_key())
    let_remember(
        context(), ref, actor, is_allowed=form["allowed"], language=form["language"] or None
    )
    return redirect(f"{path_of(ref)}#consent", 303)

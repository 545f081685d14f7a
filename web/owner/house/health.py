"""The room of health: forecasts, rules, the learner, the machine."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.usecases.house.health import health_room
from web.owner.blueprint import bp
from web.owner.house.health_page import health_page
from web.policy import allow
from web.work import context, now


@bp.get("/health")
@allow("owner")
def health() -> ResponseReturnValue:
    """Show how Tact fares."""
    room = health_room(context(), request.args.get("house"), now=now())
    return render_template("owner/health.html", page=health_page(room))

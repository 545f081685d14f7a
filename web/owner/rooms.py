"""The owner's first page: which rooms there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.usecases.house.own_house import has_demo
from web.owner.blueprint import bp
from web.owner.rules.views import HISTORY, RULES
from web.policy import allow
from web.words import word
from web.work import context

ROOMS = (
    ("common.nav_rules", RULES, "owner.rules_lead"),
    ("rule_table.title", f"{RULES}/table", "rule_table.room_lead"),
    ("publishing.title", "/owner/publishing", "publishing.room_lead"),
    ("owner.history", HISTORY, "owner.history_room_lead"),
    ("guests_say.title", "/owner/guests-say", "guests_say.room_lead"),
    ("why.title", "/owner/stays", "why.room_lead"),
    ("content.questions", "/owner/questions", "content.questions_room_lead"),
    ("content.styles", "/owner/styles", "content.styles_room_lead"),
    ("content.packs", "/owner/packs", "content.packs_room_lead"),
    ("common.nav_reservations", "/owner/reservations", "owner.reservations_room_lead"),
    ("house.title", "/owner/house", "house.room_lead"),
    ("mail.title", "/owner/mail", "mail.room_lead"),
    ("common.nav_fairness", "/owner/fairness", "fairness.room_lead"),
    ("common.nav_health", "/owner/health", "health.room_lead"),
    ("common.nav_people", "/owner/people", "owner.people_room_lead"),
)
START = ("owner.start", "/owner/start-own-house", "owner.start_room_lead")


@dataclass(frozen=True, slots=True)
class Room:
    """One way on from the owner's start page."""

    title: str
    path: str
    lead: str


@dataclass(frozen=True, slots=True)
class RoomsPage:
    """The owner's rooms."""

    rooms: Sequence[Room]


@bp.get("")
@allow("owner")
def rooms() -> ResponseReturnValue:
    """Show the owner's rooms."""
    shown = (*ROOMS, START) if has_demo(context()) else ROOMS
    page = RoomsPage([Room(str(word(t)), path, str(word(lead))) for t, path, lead in shown])
    return render_template("owner/rooms.html", page=page)

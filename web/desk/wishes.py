"""Wishes in house: one list for housekeeping, service and the desk, to read or to print."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.domain.catalogue import Catalogue
from engine.usecases.stays.house_wishes import HouseWishes, RoomWishes, house_wishes
from web.desk.shown import day_in_words, text, value_in_words
from web.desk.talk import Wish
from web.desk.views import bp
from web.policy import allow
from web.words import word
from web.work import context, now


@dataclass(frozen=True, slots=True)
class RoomView:
    """One room with its wishes in words."""

    unit: str
    guest: str
    is_here: bool
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class WishesPage:
    """The list of one day."""

    house: str
    day: str
    rooms: tuple[RoomView, ...]


@bp.get("/desk/wishes")
@allow("desk", "owner")
def wishes_in_house() -> ResponseReturnValue:
    """Show what everybody in house asked for."""
    page = page_of(house_wishes(context(), now=now()), context().catalogue)
    return render_template("desk/wishes.html", page=page)


def page_of(told: HouseWishes, catalogue: Catalogue) -> WishesPage:
    """Write the list in the language of whoever reads it."""
    rooms = tuple(_room(room, catalogue) for room in told.rooms)
    return WishesPage(told.house.name, day_in_words(told.day), rooms)


def _room(room: RoomWishes, catalogue: Catalogue) -> RoomView:
    spoken = [
        Wish(value_in_words(catalogue.facts[id], True), text(catalogue.facts[id].adds_help))
        for id in room.cues
    ]
    answered = [_answer(id, grade, catalogue) for id, grade in room.answers.items()]
    return RoomView(room.unit, room.guest, room.is_here, (*spoken, *answered))


def _answer(question: str, grade: int, catalogue: Catalogue) -> Wish:
    """Write an answer with its question: without it a short answer says nothing to others."""
    asked = catalogue.questions[question]
    we_will = word("desk.we_will", text=text(asked.grades[grade].we_will))
    said = f"{text(asked.text)} “{text(asked.grades[grade].text)}”"
    return Wish(said, str(we_will.unescape()))

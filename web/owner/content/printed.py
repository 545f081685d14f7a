"""What owners print for their units: door-hangers for all at once, and cards of chosen packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.stays import House, Unit
from engine.errors import NotFoundError
from engine.usecases.guests.guide import Guide
from engine.usecases.house.content_preview import example_place
from web.guest.guide_pages import Sheet, sheets, shown
from web.guest.printed import cards_page, hangers_page
from web.i18n import language
from web.owner.blueprint import bp
from web.policy import allow
from web.work import context

PRINTED = "/owner/packs/printed"
CARDS, HANGERS = "cards", "hangers"
MOST_CARDS = 400
"""A browser lays out so many pages in a few seconds; a larger hotel prints in parts."""
USUAL = "arrival_basics"
"""The pack that lies in every room."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be ticked."""

    value: str
    name: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What can be printed."""

    house: str
    units: tuple[Choice, ...]
    packs: tuple[Choice, ...]
    tags: tuple[str, ...]
    tag: str
    too_many: int
    """How many cards were asked for, where they are too many; else 0."""
    most: int


@bp.get("/packs/printed")
@allow("owner")
def packs_printed() -> ResponseReturnValue:
    """Ask what is to be printed, or show it."""
    house, _ = example_place(context())
    what = request.args.get("what")
    if what == HANGERS:
        return hangers_page(house, _units(house), back=PRINTED)
    if what == CARDS:
        return _cards(house)
    return _form(house)


def _cards(house: House) -> ResponseReturnValue:
    wanted, units = request.args.getlist("pack"), _units(house)
    n_cards = len(wanted) * len(units)
    if not n_cards:
        return redirect(PRINTED, 303)
    if n_cards > MOST_CARDS:
        return _form(house, n_cards), 422
    tag = _tag()
    found = [sheet for unit in units for sheet in _sheets(house, unit, wanted, tag)]
    return cards_page(house, found, tag, back=PRINTED)


def _sheets(house: House, unit: Unit, wanted: Sequence[str], tag: str) -> tuple[Sheet, ...]:
    """Return the cards of a unit: packs with codes are never among them."""
    open_packs = Guide(context().catalogue, house, unit, tag).packs()
    packs = tuple(pack for pack in open_packs if pack.id in wanted)
    return sheets(packs, shown(packs), house.name, unit.name)


def _units(house: House) -> tuple[Unit, ...]:
    """Return the units that the address asks for, or all."""
    code = request.args.get("unit")
    units = tuple(unit for unit in house.units if not code or unit.code == code)
    if code and not units:
        raise NotFoundError("This house has no such room or cabin.")
    return units


def _tag() -> str:
    tag = request.args.get("in", "")
    return tag if tag in context().catalogue.languages else language()


def _form(house: House, too_many: int = 0) -> str:
    open_packs = Guide(context().catalogue, house, None, language()).packs()
    asked = request.args.getlist("pack") or [USUAL]
    page = PrintedPage(
        house=house.name,
        units=tuple(Choice(unit.code, unit.name) for unit in house.units),
        packs=tuple(Choice(pack.id, pack.title, pack.id in asked) for pack in open_packs),
        tags=context().catalogue.languages,
        tag=_tag(),
        too_many=too_many,
        most=MOST_CARDS,
    )
    return render_template("owner/printed.html", page=page)

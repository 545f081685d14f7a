"""Packs on paper: cards of one pack each, and door-hangers with a code to scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from babel import Locale
from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.domain.stays import House, Unit
from engine.usecases.guests.guide import GuidePack
from web.guest.guide_pages import Sheet, folder_of, sheets, shown
from web.i18n import language
from web.words import trade_word
from web.work import context


@dataclass(frozen=True, slots=True)
class CardsPage:
    """Cards to print, each with one pack."""

    house: str
    tag: str
    """Language of the cards."""
    direction: str
    sheets: Sequence[Sheet]
    back: str


@dataclass(frozen=True, slots=True)
class Said:
    """One line in one language."""

    tag: str
    direction: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Hanger:
    """One door-hanger: it says nothing that the next guest should not read."""

    house: str
    unit: str
    address: str
    qr: Markup
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class HangersPage:
    """Door-hangers to print."""

    house: str
    hangers: Sequence[Hanger]
    back: str


def cards(
    house: House, unit: Unit | None, packs: tuple[GuidePack, ...], *, back: str
) -> ResponseReturnValue:
    """Show `packs` as cards in the language of the request."""
    unit_name = unit.name if unit else ""
    found = sheets(packs, shown(packs), house.name, unit_name)
    return cards_page(house, found, language(), back=back)


def cards_page(house: House, found: Sequence[Sheet], tag: str, *, back: str) -> ResponseReturnValue:
    """Show sheets as cards in one language."""
    page = CardsPage(house.name, tag, _direction(tag), found, back)
    return render_template("packs/cards.html", page=page)


def hangers_page(house: House, units: Sequence[Unit], *, back: str) -> ResponseReturnValue:
    """Show a door-hanger for each unit."""
    page = HangersPage(house.name, [hanger(house, unit) for unit in units], back)
    return render_template("packs/hangers.html", page=page)


def hanger(house: House, unit: Unit) -> Hanger:
    """Return the door-hanger of a unit, in the languages of the house."""
    address = context().base_url + folder_of(unit.code)
    catalogue = context().catalogue
    tags = [tag for tag in house.languages if tag in catalogue.languages]
    lines = tuple(
        Said(tag, _direction(tag), trade_word(catalogue, tag, "packs.scan"))
        for tag in tags or catalogue.languages[:1]
    )
    return Hanger(house.name, unit.name, address, qr(address), lines)


def qr(address: str) -> Markup:
    """Return a drawing that phones read; the address also stands in letters beside it."""
    drawing = segno.make(address, micro=False, error="q").svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(drawing)  # noqa: S704  # drawn by us: squares, no text


def _direction(tag: str) -> str:
    return Locale.parse(tag, sep="-").text_direction

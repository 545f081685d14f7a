"""What the template of the search for a stay gets, and where its pages are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from engine.domain.stays import House, Stay
from engine.usecases.rules.why import StaysFound, StayWhy
from web.desk.address import part_of
from web.owner.rules.pages import style_name
from web.owner.told import day
from web.words import name_of, word

PATH = "/owner/stays"
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class HouseLink:
    """One house to search in."""

    name: str
    path: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class StayLine:
    """One stay to ask about."""

    name: str
    path: str
    day: str
    unit: str
    status: Markup
    served: str
    """What the desk did; empty before check-in."""


@dataclass(frozen=True, slots=True)
class StaysPage:
    """Recent stays, or those that were looked for."""

    house: str
    houses: tuple[HouseLink, ...]
    asked: str
    stays: tuple[StayLine, ...]


def why_path(house: str, ref: str, about: Mapping[str, object] = NOTHING, page: str = "why") -> str:
    """Return the address of a page about one stay; `about` says which advice."""
    return f"{PATH}/{part_of(ref)}/{page}?{urlencode({'house': house, **about})}"


def advice_meant(told: StayWhy) -> Mapping[str, object]:
    """Return what an address says to mean the same advice again."""
    return {"given": told.given.id} if told.given else {"now": 1}


def advice_seen(told: StayWhy) -> Mapping[str, object]:
    """Return the same where the advice is on the page: what was opened once stays open."""
    return {**advice_meant(told), **({"show": 1} if told.is_blind else {})}


def unit_name(house: House, stay: Stay) -> str:
    """Return the name of the room or cabin; empty where none is assigned."""
    return next((unit.name for unit in house.units if unit.code == stay.unit), stay.unit or "")


def stays_page(found: StaysFound) -> StaysPage:
    """Make the page of the search."""
    house = found.house
    return StaysPage(
        house=house.id,
        houses=tuple(
            HouseLink(one.name, f"{PATH}?{urlencode({'house': one.id})}", one.id == house.id)
            for one in found.houses
        ),
        asked=found.asked,
        stays=tuple(
            StayLine(
                name=name_of(stay.guest),
                path=why_path(house.id, stay.ref),
                day=day(stay.arrival_on),
                unit=unit_name(house, stay),
                status=word(f"why.status_{stay.status.value}"),
                served=style_name(stay.served_style) if stay.served_style else "",
            )
            for stay in found.stays
        ),
    )

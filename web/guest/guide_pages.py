"""What the templates of the guide get, and pictures in the form that each of them needs."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from engine.usecases.guests.guide import GuidePack
from engine.usecases.guests.pictures import FOLDER, picture, pictures_in
from web.guest.markdown import Around, Shown, to_html
from web.work import context


@dataclass(frozen=True, slots=True)
class PackPage:
    """One page of the guide."""

    house: str
    title: str
    html: Markup
    back: str
    print: str
    """Address of the same page as a card."""
    useful: str = ""
    """Address that takes whether it was useful; empty where nobody is asked."""
    is_useful: bool | None = None
    is_at_desk: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One pack on its card, or in the file that is kept."""

    id: str
    title: str
    html: Markup
    house: str
    unit: str
    """Name, empty where none is known."""


def shown(packs: tuple[GuidePack, ...]) -> dict[str, Markup]:
    """Return each pack as HTML, by its id."""
    found = pictures_in(context(), [pack.text for pack in packs])
    pictures = {
        FOLDER + sha256: Shown(FOLDER + sha256, one.width, one.height)
        for sha256, one in found.items()
    }
    return {pack.id: to_html(pack.text, Around(pictures)) for pack in packs}


def shown_offline(packs: tuple[GuidePack, ...]) -> dict[str, Markup]:
    """Return each pack as HTML that needs nothing beside itself: pictures are within."""
    found = pictures_in(context(), [pack.text for pack in packs])
    pictures = {
        FOLDER + sha256: Shown(_data(sha256), one.width, one.height)
        for sha256, one in found.items()
    }
    around = Around(pictures, context().base_url)
    return {pack.id: to_html(pack.text, around) for pack in packs}


def _data(sha256: str) -> str:
    media_type, content = picture(context(), sha256)
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def sheets(
    packs: tuple[GuidePack, ...], html: dict[str, Markup], house: str, unit: str
) -> tuple[Sheet, ...]:
    """Return a sheet for each pack."""
    return tuple(Sheet(pack.id, pack.title, html[pack.id], house, unit) for pack in packs)


def folder_of(unit_code: str) -> str:
    """Return the address of the guide of a unit."""
    return f"/p/{quote(unit_code, safe='')}"

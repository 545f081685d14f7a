"""The guide as one file: no network, no script, nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import flask_babel
from flask import Response, render_template
from markupsafe import Markup

from engine.domain.stays import House, Unit
from engine.usecases.guests.guide import GuidePack
from web.assets import assets
from web.guest.guide_pages import Sheet, sheets, shown_offline
from web.i18n import language

STYLE = "kept.css"
POLICY = (
    "default-src 'none'; style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""Stands in the file itself, as no server will be there to send it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What goes into the file."""

    house: House
    unit: Unit | None
    packs: tuple[GuidePack, ...]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What the template of the file gets."""

    house: str
    unit: str
    contact: str
    saved_on: str
    style: Markup
    policy: str
    sheets: tuple[Sheet, ...]


def download(kept: Kept, at: datetime) -> Response:
    """Return the guide as a file to keep."""
    response = Response(_document(kept, at), mimetype="text/html")
    name = file_name(kept.house, kept.unit, language())
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _document(kept: Kept, at: datetime) -> str:
    style = assets()[STYLE].content
    unit = kept.unit.name if kept.unit else ""
    page = KeptPage(
        house=kept.house.name,
        unit=unit,
        contact=kept.house.contact,
        saved_on=flask_babel.format_date(at.astimezone(ZoneInfo(kept.house.time_zone)).date()),
        style=Markup(style.decode()),  # noqa: S704  # a file of ours, by its hash
        policy=POLICY.format(style=_hash(style)),
        sheets=sheets(kept.packs, shown_offline(kept.packs), kept.house.name, unit),
    )
    return render_template("packs/kept.html", page=page)


def _hash(style: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}"


def file_name(house: House, unit: Unit | None, tag: str) -> str:
    """Return a name that every file system takes: las-cabanas-cabin-7-en.html."""
    parts = (house.name, unit.name if unit else "", tag)
    return "-".join(filter(None, map(_plain, parts))) + ".html"


def _plain(text: str) -> str:
    """Return `text` in small Latin letters and digits; what has none of them is left out."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")

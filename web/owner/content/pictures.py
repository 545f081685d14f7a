"""Pictures of packs: put in from the editor of a pack, listed and removed in their own room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import ConflictError, FormError, Problem
from engine.usecases.guests.picture_files import LARGEST
from engine.usecases.guests.pictures import (
    ALT,
    FIELD,
    FOLDER,
    kept_pictures,
    line_of,
    put_picture,
    remove_picture,
)
from engine.usecases.house.content_told import Opened
from engine.usecases.house.languages import spoken_languages
from web.config import MIB
from web.errors import status_of
from web.i18n import language, translated
from web.owner.blueprint import bp
from web.owner.content.forms import Posted
from web.policy import allow
from web.work import by, context, now, once

LARGEST_REQUEST = LARGEST + 2 * MIB
"""The file a little too large, so that it is refused in words, and the page as typed."""
ROOM = "/owner/packs/pictures"


@dataclass(frozen=True, slots=True)
class AltBox:
    """What the picture shows, in one language."""

    name: str
    language: str
    value: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PictureCard:
    """One picture in the room."""

    sha256: str
    src: str
    name: str
    size: str
    width: int
    height: int
    packs: tuple[tuple[str, str], ...]
    """Id and title of the packs that show it."""
    line: str
    """To be put into a page."""


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """All pictures."""

    cards: tuple[PictureCard, ...]
    problem: str = ""


def alt_boxes(posted: Mapping[str, str], problems: Sequence[Problem]) -> tuple[AltBox, ...]:
    """Return a box for each language that the houses speak."""
    return tuple(
        AltBox(name, tag, posted.get(name, ""), tuple(p for p in problems if p.key == name))
        for tag in spoken_languages(context())
        for name in [f"{ALT}.{tag}"]
    )


def with_picture(one: Opened, posted: Posted) -> Posted:
    """Keep the picture that was sent and return the form with it at the end of each page.

    A language that the houses do not speak gets the words of the first one, as its guests would
    read any text that is missing in it.

    Raises
    ------
    FormError
        If it is no picture that can be shown, or words are missing.
    """
    pages = {name: text for name, text in posted.items() if _is_page(one, name) and text.strip()}
    written = {name.partition(".")[2] for name in pages}
    spoken = [tag for tag in spoken_languages(context()) if tag in written]
    alts = {tag: posted.get(f"{ALT}.{tag}", "") for tag in spoken}
    sha256 = put_picture(context(), *_file(), alts, by=by(), at=now())
    first = next(iter(alts.values()))
    lines = {
        page: f"{text.rstrip()}\n\n{line_of(sha256, alts.get(page.partition('.')[2], first))}\n"
        for page, text in pages.items()
    }
    return {key: text for key, text in posted.items() if not key.startswith(f"{ALT}.")} | lines


def _file() -> tuple[bytes, str]:
    """Return bytes and name of what was sent; a large file lay on the disk meanwhile."""
    file = request.files.get(FIELD)
    if file is None:
        return b"", ""
    with closing(file):
        return file.read(), file.filename or ""


def _is_page(one: Opened, name: str) -> bool:
    return name.startswith("body.") and name in one.fields


@bp.get("/packs/pictures")
@allow("owner")
def pictures() -> ResponseReturnValue:
    """Show all pictures."""
    return _page()


@bp.post("/packs/pictures/<sha256>/remove")
@allow("owner")
def picture_remove(sha256: str) -> ResponseReturnValue:
    """Delete a picture that no page shows."""

    def act() -> str:
        remove_picture(context(), sha256)
        return ROOM

    try:
        return once(act)
    except (ConflictError, FormError) as error:
        return _page(translated(error.message)), status_of(error)


def _page(problem: str = "") -> str:
    titles = {pack.id: pack.title for pack in context().catalogue.packs.values()}
    first = context().catalogue.languages[0]
    cards = tuple(
        PictureCard(
            sha256=one.picture.sha256,
            src=FOLDER + one.picture.sha256,
            name=one.picture.name,
            size=f"{one.picture.width} × {one.picture.height}, {-(-one.picture.size // 1024)} kB",
            width=one.picture.width,
            height=one.picture.height,
            packs=tuple((id, titles[id].get(language()) or titles[id][first]) for id in one.packs),
            line=line_of(one.picture.sha256, "…"),
        )
        for one in kept_pictures(context())
    )
    return render_template("owner/pictures.html", page=PicturesPage(cards, problem))

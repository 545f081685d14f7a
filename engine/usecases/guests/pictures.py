"""Pictures of packs: put in by owners, found in the text of a page, shown to whoever reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.edits import BODY
from engine.errors import ConflictError, FormError, NotFoundError, Problem
from engine.store import Work
from engine.store.pictures import PictureRecord
from engine.usecases.context import Context
from engine.usecases.guests.picture_files import read_picture
from engine.usecases.guests.picture_parts import PictureError

FIELD, ALT = "picture", "alt"
"""Names of the fields: the file, and what it shows in each language (`alt.de`)."""
FOLDER = "/pictures/"
LONGEST_ALT = 200
LONGEST_NAME = 80
IN_TEXT = re.compile(r"!\[([^\]]*)\]\(\s*<?([^\s)>]*)[^)]*\)")
"""A picture in Markdown: what it shows, where it is."""
OURS = re.compile(re.escape(FOLDER) + r"([0-9a-f]{64})")

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture as owners see it in their list."""

    picture: PictureRecord
    packs: tuple[str, ...]
    """Ids of the packs that show it now."""


def line_of(sha256: str, alt: str) -> str:
    """Return the line of Markdown that shows a picture."""
    plain = re.sub(r"[\[\]\\<>`*_]", " ", alt)
    return f"![{' '.join(plain.split())}]({FOLDER}{sha256})"


def hashes_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the hashes of the pictures that texts mention, here or not."""
    return frozenset(found for text in texts for found in OURS.findall(text))


def put_picture(
    ctx: Context,
    data: bytes,
    name: str,
    alts: Mapping[str, str],
    *,
    by: str,
    at: datetime,
) -> str:
    """Keep a picture and return its hash; the same picture again is kept once.

    Parameters
    ----------
    ctx : Context
    data : bytes
        Of the file.
    name : str
        Of the file, for the list of owners.
    alts : mapping of language to str
        What it shows, in each language in which the page is written.
    by : str
        Account name.
    at : datetime

    Raises
    ------
    FormError
        If the file is no picture that can be shown, or a language lacks its words.
    """
    wrong = list(_alt_faults(alts))
    try:
        file = read_picture(data) if data else None
    except PictureError as error:
        wrong.append(Problem("", "", FIELD, error.message))
        file = None
    if not data:
        wrong.append(Problem("", "", FIELD, "Choose a picture."))
    if wrong or file is None:
        raise FormError(*wrong)
    sha256 = hashlib.sha256(file.content).hexdigest()
    size = (file.media_type, file.width, file.height)
    record = PictureRecord(sha256, *size, name[:LONGEST_NAME], by, at, len(file.content))
    with ctx.store.begin() as work:
        work.pictures.add(record, file.content)
    return sha256


def _alt_faults(alts: Mapping[str, str]) -> Iterable[Problem]:
    for language, alt in alts.items():
        if not alt.strip():
            said = "Say what the picture shows, for guests who do not see it."
            yield Problem("", "", f"{ALT}.{language}", said)
        elif len(alt) > LONGEST_ALT:
            yield Problem("", "", f"{ALT}.{language}", "This is too long.")


def picture(ctx: Context, sha256: str) -> tuple[str, bytes]:
    """Return media type and bytes of a picture.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    with ctx.store.read() as work:
        found = work.pictures.content(sha256)
    if found is None:
        raise NotFoundError("There is no such picture.")
    return found


def pictures_in(ctx: Context, texts: Collection[str]) -> dict[str, PictureRecord]:
    """Return the pictures that are both mentioned in texts and here."""
    wanted = hashes_in(texts)
    if not wanted:
        return {}
    with ctx.store.read() as work:
        return work.pictures.of(wanted)


def kept_pictures(ctx: Context) -> tuple[KeptPicture, ...]:
    """Return every picture with the packs that show it, newest first."""
    with ctx.store.read() as work:
        records = work.pictures.all()
    return tuple(KeptPicture(record, shown_in(ctx, record.sha256)) for record in records)


def shown_in(ctx: Context, sha256: str) -> tuple[str, ...]:
    """Return the ids of the packs that show a picture in any language."""
    packs = ctx.catalogue.packs.values()
    return tuple(pack.id for pack in packs if sha256 in hashes_in(pack.body.values()))


def remove_picture(ctx: Context, sha256: str) -> None:
    """Delete a picture that no page shows.

    Raises
    ------
    NotFoundError
        If there is none.
    ConflictError
        If a page still shows it.
    """
    if shown_in(ctx, sha256):
        raise ConflictError("A page still shows this picture. Take it out there first.")
    with ctx.store.begin() as work:
        if not work.pictures.remove(sha256):
            raise NotFoundError("There is no such picture.")


def picture_faults(work: Work, told: Fields, languages: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong with the pictures in the page of a pack, at the field of its language.

    A picture must be one that was put in here, and say in words what it shows.
    """
    pages = {f"{BODY}.{tag}": str(told.get(f"{BODY}.{tag}") or "") for tag in languages}
    here = work.pictures.of(hashes_in(pages.values()))
    found = ((name, *one) for name, page in pages.items() for one in IN_TEXT.findall(page))
    wrong = ((name, _fault(alt, place, here)) for name, alt, place in found)
    return tuple(Problem("", "", name, fault) for name, fault in wrong if fault)


def _fault(alt: str, place: str, here: Collection[str]) -> str:
    ours = OURS.fullmatch(place)
    if ours is None or ours[1] not in here:
        return "Only pictures that were put in here are shown. Put this one in below the page."
    return "" if alt.strip() else "Say what the picture shows, for guests who do not see it."

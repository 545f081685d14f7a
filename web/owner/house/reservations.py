"""Reservations from a file: choose, preview, import."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.stays import House
from engine.errors import BadInputError, FormError, MappingError, Problem
from engine.usecases.house.own_house import has_demo, house_moving_in, own_houses
from engine.usecases.stays.import_stays import ImportReport, import_csv
from web.config import MIB
from web.owner.blueprint import bp
from web.policy import allow
from web.words import word
from web.work import context, now

LARGEST_UPLOAD = 24 * MIB
"""About 100,000 stays."""
LARGEST_KEPT = 2 * MIB
"""Up to this size the page carries the file itself from preview to import."""
MOST_LISTED = 100
EXAMPLE = "owner/mapping.toml"


@dataclass(frozen=True, slots=True)
class ReservationsPage:
    """The form, and what became of the last file."""

    houses: Sequence[House]
    """The own ones: real stays never mix with those of the demo."""
    house: str
    """Id of the house that the stays go to; empty while none is here."""
    moving_in: str
    """Name of the house that moves in with the first stays; empty where one is here."""
    is_demo_here: bool
    mapping: str
    report: ImportReport | None = None
    is_preview: bool = False
    kept: str = ""
    """The file as base64, so that it need not be chosen again; empty where it is too large."""
    kept_name: str = ""
    problems: Sequence[Problem] = ()
    most_listed: int = MOST_LISTED


@bp.get("/reservations")
@allow("owner")
def reservations_form() -> ResponseReturnValue:
    """Ask for a file and for what its columns mean."""
    mapping = render_template(EXAMPLE)
    return render_template("owner/reservations.html", page=_page(mapping))


@bp.post("/reservations")
@allow("owner")
def reservations_post() -> ResponseReturnValue:
    """Rehearse an import, or do it."""
    request.max_content_length = LARGEST_UPLOAD
    request.max_form_memory_size = LARGEST_UPLOAD
    is_preview = request.form.get("do") != "import"
    try:
        data, name = _file()
        report = import_csv(
            context(),
            data,
            _mapping(),
            house=_house() or None,
            dry_run=is_preview,
            now=now(),
            mapping_name=str(word("owner.mapping")),
        )
    except FormError as error:
        return _again(error.problems)
    except MappingError as error:
        return _again([replace(one, file="", id=one.key, key="mapping") for one in error.problems])
    except BadInputError as error:
        return _again((_problem("file", error.message),))
    kept = base64.b64encode(data).decode() if len(data) <= LARGEST_KEPT and is_preview else ""
    page = _page(_mapping(), report=report, is_preview=is_preview, kept=kept, kept_name=name)
    return render_template("owner/reservations.html", page=page)


def _again(problems: Sequence[Problem]) -> ResponseReturnValue:
    page = _page(request.form.get("mapping", ""), problems=problems)
    return render_template("owner/reservations.html", page=page), 422


def _page(
    mapping: str,
    *,
    report: ImportReport | None = None,
    is_preview: bool = False,
    kept: str = "",
    kept_name: str = "",
    problems: Sequence[Problem] = (),
) -> ReservationsPage:
    newcomer = house_moving_in(context())
    return ReservationsPage(
        houses=own_houses(context()),
        house=_house(),
        moving_in=newcomer.name if newcomer else "",
        is_demo_here=has_demo(context()),
        mapping=mapping,
        report=report,
        is_preview=is_preview,
        kept=kept,
        kept_name=kept_name,
        problems=problems,
    )


def _house() -> str:
    """Return the house that the stays go to: the one chosen, else the first own one, if any."""
    known = [house.id for house in own_houses(context())]
    chosen = request.form.get("house", "")
    return chosen if chosen in known else next(iter(known), "")


def _mapping() -> str:
    """Return what the columns mean: the file if one was chosen, else the field."""
    file = request.files.get("mapping_file")
    if file is None or not file.filename:
        return request.form.get("mapping", "")
    try:
        file.stream.seek(0)
        return file.stream.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormError(_problem("mapping_file", "The mapping is not UTF-8 text.")) from None


def _file() -> tuple[bytes, str]:
    """Return the reservations: the file chosen now, else the one kept from the preview."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read(), file.filename
    try:
        data = base64.b64decode(request.form.get("kept", ""), validate=True)
    except ValueError:  # no base64, or not even ASCII
        data = b""
    if not data:
        raise FormError(_problem("file", str(word("owner.choose_file"))))
    return data, request.form.get("kept_name", "")


def _problem(key: str, message: str) -> Problem:
    return Problem(file="", id="", key=key, message=message)

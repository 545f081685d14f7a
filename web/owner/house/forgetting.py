"""The part of the room House about forgetting: its form and its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import format_decimal
from markupsafe import Markup

from engine.catalogue.edits import FORGETTING
from engine.usecases.house.content_told import Opened, Version
from engine.usecases.house.forgetting import forgetting_told
from engine.usecases.house.room import HouseRoom
from web.owner.house.fields import Field, Typed
from web.owner.house.parts import PATH, FormPart, form_part
from web.owner.told import moment
from web.words import word
from web.work import context

LATER = 5
"""Years after which a memory is told once more: what a yearly share means is seen there."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of the share."""

    number: int
    share: str
    by: str
    at: str
    reason: str
    is_in_force: bool
    restore: str
    """Where to post to bring it back."""


@dataclass(frozen=True, slots=True)
class ForgettingPart:
    """The share, how to change it, and what it was."""

    said: tuple[Markup, ...]
    form: FormPart
    versions: tuple[VersionLine, ...]


def forgetting_part(room: HouseRoom, typed: Typed | None) -> ForgettingPart:
    """Make the part about forgetting."""
    told, at = forgetting_told(context()), f"{PATH}/{room.house.id}"
    fields = list(_fields(told, typed.form.get("reason", "") if typed else ""))
    return ForgettingPart(
        said=tuple(_said(room, float(told.fields[FORGETTING]))),
        form=form_part(FORGETTING, at, fields, str(told.seen), typed),
        versions=tuple(_version(told, one, at, room.house.time_zone) for one in told.versions),
    )


def _fields(told: Opened, reason: str) -> Iterator[Field]:
    share = _plain(told.fields)
    hint = word("house.forgetting_share_hint")
    yield Field(FORGETTING, word("house.forgetting_share"), "number", share, hint=hint)
    yield Field("reason", word("content.why"), "text", reason)


def _plain(fields: Mapping[str, float]) -> str:
    return str(format_decimal(100.0 * fields[FORGETTING], format="0.##"))


def _said(room: HouseRoom, share: float) -> Iterator[Markup]:
    yield word("house.forgetting_guest", share=_percent(share))
    yield word("house.forgetting_later", n=LATER, share=_percent(share**LATER))
    drift = room.run.content["document"].get("drift") if room.run else None
    if not drift:
        yield word("house.forgetting_untold")
    elif drift["discount"] == 1:
        yield word("house.forgetting_none")
    else:
        yield word("house.forgetting_stays", share=_percent(drift["discount"]))


def _percent(share: float) -> str:
    return f"{format_decimal(100.0 * share, format='0.#')} %"


def _version(told: Opened, one: Version, at: str, zone: str) -> VersionLine:
    share = _share_of(told, one)
    return VersionLine(
        number=one.number,
        share=_percent(share),
        by=one.by,
        at=moment(one.at, zone) if one.at else "",
        reason=one.reason,
        is_in_force=one.is_in_force,
        restore=f"{at}/forgetting/restore/{one.number}",
    )


def _share_of(told: Opened, one: Version) -> float:
    """Return the share of a version: what it changed, or what the one before left."""
    for version in told.versions[told.versions.index(one) :]:
        for name, _, after in version.changes:
            if name == FORGETTING:
                return float(after)
    return float(told.shipped[FORGETTING])


def reason_of(number: int) -> Markup:
    """Return what the versions say where one was brought back; an unknown one is refused later."""
    numbers = [version.number for version in reversed(forgetting_told(context()).versions)]
    if not number or number not in numbers:
        return word("content.restored_shipped")
    return word("content.restored_reason", n=numbers.index(number))

"""What the templates about the house get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, format_decimal
from markupsafe import Markup

from engine.catalogue.houses import HOUSE_CLASSES
from engine.domain.stays import House
from engine.usecases.house import room as rooms
from engine.usecases.house.own_house import time_zones
from engine.usecases.house.room import (
    CHANGED,
    EDITED,
    EXPLORED,
    GRANTS,
    HouseRoom,
    PackGaps,
    UnitRow,
)
from web.i18n import own_name
from web.owner.house.fields import Field, Option, Typed, chosen
from web.owner.house.forgetting import ForgettingPart, forgetting_part
from web.owner.house.forms import NUMBERS, SHARES
from web.owner.house.hints import Hint, house_hints
from web.owner.house.parts import PATH, FormPart, form_part, text_fields
from web.owner.rules.pages import style_name
from web.owner.told import moment, text
from web.words import word
from web.work import context

PART_OF = {CHANGED: "basics", EXPLORED: "exploration", EDITED: "forgetting"}
"""Part that an entry of the history speaks of, where it does not say so itself."""
PARTS = ("basics", "grants", "exploration", "forgetting")
"""Forms of the page."""


@dataclass(frozen=True, slots=True)
class HouseLink:
    """One house to look at."""

    name: str
    path: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack and what it lacks."""

    title: str
    path: str
    n_keys: int
    missing: tuple[str, ...]
    untranslated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One room or cabin in the list."""

    code: str
    name: str
    path: str
    about: Markup
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who changed what, when."""

    at: str
    by: str
    what: Markup
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HousePage:
    """The room of one house."""

    name: str
    houses: tuple[HouseLink, ...]
    n_missing: int
    basics: FormPart
    packs: tuple[PackLine, ...]
    units: tuple[UnitLine, ...]
    new_unit: str
    grants: FormPart
    exploration: FormPart
    is_exploring: bool
    spent: Markup
    arms: tuple[Markup, ...]
    forgetting: ForgettingPart
    history: tuple[HistoryLine, ...]
    warnings: tuple[Hint, ...] = ()
    """Words of the house to look at again."""
    is_saved: bool = False


def house_links(houses: Sequence[House], here: str, path: str) -> tuple[HouseLink, ...]:
    """Return the way to the same room of each house; none where there is only one."""
    if len(houses) < 2:
        return ()
    return tuple(HouseLink(one.name, f"{path}?house={one.id}", one.id == here) for one in houses)


def house_page(
    room: HouseRoom, *, typed: Typed | None = None, part: str = "", is_saved: bool = False
) -> HousePage:
    """Make the page of one house.

    Parameters
    ----------
    room : HouseRoom
    typed : Typed, optional
        A form that could not be used, to be shown again.
    part : str
        Which one: `basics`, `grants`, `exploration` or `forgetting`.
    is_saved : bool
        Whether this owner saved just now.
    """
    house, at = room.house, f"{PATH}/{room.house.id}"
    kept = {name: typed if name == part else None for name in PARTS}
    return HousePage(
        name=house.name,
        houses=house_links(room.houses, house.id, PATH),
        n_missing=room.n_missing,
        basics=form_part(
            "basics", at, list(_basics(house)), rooms.mark_of_basics(house), kept["basics"]
        ),
        packs=tuple(_pack_line(gaps, at) for gaps in room.packs if gaps.keys),
        units=tuple(_unit_line(row, at) for row in room.units),
        new_unit=f"{at}/units/new",
        grants=form_part(
            "grants",
            at,
            list(_grants(house)),
            rooms.mark_of_values(house, (GRANTS,)),
            kept["grants"],
        ),
        exploration=form_part(
            "exploration",
            at,
            list(_exploration(room)),
            rooms.mark_of_exploration(room.exploration),
            kept["exploration"],
        ),
        is_exploring=room.exploration.is_on,
        spent=word(
            "house.spent",
            spent=format_decimal(room.spent, format="0.0"),
            budget=format_decimal(room.exploration.monthly_budget, format="0.#"),
            month=month_name(room.month),
        ),
        arms=tuple(word(f"house.arm_{arm.value}", n=n) for arm, n in room.by_arm.items() if n),
        forgetting=forgetting_part(room, kept["forgetting"]),
        history=tuple(_history(room)),
        warnings=house_hints(house, room.packs),
        is_saved=is_saved,
    )


def month_name(month: str) -> str:
    """Return a month such as 2026-06 in words."""
    year, number = month.split("-")
    return str(format_date(date(int(year), int(number), 1), "LLLL y", rebase=False))


def _languages() -> tuple[Option, ...]:
    return tuple(Option(tag, own_name(tag), tag) for tag in context().catalogue.languages)


def _basics(house: House) -> Iterator[Field]:
    quiet_from, quiet_until = map(str, house.quiet_hours)
    zones = (Option(zone, zone) for zone in dict.fromkeys([*time_zones(), house.time_zone]))
    styles = (Option(id, style_name(id)) for id in context().catalogue.styles)
    classes = chosen(HOUSE_CLASSES, "house.class")
    yield Field("name", word("owner.house_name"), "text", house.name)
    yield Field(
        "contact", word("owner.contact"), "text", house.contact, hint=word("owner.contact_hint")
    )
    yield Field("house_class", word("house.class"), "select", house.house_class, classes)
    yield Field(
        "time_zone",
        word("house.time_zone"),
        "select",
        house.time_zone,
        tuple(zones),
        word("owner.time_zone_hint"),
    )
    yield Field("languages", word("house.languages"), "checks", house.languages, _languages())
    yield Field(
        "quiet_from", word("house.quiet_from"), "number", quiet_from, hint=word("house.quiet_hint")
    )
    yield Field("quiet_until", word("house.quiet_until"), "number", quiet_until)
    yield Field(
        "usual_style",
        word("house.usual_style"),
        "select",
        house.usual_style,
        tuple(styles),
        word("house.usual_style_hint"),
    )


def _grants(house: House) -> Iterator[Field]:
    yield from text_fields(GRANTS, word("house.grants"), rooms.grants_of(house), house, "area")


def _exploration(room: HouseRoom) -> Iterator[Field]:
    settings = room.exploration
    yield Field("is_on", word("house.explore_on"), "check", "on" if settings.is_on else "")
    for name in NUMBERS:
        number = getattr(settings, name) * (100.0 if name in SHARES else 1.0)
        yield Field(
            name,
            word(f"house.explore_{name}"),
            "number",
            format_decimal(number, format="0.##"),
            hint=word(f"house.explore_{name}_hint"),
        )
    thompson = "on" if settings.has_thompson else ""
    hint = word("house.explore_thompson_hint")
    yield Field("has_thompson", word("house.explore_thompson"), "check", thompson, hint=hint)


def _pack_line(gaps: PackGaps, at: str) -> PackLine:
    untranslated = tuple(f"{key} ({own_name(tag)})" for key, tag in gaps.untranslated)
    path = f"{at}/packs/{gaps.pack.id}"
    return PackLine(text(gaps.pack.title), path, len(gaps.keys), gaps.missing, untranslated)


def _unit_line(row: UnitRow, at: str) -> UnitLine:
    unit = row.unit
    about = word(
        "house.unit_about",
        kind=word(f"unit.{unit.kind}.name"),
        complexity=word(f"house.complexity_{unit.complexity}"),
        lines=len(unit.must_know),
        stays=row.n_stays,
    )
    return UnitLine(unit.code, unit.name, f"{at}/units/{unit.code}", about, row.missing)


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{format_decimal(100.0 * share, format='0.#')} %"


def _history(room: HouseRoom) -> Iterator[HistoryLine]:
    for entry in room.history:
        part = str(entry.detail.get("part", PART_OF[entry.what]))
        what = word(f"house.did_{part}", unit=str(entry.detail.get("unit", "")))
        changes = entry.detail.get("changes", ())
        yield HistoryLine(
            at=moment(entry.at, room.house.time_zone),
            by=entry.by,
            what=what,
            changes=tuple(f"{field}: {_plain(old)} → {_plain(new)}" for field, old, new in changes),
        )


def _plain(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {told}" for key, told in value.items())
    return str(value) or "…"

"""`seed/houses/<id>.toml`: houses with their units and what packs tell about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import available_timezones

from marshmallow import fields

from engine.catalogue.near import did_you_mean
from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import Id, OneOf, SeedFile, Shape, Text, Texts, Whole, YesNo, fault
from engine.domain.stays import MOST_MUST_KNOWS, House, Unit

HOUSE_CLASSES = ("budget", "extended_stay", "average", "luxury")
COMPLEXITIES = ("simple", "complex")

IN_ALL_LANGUAGES = "all"
"""Key of a value that is the same in every language, such as a name or a telephone number."""

_HOURS = 24
_SPAN = 2


class ValueText(Texts):
    """A value of a house: one text for all languages, or one per language."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> dict[str, str]:
        if isinstance(value, str):
            return self._deserialize({IN_ALL_LANGUAGES: value}, *args, **more)
        if not isinstance(value, Mapping) or IN_ALL_LANGUAGES not in value:
            return super()._deserialize(value, *args, **more)
        if len(value) > 1 or not isinstance(value[IN_ALL_LANGUAGES], str):
            raise fault("holds one text under all, or one per language")
        return dict(value)


class UnitShape(Shape):
    """One room or cabin."""

    code = Text(required=True)
    name = Text(required=True)
    kind = Id(required=True)
    complexity = OneOf("complexity", COMPLEXITIES, required=True)
    must_know = fields.List(Texts(), load_default=list)
    values = fields.Dict(keys=Id(), values=Text(), load_default=dict)


class HouseFile(SeedFile):
    """One house."""

    id = Id(required=True)
    name = Text(required=True)
    house_class = OneOf("house class", HOUSE_CLASSES, required=True, data_key="class")
    time_zone = Text(required=True)
    languages = fields.List(Text(), required=True)
    usual_style = Id(required=True)
    contact = fields.String(load_default="")
    quiet_hours = fields.List(Whole(0, _HOURS - 1), load_default=lambda: [21, 8])
    demo = YesNo(load_default=False)
    values = fields.Dict(keys=Id(), values=ValueText(), load_default=dict)
    unit = fields.List(fields.Nested(UnitShape), load_default=list)


def read_houses(reading: Reading, languages: Collection[str]) -> dict[str, House]:
    """Return all houses by id, in the order of the files."""
    shape, zones = HouseFile(), available_timezones()
    houses: dict[str, House] = {}
    for file, data in reading.tables("houses/*.toml"):
        loaded = reading.file_item("house", shape, data, file)
        if loaded:
            at = (file, loaded["id"])
            if loaded["time_zone"] not in zones:
                told = f"{loaded['time_zone']!r} is not a time zone"
                reading.tell(*at, "time_zone", told + did_you_mean(loaded["time_zone"], zones))
            _tell_units(reading, loaded, at)
            houses[loaded["id"]] = _house(loaded, {*languages, *loaded["languages"]})
    return houses


def _tell_units(reading: Reading, table: Table, at: tuple[str, str]) -> None:
    if len(table["quiet_hours"]) != _SPAN:
        reading.tell(*at, "quiet_hours", "needs two hours: from, until")
    if not table["languages"]:
        reading.tell(*at, "languages", "needs at least one language")
    codes = [unit["code"] for unit in table["unit"]]
    for place, unit in enumerate(table["unit"]):
        if codes.index(unit["code"]) < place:
            reading.tell(*at, f"unit.{place}.code", f"{unit['code']!r} is used twice")
        if len(unit["must_know"]) > MOST_MUST_KNOWS:
            message = f"{len(unit['must_know'])} lines, of which nobody keeps more than two"
            reading.tell(*at, f"unit.{place}.must_know", message, [f"at most {MOST_MUST_KNOWS}"])


def _house(table: Table, languages: Collection[str]) -> House:
    return House(
        id=table["id"],
        name=table["name"],
        house_class=table["house_class"],
        time_zone=table["time_zone"],
        languages=tuple(table["languages"]),
        usual_style=table["usual_style"],
        units=tuple(_unit(unit) for unit in table["unit"]),
        values={key: _in_each(texts, languages) for key, texts in table["values"].items()},
        contact=table["contact"],
        quiet_hours=tuple(table["quiet_hours"]),
        is_demo=table["demo"],
    )


def _unit(table: Table) -> Unit:
    return Unit(**{**table, "must_know": tuple(table["must_know"])})


def _in_each(texts: dict[str, str], languages: Collection[str]) -> dict[str, str]:
    if IN_ALL_LANGUAGES not in texts:
        return texts
    return dict.fromkeys(sorted(languages), texts[IN_ALL_LANGUAGES])

"""Words that the script lint points at, as templates show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.catalogue.lint import Warned
from engine.catalogue.lint_house import HouseText, WarnedText
from engine.domain.stays import House
from engine.usecases.house.own_words import warned_words
from engine.usecases.house.room import GRANTS, PackGaps
from web.owner.told import text
from web.words import word
from web.work import context

PATH = "/owner/house"


@dataclass(frozen=True, slots=True)
class Hint:
    """One word to look at again."""

    href: str
    """Where its text is changed; empty where no form shows it."""
    title: str
    language: str
    found: str
    trap: Markup
    better: str


def hint(href: str, title: str, language: str, warned: Warned) -> Hint:
    """Put one warning of the lint in words."""
    trap = word(f"content.trap_{warned.trap.value}")
    return Hint(href, title, language, warned.found, trap, warned.better)


def house_hints(
    house: House,
    packs: Sequence[PackGaps],
    *,
    unit: str | None = None,
    keys: Collection[str] | None = None,
) -> tuple[Hint, ...]:
    """Put the warnings about the texts of a house in words, each with the way to its field.

    Parameters
    ----------
    house : House
    packs : sequence of PackGaps
        On whose pages the values of the house are changed.
    unit : str, optional
        Only those of this room or cabin.
    keys : collection of str, optional
        Only those of these values of the house.
    """
    found = warned_words(context(), house)
    if unit is not None:
        found = tuple(one for one in found if one.place.unit == unit)
    if keys is not None:
        found = tuple(one for one in found if not one.place.unit and one.place.key in keys)
    return tuple(_hint(house, packs, one) for one in found)


def _hint(house: House, packs: Sequence[PackGaps], one: WarnedText) -> Hint:
    place = one.place
    href, title = _of_unit(house, place) if place.unit else _of_house(house, packs, place)
    return hint(href, title, place.language, one.warned)


def _of_unit(house: House, place: HouseText) -> tuple[str, str]:
    """Return the address and the name of a text of a room or cabin."""
    name = next(unit.name for unit in house.units if unit.code == place.unit)
    kind, _, key = place.key.rpartition(".")
    field = f"{kind}--{key}" if kind else f"{key}--{place.language}"
    number = key.rpartition("_")[2]
    said = f"{{{key}}}" if kind else word("house.must_know", n=number).unescape()
    return f"{PATH}/{house.id}/units/{place.unit}#{field}", f"{name}: {said}"


def _of_house(house: House, packs: Sequence[PackGaps], place: HouseText) -> tuple[str, str]:
    """Return the address and the name of a value; none where no pack mentions it."""
    field = f"{place.key}--{place.language}"
    if place.key == GRANTS:
        return f"{PATH}?house={house.id}#{field}", word("house.grants").unescape()
    pack = next((gaps.pack for gaps in packs if place.key in gaps.keys), None)
    if pack is None:
        return "", f"{{{place.key}}}"
    return f"{PATH}/{house.id}/packs/{pack.id}#{field}", f"{text(pack.title)}: {{{place.key}}}"

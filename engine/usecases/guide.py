"""The guide: packs as a guest reads them, with the values of the house and the unit filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Texts
from engine.domain.packs import Pack, PackValues
from engine.domain.stays import House, Unit
from engine.errors import LinkError
from engine.usecases.context import Context

UNKNOWN = "–"
"""Stands where the house tells no value: a page with a gap is better than no page."""

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MARKDOWN_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
"""Every character that means something in Markdown, so that a password keeps its stars."""


@dataclass(frozen=True, slots=True)
class GuidePack:
    """One pack in one language."""

    id: str
    title: str
    text: str
    """Markdown without gaps."""
    is_forward: bool = False
    """The advice for this stay puts it forward."""


@dataclass(frozen=True, slots=True)
class UnitGuide:
    """What a printed code opens: packs of one unit, nothing of any guest."""

    house: House
    unit: Unit
    packs: tuple[GuidePack, ...]


def guide_of(
    catalogue: Catalogue,
    house: House,
    unit_code: str | None,
    language: str,
    forward: Iterable[str] = (),
) -> tuple[GuidePack, ...]:
    """Return the packs of a house: those put forward first, in their order, then the others.

    Parameters
    ----------
    catalogue : Catalogue
        Holds the packs.
    house : House
        Gives the values that packs mention.
    unit_code : str or None
        A unit of `house`; its own values go before those of the house.
    language : str
        Language of the texts; what is missing there is told in the first one of the catalogue.
    forward : iterable of str
        Ids that the advice puts forward. A guarded pack is shown only when it is among them.
    """
    unit = unit_of(house, unit_code)
    first = [catalogue.packs[id] for id in forward if id in catalogue.packs]
    shown = set(first)
    rest = sorted(
        (pack for pack in catalogue.packs.values() if pack not in shown and not pack.is_guarded),
        key=lambda pack: pack.order,
    )
    hidden = _guarded_values(catalogue, unit)
    return tuple(
        _written(pack, _values(house, unit, language, catalogue, () if pack.is_guarded else hidden),
                 language, catalogue, is_forward=pack in shown)
        for pack in [*first, *rest]
    )


def unit_guide(ctx: Context, code: str, language: str) -> UnitGuide:
    """Return the packs behind a printed code; codes of units are never among them.

    Raises
    ------
    LinkError
        If no house has a unit of this code.
    """
    wanted = code.strip().casefold()
    with ctx.store.read() as work:
        houses = work.houses.all()
    for house in houses:
        for unit in house.units:
            if unit.code.casefold() == wanted:
                packs = guide_of(ctx.catalogue, house, unit.code, language)
                return UnitGuide(house, unit, packs)
    raise LinkError("Ask at the desk; we open your page again.")


def first_contact(ctx: Context) -> str:
    """Return the address of the first house, for pages that belong to no stay."""
    with ctx.store.read() as work:
        houses = work.houses.all()
    return houses[0].contact if houses else ""


def unit_of(house: House, code: str | None) -> Unit | None:
    """Return the unit of `house` by its code, None where there is none."""
    return next((unit for unit in house.units if unit.code == code), None)


def filled(text: str, values: PackValues) -> str:
    """Return `text` with its `{placeholders}` told; a value is words, never Markdown."""
    return PLACEHOLDER.sub(lambda found: _plain(values.get(found[1], "")), text)


def _plain(value: str) -> str:
    return MARKDOWN_SIGNS.sub(r"\\\1", " ".join(value.split())) or UNKNOWN


def _written(
    pack: Pack, values: PackValues, language: str, catalogue: Catalogue, *, is_forward: bool
) -> GuidePack:
    title, body = (_told(texts, language, catalogue) for texts in (pack.title, pack.body))
    return GuidePack(pack.id, title, filled(body, values), is_forward)


def _told(texts: Texts, language: str, catalogue: Catalogue) -> str:
    return next((texts[tag] for tag in (language, *catalogue.languages) if tag in texts), "")


def _values(
    house: House,
    unit: Unit | None,
    language: str,
    catalogue: Catalogue,
    hidden: Iterable[str],
) -> Mapping[str, str]:
    values = {key: _told(texts, language, catalogue) for key, texts in house.values.items()}
    values.update(unit.values if unit else {})
    return {key: value for key, value in values.items() if key not in hidden}


def _guarded_values(catalogue: Catalogue, unit: Unit | None) -> frozenset[str]:
    """Values of the unit that guarded packs mention: codes, wherever else they are written."""
    mentioned = {
        key
        for pack in catalogue.packs.values()
        if pack.is_guarded
        for body in pack.body.values()
        for key in PLACEHOLDER.findall(body)
    }
    return frozenset(mentioned & set(unit.values if unit else ()))

"""The guide: packs as a guest reads them, with the values of the house and the unit filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine.domain.catalogue import Catalogue
from engine.domain.cues import Texts
from engine.domain.packs import Pack, PackValues
from engine.domain.stays import House, Unit
from engine.errors import LinkError
from engine.sentences import one_line
from engine.usecases.context import Context
from engine.usecases.guests.answer_prompt import PromptState
from engine.usecases.guests.pack_use import is_over

UNKNOWN = "–"
"""Stands where the house tells no value: a page with a gap is better than no page."""

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MARKDOWN_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
"""Every character that can mean something in Markdown: a password keeps its stars."""


@dataclass(frozen=True, slots=True)
class GuidePack:
    """One pack in one language."""

    id: str
    title: str
    text: str
    """Markdown without placeholders."""
    is_forward: bool = False
    """The advice for this stay puts it forward."""


@dataclass(frozen=True, slots=True)
class UnitGuide:
    """What a printed code opens: packs of one unit, nothing of any guest."""

    house: House
    unit: Unit
    packs: tuple[GuidePack, ...]


@dataclass(frozen=True)
class Guide:
    """The packs of one house and unit in one language.

    Parameters
    ----------
    catalogue : Catalogue
        Holds the packs.
    house : House
        Gives the values that packs mention.
    unit : Unit or None
        Its own values go before those of the house.
    language : str
        What is missing in it is told in the first language of the catalogue.
    """

    catalogue: Catalogue
    house: House
    unit: Unit | None
    language: str

    def packs(self, forward: Iterable[str] = ()) -> tuple[GuidePack, ...]:
        """Return the packs put forward in their order, then all others that are open to anybody.

        A guarded pack is shown only when it is among those put forward.
        """
        known = self.catalogue.packs
        first = [id for id in forward if id in known]
        others = sorted(
            (pack for id, pack in known.items() if id not in first and not pack.is_guarded),
            key=lambda pack: pack.order,
        )
        put_forward = [self._written(known[id], is_forward=True) for id in first]
        return (*put_forward, *(self._written(pack) for pack in others))

    def _written(self, pack: Pack, *, is_forward: bool = False) -> GuidePack:
        values = self._values if pack.is_guarded else self._open_values
        text = filled(self._told(pack.body), values)
        return GuidePack(pack.id, self._told(pack.title), text, is_forward)

    def _told(self, texts: Texts) -> str:
        tags = (self.language, *self.catalogue.languages, *texts)
        return next((texts[tag] for tag in tags if tag in texts), "")

    @cached_property
    def _values(self) -> PackValues:
        of_house = {key: self._told(texts) for key, texts in self.house.values.items()}
        return of_house | dict(self.unit.values if self.unit else {})

    @cached_property
    def _open_values(self) -> PackValues:
        """Without what guarded packs tell of the unit: codes stay there, wherever else written."""
        guarded = (pack for pack in self.catalogue.packs.values() if pack.is_guarded)
        bodies = (body for pack in guarded for body in pack.body.values())
        codes = {key for body in bodies for key in PLACEHOLDER.findall(body)}
        own = frozenset(self.unit.values if self.unit else ())
        return {key: text for key, text in self._values.items() if key not in codes & own}


def unit_of(house: House, code: str | None) -> Unit | None:
    """Return the unit of `house` by its code, None where there is none."""
    return next((unit for unit in house.units if unit.code == code), None)


def stay_guide(
    ctx: Context, state: PromptState, language: str, *, now: datetime
) -> tuple[GuidePack, ...]:
    """Return the guide of a stay: what the advice puts forward, then all that is open to anybody.

    Codes are put forward only while the unit is ready and released (a guardrail sees to it), and
    never after the stay: the link lives on for a week, by when somebody else has the key.
    """
    packs = ctx.catalogue.packs
    is_past = is_over(state.house, state.stay, now)
    forward = state.advised.recommendation.packs
    shown = [id for id in forward if id in packs and not (is_past and packs[id].is_guarded)]
    unit = unit_of(state.house, state.stay.unit)
    return Guide(ctx.catalogue, state.house, unit, language).packs(shown)


def unit_guide(ctx: Context, code: str, language: str) -> UnitGuide:
    """Return the packs behind a printed code; guarded ones are never among them.

    Raises
    ------
    LinkError
        If no house has a unit of this code.
    """
    wanted = code.strip().casefold()
    with ctx.store.read() as work:
        units = [(house, unit) for house in work.houses.all() for unit in house.units]
    for house, unit in units:
        if unit.code.casefold() == wanted:
            return UnitGuide(house, unit, Guide(ctx.catalogue, house, unit, language).packs())
    raise LinkError("Ask at the desk; we open your page again.")


def first_contact(ctx: Context) -> str:
    """Return the address of the first house, for pages that belong to no stay."""
    with ctx.store.read() as work:
        houses = work.houses.all()
    return houses[0].contact if houses else ""


def filled(text: str, values: PackValues) -> str:
    """Return `text` with its `{placeholders}` told; a value is words, never Markdown."""
    return PLACEHOLDER.sub(lambda found: _plain(values.get(found[1], "")), text)


def _plain(value: str) -> str:
    return MARKDOWN_SIGN.sub(r"\\\1", one_line(value)) or UNKNOWN

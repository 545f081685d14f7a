"""Owners add, change and remove rooms and cabins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.catalogue.houses import COMPLEXITIES
from engine.domain.cues import Texts
from engine.domain.stays import MOST_MUST_KNOWS, House, Unit
from engine.errors import ConflictError, NotFoundError, Problem
from engine.sentences import Sentence, one_line
from engine.store.audits import stays_by_unit
from engine.usecases.context import Context
from engine.usecases.house.edits import (
    Entry,
    changes_of,
    keep,
    refuse,
    refuse_other,
    text_problems,
    up_to,
    wrong,
)
from engine.usecases.house.own_house import KINDS, LONGEST_NAME, MOST_UNITS
from engine.usecases.house.room import mark_of_unit

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,11}")
"""Short and plain: it stands on doors, in addresses and in files."""


def add_unit(ctx: Context, house_id: str, unit: Unit, *, by: str, now: datetime) -> None:
    """Add a room or cabin, the last of the house.

    Raises
    ------
    FormError
        With the names of the fields of a unit.
    NotFoundError
        If there is no such house.
    """
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        refuse(_unit_problems(unit, house, is_new=True))
        units = (*house.units, _spoken_everywhere(ctx, house, unit))
        keep(work, replace(house, units=units), Entry("unit_added", by, now, unit.code))


def save_unit(
    ctx: Context, house_id: str, unit: Unit, *, by: str, now: datetime, seen: str
) -> None:
    """Change a room or cabin; its code stays, since stays and printed codes name it.

    Raises
    ------
    ConflictError, FormError, NotFoundError
        As in `save_basics` and `add_unit`; also where the house has no such unit any more.
    """
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        old = _unit_in(house, unit.code)
        refuse_other(mark_of_unit(old), seen)
        refuse(_unit_problems(unit, house, is_new=False))
        new = _spoken_everywhere(ctx, house, _with_other_languages(house, unit, old))
        units = tuple(new if one.code == unit.code else one for one in house.units)
        changes = changes_of(_unit_fields(old), _unit_fields(new))
        if changes:
            keep(work, replace(house, units=units), Entry("unit", by, now, unit.code), changes)


def remove_unit(ctx: Context, house_id: str, code: str, *, by: str, now: datetime) -> None:
    """Take a room or cabin away on which no stay hangs.

    Raises
    ------
    ConflictError
        If any stay, past or coming, names it.
    NotFoundError
        If there is none.
    """
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        _unit_in(house, code)
        n_stays = stays_by_unit(work, house.id).get(code, 0)
        if n_stays:
            told = "{n} stays name {unit}, so it cannot be removed. Move them first."
            raise ConflictError(Sentence(told, n=n_stays, unit=code))
        units = tuple(unit for unit in house.units if unit.code != code)
        keep(work, replace(house, units=units), Entry("unit_removed", by, now, code))


def _unit_problems(unit: Unit, house: House, *, is_new: bool) -> Iterator[Problem]:
    if is_new:
        yield from _code_problems(unit.code, house)
    if not 1 <= len(unit.name.strip()) <= LONGEST_NAME or not unit.name.isprintable():
        yield wrong("name", "A name is needed.", up_to(LONGEST_NAME))
    if unit.kind not in KINDS:
        yield wrong("kind", "Choose one of these.")
    if unit.complexity not in COMPLEXITIES:
        yield wrong("complexity", "Choose one of these.")
    if len(unit.must_know) > MOST_MUST_KNOWS:
        yield wrong("must_know", "This number does not fit.", Sentence("0 to {most}", most="2"))
    lines = {f"must_know_{n}": texts for n, texts in enumerate(unit.must_know, start=1)}
    yield from text_problems(lines)
    yield from text_problems({key: {"": text} for key, text in unit.values.items()})


def _code_problems(code: str, house: House) -> Iterator[Problem]:
    if not CODE.fullmatch(code):
        allowed = Sentence("1 to {most} letters, figures, - or _", most=12)
        yield wrong("code", "This code cannot be used.", allowed)
    if code.casefold() in {unit.code.casefold() for unit in house.units}:
        yield wrong("code", "This code is taken.")
    if len(house.units) >= MOST_UNITS:
        yield wrong("code", "This house has as many as it can.")


def _spoken_everywhere(ctx: Context, house: House, unit: Unit) -> Unit:
    """Fill the fallback language of each line: whoever speaks no other one still hears it."""
    fallback = ctx.catalogue.languages[0]
    tags = (fallback, *house.languages)
    lines = []
    for texts in unit.must_know:
        told = {tag: one_line(text) for tag, text in texts.items() if text.strip()}
        first = next((told[tag] for tag in (*tags, *told) if tag in told), "")
        if first:
            lines.append({fallback: first, **told})
    values = {key: text.strip() for key, text in unit.values.items() if text.strip()}
    return replace(unit, name=unit.name.strip(), must_know=tuple(lines), values=values)


def _with_other_languages(house: House, unit: Unit, old: Unit) -> Unit:
    """Keep lines in languages that the form does not show, where the line stays as it is."""

    def shown(line: Texts) -> dict[str, str]:
        return {tag: line[tag] for tag in house.languages if line.get(tag)}

    known = {tuple(shown(line).items()): line for line in old.must_know}
    lines = tuple(known.get(tuple(shown(line).items()), line) for line in unit.must_know)
    return replace(unit, must_know=lines)


def _unit_in(house: House, code: str) -> Unit:
    found = next((unit for unit in house.units if unit.code == code), None)
    if found is None:
        raise NotFoundError("This house has no such room or cabin.")
    return found


def _unit_fields(unit: Unit) -> dict[str, Any]:
    lines = {f"must_know_{n}": dict(told) for n, told in enumerate(unit.must_know, start=1)}
    plain = {"name": unit.name, "kind": unit.kind, "complexity": unit.complexity}
    return {**plain, **lines, **dict(unit.values)}

"""Owners change their house: each form checks its fields and loses nobody else's change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from engine.catalogue.houses import HOUSE_CLASSES
from engine.catalogue.shape import FALLBACK_LANGUAGE
from engine.domain.cues import Texts
from engine.domain.exploration import LIMITS, NO_EXPLORATION
from engine.domain.stays import House
from engine.errors import ConflictError, FormError, Problem
from engine.sentences import Sentence
from engine.store import Work
from engine.usecases.context import Context
from engine.usecases.house.own_house import LONGEST_NAME
from engine.usecases.house.room import (
    CHANGED,
    GRANTS,
    mark_of_basics,
    mark_of_exploration,
    mark_of_values,
)
from engine.usecases.learning.exploring import exploration_of

LONGEST_TEXT = 600
"""Characters of a value or line: a paragraph."""
LONGEST_CONTACT = 200
LAST_HOUR = 23
SECRET = re.compile(r"code|password|(?:^|_)pin(?:_|$)")
"""Values that the history names and does not repeat."""
HIDDEN = "•••"
FASTER = "Somebody changed this in the meantime. What you typed is still here; look at both."


Change = tuple[str, Any, Any]
"""Field, before, after."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the history says of one change of a house."""

    part: str
    """`basics`, `values`, `grants`, `unit`, `unit_added` or `unit_removed`."""
    by: str
    at: datetime
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Basics:
    """What an owner tells of the house as a whole."""

    name: str
    house_class: str
    time_zone: str
    languages: tuple[str, ...]
    usual_style: str
    contact: str
    quiet_hours: tuple[int, int]
    """House time, 0 to 23 each."""


def save_basics(
    ctx: Context, house_id: str, told: Basics, *, by: str, now: datetime, seen: str
) -> None:
    """Change what the house is.

    Parameters
    ----------
    seen : str
        `mark_of_basics` of the house that the owner looked at.

    Raises
    ------
    ConflictError
        If somebody else changed the same form since.
    FormError
        With the names of the fields of `Basics`, the hours as `quiet_from` and `quiet_until`.
    NotFoundError
        If there is no such house.
    """
    refuse(_basics_problems(ctx, told))
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        refuse_other(mark_of_basics(house), seen)
        plain = replace(told, name=" ".join(told.name.split()), contact=told.contact.strip())
        fields = {name: getattr(plain, name) for name in Basics.__slots__}
        before = {name: getattr(house, name) for name in fields}
        changes = changes_of(before, fields)
        if changes:
            keep(work, replace(house, **fields), Entry("basics", by, now), changes)


def save_values(
    ctx: Context,
    house_id: str,
    texts: Mapping[str, Texts],
    *,
    by: str,
    now: datetime,
    seen: str,
) -> None:
    """Change values that packs mention, or what staff may grant on the spot.

    Parameters
    ----------
    texts : mapping of str to mapping
        Key to language to text; an empty text is none. Languages that are left out stay while
        the value does.
    seen : str
        `mark_of_values` of the same keys as the owner saw them.

    Raises
    ------
    ConflictError, NotFoundError
        As in `save_basics`.
    FormError
        With the fields `<key>.<language>`.
    """
    refuse(text_problems(texts))
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        refuse_other(mark_of_values(house, tuple(texts)), seen)
        new = {key: _merged(house.values.get(key, {}), told) for key, told in texts.items()}
        values = {key: told for key, told in {**house.values, **new}.items() if told}
        changes = [
            change
            for key, told in new.items()
            for change in changes_of(house.values.get(key, {}), told, f"{key}.")
        ]
        part = "grants" if GRANTS in texts else "values"
        if changes:
            keep(work, replace(house, values=values), Entry(part, by, now), changes)


def save_exploration(
    ctx: Context,
    house_id: str,
    told: Mapping[str, bool | float],
    *,
    by: str,
    now: datetime,
    seen: str,
) -> None:
    """Let chance into the choice of style, or end it, as `exploring.set_exploration` does.

    Parameters
    ----------
    told : mapping
        Every field of `Exploration`.

    Raises
    ------
    ConflictError, NotFoundError
        As in `save_basics`.
    FormError
        With the names of the numbers of `Exploration`.
    """
    refuse(
        wrong(name, "This number does not fit.", Sentence("0 to {most}", most=f"{most:g}"))
        for name, most in LIMITS.items()
        if not 0.0 <= told[name] <= most
    )
    settings = replace(NO_EXPLORATION, **told)  # type: ignore[arg-type]  # names of its fields
    with ctx.store.begin() as work:
        house = work.houses.get(house_id)
        before = exploration_of(ctx, work, house.id)
        refuse_other(mark_of_exploration(before), seen)
        if settings != before:
            work.exploration.set(house.id, settings, by=by, at=now)
            work.history.add("exploration.changed", by, now, {"house": house.id, **told})


def _basics_problems(ctx: Context, told: Basics) -> Iterator[Problem]:
    is_named = 1 <= len(told.name.strip()) <= LONGEST_NAME and told.name.isprintable()
    if not is_named:
        yield wrong("name", "A name is needed.", up_to(LONGEST_NAME))
    if told.house_class not in HOUSE_CLASSES:
        yield wrong("house_class", "Choose one of these.")
    if told.time_zone not in available_timezones():
        yield wrong("time_zone", "There is no such time zone.", "Europe/Berlin")
    if not told.languages or not set(told.languages) <= set(ctx.catalogue.languages):
        yield wrong("languages", "Choose at least one language.")
    if told.usual_style not in ctx.catalogue.styles:
        yield wrong("usual_style", "Choose one of these.")
    if len(told.contact) > LONGEST_CONTACT or not told.contact.isprintable():
        yield wrong("contact", "This text does not fit.", up_to(LONGEST_CONTACT))
    for field, hour in zip(("quiet_from", "quiet_until"), told.quiet_hours, strict=True):
        if not 0 <= hour <= LAST_HOUR:
            yield wrong(field, "This number does not fit.", Sentence("0 to {most}", most="23"))


def text_problems(texts: Mapping[str, Texts]) -> Iterator[Problem]:
    """Give a problem for each text that is too long, under the field `<key>.<language>`."""
    for key, told in texts.items():
        for tag, text in told.items():
            if len(text) > LONGEST_TEXT:
                yield wrong(f"{key}.{tag}", "This text does not fit.", up_to(LONGEST_TEXT))


def _merged(old: Texts, new: Texts) -> dict[str, str]:
    """Return a value as it is told now; once it changed, languages left out no longer tell the old.

    A guest who reads one of them gets the first language: another one, but what holds today.
    """
    told = {tag: text.strip() for tag, text in new.items()}
    is_other = any(text and text != old.get(tag) for tag, text in told.items())
    is_gone = FALLBACK_LANGUAGE in told and not any(told.values())
    left_out = {} if is_other or is_gone else old
    return {tag: text for tag, text in {**left_out, **told}.items() if text}


def changes_of(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[Change]:
    """Return field, before, after of all that differs; a secret is named, never repeated."""
    found = []
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field, ""), new.get(field, "")
        if before != after:
            told = (HIDDEN, HIDDEN) if SECRET.search(prefix + field) else (before, after)
            found.append((prefix + field, *told))
    return found


def keep(work: Work, house: House, entry: Entry, changes: Sequence[Change] = ()) -> None:
    """Keep the house, and say in the history who changed what."""
    work.houses.save(house)
    told = {"house": house.id, "part": entry.part, "changes": [list(one) for one in changes]}
    unit = {"unit": entry.unit} if entry.unit else {}
    work.history.add(CHANGED, entry.by, entry.at, told | unit)


def refuse_other(now_is: str, seen: str) -> None:
    """Refuse a form whose owner looked at something else than what is there now."""
    if seen != now_is:
        raise ConflictError(FASTER)


def refuse(problems: Iterator[Problem]) -> None:
    """Refuse a form with any problem."""
    told = tuple(problems)
    if told:
        raise FormError(*told)


def up_to(most: int) -> Sentence:
    """Say how long a text may be."""
    return Sentence("1 to {most} characters", most=most)


def wrong(key: str, message: str, *allowed: str) -> Problem:
    """Return what is wrong with one field of a form."""
    return Problem(file="", id="", key=key, message=message, allowed=allowed)

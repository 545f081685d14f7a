"""From the demo house to the own one: a name, its units, its time zone, its languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from engine.domain.stays import House, Unit
from engine.errors import ConflictError, FormError, Problem
from engine.sentences import Sentence
from engine.usecases.context import Context
from engine.usecases.demo import DEMO, start_own_house
from engine.usecases.stays.import_stays import own_house

MOST_UNITS = 500
LONGEST_NAME = 80
"""Characters of the name of a house."""
KINDS = ("cabin", "room")
"""Trade words of what a house lets."""
COMPLEXITY = {"cabin": "complex", "room": "simple"}
"""A cabin has a stove, gas and waste to explain; a room explains itself."""
LETTER = {"cabin": "C", "room": "R"}


@dataclass(frozen=True, slots=True)
class OwnHouse:
    """What an owner tells of the own house to begin with."""

    name: str
    kind: str
    """cabin or room"""
    n_units: int
    """1 to 500"""
    time_zone: str
    """IANA name such as Europe/Copenhagen."""
    languages: tuple[str, ...]
    unit_name: str = "{n}"
    """How units are called, with `{n}` for the number: 'Cabin {n}'."""
    contact: str = ""


def houses(ctx: Context) -> tuple[House, ...]:
    """Return all houses of this database, the demo last."""
    with ctx.store.read() as work:
        return work.houses.all()


def own_houses(ctx: Context) -> tuple[House, ...]:
    """Return the houses with real guests: all but the demo."""
    return tuple(house for house in houses(ctx) if not house.is_demo)


def house_moving_in(ctx: Context) -> House | None:
    """Return the house that moves in with the first real stays; None where an own one is here."""
    with ctx.store.read() as work:
        house = own_house(work, ctx)
        is_here = any(one.id == house.id for one in work.houses.all())
    return None if is_here else house


def has_demo(ctx: Context) -> bool:
    """Whether the demo house is still here."""
    return any(house.is_demo for house in houses(ctx))


def time_zones() -> tuple[str, ...]:
    """Return the names of all places with a time zone, such as Europe/Copenhagen."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and _is_place(name)))


def _is_place(name: str) -> bool:
    return not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))


def begin_own_house(ctx: Context, told: OwnHouse, *, by: str, now: datetime) -> House:
    """Make the own house and take the demo house away with all its stays.

    Raises
    ------
    FormError
        With the fields `name`, `kind`, `units`, `time_zone`, `languages`.
    ConflictError
        If the demo house is gone already, or another house is the own one.
    """
    problems = tuple(_problems(ctx, told))
    if problems:
        raise FormError(*problems)
    if not has_demo(ctx):
        raise ConflictError("The demo is gone already: what is here now is your own.")
    if own_houses(ctx):
        raise ConflictError("Your own house is here already. Only the demo can still go.")
    house = _house(told, [house.id for house in houses(ctx)])
    start_own_house(ctx, house, by=by, now=now)
    return house


def _problems(ctx: Context, told: OwnHouse) -> Iterator[Problem]:
    if not 1 <= len(told.name.strip()) <= LONGEST_NAME or not told.name.isprintable():
        yield _wrong(
            "name", "A name is needed.", Sentence("1 to {most} characters", most=LONGEST_NAME)
        )
    if told.kind not in KINDS:
        yield _wrong("kind", "Choose one of these.")
    if not 1 <= told.n_units <= MOST_UNITS:
        yield _wrong("units", "This number does not fit.", Sentence("1 to {most}", most=MOST_UNITS))
    if told.time_zone not in available_timezones():
        yield _wrong("time_zone", "There is no such time zone.", "Europe/Berlin")
    if not told.languages or not set(told.languages) <= set(ctx.catalogue.languages):
        yield _wrong("languages", "Choose at least one language.")


def _wrong(key: str, message: str, *allowed: str) -> Problem:
    return Problem(file="", id="", key=key, message=message, allowed=allowed)


def _house(told: OwnHouse, taken: Sequence[str]) -> House:
    return House(
        id=house_id(told.name, taken),
        name=told.name.strip(),
        house_class="average",
        time_zone=told.time_zone,
        languages=told.languages,
        usual_style="near",
        units=tuple(_unit(told, number) for number in range(1, told.n_units + 1)),
        contact=told.contact.strip(),
    )


def _unit(told: OwnHouse, number: int) -> Unit:
    return Unit(
        code=f"{LETTER[told.kind]}{number}",
        name=told.unit_name.replace("{n}", str(number)),
        kind=told.kind,
        complexity=COMPLEXITY[told.kind],
    )


def house_id(name: str, taken: Sequence[str] = ()) -> str:
    """Return an id made of `name` in plain letters, other than all of `taken` and the demo's."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "house"
    number, found = 2, slug
    while found in (*taken, DEMO):
        number, found = number + 1, f"{slug}_{number}"
    return found

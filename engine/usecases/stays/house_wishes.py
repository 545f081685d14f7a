"""The wishes of everybody in house, room by room, for every department.

A wish is an order: it is obeyed literally and never averaged. Where people of one room say
different things, the strictest counts for all of them: nobody is called upon against her wish
because a companion likes company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.decision.situation import Situation
from engine.domain.stays import Case, House, Stay, StayStatus
from engine.usecases.advice.advising import cases_of
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import house_in_use, house_today


@dataclass(frozen=True, slots=True)
class RoomWishes:
    """What everybody who enters, serves or calls a room has to know; no profile."""

    unit: str
    """Name of the room or cabin; empty where none is given yet."""
    guest: str
    """Name of the guest, only where there is no room to tell the stay by."""
    is_here: bool
    """False: arrives today."""
    answers: Mapping[str, int]
    """Question to the strictest grade: 0 is least contact."""
    cues: tuple[str, ...]
    """Ids of facts that are wishes, such as to be left in peace."""


@dataclass(frozen=True, slots=True)
class HouseWishes:
    """All wishes of one day."""

    house: House
    day: date
    rooms: tuple[RoomWishes, ...]


def house_wishes(ctx: Context, *, now: datetime, house_id: str | None = None) -> HouseWishes:
    """Return the wishes of all who are here and of all who arrive today, in order of the rooms.

    Rooms without a wish are left out.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        today = house_today(house, now)
        expected = [
            stay
            for stay in work.stays.between(house.id, today, today)
            if stay.status is StayStatus.EXPECTED
        ]
        stays = [*work.stays.in_house(house.id), *expected]
        cases, _ = cases_of(ctx, work, house, stays, now=now)
    rooms = [
        room
        for group in _by_room(stays, cases)
        if (room := _room(ctx, house, group)) and (room.answers or room.cues)
    ]
    places = {unit.name: place for place, unit in enumerate(house.units)}
    last = len(places)
    rooms.sort(key=lambda room: (places.get(room.unit, last), room.unit, room.guest))
    return HouseWishes(house, today, tuple(rooms))


Group = Sequence[tuple[Stay, Case]]


def _by_room(stays: Sequence[Stay], cases: Sequence[Case]) -> Iterable[Group]:
    """Gather the stays that share a room; a guest who leaves today and one who comes do not."""
    groups: dict[tuple[object, ...], list[tuple[Stay, Case]]] = {}
    for stay, case in zip(stays, cases, strict=True):
        key = (stay.unit, stay.status) if stay.unit else (stay.id,)
        groups.setdefault(key, []).append((stay, case))
    return groups.values()


def _room(ctx: Context, house: House, group: Group) -> RoomWishes:
    stay, _ = group[0]
    answers: dict[str, int] = {}
    cues: list[str] = []
    for _, case in group:
        for id in Situation(case, ctx.catalogue).instructions():
            if id in ctx.catalogue.questions:
                answers[id] = min(answers.get(id, case.answers[id]), case.answers[id])
            elif id not in cues:
                cues.append(id)
    names = {unit.code: unit.name for unit in house.units}
    unit = names.get(stay.unit, stay.unit) if stay.unit else ""
    guest = "" if unit else stay.guest.name
    return RoomWishes(unit, guest, stay.status is StayStatus.IN_HOUSE, answers, tuple(cues))

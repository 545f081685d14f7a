"""The room of the house: what owners tell of it, and what packs still miss."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from engine.catalogue.edits import MODEL
from engine.domain.cues import Texts
from engine.domain.exploration import Arm, Exploration
from engine.domain.packs import Pack
from engine.domain.stays import House, Unit
from engine.errors import NotFoundError
from engine.store import HistoryRecord, LearningRunRecord, Work
from engine.store.audits import stays_by_unit
from engine.usecases.context import Context
from engine.usecases.guests.guide import PLACEHOLDER
from engine.usecases.learning.exploring import exploration_of
from engine.usecases.stays.arrivals import house_in_use, house_today

CHANGED, EXPLORED, EDITED = "house.changed", "exploration.changed", "content.edited"
"""Entries of the history that this room shows; of edited content only that of forgetting."""
MOST_ENTRIES = 50
GRANTS = "may_grant"
"""Value of a house that no pack mentions: what staff may grant on the spot, one a line."""


@dataclass(frozen=True, slots=True)
class PackGaps:
    """One pack, what it mentions, and what of it is not told."""

    pack: Pack
    keys: tuple[str, ...]
    """Values of the house, in the order of the text."""
    missing: tuple[str, ...]
    """Told in no language: guests read a dash."""
    untranslated: tuple[tuple[str, str], ...]
    """Key and language of the house in which it is not told: guests read another one."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One room or cabin, with what hangs on it."""

    unit: Unit
    n_stays: int
    missing: tuple[str, ...]
    """Values that guarded packs mention and neither unit nor house tells."""


@dataclass(frozen=True, slots=True)
class HouseRoom:
    """All that the room shows of one house."""

    house: House
    houses: tuple[House, ...]
    units: tuple[UnitRow, ...]
    packs: tuple[PackGaps, ...]
    exploration: Exploration
    month: str
    """Of today at the house, 2026-06."""
    spent: float
    """Points that exploring cost this month."""
    by_arm: Mapping[Arm, int]
    """Stays of this month in each arm."""
    run: LearningRunRecord | None
    """The latest learning run: it says how fast stays grow old."""
    history: tuple[HistoryRecord, ...]

    @property
    def n_missing(self) -> int:
        """How many values no guest can read."""
        return len({key for gaps in self.packs for key in gaps.missing})


def house_room(ctx: Context, house_id: str | None = None, *, now: datetime) -> HouseRoom:
    """Show one house, the first own one unless told otherwise.

    Raises
    ------
    NotFoundError
        If there is no such house.
    """
    with ctx.store.read() as work:
        house = house_in_use(work, house_id)
        month = f"{house_today(house, now):%Y-%m}"
        runs = work.learning_runs.all(house.id)
        return HouseRoom(
            house=house,
            houses=work.houses.all(),
            units=tuple(_units(ctx, work, house)),
            packs=tuple(gaps_of(ctx, house, pack) for pack in ctx.catalogue.packs.values()),
            exploration=exploration_of(ctx, work, house.id),
            month=month,
            spent=work.exploration.spent(house.id, month),
            by_arm=work.exploration.by_arm(house.id, month),
            run=runs[0] if runs else None,
            history=_history(work, house.id),
        )


def unit_row(ctx: Context, house_id: str, code: str) -> tuple[House, UnitRow]:
    """Return one unit of a house.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    with ctx.store.read() as work:
        house = work.houses.get(house_id)
        rows = {row.unit.code: row for row in _units(ctx, work, house)}
    if code not in rows:
        raise NotFoundError("This house has no such room or cabin.")
    return house, rows[code]


def pack_gaps(ctx: Context, house_id: str, pack_id: str) -> tuple[House, PackGaps]:
    """Return one pack with what it needs of a house.

    Raises
    ------
    NotFoundError
        If there is no such house or pack.
    """
    with ctx.store.read() as work:
        house = work.houses.get(house_id)
    pack = ctx.catalogue.packs.get(pack_id)
    if pack is None:
        raise NotFoundError("There is no such pack.")
    return house, gaps_of(ctx, house, pack)


def _units(ctx: Context, work: Work, house: House) -> Iterator[UnitRow]:
    n_stays = stays_by_unit(work, house.id)
    keys = unit_codes(ctx, house)
    for unit in house.units:
        missing = tuple(key for key in keys if not unit.values.get(key))
        yield UnitRow(unit, n_stays.get(unit.code, 0), missing)


def unit_keys(ctx: Context, house: House) -> tuple[str, ...]:
    """Return all that any unit tells by itself, its codes first."""
    told = (key for unit in house.units for key in unit.values)
    return tuple(dict.fromkeys([*unit_codes(ctx, house), *told]))


def unit_codes(ctx: Context, house: House) -> tuple[str, ...]:
    """Return what every unit must tell: what guarded packs mention and the house does not tell."""
    guarded = [pack for pack in ctx.catalogue.packs.values() if pack.is_guarded]
    mentioned = dict.fromkeys(key for pack in guarded for key in keys_of(pack))
    return tuple(key for key in mentioned if not _is_of_house(ctx, house, key))


def _is_of_house(ctx: Context, house: House, key: str) -> bool:
    """Whether the house tells a value, or a pack that is open to anybody mentions it too."""
    packs = [pack for pack in ctx.catalogue.packs.values() if not pack.is_guarded]
    return key in house.values or any(key in keys_of(pack) for pack in packs)


def keys_of(pack: Pack) -> tuple[str, ...]:
    """Return the values that a pack mentions in any language, in the order of its text."""
    found = (key for body in pack.body.values() for key in PLACEHOLDER.findall(body))
    return tuple(dict.fromkeys(found))


def gaps_of(ctx: Context, house: House, pack: Pack) -> PackGaps:
    """Return what a pack mentions of a house, and what of it is not told."""
    of_units = unit_codes(ctx, house)
    keys = tuple(key for key in keys_of(pack) if key not in of_units)
    missing = tuple(key for key in keys if not any(house.values.get(key, {}).values()))
    untranslated = tuple(
        (key, tag)
        for key in keys
        if key not in missing
        for tag in house.languages
        if not house.values[key].get(tag)
    )
    return PackGaps(pack, keys, missing, untranslated)


def grants_of(house: House) -> Texts:
    """Return what staff may grant on the spot, in each language told."""
    return house.values.get(GRANTS, {})


def _history(work: Work, house: str) -> tuple[HistoryRecord, ...]:
    entries = work.history.of(CHANGED, EXPLORED, EDITED)
    return tuple(one for one in entries if _is_about(one, house))[:MOST_ENTRIES]


def _is_about(entry: HistoryRecord, house: str) -> bool:
    """Whether an entry speaks of this house, or of the one number that all houses share."""
    if entry.what == EDITED:
        return bool(entry.detail.get("thing") == MODEL)
    return bool(entry.detail.get("house") == house)


def mark_of(told: object) -> str:
    """Return a short fingerprint of what an owner sees, so that a form can say what it changes."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mark_of_basics(house: House) -> str:
    """Return the fingerprint of all that the first form of a house shows."""
    own = {"units": None, "values": None, "is_demo": None}
    shown = {name: getattr(house, name) for name in house.__slots__ if name not in own}
    return mark_of(shown)


def mark_of_unit(unit: Unit) -> str:
    """Return the fingerprint of one unit."""
    return mark_of([unit.code, unit.name, unit.kind, unit.complexity, *unit.must_know, unit.values])


def mark_of_values(house: House, keys: tuple[str, ...]) -> str:
    """Return the fingerprint of some values of a house."""
    return mark_of([[key, house.values.get(key, {})] for key in keys])


def mark_of_exploration(settings: Exploration) -> str:
    """Return the fingerprint of the settings of exploration."""
    return mark_of(asdict(settings))

"""Houses with their units."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.domain.stays import House, Unit
from engine.errors import NotFoundError
from engine.store.columns import table_of
from engine.store.ledger import erasing
from engine.store.rows import (
    AssignmentRow,
    ConsentTermsRow,
    DeskCodeRow,
    EvidenceRow,
    ExplorationRow,
    GuestRow,
    HouseRow,
    LearningRunRow,
    MailRow,
    ObjectionRow,
    PackCountRow,
    PackUseRow,
    PatternRow,
    RecommendationRow,
    RestrictionRow,
    RuleDraftRow,
    RuleSetRow,
    SessionRow,
    StayPatternRow,
    StayRow,
    TraitRow,
    TrialStayRow,
    UnitRow,
    VoiceRow,
)

HOUSE, UNIT, STAY = table_of(HouseRow), table_of(UnitRow), table_of(StayRow)
RECOMMENDATION, SESSION = table_of(RecommendationRow), table_of(SessionRow)
TRAIT, GUEST = table_of(TraitRow), table_of(GuestRow)
EVIDENCE = table_of(EvidenceRow)
TERMS, RESTRICTION = table_of(ConsentTermsRow), table_of(RestrictionRow)
OF_STAY = (table_of(PackUseRow), table_of(DeskCodeRow))
"""What belongs to a stay and tells no house."""
OF_HOUSE = (
    LearningRunRow,
    ExplorationRow,
    AssignmentRow,
    TrialStayRow,
    StayPatternRow,
    PatternRow,
    MailRow,
    VoiceRow,
    PackCountRow,
    ObjectionRow,
    StayRow,
    GuestRow,
    UnitRow,
    RuleDraftRow,
    RuleSetRow,
)
"""What belongs to a house and has no other owner, in an order in which it can be deleted."""
ALL = sa.select(HOUSE).order_by(HOUSE.c.is_demo, HOUSE.c.name, HOUSE.c.id)
UNITS = sa.select(UNIT).order_by(UNIT.c.house_id, UNIT.c.place)


class Houses:
    """Houses of this database."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def save(self, house: House) -> None:
        """Keep `house` as it is now, its units included."""
        columns = _columns(house)
        known = sa.update(HOUSE).where(HOUSE.c.id == house.id).values(columns)
        if not self._connection.execute(known).rowcount:
            self._connection.execute(sa.insert(HOUSE).values(id=house.id, **columns))
        self._connection.execute(sa.delete(UNIT).where(UNIT.c.house_id == house.id))
        if house.units:
            rows = [_unit_columns(house.id, n, unit) for n, unit in enumerate(house.units)]
            self._connection.execute(sa.insert(UNIT), rows)

    def get(self, id: str) -> House:
        """Return the house `id`.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        row = self._connection.execute(sa.select(HOUSE).where(HOUSE.c.id == id)).first()
        if row is None:
            raise NotFoundError("There is no such house.")
        units = self._connection.execute(UNITS.where(UNIT.c.house_id == id))
        return _house_of(row, tuple(_unit_of(unit) for unit in units))

    def all(self) -> tuple[House, ...]:
        """Return all houses by name, the demo last."""
        units: dict[str, list[Unit]] = {}
        for row in self._connection.execute(UNITS):
            units.setdefault(row.house_id, []).append(_unit_of(row))
        houses = self._connection.execute(ALL)
        return tuple(_house_of(row, tuple(units.get(row.id, ()))) for row in houses)

    def remove(self, id: str) -> None:
        """Erase a house with everything that belongs to it; nothing happens where it is not."""
        stays = sa.select(STAY.c.id).where(STAY.c.house_id == id)
        self._delete_wishes(id)
        with erasing(self._connection):
            self._delete_of(EvidenceRow, id)
        self._connection.execute(
            sa.delete(RECOMMENDATION).where(RECOMMENDATION.c.stay_id.in_(stays))
        )
        self._connection.execute(sa.delete(TRAIT).where(TRAIT.c.stay_id.in_(stays)))
        # Who looked at this house stays signed in.
        here = SESSION.c.house_id == id
        self._connection.execute(sa.update(SESSION).where(here).values(house_id=None))
        for row in OF_HOUSE:
            self._delete_of(row, id)
        self._connection.execute(sa.delete(HOUSE).where(HOUSE.c.id == id))

    def _delete_wishes(self, id: str) -> None:
        """Delete what hangs on the ledger, the stays and the guests of a house."""
        ledger = sa.select(EVIDENCE.c.seq).where(EVIDENCE.c.house_id == id)
        self._connection.execute(sa.delete(TERMS).where(TERMS.c.seq.in_(ledger)))
        stays = sa.select(STAY.c.id).where(STAY.c.house_id == id)
        for table in OF_STAY:
            self._connection.execute(sa.delete(table).where(table.c.stay_id.in_(stays)))
        guests = sa.select(GUEST.c.id).where(GUEST.c.house_id == id)
        self._connection.execute(sa.delete(RESTRICTION).where(RESTRICTION.c.guest_id.in_(guests)))

    def _delete_of(self, row: type[Any], id: str) -> None:
        table = table_of(row)
        self._connection.execute(sa.delete(table).where(table.c.house_id == id))


def _columns(house: House) -> dict[str, Any]:
    quiet_from, quiet_until = house.quiet_hours
    return {
        "name": house.name,
        "house_class": house.house_class,
        "time_zone": house.time_zone,
        "languages": list(house.languages),
        "usual_style": house.usual_style,
        "pack_values": {key: dict(texts) for key, texts in house.values.items()},
        "contact": house.contact,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "is_demo": house.is_demo,
    }


def _unit_columns(house: str, place: int, unit: Unit) -> dict[str, Any]:
    return {
        "house_id": house,
        "code": unit.code,
        "place": place,
        "name": unit.name,
        "kind": unit.kind,
        "complexity": unit.complexity,
        "must_know": [dict(texts) for texts in unit.must_know],
        "pack_values": dict(unit.values),
    }


def _house_of(row: sa.Row[Any], units: tuple[Unit, ...]) -> House:
    return House(
        id=row.id,
        name=row.name,
        house_class=row.house_class,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        usual_style=row.usual_style,
        units=units,
        values=row.pack_values,
        contact=row.contact,
        quiet_hours=(row.quiet_from, row.quiet_until),
        is_demo=row.is_demo,
    )


def _unit_of(row: sa.Row[Any]) -> Unit:
    return Unit(
        code=row.code,
        name=row.name,
        kind=row.kind,
        complexity=row.complexity,
        must_know=tuple(row.must_know),
        values=row.pack_values,
    )

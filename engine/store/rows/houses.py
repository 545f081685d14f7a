"""Houses, their units, their content, what was done to them."""

# No `from __future__ import annotations`: SQLModel reads the annotations of these classes.

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.columns import JSON, NUMBERED, Row, free_text, identity, system


class HouseRow(Row, table=True):
    """A hotel or a group of cabins."""

    __tablename__ = "house"

    id: str = system(primary_key=True)
    name: str = system()
    house_class: str = system()
    time_zone: str = system()
    languages: list[str] = system(sa_type=JSON)
    usual_style: str = system()
    pack_values: dict[str, Any] = system(sa_type=JSON)
    contact: str = system()
    quiet_from: int = system()
    quiet_until: int = system()
    is_demo: bool = system()


class UnitRow(Row, table=True):
    """A room or cabin."""

    __tablename__ = "unit"

    house_id: str = system(foreign_key="house.id", primary_key=True)
    code: str = system(primary_key=True)
    place: int = system()
    name: str = system()
    kind: str = system()
    complexity: str = system()
    must_know: list[dict[str, str]] = system(sa_type=JSON)
    pack_values: dict[str, str] = system(sa_type=JSON)


class SeedRow(Row, table=True):
    """The content of `seed/` as it was, so that past advice can be made again."""

    __tablename__ = "seed"

    version: str = system(primary_key=True)
    tree: dict[str, Any] = system(sa_type=JSON)


class ContentRow(Row, table=True):
    """What an owner says otherwise of one thing of the seed; the last row of a thing counts."""

    __tablename__ = "content"
    __table_args__ = (sa.Index(None, "thing", "id"), NUMBERED)

    id: int | None = system(primary_key=True)
    thing: str = system()
    told: dict[str, Any] = system(sa_type=JSON)
    by: str = identity()
    at: datetime = system()
    reason: str = free_text()


class HistoryRow(Row, table=True):
    """What somebody did to the house, its rules or its people."""

    __tablename__ = "history"
    __table_args__ = (NUMBERED,)

    id: int | None = system(primary_key=True)
    what: str = system()
    by: str = identity()
    at: datetime = system()
    detail: dict[str, Any] = free_text(sa_type=JSON)

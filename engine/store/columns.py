"""How a column is declared: its class of data, its name in constraints, its words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""A constraint without a name cannot be changed by a later migration."""

JSON = sa.JSON(none_as_null=True)

NUMBERED = {"sqlite_autoincrement": True}
"""A number that an erased row had is never given again."""


class DataClass(StrEnum):
    """What a column holds, from which export, erasure, retention and masking are made."""

    IDENTITY = "identity"
    BEHAVIOUR = "behaviour"
    FREE_TEXT = "free_text"
    AGGREGATE = "aggregate"
    SYSTEM = "system"


class Row(SQLModel):
    """Base of all tables; their own metadata, so that nothing else lands in the schema."""

    metadata = sa.MetaData(naming_convention=NAMES)


def column(data_class: DataClass, **how: Any) -> Any:
    """Declare a column that holds data of `data_class`; `how` as for `sqlmodel.Field`."""
    return Field(sa_column_kwargs={"info": {"data_class": data_class.value}}, **how)


identity = partial(column, DataClass.IDENTITY)
behaviour = partial(column, DataClass.BEHAVIOUR)
free_text = partial(column, DataClass.FREE_TEXT)
aggregate = partial(column, DataClass.AGGREGATE)
system = partial(column, DataClass.SYSTEM)


def one_of(words: type[StrEnum]) -> sa.Enum:
    """Return the column type of an enum: its values as text, checked by the database."""
    return sa.Enum(
        words,
        name=words.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda kind: [member.value for member in kind],
    )


def table_of(row: type[Row]) -> sa.Table:
    """Return the Core table behind a row type; reading Core rows costs a fraction of the ORM."""
    return Row.metadata.tables[str(row.__tablename__)]


def add_row(connection: sa.Connection, insert: sa.Insert, columns: Mapping[str, Any]) -> int:
    """Add one row and return the number that the database gave it."""
    key = connection.execute(insert, columns).inserted_primary_key
    return int(key[0]) if key else 0

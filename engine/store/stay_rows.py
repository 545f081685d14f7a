"""Between the tables of stays and guests and the words of the trade."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.domain.stays import Guest, Stay, StayDraft, StayStatus
from engine.store.columns import table_of
from engine.store.rows import GuestRow, StayRow

STAY, GUEST = table_of(StayRow), table_of(GuestRow)
STAYS: sa.Select[Any] = sa.select(
    STAY.c.id,
    STAY.c.house_id,
    STAY.c.ref,
    STAY.c.guest_id,
    GUEST.c.name,
    GUEST.c.language,
    STAY.c.unit,
    STAY.c.arrival_on,
    STAY.c.departure_on,
    STAY.c.status,
    STAY.c.facts,
    STAY.c.source,
    STAY.c.version,
    STAY.c.expected_hour,
    STAY.c.checked_in_at,
    STAY.c.checked_in_by,
    STAY.c.served_style,
    GUEST.c.email,
    GUEST.c.external_key,
).join_from(STAY, GUEST, STAY.c.guest_id == GUEST.c.id)
"""A stay with its guest: house, ref, guest, then the columns in the order of the dataclass."""


def stay_of(row: sa.Row[Any]) -> Stay:
    """Return the stay that a row of `STAYS` holds."""
    id, house, ref, guest_id, name, language, *rest = tuple(row)[:17]
    return Stay(id, house, ref, Guest(guest_id, name, language), *rest)


def told(draft: StayDraft, known: sa.Row[Any] | None = None) -> dict[str, Any]:
    """Return the columns of a stay as its source tells them.

    What the source leaves out stays as it is, and a file from before the arrival never takes
    back a check-in.
    """
    columns = {
        "unit": draft.unit,
        "arrival_on": draft.arrival_on,
        "departure_on": draft.departure_on,
        "status": draft.status,
        "facts": dict(draft.facts),
        "source": draft.source,
        "expected_hour": draft.expected_hour,
    }
    if known is None:
        return columns
    columns["facts"] = {**known.facts, **draft.facts}
    if known.checked_in_at is not None and draft.status is StayStatus.EXPECTED:
        columns["status"] = known.status
    return {key: value for key, value in columns.items() if value is not None}


def differences(columns: Mapping[str, Any], known: sa.Row[Any]) -> dict[str, Any]:
    """Return those of `columns` that `known` holds otherwise."""
    held = known._mapping
    return {key: value for key, value in columns.items() if not _is_same(held[key], value)}


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, dict):
        # As JSON, because Python holds True and 1 for the same fact.
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return one == other

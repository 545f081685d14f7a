"""What chance gave a stay is kept once, and what it cost is added up by month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from engine.domain.exploration import Arm, Assignment, Draw, Exploration
from engine.domain.stays import Stay, StayDraft
from engine.store import AssignmentRecord, Store

SETTINGS = Exploration(is_on=True, control_share=0.25, has_thompson=True)
GIVEN = Assignment("near", 0.625, Arm.TEST, {"near": 0.625, "brief": 0.375}, 0.1)
RECORD = AssignmentRecord(
    "2026-06", GIVEN, Draw(SETTINGS, "near", 0.3), {"brief": 71.3, "near": 71.2}
)


def test_settings_come_back_as_they_were_set(store: Store, stay: Stay, now: datetime) -> None:
    with store.begin() as work:
        assert work.exploration.of(stay.house) is None
        work.exploration.set(stay.house, Exploration(), by="ana", at=now)
        work.exploration.set(stay.house, SETTINGS, by="ana", at=now)
        assert work.exploration.of(stay.house) == SETTINGS


def test_an_assignment_comes_back_exactly_and_once(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        assert work.exploration.kept([stay.id]) == {}
        for _ in range(2):
            work.exploration.keep(stay.house, stay.id, RECORD)
        assert work.exploration.kept([stay.id, 999]) == {stay.id: RECORD}


def test_a_month_costs_what_its_stays_cost(
    store: Store, stay: Stay, draft: Callable[..., StayDraft]
) -> None:
    with store.begin() as work:
        house, explored = stay.house, work.exploration
        assert explored.spent(house, "2026-06") == 0.0
        ids = [stay.id, work.stays.add(draft(ref="B-2")).id, work.stays.add(draft(ref="B-3")).id]
        months = ["2026-06", "2026-06", "2026-07"]
        for id, month in zip(ids, months, strict=True):
            explored.keep(house, id, replace(RECORD, month=month))
        assert explored.spent(house, "2026-06") == pytest.approx(0.2)
        explored.leave(stay.id)
        assert explored.spent(house, "2026-06") == pytest.approx(0.1)
        assert explored.kept([stay.id])[stay.id].has_left
        assert explored.by_arm(house, "2026-06")[Arm.TEST] == 2
        assert explored.by_arm(house, "2026-07")[Arm.CONTROL] == 0


def test_the_month_is_found_by_an_index(store: Store) -> None:
    with store.read() as work:
        asked = "SELECT sum(cost) FROM assignment WHERE house_id = 'a' AND month = '2026-06'"
        (plan,) = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    assert "ix_assignment_house_id_month" in plan[-1]


def test_with_a_house_all_of_it_goes(store: Store, stay: Stay, now: datetime) -> None:
    with store.begin() as work:
        work.exploration.set(stay.house, SETTINGS, by="ana", at=now)
        work.exploration.keep(stay.house, stay.id, RECORD)
        work.houses.remove(stay.house)
        assert work.exploration.of(stay.house) is None
        assert work.exploration.kept([stay.id]) == {}

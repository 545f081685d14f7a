from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.domain.cues import Value
from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.domain.stays import House, Stay, StayDraft, StayStatus, Unit
from engine.store import Store

Entry = Callable[..., Evidence]
Draft = Callable[..., StayDraft]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/profiles.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def house() -> House:
    return House(
        id="las_cabanas",
        name="Las Cabañas",
        house_class="average",
        time_zone="Europe/Oslo",
        languages=("en", "nb"),
        usual_style="near",
        units=(
            Unit(
                "C2", "Zwei", "cabin", "complex", ({"en": "The stove stays lit."},), {"wifi": "w"}
            ),
            Unit("C1", "Uno", "cabin", "simple"),
        ),
        values={"breakfast": {"en": "from 7", "nb": "fra 7"}},
        contact="+47 1",
        quiet_hours=(22, 7),
    )


@pytest.fixture
def draft() -> Draft:
    usual = StayDraft(
        house="las_cabanas",
        ref="B-1",
        guest_name="José Ruiz",
        language="es",
        email="jose@example.org",
        unit="C1",
        arrival_on=date(2026, 6, 1),
        departure_on=date(2026, 6, 4),
        status=StayStatus.EXPECTED,
        facts={"nights": 3, "purpose": "leisure", "online_checkin": True},
        source="csv",
        expected_hour=15,
    )

    def make(**changes: Any) -> StayDraft:
        return replace(usual, **changes)

    return make


@pytest.fixture
def entry(now: datetime) -> Entry:
    def make(
        kind: EvidenceKind = EvidenceKind.CUE,
        key: str = "tired",
        value: Value | None = True,
        retracts: int | None = None,
    ) -> Evidence:
        return Evidence(kind, key, value, "ana", now, BASIS_OF[kind], "desk", retracts=retracts)

    return make


@pytest.fixture
def stay(store: Store, house: House, draft: Draft) -> Stay:
    with store.begin() as work:
        work.houses.save(house)
        return work.stays.add(draft())

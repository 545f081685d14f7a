"""An own house with counted stays, for the tests of what is learned from them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine.domain.stays import House, StayDraft, StayStatus, Unit
from engine.inference.stats import Stats
from engine.store import Work
from engine.store.columns import table_of
from engine.store.rows import PatternRow
from engine.usecases.advice.patterns import key_of
from engine.usecases.context import Context
from engine.usecases.stays.import_stays import Importing

OWN = "las_cabanas"
REF = "B-1"


def open_house(ctx: Context, now: datetime, id: str = OWN) -> None:
    """Keep an own house beside the demo, with one guest who is expected."""
    with ctx.store.begin() as work:
        unit = Unit(code="C1", name="Cabin 1", kind="cabin", complexity="complex")
        work.houses.save(
            House(
                id=id,
                name="Las Cabanas",
                house_class="average",
                time_zone="UTC",
                languages=("en",),
                usual_style="near",
                units=(unit,),
            )
        )
        told = StayDraft(
            house=id,
            ref=REF,
            guest_name="Vera",
            language=None,
            email=None,
            unit="C1",
            arrival_on=now.date(),
            departure_on=now.date(),
            status=StayStatus.EXPECTED,
            facts={"nights": 2},
            source="csv",
        )
        Importing(ctx.catalogue.facts, now, ctx.secret).take(work, told)


def count(ctx: Context, stats: Stats, house: str = OWN) -> None:
    """Count stays as the ledger would have."""
    with ctx.store.begin() as work:
        _count(work, stats, house)


def _count(work: Work, stats: Stats, house: str) -> None:
    rows = [(pattern.to_data(), n) for pattern, n in stats]
    told = [{"house_id": house, "hash": key_of(c), "content": c, "n": n} for c, n in rows]
    work.connection.execute(sa.insert(table_of(PatternRow)), told)

"""Stays of a house that lets chance in, for the tests of exploration."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.exploration import Arm, Exploration
from engine.domain.stays import Stay, StayDraft, StayStatus
from engine.store import RecommendationRecord
from engine.usecases.advice.advising import Advised
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.learning.exploring import set_exploration
from engine.usecases.stays.arrivals import board, card
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW
from tests.usecases.own_stays import OWN, REF

ANA = Actor("Ana", NOW)
MONTH = "2026-06"
ALL_OUT = Exploration(
    is_on=True, control_share=0.3, test_share=0.5, has_thompson=True, monthly_budget=1e6
)
ONLY_CONTROL = Exploration(is_on=True, control_share=1.0, monthly_budget=1e6)
N_DRAWN = 3_000
"""Through the store; as many as one can count are drawn in the tests of the decision."""
LATER, DAY = timedelta(minutes=1), timedelta(days=1)
CUES = ("tired", "in_hurry", "talks_freely", "looks_around")


def turn(ctx: Context, settings: Exploration, house: str = DEMO) -> None:
    set_exploration(ctx, house, settings, by="Ana", now=NOW)


def expected_refs(ctx: Context, days: int = 2) -> list[str]:
    rows = [row for k in range(days) for row in board(ctx, now=NOW, day=NOW.date() + k * DAY).rows]
    return [row.stay.ref for row in rows if row.stay.status is StayStatus.EXPECTED]


def silent_refs(ctx: Context) -> list[str]:
    """Guests of today and tomorrow who have a part in exploration."""
    return [ref for ref in expected_refs(ctx) if card(ctx, ref, now=NOW).advised.exploring]


def drawn_into(ctx: Context, arm: Arm) -> str:
    """Some guest whose lot fell on this arm."""
    return next(ref for ref in silent_refs(ctx) if arm_of(card(ctx, ref, now=NOW).advised) is arm)


def arm_of(advised: Advised) -> Arm | None:
    return advised.exploring.drawn_arm if advised.exploring else None


def records(ctx: Context, ref: str) -> tuple[RecommendationRecord, ...]:
    with ctx.store.read() as work:
        return work.recommendations.of(work.stays.get(DEMO, ref).id)


def spent(ctx: Context) -> float:
    with ctx.store.read() as work:
        return work.exploration.spent(DEMO, MONTH)


def add_guests(ctx: Context, n: int) -> list[str]:
    """Expect `n` more guests like the one of the own house."""
    with ctx.store.begin() as work:
        like = work.stays.get(OWN, REF)
        for k in range(n):
            work.stays.add(draft_like(like, f"N-{k}"))
    return [f"N-{k}" for k in range(n)]


def draft_like(stay: Stay, ref: str) -> StayDraft:
    return StayDraft(
        house=stay.house,
        ref=ref,
        guest_name=f"Guest {ref}",
        language=None,
        email=None,
        unit=stay.unit,
        arrival_on=stay.arrival_on,
        departure_on=stay.departure_on,
        status=StayStatus.EXPECTED,
        facts=dict(stay.facts),
        source="csv",
    )

"""A database that moves on, and what its coded stays must say of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from engine.decision.coded_stays import Kept
from engine.decision.past import facts_kept, said_in
from engine.decision.situation import Situation
from engine.domain.consent import LegalBasis
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.stays import House, Stay, StayDraft, StayStatus
from engine.store.snapshot import NAME
from engine.usecases.advice import snapshots
from engine.usecases.advice.coded_snapshot import snapshot_of
from engine.usecases.advice.snapshots import (
    case_at_arrival,
    stays_kept,
)
from engine.usecases.context import Context
from tests.usecases.conftest import NOW


def file_of(ctx: Context) -> Path:
    return ctx.store.folder / NAME


def stays_of(ctx: Context) -> list[Stay]:
    with ctx.store.read() as work:
        houses = [house.id for house in work.houses.all()]
        return [stay for id in houses for stay in work.stays.between(id, date.min, date.max)]


def says_what_the_database_says(ctx: Context, kept: Kept) -> bool:
    """Compare every stay, fact by fact and word by word."""
    stays = {stay.id: stay for stay in stays_of(ctx)}
    assert kept.ids.tolist() == sorted(stays)
    with ctx.store.read() as work:
        houses = {house.id: house for house in work.houses.all()}
        ledgers = work.ledger.of_many(stays)
    wanted = facts_kept(ctx.catalogue)
    for row, id in enumerate(kept.ids.tolist()):
        stay = stays[id]
        case = case_at_arrival(stay, houses[stay.house], ledgers[id])
        facts = {
            fact: value
            for fact, value in Situation(case, ctx.catalogue).facts.items()
            if fact in wanted
        }
        assert kept.columns.facts_of(row) == facts
        assert kept.words[kept.said[row]] == said_in(case)
        assert kept.houses[kept.house[row]] == stay.house
        assert date.fromordinal(int(kept.days[row])) == stay.arrival_on
        assert bool(kept.is_off[row]) == (stay.status in snapshots.NEVER_MET)
    return True


def as_after_a_restart(ctx: Context) -> Kept:
    """What another process would read, and make of it."""
    snapshot_of.cache_clear()
    return stays_kept(ctx)


def entry(kind: EvidenceKind, key: str, value: object) -> Evidence:
    return Evidence(kind, key, value, "Ana", NOW, LegalBasis.LEGITIMATE_INTEREST, "desk")


def tell(ctx: Context, stay: Stay, kind: EvidenceKind, key: str, value: object = True) -> None:
    with ctx.store.begin() as work:
        work.ledger.append(stay.id, entry(kind, key, value))


def move_on(ctx: Context) -> None:
    """Somebody cancels, somebody answers, a booking changes, another one comes."""
    one, other, third = stays_of(ctx)[:3]
    tell(ctx, one, EvidenceKind.ANSWER, "welcome", 1)
    tell(ctx, one, EvidenceKind.SET_ASIDE, "business_trip")
    draft = StayDraft(
        one.house, "new", "Ida", "de", None, None, one.arrival_on, one.departure_on,
        StayStatus.EXPECTED, {"nights": 11, "purpose": "group"}, "csv",
    )  # fmt: skip
    with ctx.store.begin() as work:
        work.stays.change(other, status=StayStatus.CANCELLED)
        work.stays.change(third, facts={**third.facts, "lead_days": 4321, "purpose": "leisure"})
        work.stays.add(draft)


def houses_of(ctx: Context) -> tuple[House, ...]:
    with ctx.store.read() as work:
        return work.houses.all()


def book_otherwise(ctx: Context, place: int, lead_days: int) -> None:
    stay = sorted(stays_of(ctx), key=lambda stay: stay.id)[place]
    with ctx.store.begin() as work:
        work.stays.change(stay, facts={**stay.facts, "lead_days": lead_days})

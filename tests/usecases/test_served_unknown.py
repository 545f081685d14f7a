"""A guest who is served without notes is as good as unknown, here and after every import."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.domain.advice import Advice
from engine.domain.axis import NO_TRAIT
from engine.domain.exploration import Exploration
from engine.domain.stays import StayDraft, StayStatus
from engine.store import ObjectionKind, Work
from engine.store.rows import StayPatternRow
from engine.usecases.advice.advising import Advised
from engine.usecases.advice.patterns import recomputed, stats_of
from engine.usecases.advice.snapshots import stays_kept
from engine.usecases.advice.without_notes import unwatched
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.guests.wishes import serve_with_notes, serve_without_notes
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import let_remember
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
REF, NEXT, UNKNOWN = "N-1", "N-2", "N-3"


def draft(ref: str, guest: str | None = "nora", **more) -> StayDraft:
    usual = {"facts": {"nights": 1, "purpose": "business", "unit_ready": True}, "source": "csv"}
    usual |= {"arrival_on": NOW.date(), "departure_on": NOW.date() + timedelta(days=1)}
    usual |= {"status": StayStatus.EXPECTED, "language": "en", "unit": "C7", "email": None}
    return StayDraft(house=DEMO, ref=ref, guest_name="Nora", guest_key=guest, **(usual | more))


def take(ctx: Context, told: StayDraft) -> None:
    with ctx.store.begin() as work:
        Importing(ctx.catalogue.facts, NOW, ctx.secret).take(work, told)
    while work_one(ctx, now=NOW + timedelta(hours=1), tasks=TASKS):
        pass


def advised(ctx: Context, ref: str = REF) -> Advised:
    return card(ctx, ref, now=NOW, house_id=DEMO).advised


@pytest.fixture
def nora(ctx: Context) -> int:
    """A guest of whom much is known, with another stay ahead."""
    take(ctx, draft(REF))
    desk = Desk(ctx, REF, DEMO)
    desk.observe("in_hurry", ANA)
    desk.answer("welcome", 0, ANA)
    desk.answer("housekeeping", 0, ANA)
    desk.react("local_tips", "declined", ANA)
    let_remember(ctx, REF, ANA, is_allowed=True, house_id=DEMO)
    desk.check_in("leave_be", ANA)
    take(ctx, draft(REF, status=StayStatus.DEPARTED))
    ahead = {"arrival_on": NOW.date() + timedelta(days=40)}
    take(ctx, draft(NEXT, **ahead, departure_on=NOW.date() + timedelta(days=42)))
    return advised(ctx).stay.guest.id


def test_nothing_known_of_her_is_used_but_her_instructions(ctx: Context, nora: int):
    assert advised(ctx, NEXT).case.trait != NO_TRAIT
    serve_without_notes(ctx, nora, now=NOW)
    now = advised(ctx)
    assert now.is_without_notes
    assert now.case.facts.keys() == {"house_class", "unit_complexity", "unit_ready"}
    assert (now.case.cues, set(now.case.answers)) == (frozenset(), {"housekeeping"})
    assert now.recommendation.instructions == ("housekeeping",)
    assert "local_tips" in now.recommendation.closed
    assert advised(ctx, NEXT).case.trait == NO_TRAIT


def test_she_is_served_as_somebody_of_whom_the_booking_tells_nothing(ctx: Context, nora: int):
    serve_without_notes(ctx, nora, now=NOW)
    take(ctx, draft(UNKNOWN, None, facts={}, language="en", **_days_of(ctx, NEXT)))
    hers, unknown = advised(ctx, NEXT).recommendation, advised(ctx, UNKNOWN).recommendation
    same = ("belief", "style", "alternatives", "reasons", "script", "expected")
    assert [getattr(hers, one) for one in same] == [getattr(unknown, one) for one in same]
    assert (hers.advice, hers.question, hers.offer) == (Advice.ACT, None, None)


def _days_of(ctx: Context, ref: str) -> dict[str, object]:
    stay = advised(ctx, ref).stay
    return {"arrival_on": stay.arrival_on, "departure_on": stay.departure_on}


def test_a_no_of_hers_closes_its_topic_and_moves_nothing(ctx: Context, nora: int):
    serve_without_notes(ctx, nora, now=NOW)
    before = advised(ctx, NEXT).recommendation
    Desk(ctx, NEXT, DEMO).react("breakfast_info", "declined", ANA)
    after = advised(ctx, NEXT).recommendation
    assert after.belief == before.belief
    assert set(after.closed) - set(before.closed) == {"breakfast_info"}


def test_nothing_new_is_kept_or_counted(ctx: Context, nora: int):
    serve_without_notes(ctx, nora, now=NOW)
    with ctx.store.read() as work:
        before = len(work.recommendations.of(advised(ctx, NEXT).stay.id))
        assert work.traits.of_guests([nora]) == {}
    Desk(ctx, NEXT, DEMO).check_in("near", ANA)
    take(ctx, draft(NEXT, status=StayStatus.DEPARTED, **_days_of(ctx, NEXT)))
    stays = [advised(ctx, ref).stay.id for ref in (REF, NEXT)]
    with ctx.store.read() as work:
        assert len(work.recommendations.of(stays[1])) == before
        assert work.traits.of_guests([nora]) == {}
        assert recomputed(work, ctx.catalogue.facts, DEMO, now=NOW) == stats_of(work, DEMO)
        assert not any(_counted(work, stay) for stay in stays)


def _counted(work: Work, stay: int) -> bool:
    counted = sa.select(StayPatternRow.stay_id).where(StayPatternRow.stay_id == stay)
    return work.connection.scalar(counted) is not None


def test_chance_has_no_say_in_how_she_is_met(ctx: Context, nora: int):
    with ctx.store.begin() as work:
        work.exploration.set(DEMO, Exploration(is_on=True, control_share=1.0), by="Ana", at=NOW)
    Desk(ctx, NEXT, DEMO).observe("heavy_luggage", ANA)
    with ctx.store.read() as work:
        assert work.exploration.kept([advised(ctx, NEXT).stay.id])
    assert advised(ctx, NEXT).exploring is not None
    serve_without_notes(ctx, nora, now=NOW)
    assert advised(ctx, NEXT).exploring is None


def test_nothing_is_offered_to_watch_how_she_takes_it(ctx: Context, nora: int):
    said = advised(ctx, NEXT).recommendation
    watching = replace(said, advice=Advice.OBSERVE, offer="local_tips", question="welcome")
    assert unwatched(watching) == replace(said, advice=Advice.ACT, offer=None, question=None)


def test_replays_pass_her_over_until_she_takes_it_back(ctx: Context, nora: int):
    id = advised(ctx).stay.id

    def is_off() -> bool:
        kept = stays_kept(ctx)
        return bool(kept.is_off[kept.ids.tolist().index(id)])

    assert not is_off()
    serve_without_notes(ctx, nora, now=NOW)
    assert is_off()
    serve_with_notes(ctx, nora, now=NOW)
    assert not is_off()


def test_a_booking_read_in_again_brings_no_fact_and_a_new_one_is_served_so_too(
    ctx: Context, nora: int
):
    serve_without_notes(ctx, nora, now=NOW)
    told = {"nights": 3, "party": "family", "arrival_mode": "key_box", "asks_for_privacy": True}
    take(ctx, draft("N-9", facts=told))
    new = advised(ctx, "N-9")
    assert new.is_without_notes
    assert new.stay.facts == {"arrival_mode": "key_box"}
    assert new.case.cues == {"asks_for_privacy"}
    take(ctx, draft(NEXT, facts={"party": "family"}, **_days_of(ctx, NEXT)))
    assert "party" not in advised(ctx, NEXT).stay.facts


@pytest.mark.parametrize("named", [{"guest_key": None}, {"guest_key": "other", "ref": "N-9"}])
def test_she_is_known_again_by_number_of_the_booking_or_address(
    ctx: Context, nora: int, named: dict[str, str | None]
):
    with ctx.store.begin() as work:
        work.guests.rename(nora, email="Nora@Example.org")
    serve_without_notes(ctx, nora, now=NOW)
    told = replace(draft(REF, email="nora@example.org"), **named)
    take(ctx, told)
    assert advised(ctx, told.ref).is_without_notes


def test_taking_it_back_brings_back_what_was_told_and_not_what_was_remembered(
    ctx: Context, nora: int
):
    before = advised(ctx)
    serve_without_notes(ctx, nora, now=NOW)
    serve_without_notes(ctx, nora, now=NOW)
    serve_with_notes(ctx, nora, now=NOW)
    assert advised(ctx).case == before.case
    with ctx.store.read() as work:
        assert work.traits.of_guests([nora]) == {}
        kinds = {kind for kind, _ in work.objections.of_house(DEMO)}
        assert ObjectionKind.NO_NOTES not in kinds
        assert recomputed(work, ctx.catalogue.facts, DEMO, now=NOW) == stats_of(work, DEMO)

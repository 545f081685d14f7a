"""How a stay was is counted as soon as it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayStatus
from engine.errors import BadInputError, ConflictError, NotFoundError
from engine.usecases.advice.patterns import SATISFACTION, recomputed, stats_of
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.stays.arrivals import board
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.outcomes import CONTACT, record_outcome
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW

VERA = Actor("guest", NOW + timedelta(days=2), source="prompt")
ANA = Actor("Ana", NOW)


@pytest.fixture
def ref(ctx: Context) -> str:
    """A guest who is in house."""
    rows = board(ctx, now=NOW).rows
    ref = next(row.stay.ref for row in rows if row.stay.status is StayStatus.EXPECTED)
    Desk(ctx, ref).check_in("brief", ANA)
    return ref


def outcomes(ctx: Context) -> list[int]:
    """Outcomes of all stays that the learner sees, and it sees what the ledger holds."""
    with ctx.store.read() as work:
        seen = stats_of(work, DEMO)
        assert seen == recomputed(work, ctx.catalogue.facts, DEMO, now=NOW)
    return [pattern.outcome for pattern, n in seen for _ in range(n) if pattern.outcome]


def test_what_a_guest_tells_is_counted_at_once(ctx: Context, ref: str) -> None:
    assert outcomes(ctx) == []
    told = record_outcome(ctx, DEMO, ref, 4, VERA, contact=1)
    assert outcomes(ctx) == [4]
    said = {e.key: e.value for e in told.entries if e.kind is EvidenceKind.OUTCOME}
    assert said == {SATISFACTION: 4, CONTACT: 1}


def test_the_last_word_counts_and_the_same_act_twice_is_one(ctx: Context, ref: str) -> None:
    keyed = replace(VERA, key="survey-1")
    record_outcome(ctx, DEMO, ref, 2, keyed)
    record_outcome(ctx, DEMO, ref, 2, keyed)
    told = record_outcome(ctx, DEMO, ref, 5, VERA)
    assert outcomes(ctx) == [5]
    assert [e.kind for e in told.entries].count(EvidenceKind.OUTCOME) == 2


def test_what_was_decided_is_not_decided_again(ctx: Context, ref: str) -> None:
    with ctx.store.read() as work:
        stay = work.stays.get(DEMO, ref)
        before = work.recommendations.of(stay.id)
    record_outcome(ctx, DEMO, ref, 3, VERA)
    with ctx.store.read() as work:
        assert work.recommendations.of(stay.id) == before


@pytest.mark.parametrize("grade", [0, 6, -1, True, 2.5, "4"])
def test_a_grade_that_is_none_is_refused_in_words(ctx: Context, ref: str, grade: object) -> None:
    with pytest.raises(BadInputError, match="from 1, very poor, to 5"):
        record_outcome(ctx, DEMO, ref, grade, VERA)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(BadInputError, match="too little"):
        record_outcome(ctx, DEMO, ref, 3, VERA, contact=2)
    assert outcomes(ctx) == []


def test_who_has_not_been_here_has_nothing_to_tell(ctx: Context, ref: str) -> None:
    rows = board(ctx, now=NOW).rows
    other = next(row.stay.ref for row in rows if row.stay.status is StayStatus.EXPECTED)
    with pytest.raises(ConflictError, match="has not been here"):
        record_outcome(ctx, DEMO, other, 3, VERA)
    with pytest.raises(NotFoundError):
        record_outcome(ctx, DEMO, "nobody", 3, VERA)
    assert ref != other

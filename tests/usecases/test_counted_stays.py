"""What the learner sees is what the ledger holds, at every moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from engine.domain.cues import Value
from engine.domain.evidence import EvidenceKind
from engine.domain.offers import Reaction
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import ClosedTopicError, ConflictError, NotAllowedError, NotFoundError
from engine.inference.stats import Stats
from engine.store import Work
from engine.usecases.advice.patterns import (
    SATISFACTION,
    key_of,
    rebuild_patterns,
    recomputed,
    stats_of,
    subtract_guest,
)
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import count_stays
from engine.usecases.stays.arrivals import board
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor, entry, keep_advice
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
N_ACTS = 120


def kept(ctx: Context) -> Stats:
    with ctx.store.read() as work:
        return stats_of(work, DEMO)


def anew(ctx: Context) -> Stats:
    with ctx.store.read() as work:
        return recomputed(work, ctx.catalogue.facts, DEMO, now=NOW + timedelta(days=9))


def refs(ctx: Context, *, arrived: bool = False) -> list[str]:
    rows = board(ctx, now=NOW).rows
    return [row.stay.ref for row in rows if arrived or row.stay.status is StayStatus.EXPECTED]


def tell(ctx: Context, ref: str, grade: int) -> None:
    """Keep how the stay was, as a later survey does."""
    with ctx.store.begin() as work:
        stay = work.stays.get(DEMO, ref)
        work.ledger.append(stay.id, entry(EvidenceKind.OUTCOME, SATISFACTION, grade, ANA))
        keep_advice(ctx, work, stay, ANA)


def random_act(ctx: Context, rng: np.random.Generator) -> None:
    """Do one act of the desk for one of six guests, undo included; it may be refused."""

    def one_of(values: Iterable[str]) -> str:
        return str(rng.choice(list(values)))

    catalogue = ctx.catalogue
    desk = Desk(ctx, one_of(refs(ctx, arrived=True)[:6]))
    question = one_of(catalogue.questions)
    grade = int(rng.integers(len(catalogue.questions[question].grades)))
    acts: list[Callable[[], object]] = [
        lambda: desk.observe(one_of(catalogue.cues), ANA),
        lambda: desk.answer(question, grade, ANA),
        lambda: desk.react(one_of(catalogue.offers), one_of(Reaction), ANA),
        lambda: desk.reopen(one_of(catalogue.offers), ANA),
        lambda: desk.set_aside("tired", ANA),
        lambda: desk.check_in(one_of(catalogue.styles), ANA),
        lambda: tell(ctx, desk.ref, grade + 1),
        lambda: undo_last(desk),
        lambda: undo_last(desk),
        lambda: take_in(ctx, desk.ref, {"nights": grade, "tired": True}),
    ]
    acts[rng.integers(len(acts))]()


def take_in(ctx: Context, ref: str, facts: dict[str, Value]) -> None:
    """Let the reservation system tell other facts of a stay."""
    with ctx.store.begin() as work:
        stay = work.stays.get(DEMO, ref)
        told = StayDraft(
            house=DEMO,
            ref=ref,
            guest_name=stay.guest.name,
            language=None,
            email=None,
            unit=None,
            arrival_on=stay.arrival_on,
            departure_on=stay.departure_on,
            status=stay.status,
            facts=facts,
            source="csv",
        )
        Importing(ctx.catalogue.facts, NOW, ctx.secret).take(work, told)


def undo_last(desk: Desk) -> None:
    with desk.ctx.store.read() as work:
        entries = work.ledger.of(work.stays.get(DEMO, desk.ref).id)
    desk.undo(entries[-1].seq if entries else 0, ANA)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_acts_the_counts_equal_those_made_from_the_whole_ledger(
    ctx: Context, seed: int
) -> None:
    n_done = 0
    rng = np.random.default_rng(seed)
    for _ in range(N_ACTS):
        try:
            random_act(ctx, rng)
        except (NotFoundError, NotAllowedError, ClosedTopicError, ConflictError):
            continue
        n_done += 1
        if n_done % 20 == 0:
            assert kept(ctx) == anew(ctx)
    assert n_done > N_ACTS / 2
    assert kept(ctx) == anew(ctx)
    assert kept(ctx).to_data() == anew(ctx).to_data()


def test_the_demo_is_counted_from_its_first_minute(ctx: Context) -> None:
    assert kept(ctx).n_stays > 0
    assert kept(ctx) == anew(ctx)


def test_undoing_everything_leaves_the_counts_as_they_were(ctx: Context) -> None:
    before = kept(ctx).to_data()
    desk = Desk(ctx, refs(ctx)[0])
    desk.observe("tired", ANA)
    desk.answer("welcome", 1, ANA)
    seen = desk.check_in("brief", ANA)
    assert kept(ctx).n_stays == Stats.from_data(before).n_stays + 1
    for said in reversed(seen.advised.entries):
        desk.undo(said.seq, ANA)
    assert kept(ctx).to_data() == before


def test_a_guest_taken_out_is_as_if_she_had_never_come(ctx: Context) -> None:
    first, hers = refs(ctx)[:2]
    Desk(ctx, first).answer("welcome", 3, ANA)
    never = kept(ctx).to_data()
    seen = Desk(ctx, hers).answer("welcome", 0, ANA)
    Desk(ctx, hers).check_in("leave_be", ANA)
    tell(ctx, hers, 4)
    with ctx.store.begin() as work:
        assert subtract_guest(work, seen.advised.stay.guest.id) == 1
        assert subtract_guest(work, seen.advised.stay.guest.id) == 0
    assert kept(ctx).to_data() == never


def test_the_style_that_counts_is_the_one_advised_before_arrival_not_the_one_served(
    ctx: Context,
) -> None:
    desk = Desk(ctx, refs(ctx)[0])
    advised = desk.answer("welcome", 0, ANA).advised.recommendation.style
    assert advised != "hosted"
    before = kept(ctx)
    desk.check_in("hosted", ANA)
    desk.observe("talks_freely", ANA)
    tell(ctx, desk.ref, 5)
    (new,) = [pattern for pattern, _ in kept(ctx) if not before.count(pattern)]
    assert (new.style, new.outcome, new.is_arrived) == (advised, 5, True)
    assert new.answers == (("welcome", 0),)
    assert new.cues == ("talks_freely",)


def test_no_pattern_holds_a_word_about_origin_or_a_name(ctx: Context) -> None:
    with ctx.store.begin() as work:
        stay = work.stays.get(DEMO, refs(ctx)[0])
        facts = {**stay.facts, "home_market": "XK", "language": "sq"}
        work.stays.change(stay, facts=facts, name="Besa Hoxha")
    Desk(ctx, stay.ref).answer("welcome", 1, ANA)
    told = str(kept(ctx).to_data())
    for word in ("XK", "'sq'", "Besa", "Hoxha", stay.ref, "Ana"):
        assert word not in told


def test_a_fault_leaves_ledger_and_counts_as_they_were(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(ctx)
    desk = Desk(ctx, refs(ctx)[0])

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.usecases.stays.check_in.card_of", fail)
    with pytest.raises(ZeroDivisionError):
        desk.observe("tired", ANA)
    assert kept(ctx) == before == anew(ctx)


def test_the_same_advice_again_writes_no_pattern(ctx: Context) -> None:
    desk = Desk(ctx, refs(ctx)[0])
    keyed = replace(ANA, key="outbox-7")
    desk.observe("tired", keyed)
    with ctx.store.read() as work:
        before = work.connection.execute(sa.text("SELECT rowid, * FROM stay_pattern")).all()
    desk.observe("tired", keyed)
    with ctx.store.read() as work:
        assert work.connection.execute(sa.text("SELECT rowid, * FROM stay_pattern")).all() == before


def test_stays_from_before_patterns_were_kept_are_counted_by_a_job(ctx: Context) -> None:
    Desk(ctx, refs(ctx)[0]).observe("tired", ANA)
    wanted = kept(ctx)
    with ctx.store.begin() as work:
        _empty(work)
        assert stats_of(work, DEMO).n_stays == 0
    count_stays(ctx, {}, NOW)
    assert kept(ctx) == wanted
    assert rebuild_patterns(ctx.store, ctx.catalogue.facts, DEMO, now=NOW) == 0


def _empty(work: Work) -> None:
    for table in ("stay_pattern", "pattern"):
        work.connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608  # a name from above


def test_a_cancelled_stay_teaches_nothing(ctx: Context) -> None:
    ref = refs(ctx)[0]
    before = kept(ctx)
    Desk(ctx, ref).answer("welcome", 2, ANA)
    with ctx.store.begin() as work:
        stay = work.stays.get(DEMO, ref)
        gone = work.stays.change(stay, status=StayStatus.CANCELLED)
        keep_advice(ctx, work, gone, ANA)
    assert kept(ctx) == before == anew(ctx)


def test_one_pattern_has_one_key(ctx: Context) -> None:
    keys = {key_of(pattern.to_data()) for pattern, _ in kept(ctx)}
    assert len(keys) == len(kept(ctx))
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    assert key_of({"a": 1}) != key_of({"a": True})

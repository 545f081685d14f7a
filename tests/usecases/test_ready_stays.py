"""Stays held ready in memory are never older than the database."""

from __future__ import annotations

import pytest

from engine.domain.axis import Trait
from engine.domain.evidence import EvidenceKind
from engine.store import TraitRecord
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.past_stays import past_of_house
from engine.usecases.advice.ready_stays import READY
from engine.usecases.advice.snapshots import forget_stays, stays_at_hand, stays_kept
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.rules import preview_rules
from engine.usecases.rules.preview_rules import Preview, preview
from engine.usecases.rules.tune_rules import RuleChange, edit_rule
from engine.usecases.stays.arrivals import house_today
from tests.usecases.coded import houses_of, stays_of, tell
from tests.usecases.conftest import NOW
from tests.usecases.replayed import RULE, advised_alone

WHOLE = preview_rules.LOOK_BACK


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    READY.forget()


def turns(shown: Preview) -> dict[str, tuple[str, str]]:
    return {one.ref: (one.before, one.after) for one in shown.changed}


def tried(ctx: Context, weight: float = -1.5) -> Preview:
    edit_rule(ctx, RULE, RuleChange(weight=weight), by="Ana", now=NOW)
    return preview(ctx, now=NOW)


def test_what_is_held_is_used_again_until_something_changes(ctx: Context):
    tried(ctx)
    held = READY._live
    tried(ctx, -1.1)
    assert held is not None
    assert READY._live is held
    tell(ctx, stays_of(ctx)[0], EvidenceKind.CUE, "tired")
    tried(ctx, -1.5)
    assert READY._live is not held


def test_a_preview_tells_of_what_a_guest_said_a_moment_ago(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preview_rules, "MOST_LISTED", 10_000)
    before = turns(tried(ctx))
    assert before == advised_alone(ctx)
    for stay in stays_of(ctx)[:40]:
        tell(ctx, stay, EvidenceKind.ANSWER, "welcome", 3)
    after = turns(preview(ctx, now=NOW))
    assert before != after == advised_alone(ctx)


def test_what_is_remembered_of_a_guest_counts_from_that_moment_on(ctx: Context):
    today = house_today(houses_of(ctx)[0], NOW)
    days = (today - WHOLE, today + WHOLE)
    first = READY.past(ctx, stays_kept(ctx), DEMO, days)
    stay = stays_of(ctx)[0]
    with ctx.store.begin() as work:
        work.traits.keep(
            stay.guest.id, TraitRecord(Trait(1.1, 0.3), stay.arrival_on, stay.id, Trait(0, 1), None)
        )
    assert READY.past(ctx, stays_kept(ctx), DEMO, days) is not first
    with ctx.store.begin() as work:
        work.traits.forget(stay.guest.id)
    again = READY.past(ctx, stays_kept(ctx), DEMO, days)
    true = past_of_house(ctx, stays_kept(ctx), DEMO, days=days)
    assert again.traits.mean.tolist() == true.traits.mean.tolist()


def test_other_rules_in_force_are_served_by_those(ctx: Context):
    today = house_today(houses_of(ctx)[0], NOW)
    kept, days = stays_kept(ctx), (today - WHOLE, today + WHOLE)
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work, DEMO)
    one = READY.live(ctx, kept, DEMO, days, adviser)
    ctx.advisers.clear()
    with ctx.store.read() as work:
        other = adviser_in_force(ctx, work, DEMO)
    assert READY.live(ctx, kept, DEMO, days, adviser) is one
    assert READY.live(ctx, kept, DEMO, days, other).now.adviser is other


def test_where_a_guest_is_forgotten_nothing_is_held(ctx: Context):
    tried(ctx)
    assert READY._past is not None
    forget_stays(ctx)
    assert (READY._past, READY._live) == (None, None)


def test_too_much_to_read_is_not_at_hand(ctx: Context):
    assert stays_at_hand(ctx, 10) is None
    kept = stays_kept(ctx)
    assert stays_at_hand(ctx, 10) is kept

"""Each stay keeps its part in exploration, within the budget, until the guest says something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.decision.guardrails import guard
from engine.decision.situation import Situation
from engine.domain.exploration import NO_EXPLORATION, Arm, Exploration
from engine.usecases.advice.advising import adviser_in_force, case_of
from engine.usecases.advice.assigning import Assigning, house_key
from engine.usecases.advice.replay_advice import replay
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from tests.usecases.conftest import NOW
from tests.usecases.explored_stays import (
    ALL_OUT,
    ANA,
    CUES,
    LATER,
    MONTH,
    N_DRAWN,
    ONLY_CONTROL,
    add_guests,
    arm_of,
    drawn_into,
    expected_refs,
    records,
    silent_refs,
    spent,
    turn,
)
from tests.usecases.own_stays import OWN, REF, open_house


def test_what_was_drawn_is_kept_with_its_odds_and_its_arm(ctx: Context) -> None:
    turn(ctx, ALL_OUT)
    for ref in silent_refs(ctx)[:6]:
        seen = Desk(ctx, ref).observe("wet_or_cold", ANA).advised
        kept = records(ctx, ref)[-1]
        more = kept.output["more"]
        assert seen.exploring
        assert kept.propensity == more["odds"][kept.output["style"]] > 0
        assert kept.output["style"] == seen.recommendation.style == seen.exploring.assignment.style
        assert more["arm"] == seen.exploring.assignment.arm
        assert sum(more["odds"].values()) == pytest.approx(1.0, abs=1e-12)


def test_a_stay_keeps_its_arm_and_style_however_often_it_is_advised(ctx: Context) -> None:
    turn(ctx, replace(ALL_OUT, monthly_budget=3.0))
    for ref in silent_refs(ctx):
        desk = Desk(ctx, ref)
        first = desk.observe("wet_or_cold", ANA).advised
        for k in range(3):
            later = replace(ANA, at=NOW + (k + 1) * LATER)
            again = desk.observe("heavy_luggage", later, is_seen=k % 2 == 0).advised
            assert again.exploring == first.exploring
        assert card(ctx, ref, now=NOW).advised.exploring == first.exploring


def test_a_cue_may_move_the_style_but_not_the_arm(ctx: Context) -> None:
    turn(ctx, ALL_OUT)
    n_moved = 0
    for ref in silent_refs(ctx):
        before = Desk(ctx, ref).observe("wet_or_cold", ANA).advised
        after = Desk(ctx, ref).observe("tired", ANA).advised
        assert arm_of(after) == arm_of(before)
        n_moved += after.recommendation.style != before.recommendation.style
    assert n_moved


@pytest.mark.parametrize("settings", [ALL_OUT, ONLY_CONTROL], ids=["all", "control"])
def test_what_was_explored_is_advised_again_exactly(ctx: Context, settings: Exploration) -> None:
    turn(ctx, settings)
    refs = silent_refs(ctx)[:8]
    for k, ref in enumerate(refs):
        desk = Desk(ctx, ref)
        desk.observe("tired", ANA)
        if k % 2:
            desk.answer("welcome", k % 4, ANA)
        desk.check_in("near", ANA)
        desk.observe("talks_freely", ANA)
    turn(ctx, NO_EXPLORATION)
    kept = [record for ref in refs for record in records(ctx, ref)]
    assert len(kept) >= 4 * len(refs)
    for record in kept:
        assert replay(ctx, record.id)[1] == record.output


SAID: dict[str, Callable[[Desk], object]] = {
    "an answer": lambda desk: desk.answer("unit_tour", 1, ANA),
    "a refusal": lambda desk: desk.react("unit_tour", "declined", ANA),
    "a wish": lambda desk: desk.observe("asks_for_privacy", ANA),
}


@pytest.mark.parametrize("said", SAID)
def test_a_guest_who_says_something_leaves_and_is_served_the_best(ctx: Context, said: str) -> None:
    turn(ctx, replace(ALL_OUT, control_share=0.5, test_share=1.0))
    for ref in silent_refs(ctx)[:10]:
        desk = Desk(ctx, ref)
        drawn = desk.observe("wet_or_cold", ANA).advised
        spent_with = spent(ctx)
        SAID[said](desk)
        kept = records(ctx, ref)[-1]
        assert kept.output["style"] == next(iter(kept.output["more"]["expected"]))
        assert (kept.propensity, kept.output["more"]["arm"]) == (1.0, "engine")
        assert kept.output["more"]["left"] == arm_of(drawn)
        assert drawn.exploring
        assert spent(ctx) == pytest.approx(spent_with - drawn.exploring.assignment.cost)


def test_taking_the_word_back_brings_the_stay_back_into_its_arm(ctx: Context) -> None:
    turn(ctx, ALL_OUT)
    ref = drawn_into(ctx, Arm.TEST)
    before = Desk(ctx, ref).observe("wet_or_cold", ANA).advised
    said = Desk(ctx, ref).answer("welcome", 1, ANA).advised.entries[-1]
    after = Desk(ctx, ref).undo(said.seq, ANA).advised
    assert before.exploring
    assert after.exploring
    assert after.exploring.assignment == before.exploring.assignment


def test_nothing_is_ever_served_against_a_word_or_a_mask(ctx: Context) -> None:
    turn(ctx, ALL_OUT)
    rng = np.random.default_rng(8)
    refs, n_explored, n_spoken = expected_refs(ctx), 0, 0
    for _ in range(150):
        desk = Desk(ctx, str(rng.choice(refs)))
        acts: list[Callable[[], object]] = [
            lambda desk=desk: desk.answer("welcome", int(rng.integers(4)), ANA),
            lambda desk=desk: desk.observe("asks_for_privacy", ANA),
            lambda desk=desk: desk.react("local_tips", "thanked", ANA),
            *[lambda desk=desk: desk.observe(str(rng.choice(CUES)), ANA)] * 6,
        ]
        acts[rng.integers(len(acts))]()
        advised = card(ctx, desk.ref, now=NOW).advised
        situation = Situation(advised.case, ctx.catalogue)
        with ctx.store.read() as work:
            adviser = adviser_in_force(ctx, work, DEMO)
        assert advised.recommendation.style in guard(situation, adviser.everything).styles
        best = adviser.recommend(advised.case).style
        has_spoken = advised.case.answers or situation.closed or any(situation.instructions())
        n_spoken += bool(has_spoken)
        if has_spoken:
            assert advised.recommendation.style == best
        n_explored += advised.recommendation.style != best
    assert min(n_spoken, n_explored) > 5


@pytest.mark.parametrize("budget", [0.0, 0.4, 2.0])
def test_the_budget_of_a_month_is_never_passed(ctx: Context, budget: float) -> None:
    open_house(ctx, NOW)
    settings = replace(ALL_OUT, test_share=1.0, monthly_budget=budget)
    turn(ctx, settings, OWN)
    arms = []
    for k, ref in enumerate(add_guests(ctx, 40)):
        desk = Desk(ctx, ref, OWN)
        desk.observe("wet_or_cold", ANA)
        if k % 3 == 0:
            desk.observe("tired", ANA)
        if k % 7 == 0:
            desk.answer("welcome", 2, ANA)
        with ctx.store.read() as work:
            assert work.exploration.spent(OWN, MONTH) <= budget + 1e-9
        arms.append(arm_of(card(ctx, ref, now=NOW, house_id=OWN).advised))
    assert (set(arms) - {Arm.ENGINE} != set()) is (budget > 0)


def test_over_many_stays_the_shares_are_the_odds(ctx: Context) -> None:
    open_house(ctx, NOW)
    with ctx.store.read() as work:
        house = work.houses.get(OWN)
        stay = work.stays.get(OWN, REF)
        adviser = adviser_in_force(ctx, work, OWN)
        case = case_of(stay, house, (), now=NOW)
        many = [(replace(stay, id=-k), replace(case, ref=f"N-{k}")) for k in range(N_DRAWN)]
        assigning = Assigning(ctx.secret, work, house, adviser, ALL_OUT)
        parts = [
            part for k in range(0, N_DRAWN, 500) for part in assigning.parts(many[k : k + 500])
        ]
    given = [part.assignment for part in parts if part]
    assert len(given) == N_DRAWN
    counts = Counter(one.style for one in given)
    for style, chance in given[0].odds.items():
        se = (N_DRAWN * chance * (1 - chance)) ** 0.5
        assert abs(counts[style] - N_DRAWN * chance) <= 3 * se
    assert sum(given[0].odds.values()) == pytest.approx(1.0, abs=1e-12)
    assert {one.arm for one in given} == {Arm.CONTROL, Arm.TEST, Arm.THOMPSON}


def test_under_usual_service_no_advice_is_left_and_all_that_binds_stays(ctx: Context) -> None:
    ref = expected_refs(ctx)[0]
    bare = card(ctx, ref, now=NOW).advised.recommendation
    turn(ctx, ONLY_CONTROL)
    usual = card(ctx, ref, now=NOW).advised
    said = usual.recommendation
    assert usual.is_usual_service
    assert (said.question, said.offer, said.reasons, said.advice) == (None, None, (), "act")
    assert said.style == "near"
    assert (said.must_know, said.instructions) == (bare.must_know, bare.instructions)
    assert (said.closed, said.belief) == (bare.closed, bare.belief)
    assert set(said.alternatives) <= {"brief", "attentive"}
    assert said.alternatives


def test_each_house_has_a_key_of_its_own(ctx: Context) -> None:
    assert house_key(ctx.secret, OWN) != house_key(ctx.secret, DEMO)
    assert len(house_key(ctx.secret, OWN)) == 32

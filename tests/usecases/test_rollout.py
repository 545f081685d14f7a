"""New rules for a share of the guests: who is served by which, and when it stops by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.catalogue.case import recommendation_to_dict
from engine.domain.exploration import Exploration
from engine.domain.rollout import Metric, Rollout, RolloutState
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import ConflictError, FormError, NotFoundError
from engine.usecases import jobs
from engine.usecases.advice.advising import advise_stays
from engine.usecases.advice.replay_advice import replay
from engine.usecases.context import Context
from engine.usecases.learning.exploring import set_exploration
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.rollout import (
    finish_trial,
    set_share,
    start_trial,
    stop_trial,
    trial_room,
)
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from engine.usecases.stays.arrivals import card
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor
from tests.usecases.own_stays import OWN, open_house

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"
N_GUESTS = 60
SILENT, HALF, ALL = 0, 50, 100


def actor(at: datetime = NOW) -> Actor:
    return Actor("Maria", at)


@pytest.fixture
def house(ctx: Context) -> Context:
    """An own house with many guests on business, all expected today."""
    open_house(ctx, NOW)
    with ctx.store.begin() as work:
        for n in range(N_GUESTS):
            work.stays.add(business(n, NOW.date()))
    return ctx


def business(n: int, day: date) -> StayDraft:
    return StayDraft(
        house=OWN,
        ref=f"W-{n}",
        guest_name=f"Guest {n}",
        language=None,
        email=None,
        unit="C1",
        arrival_on=day,
        departure_on=day + timedelta(days=1),
        status=StayStatus.EXPECTED,
        facts={"purpose": "business", "nights": 1, "adults": 1},
        source="csv",
        guest_key=f"P-{n}",
    )


def begin(ctx: Context, percent: int) -> Rollout:
    """Try rules by which guests on business want far more contact."""
    edit_rule(ctx, RULE, RuleChange(weight=2.5), by="Ana", now=NOW)
    seen = rules_room(ctx).mark
    return start_trial(ctx, percent, "more talk", by="Ana", now=NOW, seen=seen)


def served(ctx: Context) -> dict[str, int]:
    """The version of the rules that advises each guest."""
    with ctx.store.read() as work:
        place = work.houses.get(OWN)
        stays = [work.stays.get(OWN, f"W-{n}") for n in range(N_GUESTS)]
        advised = advise_stays(ctx, work, place, stays, now=NOW)
    return {one.stay.ref: one.recommendation.versions.rules for one in advised}


def new_ones(ctx: Context) -> set[str]:
    return {ref for ref, version in served(ctx).items() if version == 2}


def meet(ctx: Context, n: int, *, satisfaction: int | None = None, **act: str) -> None:
    """Check a guest in as advised, and hear how it was."""
    desk = Desk(ctx, f"W-{n}", OWN)
    style = act.get("style") or card(ctx, f"W-{n}", now=NOW, house_id=OWN).advised.recommendation
    desk.check_in(getattr(style, "style", style), actor())
    if satisfaction:
        record_outcome(ctx, OWN, f"W-{n}", satisfaction, actor())


def watch(ctx: Context, hours: int = 2) -> None:
    tasks = {kind: (lambda *_: None) for kind in jobs.TASKS}
    tasks |= {"watch_trial": jobs.TASKS["watch_trial"]}
    while jobs.work_one(ctx, now=NOW + timedelta(hours=hours), tasks=tasks):
        pass


def whats(ctx: Context) -> list[str]:
    with ctx.store.read() as work:
        return [entry.what for entry in work.history.all(10)]


def test_a_silent_trial_serves_nobody_and_keeps_what_it_would_have_said(house: Context):
    begin(house, SILENT)
    assert new_ones(house) == set()
    for n in range(5):
        meet(house, n)
    room = trial_room(house)
    assert (room.n_stays, room.n_differ) == (5, 5)
    assert room.turns[0][2] == 5
    assert room.satisfaction.n_new == 0


def test_the_draft_becomes_a_numbered_version_that_is_not_in_force(house: Context):
    begin(house, SILENT)
    room = rules_room(house)
    assert (room.published.version, room.draft) == (1, None)
    assert trial_room(house).tried.version == 2
    assert whats(house)[0] == "rules.trial_begun"


def test_a_share_is_served_by_the_new_rules_and_raising_it_moves_nobody_out(house: Context):
    begin(house, SILENT)
    before: set[str] = set()
    for percent in (10, 30, 50, 80, 100):
        set_share(house, percent, by="Ana", now=NOW)
        now = new_ones(house)
        assert before <= now
        assert len(now) == pytest.approx(N_GUESTS * percent / 100, abs=14)
        before = now
    assert len(before) == N_GUESTS


def test_a_guest_is_served_alike_in_every_stay(house: Context):
    begin(house, HALF)
    with house.store.begin() as work:
        again = replace(business(0, NOW.date() + timedelta(days=9)), ref="W-0-again")
        work.stays.add(again)
        place = work.houses.get(OWN)
        stays = [work.stays.get(OWN, ref) for ref in ("W-0", "W-0-again")]
        one, other = advise_stays(house, work, place, stays, now=NOW)
    assert one.recommendation.versions == other.recommendation.versions


def test_advice_names_the_rules_that_gave_it_and_is_made_again_from_them(house: Context):
    begin(house, HALF)
    versions = set()
    for n in range(8):
        meet(house, n)
        with house.store.read() as work:
            stay = work.stays.get(OWN, f"W-{n}")
            records = work.recommendations.of(stay.id)
        for record in records:
            kept, again = replay(house, record.id)
            assert kept.output == again
            versions.add(record.versions["rules"])
    assert versions == {1, 2}


def test_who_has_arrived_is_served_on_as_she_was_met(house: Context):
    begin(house, ALL)
    meet(house, 0)
    set_share(house, SILENT, by="Ana", now=NOW)
    assert new_ones(house) == {"W-0"}
    stop_trial(house, by="Ana", now=NOW)
    assert new_ones(house) == set()


def test_who_arrived_before_the_trial_is_not_drawn_into_it(house: Context):
    desk = Desk(house, "W-0", OWN)
    desk.check_in("near", actor(NOW - timedelta(hours=1)))
    begin(house, ALL)
    assert "W-0" not in new_ones(house)
    desk.observe("tired", actor())
    assert trial_room(house).n_stays == 0


def test_the_side_of_a_stay_is_the_one_that_the_desk_saw_on_arrival(house: Context):
    begin(house, SILENT)
    Desk(house, "W-0", OWN).observe("tired", actor())
    set_share(house, ALL, by="Ana", now=NOW)
    meet(house, 0, satisfaction=5)
    with house.store.read() as work:
        (kept,) = work.rollouts.stays(work.rollouts.running().id)
    assert (kept.trial.is_new, kept.trial.percent) == (True, ALL)


def test_a_worse_metric_stops_the_trial_by_itself_and_all_are_served_as_before(house: Context):
    begin(house, HALF)
    _let_new_rules_fail(house)
    watch(house)
    room = trial_room(house)
    assert (room.rollout.state, room.rollout.why) == (RolloutState.STOPPED, "satisfaction")
    assert room.rollout.ended_by == "Tact"
    assert new_ones(house) == set()
    assert rules_room(house).draft is not None
    assert whats(house)[0] == "rules.trial_stopped"


def _let_new_rules_fail(ctx: Context) -> None:
    new = new_ones(ctx)
    for n in range(N_GUESTS):
        meet(ctx, n, satisfaction=2 if f"W-{n}" in new else 5)
    with ctx.store.begin() as work:
        for n in range(N_GUESTS, 2 * N_GUESTS):
            work.stays.add(business(n, NOW.date()))
    for n in range(N_GUESTS, 2 * N_GUESTS):
        is_new = card(ctx, f"W-{n}", now=NOW, house_id=OWN).advised.recommendation.versions
        meet(ctx, n, satisfaction=2 if is_new.rules == 2 else 5)


def test_a_trial_that_does_no_harm_is_watched_on(house: Context):
    begin(house, HALF)
    for n in range(10):
        meet(house, n, satisfaction=4)
    watch(house)
    with house.store.read() as work:
        assert work.rollouts.running() is not None
        assert [job.kind for job in work.jobs.waiting()].count("watch_trial") == 1


def test_finishing_puts_the_same_version_in_force_for_everybody(house: Context):
    begin(house, HALF)
    assert finish_trial(house, by="Ana", now=NOW) == 2
    assert rules_room(house).published.version == 2
    assert len(new_ones(house)) == N_GUESTS
    assert whats(house)[0] == "rules.trial_finished"
    with pytest.raises(NotFoundError):
        finish_trial(house, by="Ana", now=NOW)


def test_stopping_gives_the_draft_back_unless_another_was_begun(house: Context):
    begin(house, HALF)
    stop_trial(house, by="Ana", now=NOW)
    rule = next(rule for rule in rules_room(house).draft_rules if rule.id == RULE)
    assert rule.weight == 2.5
    begin_again = rules_room(house).mark
    start_trial(house, 10, "once more", by="Ana", now=NOW, seen=begin_again)
    edit_rule(house, RULE, RuleChange(weight=0.1), by="Ben", now=NOW)
    stop_trial(house, by="Ana", now=NOW)
    rule = next(rule for rule in rules_room(house).draft_rules if rule.id == RULE)
    assert rule.weight == 0.1


def test_while_rules_are_tried_no_others_are_published_or_tried(house: Context):
    begin(house, HALF)
    edit_rule(house, RULE, RuleChange(weight=0.1), by="Ben", now=NOW)
    seen = rules_room(house).mark
    with pytest.raises(ConflictError, match="being tried"):
        publish(house, "x", by="Ben", now=NOW, seen=seen)
    with pytest.raises(ConflictError, match="being tried"):
        start_trial(house, 10, "x", by="Ben", now=NOW, seen=seen)


def test_restoring_a_version_ends_the_trial_at_once(house: Context):
    edit_rule(house, RULE, RuleChange(weight=-0.8), by="Ana", now=NOW)
    publish(house, "first", by="Ana", now=NOW, seen=rules_room(house).mark)
    edit_rule(house, RULE, RuleChange(weight=2.5), by="Ana", now=NOW)
    start_trial(house, ALL, "more talk", by="Ana", now=NOW, seen=rules_room(house).mark)
    version = restore(house, 1, by="Ben", now=NOW)
    assert set(served(house).values()) == {version}
    assert trial_room(house).rollout.why == "restored"


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_is_a_whole_number_up_to_a_hundred(house: Context, percent: int):
    with pytest.raises(FormError):
        begin(house, percent)


def test_an_overridden_style_counts_against_the_side_that_advised_it(house: Context):
    begin(house, ALL)
    set_share(house, HALF, by="Ana", now=NOW)
    for n in range(10):
        advised = card(house, f"W-{n}", now=NOW, house_id=OWN).advised.recommendation.style
        meet(house, n, style="hosted" if advised != "hosted" else "brief")
    told = {one.metric: one for one in trial_room(house).comparisons}
    assert (told[Metric.OVERRIDE].old, told[Metric.OVERRIDE].new) == (1.0, 1.0)


def test_exploration_goes_on_on_both_sides(house: Context):
    set_exploration(house, OWN, Exploration(is_on=True, test_share=1.0), by="Ana", now=NOW)
    begin(house, HALF)
    with house.store.read() as work:
        place = work.houses.get(OWN)
        stays = [work.stays.get(OWN, f"W-{n}") for n in range(10)]
        advised = advise_stays(house, work, place, stays, now=NOW)
        versions = {one.recommendation.versions.rules for one in advised}
        assert [one.stay.id for one in advised] == [stay.id for stay in stays]
    assert versions == {1, 2}
    assert all(one.exploring for one in advised)


def test_without_a_trial_advice_costs_one_look_more_and_is_the_same(house: Context):
    with house.store.read() as work:
        place, stay = work.houses.get(OWN), work.stays.get(OWN, "W-0")
        (one,) = advise_stays(house, work, place, [stay], now=NOW)
    begin(house, SILENT)
    with house.store.read() as work:
        (other,) = advise_stays(house, work, place, [stay], now=NOW)
    assert recommendation_to_dict(one.recommendation) == recommendation_to_dict(
        other.recommendation
    )


def test_with_a_house_its_stays_under_trial_go(house: Context):
    begin(house, SILENT)
    meet(house, 0)
    with house.store.begin() as work:
        work.houses.remove(OWN)
        assert work.rollouts.stays(work.rollouts.running().id) == ()

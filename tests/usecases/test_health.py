"""Health and fairness of a real house: what it tells, and the lock that it keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from engine.audit.quality import Finding, Group
from engine.domain.stays import Stay, StayStatus
from engine.errors import ConflictError, FormError
from engine.usecases.advice.advising import advise_stays
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.house.culture import close_culture, open_culture
from engine.usecases.house.culture_lock import culture_lock
from engine.usecases.house.fairness import Compared, ask_full_check, fairness_room
from engine.usecases.house.health import health_room
from engine.usecases.jobs import work_one
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.rollout import start_trial
from engine.usecases.rules.schedule import schedule
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from engine.usecases.stays.arrivals import house_in_use
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor, keep_advice
from tests.usecases.conftest import NOW

REASON = "we want to try the form of address for a season"
DAY = timedelta(days=1)


def met(ctx: Context) -> list[Stay]:
    here = (StayStatus.IN_HOUSE, StayStatus.DEPARTED)
    with ctx.store.read() as work:
        found = work.stays.between(DEMO, NOW.date() - 70 * DAY, NOW.date())
    return [stay for stay in found if stay.status in here]


def told(ctx: Context, n: int, *, seed: int = 3) -> None:
    """Let the guests of `n` stays tell how it was, after advice was kept."""
    rng = np.random.default_rng(seed)
    for stay in met(ctx)[:n]:
        with ctx.store.begin() as work:
            keep_advice(ctx, work, stay, Actor("Ana", NOW))
        grade = int(rng.choice((3, 4, 5), p=(0.1, 0.4, 0.5)))
        record_outcome(
            ctx, DEMO, stay.ref, grade, Actor("guest", NOW), contact=int(rng.integers(2))
        )


def switch_on(ctx: Context, weight: float = 0.13) -> None:
    change = RuleChange(weight=weight, is_on=True)
    edit_rule(ctx, "formal_address", change, by="Ana", now=NOW)


def let_in(ctx: Context) -> int:
    return publish(ctx, "a try", by="Ana", now=NOW, seen=rules_room(ctx).mark)


def is_on(ctx: Context) -> bool:
    return next(rule.is_on for rule in rules_room(ctx).rules if rule.id == "formal_address")


def test_with_nothing_told_health_says_so_and_invents_nothing(ctx: Context):
    room = health_room(ctx, DEMO, now=NOW)
    assert (room.calibration.n, room.score.n, room.run, room.drift) == (0, 0, None, {})
    assert room.overrides.share is None
    assert room.machine.n_bytes > 100_000
    assert room.machine.version
    assert room.n_looked_at == 200


def test_forecasts_are_those_kept_before_the_guest_told(ctx: Context):
    told(ctx, 60)
    room = health_room(ctx, DEMO, now=NOW)
    assert room.calibration.n == room.score.n == 60
    assert all(0.0 <= tenth.expected <= 1.0 for tenth in room.calibration.tenths)
    assert sum(tenth.n for tenth in room.calibration.tenths) == 60
    stay = met(ctx)[100]
    record_outcome(ctx, DEMO, stay.ref, 5, Actor("guest", NOW))
    assert health_room(ctx, DEMO, now=NOW).calibration.n == 60, "no advice, no forecast"


def test_every_rule_says_for_how_many_it_fires_and_of_how_many_it_cannot_tell(ctx: Context):
    rates = {rate.rule.id: rate for rate in health_room(ctx, DEMO, now=NOW).rates}
    one_night = rates["one_night"]
    assert 0 < one_night.n_fires < one_night.n
    assert one_night.n_unknown == 0
    assert all(rate.n_fires + rate.n_unknown <= rate.n for rate in rates.values())
    assert "formal_address" not in rates, "a rule that is off says nothing"


def test_jobs_that_fail_wait_too_long_or_were_given_up_are_told(ctx: Context):
    with ctx.store.begin() as work:
        id = work.jobs.add("learn", {"house": "gone"}, key="x", due_at=NOW, at=NOW)
        work.jobs.fail(id, "OperationalError", NOW)
    jobs = health_room(ctx, DEMO, now=NOW).jobs
    assert [job.message for job in jobs.failing] == ["OperationalError"]
    assert not jobs.is_worker_silent
    with ctx.store.begin() as work:
        work.jobs.add("sweep", {}, key="y", due_at=NOW, at=NOW)
    assert health_room(ctx, DEMO, now=NOW + timedelta(hours=1)).jobs.is_worker_silent


def test_quality_counts_each_stay_once_and_its_last_word(ctx: Context):
    told(ctx, 12)
    stay = met(ctx)[0]
    record_outcome(ctx, DEMO, stay.ref, 1, Actor("guest", NOW), contact=-1)
    quality = fairness_room(ctx, DEMO, now=NOW).quality
    assert quality.n == 12
    everybody = next(one for one in quality.groups if one.group is Group.ALL)
    assert (everybody.n_felt, everybody.n_too_little) == (12, 1)
    assert {gap.finding for gap in quality.gaps} == {Finding.TOO_FEW}


def test_name_language_and_country_change_nothing_for_any_real_guest(ctx: Context):
    room = fairness_room(ctx, DEMO, now=NOW)
    assert {flip.what for flip in room.flips} >= {"name", "language", "home_market"}
    assert {(flip.n, flip.n_moved) for flip in room.flips} == {(200, 0)}


def test_all_stays_are_checked_in_the_background_and_the_result_is_kept(ctx: Context):
    ask_full_check(ctx, DEMO, by="Ana", now=NOW)
    ask_full_check(ctx, DEMO, by="Ana", now=NOW + timedelta(seconds=5))
    room = fairness_room(ctx, DEMO, now=NOW)
    assert (room.is_checking, room.full) == (True, None)
    while work_one(ctx, now=NOW + timedelta(minutes=1)):
        pass
    room = fairness_room(ctx, DEMO, now=NOW)
    assert not room.is_checking
    assert room.full is not None
    assert room.full.n > 200
    assert all(flip.n_moved == 0 for flip in room.full.flips)
    with ctx.store.read() as work:
        assert len(work.history.of("fairness.checked")) == 1


def test_moves_of_groups_are_measured_against_the_draft_else_the_version_before(ctx: Context):
    room = fairness_room(ctx, DEMO, now=NOW)
    assert room.compared is Compared.NO_RULES
    assert room.largest is not None
    edit_rule(ctx, "business_trip", RuleChange(weight=-1.5), by="Ana", now=NOW)
    drafted = fairness_room(ctx, DEMO, now=NOW)
    assert drafted.compared is Compared.DRAFT
    let_in(ctx)
    after = fairness_room(ctx, DEMO, now=NOW)
    assert after.compared is Compared.BEFORE
    assert {(m.fact, m.value, m.n_changed) for m in after.moves} == {
        (m.fact, m.value, m.n_changed) for m in drafted.moves
    }


def test_culture_rules_are_not_put_in_force_before_an_owner_says_why(ctx: Context):
    switch_on(ctx)
    mark = rules_room(ctx).mark
    with pytest.raises(ConflictError, match="locked"):
        let_in(ctx)
    with pytest.raises(ConflictError, match="locked"):
        start_trial(ctx, 10, "a try", by="Ana", now=NOW, seen=mark)
    later = (NOW + DAY).replace(tzinfo=None)
    with pytest.raises(ConflictError, match="locked"):
        schedule(ctx, later, "a try", by="Ana", now=NOW, seen=mark)
    with pytest.raises(FormError):
        open_culture(ctx, "because", by="Ana", now=NOW)
    assert not is_on(ctx)
    open_culture(ctx, REASON, by="Ana", now=NOW)
    let_in(ctx)
    assert is_on(ctx)
    with ctx.store.read() as work:
        (entry,) = work.history.of("culture.opened")
    assert (entry.by, entry.detail) == ("Ana", {"reason": REASON, "cap": 0.13})


def test_what_an_opened_rule_moves_is_shown(ctx: Context):
    open_culture(ctx, REASON, by="Ana", now=NOW)
    switch_on(ctx)
    let_in(ctx)
    flips = {flip.what: flip for flip in fairness_room(ctx, DEMO, now=NOW).flips}
    assert flips["form_of_address"].n_moved > 100
    assert flips["form_of_address"].largest_shift <= 0.13 + 1e-9
    assert [flips[what].n_moved for what in ("name", "language", "home_market")] == [0, 0, 0]


def test_closing_is_one_tap_and_leaves_nothing_on(ctx: Context):
    open_culture(ctx, REASON, by="Ana", now=NOW)
    switch_on(ctx)
    version = let_in(ctx)
    edit_rule(ctx, "business_trip", RuleChange(weight=-1.0), by="Ben", now=NOW)
    close_culture(ctx, by="Ben", now=NOW)
    assert not is_on(ctx)
    room = rules_room(ctx)
    assert room.published.version == version + 1
    drafted = {rule.id: rule for rule in room.draft_rules}
    assert drafted["business_trip"].weight == -1.0, "other work in the draft stays"
    assert not drafted["formal_address"].is_on
    with ctx.store.read() as work:
        lock = culture_lock(ctx, work)
        assert (lock.is_open, lock.in_force) == (False, ())
    with pytest.raises(ConflictError, match="locked"):
        restore(ctx, version, by="Ana", now=NOW)
    close_culture(ctx, by="Ben", now=NOW)
    assert rules_room(ctx).published.version == version + 1, "closed twice is closed once"


def test_closing_ends_a_trial_with_such_a_rule(ctx: Context):
    open_culture(ctx, REASON, by="Ana", now=NOW)
    switch_on(ctx)
    start_trial(ctx, 50, "a try", by="Ana", now=NOW, seen=rules_room(ctx).mark)
    close_culture(ctx, by="Ana", now=NOW)
    with ctx.store.read() as work:
        assert work.rollouts.running() is None
    assert all(not rule.is_on for rule in rules_room(ctx).draft_rules if "address" in rule.id)


def test_the_room_is_read_from_what_is_stored_and_writes_nothing(ctx: Context):
    with ctx.store.read() as work:
        before = work.history.all()
        house = house_in_use(work, DEMO)
        (advised,) = advise_stays(ctx, work, house, met(ctx)[:1], now=NOW)
    fairness_room(ctx, DEMO, now=NOW)
    health_room(ctx, DEMO, now=NOW)
    with ctx.store.read() as work:
        assert work.history.all() == before
        (again,) = advise_stays(ctx, work, house, [replace(advised.stay)], now=NOW)
    assert again.recommendation == advised.recommendation

"""Stays grow old where guests change, and the owner hears of it; else nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from engine.audit.changes import changes_of
from engine.audit.discount import LEAST_STAYS, OMEGAS, Discount, discount_of, foretold
from engine.audit.drift import discount_in, drift_of, loss_alarm
from engine.audit.lessons import owners_word, study
from engine.audit.weeks import Loss, Week, number_of, together, weeks_of
from engine.decision.advise import Adviser
from engine.inference.bands import week_of
from engine.inference.comparison import Likelihood, you_say_they_say
from engine.inference.stats import NO_STATS, Stats
from tests.audit.taught_stays import flipped, stays_of

OWNER = np.array([0.5, -0.5])
SURE = np.ones(2)
IDS = ("tired", "talks_freely")


def up_to(stats: Stats, week: str) -> Stats:
    return Stats({pattern: n for pattern, n in stats if pattern.week <= week})


def turned_in_may(adviser: Adviser, n: int, seed: int) -> Stats:
    """Guests who want the opposite of what they wanted from W21 on, up to W32."""
    before = stays_of(adviser, n, seed)
    after = stays_of(flipped(adviser), n, seed + 1, first_week=21)
    return up_to(before.merge(after), "2026-W32")


def weeks(n: int, weight: Callable[[int], float], seed: int, *, a_week: int = 30) -> list[Week]:
    """Weeks from 2024-W01 in which the second rule weighs what `weight` says of each."""
    rng = np.random.default_rng(seed)
    made, first = [], number_of("2024-W01")
    for k in range(n):
        x = rng.binomial(1, 0.4, (a_week, 2)) - 0.4
        y = x @ np.array([0.5, weight(k)]) + rng.standard_normal(a_week)
        loss = Loss(1.0 + rng.normal(0.0, 0.5 / a_week**0.5), 1.25)
        told = Likelihood(x.T @ x, x.T @ y, a_week)
        week = week_of(date.fromordinal((first + k) * 7 + 1))
        made.append(Week(week, first + k, loss, loss, told))
    return made


def worse_from(made: list[Week], k: int, by: float) -> list[Week]:
    """The same weeks with a larger loss from the k-th on."""
    shifted = [Loss(week.loss.mean + by, week.loss.square + 2 * by) for week in made]
    return (
        made[:k]
        + [replace(w, loss=one, of_rules=one) for w, one in zip(made, shifted, strict=True)][k:]
    )


def discount(made: list[Week]) -> Discount:
    return discount_of(made, OWNER, SURE)


def test_guests_who_stay_the_same_are_not_forgotten() -> None:
    found = [discount(weeks(60, lambda k: -0.5, seed)).omega for seed in range(20)]
    assert found.count(1.0) >= 19


def test_guests_who_change_are_forgotten_and_the_faster_the_sooner() -> None:
    slow = [discount(weeks(150, lambda k: -0.5 + 0.006 * k, seed)) for seed in range(5)]
    fast = [discount(weeks(100, lambda k: 2.0 * np.sin(k / 6.0), seed)) for seed in range(5)]
    assert all(each.omega < 1.0 for each in slow + fast)
    assert np.mean([each.omega for each in fast]) < np.mean([each.omega for each in slow])
    assert all(each.gain is not None and each.gain > 3.0 for each in slow + fast)


def test_each_week_is_foretold_only_from_those_before_it() -> None:
    made = weeks(30, lambda k: 0.1 * k, 1)
    whole, part = (foretold(some, OWNER, SURE) for some in (made, made[:20]))
    assert np.array_equal(whole[:20], part)


def test_the_score_without_forgetting_is_the_evidence_of_all_weeks_together() -> None:
    made = weeks(25, lambda k: 0.3, 2)
    one = replace(made[0], likelihood=together(made, 2))
    assert foretold(made, OWNER, SURE)[:, 0].sum() == pytest.approx(
        foretold([one], OWNER, SURE)[0, 0], abs=1e-9
    )


def test_with_few_weeks_or_stays_every_stay_counts_in_full_and_it_is_said() -> None:
    for made in (weeks(11, lambda k: 0.3 * k, 1), weeks(30, lambda k: 0.3 * k, 1, a_week=2), []):
        told = discount(made)
        assert (told.omega, told.gain) == (1.0, None)
        assert str(LEAST_STAYS) in told.detail


def test_the_weight_of_a_stay_falls_with_its_age_also_across_years() -> None:
    weigh = Discount(0.9, 5.0, "").weight_of_week("2027-W01")
    assert weigh is not None
    assert weigh("2027-W01") == 1.0
    assert weigh("2026-W53") == pytest.approx(0.9)
    assert weigh("2026-W52") == pytest.approx(0.81)
    assert weigh("") == weigh("2027-W09") == 1.0
    assert Discount(1.0, None, "").weight_of_week("2027-W01") is None


def test_a_lasting_rise_of_the_loss_raises_the_alarm_and_names_its_week() -> None:
    made = weeks(40, lambda k: -0.5, 3)
    told = loss_alarm(worse_from(made, 30, 0.25))
    assert told.is_raised
    assert told.since is not None
    assert made[27].week <= told.since <= made[32].week
    assert told.since in told.detail


def test_the_alarm_is_over_a_quarter_later() -> None:
    made = worse_from(weeks(60, lambda k: -0.5, 3), 30, 0.25)
    assert loss_alarm(made[:40]).is_raised
    assert not loss_alarm(made).is_raised


def test_without_change_the_alarm_is_rare() -> None:
    runs = [weeks(100, lambda k: -0.5, seed) for seed in range(60)]
    n_heard = sum(loss_alarm(run[:n]).is_raised for run in runs for n in (35, 60, 85, 100))
    # Two charts on the same numbers here, one alarm in 930 weeks: about 7 in 60 times 100 weeks.
    assert n_heard <= 12


def test_a_better_forecast_is_no_alarm() -> None:
    made = weeks(40, lambda k: -0.5, 4)
    assert not loss_alarm(worse_from(made, 30, -0.25)).is_raised
    assert "Too little" in loss_alarm(made[:5]).detail
    assert "Too little" in loss_alarm([]).detail


def test_a_rule_that_turned_in_the_last_quarter_is_named_and_no_other() -> None:
    for seed in range(5):
        told = changes_of(weeks(50, lambda k: 0.5 if k >= 37 else -0.5, seed), IDS, OWNER)
        (change,) = told.rules
        assert change.id == "talks_freely"
        assert change.before < 0 < change.recent
        assert change.distance > 3.0
        assert (change.last_year, change.is_season) == (None, False)
        assert "too few" in told.detail


def test_what_comes_back_every_year_is_the_season() -> None:
    season = weeks(104, lambda k: 0.5 if k % 52 >= 39 else -0.5, 6, a_week=60)
    (change,) = changes_of(season, IDS, OWNER).rules
    assert change.is_season
    assert change.last_year == pytest.approx(0.5, abs=0.3)
    turned = weeks(104, lambda k: 0.5 if k >= 91 else -0.5, 6, a_week=60)
    (change,) = changes_of(turned, IDS, OWNER).rules
    assert not change.is_season
    assert change.last_year == pytest.approx(-0.5, abs=0.3)


def test_too_few_stays_compare_no_rule_and_say_so() -> None:
    for made in ([], weeks(12, lambda k: 0.1 * k, 1), weeks(60, lambda k: 0.1 * k, 1, a_week=1)):
        told = changes_of(made, IDS, OWNER)
        assert told.rules == ()
        assert "needed" in told.detail


def test_weeks_add_up_to_what_all_stays_tell(adviser: Adviser) -> None:
    stats = stays_of(adviser, 400, seed=9)
    ids = owners_word(adviser).ids
    made = weeks_of(stats, adviser, ids)
    assert [week.week for week in made] == sorted({pattern.week for pattern, _ in stats})
    assert sum(week.n_stays for week in made) == 400
    told = you_say_they_say(owners_word(adviser).weights, together(made, len(ids)))
    z = [(c.told - c.said) / c.told_sd for c in told if c.told is not None and c.told_sd]
    assert np.mean(np.square(z)) < 2.0
    assert weeks_of(NO_STATS, adviser, ids) == ()


def test_weeks_tell_what_the_learner_learns(adviser: Adviser) -> None:
    stats = stays_of(adviser, 150, seed=10)
    lesson = study(stats, adviser)
    assert lesson.likelihood is not None
    made = together(weeks_of(stats, adviser, lesson.ids), len(lesson.ids))
    size = np.trace(lesson.likelihood.information)
    assert np.trace(made.information) == pytest.approx(size, rel=0.15)
    learner, summed = lesson.likelihood.pull, made.pull
    assert np.corrcoef(learner, summed)[0, 1] > 0.97


def test_guests_who_turned_are_heard_of_in_every_way(adviser: Adviser) -> None:
    told = drift_of(turned_in_may(adviser, 500, seed=1), adviser)
    assert told.discount.omega == min(OMEGAS)
    assert told.loss.is_raised
    assert told.loss.since is not None
    assert "2026-W19" <= told.loss.since <= "2026-W24"
    names = {change.id for change in told.changes.rules}
    assert "talks_freely" in names
    calm = drift_of(up_to(stays_of(adviser, 500, seed=1), "2026-W32"), adviser)
    assert calm.discount.omega == 1.0
    assert not calm.loss.is_raised


def test_what_is_learned_under_a_discount_follows_the_guests(adviser: Adviser) -> None:
    stats = turned_in_may(adviser, 150, seed=2)
    weigh = Discount(0.9, None, "").weight_of_week("2026-W32")
    plain, faded = study(stats, adviser), study(stats, adviser, weight_of_week=weigh)
    assert plain.likelihood is not None
    assert faded.likelihood is not None
    assert faded.likelihood.n_stays < plain.likelihood.n_stays
    truth = -owners_word(adviser).weights
    off = [np.abs(lesson.weights - truth).mean() for lesson in (plain, faded)]
    assert off[1] < off[0]


def test_a_discount_for_judging_knows_nothing_of_the_weeks_that_judge(adviser: Adviser) -> None:
    stats = turned_in_may(adviser, 500, seed=1)
    assert discount_in(up_to(stats, "2026-W20"), adviser).omega == 1.0
    assert discount_in(stats, adviser).omega < 1.0

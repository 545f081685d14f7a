"""New rules beside old ones: chances, expected loss, and when a trial stops by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine.audit.rollout import LEAST_STAYS, SURE, Told, broken, compare
from engine.domain.rollout import Metric


def stays(
    n: int, shift: float, *, seed: int, percent: int = 50, drift: float = 0.0
) -> Iterator[Told]:
    """Stays of guests who come once, half of them under rules that please by `shift` more."""
    rng = np.random.default_rng(seed)
    for guest in range(n):
        is_new = bool(rng.random() < percent / 100)
        mean = 4.0 + drift + shift * is_new
        grade = int(np.clip(round(rng.normal(mean, 0.9)), 1, 5))
        yield Told(1_000_000 * seed + guest, is_new, percent, satisfaction=grade)


def satisfied(*groups: Iterator[Told]) -> list[Told]:
    return [one for group in groups for one in group]


def test_better_rules_are_found_out_and_staying_then_costs_more():
    told = compare(satisfied(stays(600, 0.4, seed=1)), Metric.SATISFACTION)
    assert told.p_better > 0.99
    assert told.loss_of_staying > 10 * told.loss
    assert 0.1 < told.low < told.high < 0.5  # no grade goes beyond 5


def test_before_any_stay_nothing_is_known():
    told = compare([], Metric.SATISFACTION)
    assert (told.p_better, told.old, told.n_new, told.has_enough) == (0.5, None, 0, False)


def test_who_looks_twice_sees_the_same():
    group = satisfied(stays(80, 0.0, seed=3))
    assert compare(group, Metric.SATISFACTION) == compare(group, Metric.SATISFACTION)


def test_few_happy_stays_are_never_certain():
    few = [Told(n, n % 2 == 0, 50, satisfaction=5 if n % 2 == 0 else 4) for n in range(6)]
    assert 0.5 < compare(few, Metric.SATISFACTION).p_better < 0.95


def test_the_chance_means_what_it_says():
    """Over many pairs of rules that differ by a drawn amount, 8 in 10 is right 8 times in 10."""
    rng = np.random.default_rng(20)
    said, right = [], []
    for n in range(300):
        shift = rng.normal(0.0, 0.15)
        told = compare(stays(120, shift, seed=n + 50), Metric.SATISFACTION, n_draws=500)
        said.append(max(told.p_better, 1 - told.p_better))
        right.append((told.p_better > 0.5) == (shift > 0))
    assert np.mean(right) == pytest.approx(np.mean(said), abs=0.12)


def test_the_same_guest_twice_counts_once_in_doubt():
    """Eighty stays of four loyal guests tell less than eighty guests."""
    loyal = [Told(n % 4, n % 4 < 2, 50, satisfaction=4 + (n % 4 < 2)) for n in range(80)]
    many = [Told(n, n % 4 < 2, 50, satisfaction=4 + (n % 4 < 2)) for n in range(80)]
    few, all_of_them = (compare(group, Metric.SATISFACTION) for group in (loyal, many))
    assert few.p_better < all_of_them.p_better
    assert few.high - few.low > 1.2 * (all_of_them.high - all_of_them.low)
    assert few.high < all_of_them.low  # believed less


def test_a_better_season_is_not_taken_for_better_rules():
    """At 10 % the season was poor, at 90 % it is good; the rules make no difference at all."""
    poor = stays(1_000, 0.0, seed=5, percent=10, drift=-0.8)
    good = stays(1_000, 0.0, seed=6, percent=90, drift=0.6)
    told = compare(satisfied(poor, good), Metric.SATISFACTION)
    assert told.low < 0 < told.high
    assert told.high - told.low < 0.5


def test_stays_of_the_silent_time_are_compared_with_nobody():
    silent = [Told(n, False, 0, satisfaction=1) for n in range(100)]
    assert compare(silent, Metric.SATISFACTION).n_old == 0


@pytest.mark.parametrize(
    ("metric", "worse"),
    [
        (Metric.OVERRIDE, {"is_overridden": True}),
        (Metric.REFUSAL, {"n_reactions": 1, "n_declined": 1}),
        (Metric.COMPLAINT, {"has_complaint": True}),
        (Metric.SATISFACTION, {"satisfaction": 2}),
    ],
)
def test_a_metric_that_gets_worse_stops_the_trial(metric: Metric, worse: dict[str, int]):
    fine = {"is_overridden": False, "n_reactions": 1, "n_declined": 0, "satisfaction": 4}
    old = [Told(n, False, 50, **fine) for n in range(60)]
    new = [Told(n, True, 50, **(fine | (worse if n % 3 == 0 else {}))) for n in range(100, 160)]
    found = broken(old + new)
    assert found is not None
    assert found.metric is metric
    assert broken([*old, *(Told(n, True, 50, **fine) for n in range(100, 160))]) is None


def test_with_fewer_than_thirty_stays_on_a_side_nothing_is_stopped():
    def trial(n_new: int) -> list[Told]:
        old = [Told(n, False, 50, satisfaction=5) for n in range(100)]
        return old + [Told(n + 100, True, 50, satisfaction=1) for n in range(n_new)]

    assert broken(trial(LEAST_STAYS - 1)) is None
    assert broken(trial(LEAST_STAYS)) is not None


def test_one_look_at_rules_that_change_nothing_rarely_stops():
    stopped = sum(
        compare(stays(200, 0.0, seed=n + 900), Metric.SATISFACTION, n_draws=500).is_broken
        for n in range(300)
    )
    allowed = 1.0 - SURE
    assert stopped / 300 < allowed + 3 * (allowed * SURE / 300) ** 0.5


def test_looking_again_and_again_stops_few_trials_that_change_nothing():
    """Sixty days, 360 stays, a look every fourth day, satisfaction alone."""
    rng = np.random.default_rng(4)
    stopped = 0
    for trial in range(40):
        told = satisfied(stays(360, 0.0, seed=2_000 + trial))
        looks = (told[:n] for n in range(72 + int(rng.integers(24)), 361, 24))
        stopped += any(compare(seen, Metric.SATISFACTION, n_draws=400).is_broken for seen in looks)
    assert stopped / 40 < 0.2

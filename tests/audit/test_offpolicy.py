"""A log is judged where it can carry a judgement, and refused in words where it cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audit.offpolicy import ChoiceLog, Estimate, Interval, effective_sample_size, estimate
from engine.audit.reward_model import cross_fitted_rewards
from engine.inference.graded import logistic
from engine.inference.grid import Array
from tests.audit.choice_logs import simple_log

N_REPLICATIONS = 400
WAYS = ("ips", "snips", "dr")
REACH = {"ips": 0.028, "snips": 0.018, "dr": 0.017}
"""Root mean square errors at 1,000 choices, measured before this code was written."""


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def drawn(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    lots = rng.random((len(odds), 1)) > odds.cumsum(axis=1)
    return np.minimum(lots.sum(axis=1), odds.shape[1] - 1)


@dataclass(frozen=True)
class World:
    """Many guests of whom the right action is known, so that the worth of any policy is."""

    features: Array
    right: NDArray[np.int64]
    policy: Array
    logging: Array

    @property
    def truth(self) -> float:
        return float(self.policy[np.arange(len(self.right)), self.right].mean())

    def log(self, n: int, seed: int) -> ChoiceLog:
        """Draw guests, choose by the logging policy, reward 1 for the right action."""
        rng = np.random.default_rng(seed)
        who = rng.choice(len(self.right), n)
        taken = drawn(rng, self.logging[who])
        rewards = (taken == self.right[who]).astype(float)
        chance = self.logging[who, taken]
        names = ("brief", "near", "hosted")
        return ChoiceLog(names, taken, rewards, chance, self.policy[who], self.features[who])


@pytest.fixture(scope="module")
def world() -> World:
    """Classification turned into choices (Dudík et al. 2011), a fifth of them at random."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(15_000, 6))
    slopes, base = 1.2 * rng.normal(size=(6, 3)), np.array([0.5, -0.8, 0.3])
    right = drawn(rng, softmax(x @ slopes + base))
    best = (x @ (slopes + 0.3 * rng.normal(size=slopes.shape)) + base).argmax(axis=1)
    logging = 0.8 * softmax(0.5 * x[:, :3] @ slopes[:3]) + 0.2 / 3
    return World(x, right, np.eye(3)[best], logging)


@pytest.fixture(scope="module")
def replications(world: World) -> list[Estimate]:
    return [estimate(world.log(1_000, seed)) for seed in range(N_REPLICATIONS)]


def told(result: Estimate, way: str) -> Interval:
    interval: Interval | None = getattr(result, way)
    assert interval is not None, result.refusals
    return interval


@pytest.mark.parametrize("way", WAYS)
def test_intervals_hold_the_truth_as_often_as_they_say(
    world: World, replications: list[Estimate], way: str
) -> None:
    made = [told(result, way) for result in replications if not result.refusals]
    n_held = sum(i.low <= world.truth <= i.high for i in made)
    # three standard errors of a share of .95 below it: .917 of 400; above it nothing is wrong
    assert n_held / len(made) >= 0.95 - 3 * (0.95 * 0.05 / len(made)) ** 0.5
    assert n_held / len(made) >= 0.93


@pytest.mark.parametrize("way", WAYS)
def test_estimates_come_as_near_as_was_shown_to_be_possible(
    world: World, replications: list[Estimate], way: str
) -> None:
    made = [told(result, way).estimate for result in replications if not result.refusals]
    errors = np.array(made) - world.truth
    # an rmse from 400 replications has a standard error of 1/sqrt(800) of itself
    assert np.sqrt(np.mean(errors**2)) <= REACH[way] * (1 + 3 / 800**0.5)
    assert abs(errors.mean()) <= 4 * errors.std() / len(made) ** 0.5


def test_a_right_log_is_hardly_ever_refused(replications: list[Estimate]) -> None:
    # three standard errors: 1 in 370 by chance, a little more where weights are skewed
    assert sum(bool(result.refusals) for result in replications) <= 8


def test_doubly_robust_is_nearer_than_weights_alone(
    world: World, replications: list[Estimate]
) -> None:
    made = [result for result in replications if not result.refusals]
    rmse = {w: np.std([told(r, w).estimate - world.truth for r in made]) for w in WAYS}
    assert rmse["dr"] < rmse["snips"] < rmse["ips"]


def test_where_a_coin_chose_the_estimate_is_the_mean_of_those_served_so() -> None:
    log = simple_log()
    result = estimate(log)
    served = log.rewards[log.taken == 1]
    assert told(result, "snips").estimate == pytest.approx(served.mean())
    assert told(result, "ips").estimate == pytest.approx(2 * served.sum() / log.n)
    assert (result.ess, result.n) == (pytest.approx(len(served)), 200)


def test_the_logged_policy_itself_is_worth_what_it_earned() -> None:
    log = replace(simple_log(), policy=np.full((200, 2), 0.5))
    result = estimate(log)
    for way in ("ips", "snips"):
        assert told(result, way).estimate == pytest.approx(log.rewards.mean(), abs=1e-12)
    # a coin is worth (.3 + .7) / 2, and that fewer fell on one side is mended
    assert told(result, "dr").low < 0.5 < told(result, "dr").high
    assert result.ess == pytest.approx(200)


def test_equal_outcomes_do_not_make_the_estimate_certain() -> None:
    log = simple_log()
    for way in ("snips", "dr"):
        interval = told(estimate(replace(log, rewards=np.ones(200))), way)
        assert interval.estimate == pytest.approx(1.0)
        assert interval.low < 0.97


def test_the_interval_is_that_of_leaving_out_one_choice_after_the_other() -> None:
    """Tukey's jackknife: a heavy row pulls the mean towards itself, which must not look sure."""
    log = simple_log()
    heavy = np.isin(np.arange(200), np.flatnonzero(log.taken == 1)[:3])
    log = replace(log, propensities=np.where(heavy, 0.1, 0.5))
    weights, rewards = log.rates, log.rewards
    result = estimate(log)
    interval = told(result, "snips")
    left_out = [
        np.delete(weights, i) @ np.delete(rewards, i) / np.delete(weights, i).sum()
        for i in range(log.n)
    ]
    error = np.sqrt(np.sum((np.array(left_out) - interval.estimate) ** 2))
    assert interval.high - interval.estimate == pytest.approx(1.959964 * error, rel=1e-9)


def test_equal_rewards_in_a_unit_of_their_own_are_not_certain_either() -> None:
    log = simple_log()
    for size in (40.0, -40.0):
        interval = told(estimate(replace(log, rewards=np.full(200, size))), "dr")
        assert interval.estimate == pytest.approx(size)
        assert interval.high - interval.low > 0.03 * abs(size)


def test_guesses_keep_to_the_rewards_seen() -> None:
    rng = np.random.default_rng(2)
    far, taken = 50 * rng.normal(size=(200, 1)), (rng.random(200) < 0.5).astype(np.int64)
    rewards = np.where(far[:, 0] > 0, 7.0, -3.0)
    guesses = cross_fitted_rewards(far, taken, rewards, 2)
    assert guesses.min() == -3.0
    assert guesses.max() == 7.0


def test_a_guess_never_knows_the_reward_of_its_own_row(world: World) -> None:
    log = world.log(300, 1)
    other = log.rewards.copy()
    other[7] = 1 - other[7]
    before = cross_fitted_rewards(log.features, log.taken, log.rewards, 3)
    after = cross_fitted_rewards(log.features, log.taken, other, 3)
    assert np.array_equal(before[7], after[7])
    assert not np.array_equal(before, after)
    assert before.min() >= 0
    assert before.max() <= 1


def test_a_column_that_never_varies_changes_nothing(world: World) -> None:
    log = world.log(500, 2)
    constant = np.hstack([log.features, np.full((500, 1), 0.1)])
    one, other = estimate(log), estimate(replace(log, features=constant))
    assert told(other, "dr").estimate == pytest.approx(told(one, "dr").estimate, abs=1e-12)


def test_guests_who_do_not_tell_are_spoken_for_by_those_like_them(world: World) -> None:
    log = world.log(20_000, 3)
    rng = np.random.default_rng(4)
    # one action, and one kind of guest, is told of less often than others
    chance = logistic(0.3 - 1.5 * (log.taken == 0) + 0.8 * log.features[:, 0])
    rewards = np.where(rng.random(log.n) < chance, log.rewards, np.nan)
    silent = np.isnan(rewards)
    given = estimate(replace(log, rewards=rewards, told=chance))
    found = estimate(replace(log, rewards=rewards))
    for result in (given, found):
        for way in ("snips", "dr"):
            interval = told(result, way)
            error = (interval.high - interval.estimate) / 1.96
            assert abs(interval.estimate - world.truth) < 3.5 * error
    followed = (log.policy[np.arange(log.n), log.taken] > 0) & ~silent
    weights = 1 / log.propensities[followed]
    naive = float(weights @ log.rewards[followed] / weights.sum())
    error = (told(found, "snips").high - told(found, "snips").estimate) / 1.96
    assert abs(naive - world.truth) > 3 * abs(told(found, "snips").estimate - world.truth)
    assert abs(naive - world.truth) > 2 * error


def test_nobody_speaks_for_more_than_ten() -> None:
    log = simple_log(n=400)
    rewards = log.rewards.copy()
    rewards[:40] = np.nan
    rare = np.full(log.n, 1.0)
    rare[40:60] = 0.001
    tenth = np.where(rare < 1, 0.1, 1.0)
    one = estimate(replace(log, rewards=rewards, told=rare))
    other = estimate(replace(log, rewards=rewards, told=tenth))
    assert one == other


def test_the_effective_sample_size_counts_equal_rows_in_full() -> None:
    assert effective_sample_size(np.full(70, 3.0)) == pytest.approx(70)
    assert effective_sample_size(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_sample_size(np.zeros(3)) == 0

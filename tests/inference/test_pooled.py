"""A house learns from the others what it shares with them, rule by rule."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inference.apart import APART, APART_CHANCES, drawn_distances
from engine.inference.comparison import Likelihood
from engine.inference.grid import Array
from engine.inference.pooled import pool

OWNER = np.array([0.8, -0.5, 0.3, -0.3, 0.5, 0.4])
SURE = np.ones(OWNER.size)


def house(weights: Array, n: int, rng: np.random.Generator) -> Likelihood:
    """What n guests with a place of their own (sd 1.2) say of the weights behind it."""
    x = rng.binomial(1, 0.3, (n, weights.size)) - 0.3
    y = x @ weights + 1.2 * rng.standard_normal(n)
    return Likelihood(x.T @ x / 1.44, x.T @ y / 1.44, n)


def alone(told: Likelihood) -> Array:
    return np.asarray(np.linalg.solve(told.information, told.pull))


def test_simulated_houses_recover_and_their_doubt_is_honest() -> None:
    rng = np.random.default_rng(5)
    z, errors, errors_alone = [], [], []
    for _ in range(60):
        chain = OWNER + rng.normal(0.0, 0.3, OWNER.size)
        truths = [chain + rng.normal(0.0, 0.1, OWNER.size) for _ in range(3)]
        own, *others = (house(truth, 150, rng) for truth in truths)
        told = pool(own, others, OWNER, SURE).house
        away = told.mean - truths[0]
        z.append(away / np.sqrt(np.diag(told.covariance)))
        errors.append(away)
        errors_alone.append(alone(own) - truths[0])
    assert np.mean(np.square(z)) == pytest.approx(1.0, abs=0.3)
    assert np.mean(np.square(errors)) < 0.6 * np.mean(np.square(errors_alone))


def test_two_houses_alike_come_nearer_to_each_other() -> None:
    rng = np.random.default_rng(1)
    truth = OWNER + 0.3
    one, other = (house(truth, 200, rng) for _ in range(2))
    apart = np.abs(alone(one) - alone(other))
    found = [pool(a, [b], OWNER, SURE).house.mean for a, b in ((one, other), (other, one))]
    assert np.abs(found[0] - found[1]).sum() < 0.5 * apart.sum()


def test_an_odd_house_is_not_dragged_and_houses_are_known_to_lie_apart() -> None:
    rng = np.random.default_rng(2)
    others = [house(OWNER, 2_000, rng) for _ in range(3)]
    odd, alike = house(-OWNER, 2_000, rng), house(OWNER, 2_000, rng)
    far, near = (pool(own, others, OWNER, SURE) for own in (odd, alike))
    assert far.apart > 5 * near.apart
    sd = np.sqrt(np.diag(np.linalg.inv(odd.information)))
    assert (np.abs(far.house.mean - alone(odd)) < 0.5 * sd).all()


def test_a_new_house_starts_from_the_chain_instead_of_the_owner() -> None:
    rng = np.random.default_rng(3)
    truth = OWNER - 0.8
    others = [house(truth, 1_000, rng) for _ in range(2)]
    silent = Likelihood(np.zeros((6, 6)), np.zeros(6), 0)
    told = pool(silent, others, OWNER, SURE)
    assert np.abs(told.chain.mean - truth).max() < 0.25
    assert np.allclose(told.chain.mean, told.house.mean)


def plain(weights: Array, n: int) -> Likelihood:
    """What n guests say where they say exactly this, each rule apart."""
    information = 0.3 * n * np.eye(weights.size)
    return Likelihood(information, information @ weights, n)


ALIKE = np.full(10, 0.5)
ODD_IN_ONE = np.array([-2.5, *ALIKE[1:]])


def sds(told: Array) -> Array:
    return np.asarray(np.sqrt(np.diag(told)))


def test_a_house_odd_in_one_rule_spoils_that_rule_only() -> None:
    alike, with_odd = (
        pool(plain(ALIKE, 60), [plain(ALIKE, 500)] * 3 + [plain(last, 500)], ALIKE, np.ones(10))
        for last in (ALIKE, ODD_IN_ONE)
    )
    alone = (0.3 * 60) ** -0.5
    assert (sds(alike.house.covariance) < 0.3 * alone).all()
    assert (sds(with_odd.house.covariance)[1:] < 0.3 * alone).all()
    assert with_odd.house.mean[1:] == pytest.approx(ALIKE[1:], abs=0.02)
    assert with_odd.apart_by_rule[0] > 10 * with_odd.apart_by_rule[1:].max()
    assert sds(with_odd.house.covariance)[0] > 0.8 * alone


def test_a_house_odd_in_one_rule_keeps_it_and_learns_the_rest() -> None:
    told = pool(plain(ODD_IN_ONE, 500), [plain(ALIKE, 500)] * 4, ALIKE, np.ones(10))
    alone = (0.3 * 500) ** -0.5
    assert told.house.mean[0] == pytest.approx(-2.5, abs=0.5 * alone)
    assert (sds(told.house.covariance)[1:] < 0.7 * alone).all()


def test_before_any_stay_houses_are_thought_alike() -> None:
    silent = Likelihood(np.zeros((6, 6)), np.zeros(6), 0)
    told = pool(silent, [silent], OWNER, SURE)
    expected = np.dot(APART, APART_CHANCES)
    assert told.apart == pytest.approx(expected, rel=0.15)
    assert expected < 0.3 * np.mean(APART)


def test_two_houses_can_tell_that_they_are_alike() -> None:
    one, other = OWNER + 0.05, OWNER - 0.05
    told = pool(plain(one, 100), [plain(other, 100)], OWNER, SURE)
    assert told.apart < 0.09
    assert (sds(told.house.covariance) < 0.8 * (0.3 * 100) ** -0.5).all()


def test_each_rule_is_drawn_at_each_distance_as_often_as_is_probable() -> None:
    chances = np.array([APART_CHANCES, [0, 0, 0, 0, 0, 1.0], [0, 0.5, 0.5, 0, 0, 0]])
    drawn = drawn_distances(chances)
    shares = [[np.mean(drawn[:, k] == step) for step in APART] for k in range(3)]
    assert np.array(shares) == pytest.approx(chances, abs=1 / len(drawn))


def test_what_houses_say_that_holds_no_number_is_refused() -> None:
    wrong = Likelihood(np.full((6, 6), np.nan), np.zeros(6), 60)
    with pytest.raises(ValueError, match="finite"):
        pool(wrong, [wrong], OWNER, SURE)
    with pytest.raises(ValueError, match="6 by 6"):
        pool(Likelihood(np.eye(2), np.zeros(2), 60), [], OWNER, SURE)


def test_a_direction_with_information_below_zero_says_nothing() -> None:
    rng = np.random.default_rng(4)
    own = house(OWNER, 100, rng)
    bent = np.diag([-5.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    strange = Likelihood(bent, np.array([7.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 100)
    silent = Likelihood(np.zeros((6, 6)), np.zeros(6), 100)
    one, other = (pool(own, [each], OWNER, SURE).house.mean for each in (strange, silent))
    assert np.allclose(one, other, atol=1e-12)

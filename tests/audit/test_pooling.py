"""Houses of a chain learn from one another, and never of a guest."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.audit.gates import LEAST_STAYS
from engine.audit.lessons import Lesson, owners_word, study
from engine.audit.pooling import HouseWord, pooled, word_of
from engine.decision.advise import Adviser
from engine.inference.comparison import Likelihood
from engine.inference.grid import Array
from engine.inference.pooled import pool
from engine.usecases.exchange import word_of_dict, word_to_dict
from tests.audit.taught_stays import stays_of

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


@pytest.fixture(scope="module")
def lesson(adviser: Adviser) -> Lesson:
    return study(stays_of(adviser, 80, seed=1), adviser)


def word(lesson: Lesson, adviser: Adviser, **changed: object) -> HouseWord:
    told = word_of(lesson, adviser.rule_set.version)
    assert told is not None
    return replace(told, **changed)


def test_without_another_house_a_lesson_is_the_very_same(lesson: Lesson, adviser: Adviser) -> None:
    assert pooled(lesson, (), adviser) == (lesson, None)
    assert pooled(owners_word(adviser), [word(lesson, adviser)], adviser)[1] is None


def test_houses_with_fewer_than_fifty_stays_exchange_nothing(
    lesson: Lesson, adviser: Adviser
) -> None:
    told = lesson.likelihood
    assert told is not None
    few = replace(told, n_stays=LEAST_STAYS - 1)
    assert word_of(replace(lesson, likelihood=few), 1) is None
    assert word_of(replace(lesson, is_converged=False), 1) is None
    assert word_of(owners_word(adviser), 1) is None
    thin = word(lesson, adviser, likelihood=few)
    assert pooled(lesson, [thin], adviser) == (lesson, None)


def test_houses_under_other_rules_are_not_heard(lesson: Lesson, adviser: Adviser) -> None:
    other = word(lesson, adviser, rules=adviser.rule_set.version + 1)
    assert pooled(lesson, [other], adviser) == (lesson, None)


def test_another_house_moves_weights_and_not_what_the_own_guests_say(
    lesson: Lesson, adviser: Adviser
) -> None:
    spoken = word(lesson, adviser)
    told = spoken.likelihood
    shuffled = list(reversed(range(len(spoken.ids))))
    turned = HouseWord(
        spoken.rules,
        tuple(spoken.ids[k] for k in shuffled),
        Likelihood(
            20 * told.information[np.ix_(shuffled, shuffled)], -20 * told.pull[shuffled], 1_600
        ),
    )
    found, exchange = pooled(lesson, [turned], adviser)
    assert exchange is not None
    assert (exchange.n_houses, exchange.n_stays) == (1, 1_600)
    assert [rule.id for rule in exchange.rules] == list(lesson.ids)
    assert not np.allclose(found.weights, lesson.weights, atol=0.05)
    assert [r.comparison for r in found.rules] == [r.comparison for r in lesson.rules]
    assert {r.id: r.posterior for r in found.rules}[lesson.ids[0]] == found.weights[0]
    in_order = word(lesson, adviser)
    more = Likelihood(20 * told.information, -20 * told.pull, 1_600)
    same, _ = pooled(lesson, [replace(in_order, likelihood=more)], adviser)
    assert np.allclose(found.weights, same.weights, atol=1e-10)


def test_what_is_exchanged_holds_rules_and_numbers_and_nothing_of_a_guest(
    lesson: Lesson, adviser: Adviser
) -> None:
    spoken = word(lesson, adviser)
    text = json.dumps(word_to_dict(spoken))
    again = word_of_dict(json.loads(text))
    assert word_to_dict(again) == word_to_dict(spoken)
    assert strings(json.loads(text)) == list(lesson.ids)
    k = len(lesson.ids)
    assert set(json.loads(text)) == {"rules", "ids", "information", "pull", "stays"}
    assert np.shape(json.loads(text)["information"]) == (k, k)
    for pattern, _ in stays_of(adviser, 80, seed=1):
        assert pattern.week not in text
        assert json.dumps(pattern.to_data()["facts"])[1:-1] not in text


def strings(told: object) -> list[str]:
    """Every text in a document, keys left out."""
    if isinstance(told, dict):
        return [text for value in told.values() for text in strings(value)]
    if isinstance(told, list):
        return [text for value in told for text in strings(value)]
    return [told] if isinstance(told, str) else []

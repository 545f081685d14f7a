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
from engine.usecases.learning.exchange import word_of_dict, word_to_dict
from tests.audit.taught_stays import stays_of


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

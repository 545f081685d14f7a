"""Forecasts of answers are judged by whether they came true, not only by how probable they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.audit.gates import not_worse, priors_of
from engine.audit.held_out import Slope, slope_of
from engine.audit.lessons import items_of
from engine.audit.sights import Sight, sight_of
from engine.decision.advise import Adviser
from engine.inference.stats import Stats
from tests.audit.taught_stays import flipped, stays_of


@pytest.fixture(scope="module")
def stays(adviser: Adviser) -> Stats:
    return stays_of(adviser, 600, seed=3)


def slope(sight: Sight, adviser: Adviser, factor: float) -> Slope:
    said = adviser.rules.regression
    loud = replace(said, weights=factor * said.weights)
    prior = priors_of(sight, loud, adviser.catalogue.model.prior)
    return slope_of(sight.patterns, *prior, items_of(adviser.catalogue))


def test_guests_as_the_rules_say_answer_as_expected(adviser: Adviser, stays: Stats) -> None:
    told = slope(sight_of(stays, adviser), adviser, 1.0)
    assert not told.is_off
    assert told.error < 0.2


def test_weights_three_times_too_large_are_too_sure(adviser: Adviser, stays: Stats) -> None:
    told = slope(sight_of(stays, adviser), adviser, 3.0)
    assert told.is_off
    assert told.slope < 0.8


def test_weights_ten_times_too_small_are_not_sure_enough(adviser: Adviser, stays: Stats) -> None:
    told = slope(sight_of(stays, adviser), adviser, 0.1)
    assert told.is_off
    assert told.slope > 3.0


def test_weights_that_say_nothing_cannot_be_too_sure(adviser: Adviser, stays: Stats) -> None:
    told = slope(sight_of(stays, adviser), adviser, 0.0)
    assert not told.is_off
    assert told.error > 1.0


def test_the_gate_says_whether_forecasts_are_too_sure(adviser: Adviser, stays: Stats) -> None:
    wrong = not_worse(stays, adviser, flipped(adviser))
    assert not wrong.passed
    assert "worse than with the weights in force" in wrong.detail
    assert "too sure, more so than before" in wrong.detail
    right = not_worse(stays, flipped(adviser), adviser)
    assert right.passed
    assert "as sure as they may be" in right.detail


def louder(adviser: Adviser, factor: float) -> Adviser:
    rules = tuple(replace(rule, weight=factor * rule.weight) for rule in adviser.rule_set.rules)
    return Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))


def test_words_of_a_gate_that_holds_never_say_worse_alone(adviser: Adviser, stays: Stats) -> None:
    gate = not_worse(stays, adviser, louder(adviser, 0.8))
    assert gate.passed
    assert "no worse than doubt allows" in gate.detail


def test_a_gate_names_forecasts_that_are_too_sure(adviser: Adviser, stays: Stats) -> None:
    gate = not_worse(stays, adviser, louder(adviser, 1.8))
    assert not gate.passed
    assert "too sure, more so than before" in gate.detail


def test_only_what_doubt_cannot_explain_counts_as_worse_calibrated():
    before = Slope(0.72, 0.11)
    assert not Slope(0.66, 0.11).is_worse_than(before)
    assert Slope(0.55, 0.11).is_worse_than(before)
    assert not Slope(0.85, 0.30).is_worse_than(Slope(1.0, 0.30))

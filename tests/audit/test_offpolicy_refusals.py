"""A log that cannot carry a judgement is refused, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.audit.offpolicy import Estimate, estimate
from engine.errors import BadInputError
from tests.audit.choice_logs import simple_log


def kinds(result: Estimate) -> list[str]:
    assert result.ips is result.snips is result.dr is None
    return [refusal.kind for refusal in result.refusals]


def test_less_than_fifty_stays_worth_of_evidence_is_refused() -> None:
    result = estimate(simple_log(n=90))
    assert result.ess < 50
    assert kinds(result) == ["too_few"]
    assert "at least 50 are needed" in result.refusals[0].message
    assert f"{result.ess:.1f} stays" in result.refusals[0].message


def test_an_action_that_was_never_logged_cannot_be_judged() -> None:
    log = simple_log()
    policy = np.tile([0.0, 0.9, 0.1], (log.n, 1))
    result = estimate(replace(log, actions=("brief", "near", "hosted"), policy=policy))
    assert kinds(result)[0] == "never_logged"
    assert "'hosted' (10.0% of its choices)" in result.refusals[0].message
    unused = np.tile([0.0, 1.0, 0.0], (log.n, 1))
    judged = estimate(replace(log, actions=("brief", "near", "hosted"), policy=unused))
    assert judged.refusals == ()


def test_an_action_that_nobody_told_of_cannot_be_judged_either() -> None:
    log = simple_log()
    silent = np.where(log.taken == 1, np.nan, log.rewards)
    assert "never_logged" in kinds(estimate(replace(log, rewards=silent)))


def test_a_choice_that_was_certain_tells_nothing_of_the_others() -> None:
    log = simple_log()
    taken = np.ones(log.n, dtype=np.int64)
    taken[:100] = 0
    policy = np.where(np.arange(log.n)[:, None] == 5, [0.6, 0.4], np.eye(2)[taken])
    result = estimate(replace(log, taken=taken, propensities=np.ones(log.n), policy=policy))
    assert kinds(result) == ["no_chance"]
    assert "1 of 200 rows, first row 6" in result.refusals[0].message
    same = replace(log, taken=taken, propensities=np.ones(log.n), policy=np.eye(2)[taken])
    assert estimate(same).refusals == ()


@pytest.mark.parametrize("propensity", [0.3, 0.8])
def test_propensities_that_cannot_be_right_are_refused(propensity: float) -> None:
    result = estimate(simple_log(n=400, propensity=propensity))
    assert kinds(result) == ["weights_off"]
    assert "standard error" in result.refusals[0].message
    assert "propensities" in result.refusals[0].message


@pytest.mark.parametrize(("off", "is_refused"), [(-4, True), (-2, False), (2, False), (4, True)])
def test_weights_may_be_off_by_chance_but_not_by_four_standard_errors(
    off: int, is_refused: bool
) -> None:
    log = simple_log(n=400)
    error = log.rates.std(ddof=1) / log.n**0.5
    # c·mean = 1 + off·c·error: so much must all weights grow
    grown = 1 / (log.rates.mean() - off * error)
    result = estimate(replace(log, propensities=log.propensities / grown))
    assert [refusal.kind for refusal in result.refusals] == ["weights_off"] * is_refused


@pytest.mark.parametrize("chance", [9.9e-10, 1e-200, 5e-324, 0.0, 1.1, np.nan, -0.5])
def test_a_chance_that_no_weight_can_be_made_of_names_its_row(chance: float) -> None:
    log = simple_log(n=10)
    chances = np.where(np.arange(10) == 6, chance, 0.5)
    with pytest.raises(BadInputError, match="row 7: propensity"):
        replace(log, propensities=chances)
    with pytest.raises(BadInputError, match="row 7: chance of a reward"):
        replace(log, told=chances)


def test_a_policy_without_a_number_names_its_row() -> None:
    log = simple_log(n=10)
    with pytest.raises(BadInputError, match="row 4: its policy"):
        replace(log, policy=np.where(np.arange(10)[:, None] == 3, np.nan, log.policy))


def test_the_least_chance_is_taken_as_it_is() -> None:
    log = simple_log(n=100)
    rare = np.where((np.arange(100) == log.taken.argmax()), 1e-9, 0.5)
    result = estimate(replace(log, propensities=rare))
    assert result.ess == pytest.approx(1.0, abs=1e-3)
    assert "too_few" in kinds(result)


def test_weights_that_are_all_wrong_alike_are_refused_although_they_do_not_vary() -> None:
    log = replace(simple_log(), policy=np.full((200, 2), 0.5), propensities=np.full(200, 0.7))
    assert kinds(estimate(log)) == ["weights_off"]


def test_a_policy_that_the_log_never_followed_is_refused_not_divided_by_zero() -> None:
    log = simple_log()
    never = replace(log, taken=np.zeros(200, dtype=np.int64))
    result = estimate(never)
    assert result.ess == 0
    assert kinds(result) == ["never_logged", "weights_off", "too_few"]
    assert kinds(estimate(simple_log(n=1)))

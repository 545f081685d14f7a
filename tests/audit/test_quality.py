"""Equal quality at both ends: said only where enough guests told, and never smoothed over."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audit.calibration_check import (
    Foretold,
    calibration_of,
    chances,
    score_of,
    share_interval,
)
from engine.audit.quality import LEAST_TOLD, Finding, Group, Told, quality_of
from engine.domain.catalogue import Catalogue


def told(
    n: int, mean: float, *, at: float, seed: int, has_answered: bool = True, sd: float = 0.6
) -> list[Told]:
    rng = np.random.default_rng(seed)
    grades = np.clip(np.round(rng.normal(mean, sd, n)), 1, 5).astype(int).tolist()
    return [Told(at, has_answered, grade, 0) for grade in grades]


def ends(found) -> object:
    return next(gap for gap in found.gaps if gap.of is Group.CONTACT)


def test_a_real_gap_between_the_ends_raises_the_alarm():
    found = quality_of(told(200, 4.5, at=1.0, seed=1) + told(200, 3.8, at=-1.0, seed=2))
    gap = ends(found)
    assert gap.finding is Finding.ALERT
    assert gap.low <= 0.7 <= gap.high + 0.1
    assert found.has_alert


def test_the_gap_counts_in_both_directions():
    found = quality_of(told(200, 3.8, at=1.0, seed=1) + told(200, 4.5, at=-1.0, seed=2))
    assert ends(found).finding is Finding.ALERT
    assert ends(found).high < -0.2


def test_four_stays_are_too_few_to_say():
    found = quality_of(told(4, 5.0, at=1.0, seed=1) + told(400, 1.5, at=-1.0, seed=2))
    assert ends(found).finding is Finding.TOO_FEW
    assert ends(found).n_least == 4
    assert ends(found).difference is None
    assert quality_of([]).gaps[0].finding is Finding.TOO_FEW


def test_equal_grades_are_no_proof_of_equal_guests():
    same = [Told(1.0, True, 5, None)] * LEAST_TOLD + [Told(-1.0, True, 5, None)] * LEAST_TOLD
    gap = ends(quality_of(same))
    assert gap.difference == 0.0
    assert gap.low < 0.0 < gap.high


def test_equal_ends_raise_the_alarm_hardly_ever():
    alarms = sum(
        quality_of(
            told(60, 4.2, at=1.0, seed=2 * k) + told(60, 4.2, at=-1.0, seed=2 * k + 1)
        ).has_alert
        for k in range(400)
    )
    # beyond .2 with the whole 90 % interval: far rarer than the 5 % of one side
    assert alarms / 400 < 0.05


def test_guests_who_answered_nothing_are_compared_with_those_who_did():
    found = quality_of(
        told(100, 4.6, at=0.0, seed=1) + told(100, 3.6, at=0.0, seed=2, has_answered=False)
    )
    silent = next(gap for gap in found.gaps if gap.of is Group.SILENT)
    assert silent.finding is Finding.ALERT
    assert silent.difference is not None
    assert silent.difference < 0


def test_who_stands_in_the_middle_belongs_to_no_end_and_contact_is_counted_apart():
    found = {one.group: one for one in quality_of([Told(0.5, True, None, 1)]).groups}
    assert found[Group.CONTACT].n_felt == found[Group.EFFICIENCY].n_felt == 0
    assert (found[Group.ALL].n, found[Group.ALL].n_too_much) == (0, 1)
    assert found[Group.ALL].mean is None


def test_forecasts_of_the_model_come_true_on_guests_of_the_model(catalogue: Catalogue):
    rng = np.random.default_rng(5)
    positions = {id: style.position for id, style in catalogue.styles.items()}
    styles = list(positions)
    foretold = [
        Foretold(float(rng.normal(0, 1.5)), 0.5, styles[int(rng.integers(5))], False)
        for _ in range(4_000)
    ]
    chance = chances(foretold, positions, catalogue.model.outcome)
    good = (rng.random(len(chance)) < chance).tolist()
    told = calibration_of(chance, good)
    assert told.n == sum(tenth.n for tenth in told.tenths) == 4_000
    assert told.error < 0.02
    score = score_of(chance, good)
    assert score.gain > 2 * score.error > 0


def test_a_service_that_fits_is_foretold_better_than_one_that_does_not(catalogue: Catalogue):
    positions = {id: style.position for id, style in catalogue.styles.items()}
    styles = list(positions)
    near, far = (Foretold(2.0, 0.3, styles[k], True) for k in (-1, 0))
    fits, fails = chances([near, far], positions, catalogue.model.outcome)
    assert fits > fails


def test_forecasts_turned_round_are_found_out():
    chance = np.repeat([0.1, 0.9], 100)
    good = [True] * 100 + [False] * 100
    told = calibration_of(chance, good)
    assert all(tenth.is_off for tenth in told.tenths)
    assert told.error == pytest.approx(0.9)
    assert score_of(chance, good).gain < 0


def test_the_plain_share_is_foretold_from_what_came_before_only():
    score = score_of(np.array([0.5]), [True])
    assert score.base_loss == pytest.approx(np.log(2))
    assert score_of(np.zeros(0), []).n == 0
    assert calibration_of(np.zeros(0), []).tenths == ()


@pytest.mark.parametrize(("share", "n"), [(0.0, 5), (1.0, 5), (0.5, 40), (0.97, 300)])
def test_the_interval_of_a_share_holds_it_and_stays_between_nothing_and_all(share, n):
    low, high = share_interval(share, n)
    assert 0.0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1.0
    assert low < high
    assert share_interval(share, 0) == (0.0, 1.0)


def test_good_is_a_four_or_a_five(catalogue: Catalogue):
    positions = {id: style.position for id, style in catalogue.styles.items()}
    outcome = catalogue.model.outcome
    (chance,) = chances([Foretold(0.0, 0.0, "near", True)], positions, outcome)
    assert chance == pytest.approx(1.0 / (1.0 + np.exp(outcome.thresholds[2])))


def test_no_stay_foretells_itself():
    score = score_of(np.full(3, 0.5), [True, True, False])
    shares = (1 / 2, 3 / 4, 1 / 6)
    assert score.base_loss == pytest.approx(-np.log(shares).mean())

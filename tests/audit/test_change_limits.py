"""How much must be seen before change is spoken of: neither sooner nor later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.audit.changes import changes_of
from engine.audit.discount import LEAST_GAIN, OMEGAS, foretold
from engine.audit.drift import loss_alarm
from engine.audit.weeks import Week
from engine.inference.comparison import Likelihood
from tests.audit.test_drift import IDS, OWNER, SURE, discount, weeks, worse_from


@pytest.mark.parametrize("seed", range(6))
def test_a_rise_by_half_a_standard_deviation_is_heard_within_four_weeks(seed: int) -> None:
    made = worse_from(weeks(40, lambda k: -0.5, seed), 30, 0.25)
    assert not loss_alarm(made[:30]).is_raised
    assert loss_alarm(made[:34]).is_raised


def gain(made: list[Week]) -> tuple[float, float]:
    """Of the best omega below 1, with its standard error."""
    scores = foretold(made, OWNER, SURE)
    gains = scores[:, 1:] - scores[:, :1]
    best = int(np.argmax(gains.sum(axis=0)))
    return float(gains[:, best].sum()), float(gains[:, best].std() * len(made) ** 0.5)


def drifting(by: float) -> list[Week]:
    """Forty weeks whose guests say exactly what they are, a little more each week."""
    information = 7.0 * np.eye(2)
    made = []
    for k, week in enumerate(weeks(40, lambda _: 0.0, 1)):
        pull = information @ [0.5, -0.5 + by * k]
        made.append(replace(week, likelihood=Likelihood(information, pull, week.n_stays)))
    return made


def test_a_gain_that_is_sure_but_small_forgets_nothing() -> None:
    small, large = drifting(0.02), drifting(0.03)
    found, error = gain(small)
    assert 2 * error < found < LEAST_GAIN
    assert found > 0
    assert discount(small).omega == 1.0
    assert discount(large).omega in OMEGAS[1:]


@pytest.mark.parametrize("seed", [1, 7])
def test_a_gain_that_a_few_weeks_made_forgets_nothing(seed: int) -> None:
    made = weeks(60, lambda k: -0.5 + (0.35 if k >= 30 else 0.0), seed)
    found, error = gain(made)
    assert LEAST_GAIN < found < 2 * error
    assert discount(made).omega == 1.0


@pytest.mark.parametrize("seed", [0, 10, 15])
def test_a_season_that_was_like_the_rest_of_its_year_explains_nothing(seed: int) -> None:
    def turned(k: int) -> float:
        return 0.1 if k >= 91 else -0.35 if 39 <= k < 52 else -0.5

    (change,) = changes_of(weeks(104, turned, seed, a_week=20), IDS, OWNER).rules
    assert change.id == "talks_freely"
    assert change.last_year is not None
    assert not change.is_season

"""The owner's numbers count as far as guests bear them out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from engine.inference.comparison import Verdict
from engine.inference.degrees import SCALE_CHANCES, SCALES, SPREADS
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.learning import fit_logit
from engine.inference.trust import average_over_trust
from engine.inference.weight_step import WIDE

SAID = np.array([0.8, -0.8, 0.3, -0.3, 0.8, -0.3, 1.5, -0.8])
SHARE = 0.35
"""How often each rule fires."""


def fired(rng: np.random.Generator, n: int, k: int = SAID.size) -> Array:
    return (rng.random((n, k)) < SHARE) - SHARE


def drawn(n: int, truth: Array, seed: int = 3) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = fired(rng, n, truth.size)
    return x, (rng.random(n) < logistic(x @ truth)).astype(np.float64)


def test_trust_that_is_fixed_does_harm_where_the_owner_is_wrong() -> None:
    learnt, fixed = [], []
    for seed in range(20):
        x, y = drawn(50, SAID, seed)
        new, told = drawn(1_000, SAID, 1_000 + seed)
        one = average_over_trust(x, y, -SAID)
        other = average_over_trust(x, y, -SAID, scales=(1.0,), spreads=(0.25,))
        for losses, fit in ((learnt, one), (fixed, other)):
            odds = fit.log_odds(new)
            losses.append(float(np.mean(np.logaddexp(0, odds) - told * odds)))
    assert np.mean(fixed) > 1.2 * np.mean(learnt)


def test_without_data_the_owners_numbers_stand() -> None:
    fit = average_over_trust(np.zeros((0, 8)), [], SAID)
    assert fit.expected_scale == pytest.approx(1.0)
    assert fit.mean == pytest.approx([*SAID, 0.0])
    assert fit.chances == pytest.approx(np.repeat(SCALE_CHANCES, len(SPREADS)) / len(SPREADS))
    assert np.dot(SCALES, SCALE_CHANCES) == pytest.approx(1.0)
    assert sum(SCALE_CHANCES) == pytest.approx(1.0)
    assert {said.verdict for said in fit.you_say_they_say()} == {Verdict.NOT_ENOUGH}


def test_without_data_the_weights_are_as_unsure_as_scale_and_spread_together() -> None:
    fit = average_over_trust(np.zeros((0, 1)), [], [0.8], ["firm"], constant=None)
    apart = np.square(SPREADS) / np.where(np.array(SPREADS) < WIDE, 4.0, 1.0)
    expected = np.mean(apart) + 0.8**2 * np.dot(SCALE_CHANCES, np.square(np.array(SCALES) - 1.0))
    assert fit.sd[0] ** 2 == pytest.approx(expected)


@pytest.mark.parametrize(("factor", "low", "high"), [(0.0, 0, 0.6), (1.0, 0.7, 1.3), (2.0, 1.6, 2)])
def test_guests_tell_how_far_the_owner_can_be_trusted(
    factor: float, low: float, high: float
) -> None:
    fit = average_over_trust(*drawn(3_000, factor * SAID), SAID)
    assert low <= fit.expected_scale <= high


def test_an_owner_with_no_direction_right_is_trusted_in_nothing() -> None:
    assert average_over_trust(*drawn(400, -SAID), SAID).expected_scale < 0.05


def test_each_degree_is_weighed_by_its_evidence() -> None:
    x, y = drawn(60, SAID)
    fit = average_over_trust(x, y, SAID, constant=None)
    evidence = [
        fit_logit(x, y, s * SAID, np.full(8, tau**-2)).log_evidence + np.log(chance)
        for s, chance in zip(SCALES, SCALE_CHANCES, strict=True)
        for tau in SPREADS
    ]
    expected = np.exp(evidence - np.max(evidence))
    assert fit.chances == pytest.approx(expected / expected.sum())
    assert fit.best_degree == tuple(fit.degrees[np.argmax(evidence)])


def test_chances_are_the_average_of_the_degrees_with_doubt_pulling_to_the_middle() -> None:
    x, y = drawn(40, SAID)
    fit = average_over_trust(x, y, SAID)
    rows = np.column_stack([x, np.ones(40)])
    each = [
        logistic(
            rows @ f.coefficients / np.sqrt(1 + np.pi / 8 * np.diag(rows @ f.covariance @ rows.T))
        )
        for f in fit.fits
    ]
    assert fit.probabilities(x) == pytest.approx(fit.chances @ np.array(each))


def test_no_chance_rounds_to_never_or_always() -> None:
    fit = average_over_trust(*drawn(50, SAID), 50 * SAID)
    odds = fit.log_odds([SAID * 1e4, -SAID * 1e4])
    assert np.all(np.isfinite(odds))
    assert odds[0] > 0 > odds[1]


def test_the_weights_are_as_sure_as_they_say() -> None:
    truth = 0.7 * SAID
    inside = []
    for seed in range(60):
        fit = average_over_trust(*drawn(200, truth, seed), SAID)
        inside.append(np.abs(fit.mean[:8] - truth) < 1.645 * fit.sd[:8])
    # no more than three standard errors below 90 %; an owner who is right makes it more
    assert np.mean(inside) > 0.9 - 3 * (0.9 * 0.1 / np.size(inside)) ** 0.5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"x": [1.0, 0.0]}, r"x must have shape \(n_stays, n_columns\)"),
        ({"x": [[0.0], [np.nan]]}, "row 2, column 1"),
        ({"y": [0, 2]}, "0 and 1 only"),
        ({"y": [0]}, r"y must have shape \(2,\)"),
        ({"weights": [1.0, 2.0]}, r"weights must have shape \(1,\)"),
        ({"weights": [np.inf]}, "finite"),
        ({"sure": ["certain"]}, "allowed: guess, usual, firm"),
        ({"constant": 0.0}, "constant must be positive or None"),
        ({"spreads": (0.0,)}, "tau must be positive"),
        ({"scales": ()}, "must not be empty"),
    ],
)
def test_what_cannot_be_averaged_is_refused_in_words(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        average_over_trust(**{"x": [[0.0], [1.0]], "y": [0, 1], **change})


@pytest.mark.parametrize("rows", [[[1.0, 2.0]], [[np.nan]], [1.0]])
def test_only_the_columns_that_were_learnt_can_be_judged(rows: ArrayLike) -> None:
    fit = average_over_trust([[0.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match="x must"):
        fit.log_odds(rows)

"""A graded outcome tells how rules move a guest on an axis that nobody sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from engine.inference.estimators import LatentAxisClassifier
from engine.inference.graded import answer_probabilities, logistic
from engine.inference.grid import Array
from engine.inference.latent_axis import fit_latent_axis

TRUTH = np.array([0.8, -0.5, 0.3])
THRESHOLDS = (-1.0, 0.0, 1.5)


def stays(n: int, seed: int = 5, a: float = 1.0) -> tuple[Array, Any]:
    """Rules that fire or not, a place drawn from them, and the grade given at that place."""
    rng = np.random.default_rng(seed)
    x = (rng.random((n, TRUTH.size)) < 0.4).astype(np.float64)
    grades = answer_probabilities(x @ TRUTH + rng.normal(size=n), a, THRESHOLDS)
    return x, (rng.random((n, 1)) > np.cumsum(grades, axis=1)).sum(axis=1)


def test_weights_and_thresholds_of_simulated_guests_are_found_again() -> None:
    inside = []
    for seed in range(60):
        fit = fit_latent_axis(*stays(800, seed), tau=10.0)
        sds = np.sqrt(np.diag(fit.covariances[0]))
        found = np.append(fit.weights[0], fit.thresholds[0])
        inside.append(np.abs(found - [*TRUTH, *THRESHOLDS]) < 1.645 * sds)
    # three standard errors; the coefficients of one fit hang together, so its share counts once
    error = np.std(np.mean(inside, axis=1)) / 60**0.5
    assert np.mean(inside) == pytest.approx(0.9, abs=3 * error)


def test_a_known_weight_gives_the_chance_of_the_integral() -> None:
    fit = fit_latent_axis(*stays(200), TRUTH.tolist(), tau=1e-6)
    b, v = fit.thresholds[0], fit.covariances[0][3:, 3:]
    sd = (1.0 + np.trace(v) / b.size) ** 0.5

    def weighed(place: float, threshold: float) -> float:
        return float(logistic(np.array(place - threshold)) * norm.pdf(place, 0.8, sd))

    expected = [quad(weighed, -12, 12, args=(threshold,))[0] for threshold in b]
    assert fit.at_least([[1.0, 0.0, 0.0]])[0] == pytest.approx(expected, abs=1e-4)


def test_chances_of_all_grades_sum_to_one_and_none_is_negative() -> None:
    x, grades = stays(60)
    chances = fit_latent_axis(x, grades).probabilities(x * 20)
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert np.all(chances >= 0)


def test_reversing_grades_and_weights_mirrors_the_guest() -> None:
    x, grades = stays(150)
    there = fit_latent_axis(x, grades, TRUTH.tolist())
    back = fit_latent_axis(x, 3 - grades, (-TRUTH).tolist())
    assert back.weights == pytest.approx(-there.weights, abs=1e-7)
    assert back.thresholds == pytest.approx(-there.thresholds[:, ::-1], abs=1e-7)
    assert back.log_evidence == pytest.approx(there.log_evidence)


def test_the_order_of_stays_does_not_matter() -> None:
    x, grades = stays(150)
    there, back = fit_latent_axis(x, grades), fit_latent_axis(x[::-1], grades[::-1])
    assert np.array_equal(there.weights, back.weights)


def test_an_owner_who_is_right_is_trusted_and_one_who_is_wrong_is_not() -> None:
    x, grades = stays(2_000)
    right, wrong = (
        fit_latent_axis(x, grades, (sign * TRUTH).tolist()).chances
        @ np.repeat([0, 0.5, 1, 1.5, 2], 5)
        for sign in (1.0, -1.0)
    )
    assert right > 0.7
    assert wrong < 0.3


def test_groups_that_part_completely_still_have_weights() -> None:
    x = np.repeat([[0.0], [1.0], [2.0]], 10, axis=0)
    fit = fit_latent_axis(x, x[:, 0].astype(int))
    assert fit.is_converged
    assert np.all(np.isfinite(fit.weights))
    assert np.all(fit.weights @ [1.0] >= -1e-9)


def test_rules_that_say_how_sharply_an_outcome_tells_can_be_searched() -> None:
    x, grades = stays(300)
    model = LatentAxisClassifier(discrimination=2.0).fit(x, grades)
    assert np.all(np.diff(model.thresholds_) > 0)
    assert model.predict_proba(x).shape == (300, 4)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"grades": [0, 0]}, "nobody gave the grade 1"),
        ({"grades": [1, 1]}, "nobody gave the grade 0"),
        ({"grades": [0, 2]}, "nobody gave the grade 1"),
        ({"grades": [2, 2]}, "nobody gave the grade 0"),
        ({"grades": [0, -1]}, "whole numbers from 0"),
        ({"grades": [0.0, 1.5]}, "whole numbers from 0"),
        ({"grades": [0]}, "one number per row"),
        ({"x": [[np.nan], [0.0]]}, "row 1, column 1"),
        ({"x": [[1.0], [np.inf]]}, "row 2, column 1"),
        ({"x": np.zeros((0, 1)), "grades": []}, "at least one row"),
        ({"weights": [1.0, 2.0]}, "weights must have shape"),
        ({"tau": -1.0}, "tau must be positive"),
        ({"discrimination": 0.0}, "discrimination must be positive"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        fit_latent_axis(**{"x": [[0.0], [1.0]], "grades": [0, 1], **change})

"""Learning starts from what the owner said, and gives way as guests contradict."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.base import BaseEstimator
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from engine.inference.estimators import LatentAxisClassifier, OwnerPriorLogit
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.learning import LogitFit, fit_logit

TRUTH = np.array([0.8, -0.5, 0.3])


def stays(n: int, seed: int = 7, truth: Array = TRUTH) -> tuple[Array, Array]:
    """Simulated rules that fire or not, and outcomes drawn with the weights `truth`."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, size=(n, truth.size)).astype(np.float64)
    return x, (rng.random(n) < logistic(x @ truth)).astype(np.float64)


def fitted(x: Array, y: Array, mean: float = 0.0, precision: float = 1.0) -> LogitFit:
    k = x.shape[1]
    return fit_logit(x, y, np.full(k, mean), np.full(k, precision))


@parametrize_with_checks(
    [OwnerPriorLogit(), OwnerPriorLogit(tau=0.25), LatentAxisClassifier(tau=0.25)]
)
def test_scikit_learn_finds_nothing_wrong_with_it(
    estimator: BaseEstimator, check: Callable[..., Any]
) -> None:
    check(estimator)


@parametrize_with_checks([LatentAxisClassifier()])
def test_scikit_learn_finds_nothing_wrong_with_the_axis_either(
    estimator: BaseEstimator, check: Callable[..., Any]
) -> None:
    check(estimator)


@pytest.mark.parametrize("model", [OwnerPriorLogit(TRUTH), LatentAxisClassifier(TRUTH)])
def test_it_works_in_a_pipeline_and_under_cross_validation(model: BaseEstimator) -> None:
    x, y = stays(600)
    scores = cross_val_score(make_pipeline(StandardScaler(), model), x, y, cv=5)
    assert scores.shape == (5,)
    assert scores.mean() > 0.55


@pytest.mark.parametrize("model", [OwnerPriorLogit(TRUTH), LatentAxisClassifier(TRUTH)])
def test_what_it_calls_probable_happens_as_often_as_it_says(model: BaseEstimator) -> None:
    x, y = stays(4_000)
    chance = cross_val_predict(model, x, y, cv=4, method="predict_proba")[:, 1]
    share, said = calibration_curve(y, chance, n_bins=5, strategy="quantile")
    assert said.size >= 4
    assert share == pytest.approx(said, abs=3 * 0.5 / 500**0.5)  # three standard errors of a bin


@pytest.mark.parametrize("model", [OwnerPriorLogit(), LatentAxisClassifier()])
def test_a_search_can_choose_its_settings(model: BaseEstimator) -> None:
    x, y = stays(300)
    search = GridSearchCV(model, {"tau": [None, 0.001, 1.0]}, scoring="neg_log_loss", cv=3)
    assert search.fit(x, y).best_params_["tau"] != 0.001


def test_without_a_prior_the_fit_is_plain_logistic_regression() -> None:
    x, y = stays(400)
    peer = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-12, max_iter=10_000).fit(x, y)
    assert fitted(x, y, precision=0.0).coefficients == pytest.approx(peer.coef_[0], abs=1e-6)


@pytest.mark.parametrize("precision", [0.1, 1.0, 16.0])
def test_a_prior_around_zero_is_a_ridge(precision: float) -> None:
    x, y = stays(400)
    peer = LogisticRegression(C=1 / precision, fit_intercept=False, tol=1e-12, max_iter=10_000)
    expected = peer.fit(x, y).coef_[0]
    assert fitted(x, y, precision=precision).coefficients == pytest.approx(expected, abs=1e-6)


def test_without_data_the_owner_keeps_the_last_word() -> None:
    fit = fit_logit(np.zeros((0, 3)), [], TRUTH, [4.0, 16.0, 64.0])
    assert fit.coefficients.tolist() == TRUTH.tolist()
    assert fit.log_evidence == pytest.approx(0.0, abs=1e-12)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([0.5, 0.25, 0.125])


def test_where_guests_agree_with_the_owner_the_weights_stay_hers() -> None:
    x, y = stays(20_000)
    model = OwnerPriorLogit(weights=TRUTH, sure=["firm"] * 3, intercept=None).fit(x, y)
    plain = fitted(x, y, precision=0.0).coefficients
    assert model.coef_[0] == pytest.approx(TRUTH, abs=0.06)  # two standard errors of the data
    assert np.all(np.abs(model.coef_[0] - TRUTH) < np.abs(plain - TRUTH))


def test_with_few_stays_the_weights_are_the_owners_and_with_many_the_guests() -> None:
    owner = -TRUTH
    few, many = (
        OwnerPriorLogit(weights=owner, tau=0.25, intercept=None).fit(*stays(n)).coef_[0]
        for n in (10, 20_000)
    )
    assert np.abs(few - owner).max() < 0.25
    assert np.abs(many - TRUTH).max() < 0.1


def test_the_firmer_a_weight_is_held_the_less_it_moves() -> None:
    x, y = stays(200)
    moved = [
        np.abs(
            OwnerPriorLogit(weights=-TRUTH, sure=[word] * 3, tau=0.25).fit(x, y).coef_[0] + TRUTH
        ).sum()
        for word in ("guess", "usual", "firm")
    ]
    assert moved[0] > moved[1] > moved[2]


def test_one_class_only_still_has_a_maximum() -> None:
    fit = fitted(np.ones((5, 1)), np.ones(5))
    assert fit.is_converged
    assert 0 < fit.coefficients[0] < 5


def test_parted_groups_without_a_prior_are_told_as_not_converged() -> None:
    x = np.array([[-1.0], [1.0]] * 10)
    assert not fitted(x, (x[:, 0] > 0).astype(float), precision=1e-300).is_converged


def test_the_evidence_is_close_to_the_integral() -> None:
    x, y = stays(40, truth=np.array([0.7]))

    def weighed(b: float) -> float:
        eta = x[:, 0] * b
        return float(np.exp(np.sum(y * eta - np.logaddexp(0, eta))) * norm.pdf(b, 0.5, 0.5))

    exact = np.log(quad(weighed, -4, 5, epsabs=0.0, epsrel=1e-10)[0])
    assert fitted(x, y, mean=0.5, precision=4.0).log_evidence == pytest.approx(exact, abs=0.02)


def test_the_evidence_prefers_the_owner_who_is_right() -> None:
    x, y = stays(200)
    right, wrong = (fit_logit(x, y, w, [16.0] * 3).log_evidence for w in (TRUTH, -TRUTH))
    assert right > wrong


def test_the_order_of_stays_does_not_matter() -> None:
    x, y = stays(300)
    there, back = fitted(x, y), fitted(x[::-1], y[::-1])
    assert there.coefficients == pytest.approx(back.coefficients, abs=1e-10)


def test_the_covariance_covers_what_is_true() -> None:
    fits = [fitted(*stays(300, seed), precision=1e-6) for seed in range(200)]
    inside = [
        abs(fit.coefficients[0] - TRUTH[0]) < 1.645 * fit.covariance[0, 0] ** 0.5 for fit in fits
    ]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.064)  # three standard errors


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"x": [1.0, 2.0]}, "two dimensions"),
        ({"x": [[np.nan], [1.0]]}, "x must be finite"),
        ({"x": [[np.inf], [1.0]]}, "x must be finite"),
        ({"y": [0, 1, 1]}, r"y must have shape \(2,\)"),
        ({"y": [0, 2]}, "0 and 1 only"),
        ({"prior_mean": [0.0, 0.0]}, r"prior_mean must have shape \(1,\)"),
        ({"prior_mean": [np.nan]}, "prior_mean must be finite"),
        ({"prior_precision": 1.0}, r"prior_precision must have shape \(1,\)"),
        ({"prior_precision": [-1.0]}, "must not be negative"),
        ({"x": [[0.0], [0.0]], "prior_precision": [0.0]}, "cannot be told apart"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(change: dict[str, Any], told: str) -> None:
    good = {"x": [[0.0], [1.0]], "y": [0, 1], "prior_mean": [0.0], "prior_precision": [1.0]}
    with pytest.raises(ValueError, match=told):
        fit_logit(**{**good, **change})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"weights": [1.0]}, r"weights must have shape \(3,\)"),
        ({"sure": ["firm"]}, "sure must hold 3 words"),
        ({"sure": ["firm", "usual", "certain"]}, "'certain'; allowed: guess, usual, firm"),
        ({"tau": 0.0}, "tau must be positive"),
        ({"intercept": -1.0}, "constant must be positive or None"),
    ],
)
def test_a_prior_that_does_not_fit_is_refused_in_words(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        OwnerPriorLogit(**settings).fit(*stays(20))


def test_advising_a_guest_never_loads_scikit_learn() -> None:
    code = (
        "import sys, engine.decision.advise; print(sorted({'sklearn', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

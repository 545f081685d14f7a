"""Questions and cues are learned from answers, to the digits of R mirt."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.inference.calibration import CalibratedItem, Priors, calibrate, expected_places
from engine.inference.graded import answer_probabilities
from engine.inference.grid import NODES, Array
from engine.inference.item_step import item_of
from engine.inference.marginal import Marginal
from engine.inference.responses import UNANSWERED, Responses, patterns_of
from tests.inference.answer_tables import changed, guests, numbers, told

REFERENCE = Path(__file__).parents[1] / "golden" / "reference"
N_ITEMS = 8


def table(name: str) -> list[list[str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.reader(file))[1:]


def golden_items(name: str) -> list[CalibratedItem]:
    return [
        CalibratedItem(id, float(a), tuple(float(b) for b in rest)) for id, a, *rest in table(name)
    ]


def golden_answers(*, with_cues: bool) -> Responses:
    rows = table("irt_responses.csv")
    answers = [[UNANSWERED if c == "NA" else int(c) for c in row[:N_ITEMS]] for row in rows]
    cues = ("business", "online_checkin", "first_visit") if with_cues else ()
    values = [[float(c) for c in row[N_ITEMS:]][: len(cues)] for row in rows]
    return Responses.of([f"q{j + 1}" for j in range(N_ITEMS)], cues, answers, values)


# What nobody here chose


def test_items_and_likelihood_agree_with_r_mirt() -> None:
    learned = calibrate(golden_answers(with_cues=False))
    golden = json.loads((REFERENCE / "irt_loglik.json").read_text())
    assert learned.is_converged
    assert learned.log_likelihood == pytest.approx(golden["graded_loglik"], abs=1e-3)
    expected = numbers(golden_items("irt_graded_items.csv"))
    assert numbers(learned.items) == pytest.approx(expected, abs=1e-4)
    places = np.array(table("irt_eap.csv"), dtype=np.float64)
    assert learned.means == pytest.approx(places[:, 0], abs=1e-4)
    assert learned.sds == pytest.approx(places[:, 1], abs=1e-4)


def test_the_regression_on_cues_agrees_with_r_mirt() -> None:
    learned = calibrate(golden_answers(with_cues=True))
    golden = json.loads((REFERENCE / "irt_loglik.json").read_text())
    assert learned.log_likelihood == pytest.approx(golden["regression_loglik"], abs=1e-3)
    weights = [float(weight) for _, weight in table("irt_regression_beta.csv")[1:]]
    assert learned.weights == pytest.approx(weights, abs=1e-4)
    expected = numbers(golden_items("irt_regression_items.csv"))
    assert numbers(learned.items) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("items", "places", "with_cues"),
    [
        ("irt_graded_items.csv", "irt_eap.csv", False),
        ("irt_regression_items.csv", "irt_eap_regression.csv", True),
    ],
)
def test_places_for_given_items_agree_with_r_mirt_to_six_digits(
    items: str, places: str, with_cues: bool
) -> None:
    weights = [float(w) for _, w in table("irt_regression_beta.csv")[1:]] if with_cues else []
    answers = golden_answers(with_cues=with_cues)
    means, sds = expected_places(answers, golden_items(items), weights)
    golden = np.array(table(places), dtype=np.float64)
    assert means == pytest.approx(golden[:, 0], abs=1e-6)
    assert sds == pytest.approx(golden[:, 1], abs=1e-6)


# What must hold for any answers


@pytest.mark.parametrize(
    ("n", "sizes", "weights"),
    [
        (600, (3, 3, 3, 3), ()),
        (2000, (3, 4, 5, 6, 7), (0.6, -0.4)),
        (5000, (2, 3, 4, 5, 6, 7) * 4, ()),
        (5000, (5,) * 25, (0.5, -0.5)),
    ],
)
def test_simulated_items_and_weights_are_found_again(
    n: int, sizes: tuple[int, ...], weights: tuple[float, ...]
) -> None:
    responses, truth, theta = guests(n, sizes, seed=n + len(sizes), weights=weights)
    learned = calibrate(responses)
    assert learned.is_converged
    off = [i.discrimination / t.discrimination for i, t in zip(learned.items, truth, strict=True)]
    assert np.sqrt(np.mean(np.log(off) ** 2)) < 8 / np.sqrt(n)
    assert learned.weights == pytest.approx(weights, abs=6 / np.sqrt(n))
    assert np.mean(np.abs(learned.means - theta) < 1.645 * learned.sds) == pytest.approx(
        0.9, abs=3 * (0.09 / n) ** 0.5 + 0.015
    )


def test_no_small_change_of_any_number_makes_the_answers_more_likely() -> None:
    responses, *_ = guests(400, (3, 4, 5, 3), seed=3, weights=(0.7,))
    marginal = Marginal(patterns_of(responses, (3, 4, 5, 3)), None)
    learned = calibrate(responses)
    origin = float(marginal.centre @ np.array(learned.weights))
    items = [item_of(i.discrimination, np.array(i.thresholds) - origin) for i in learned.items]
    best = np.concatenate([*items, np.array(learned.weights) * marginal.spread])

    def likelihood(state: Array) -> float:
        return float(marginal.patterns.counts @ marginal.densities(state)[0])

    top = likelihood(best)
    assert top == pytest.approx(learned.log_likelihood)
    for nudge in np.vstack([np.eye(best.size), -np.eye(best.size)]) * 1e-3:
        assert likelihood(best + nudge) < top


def test_neither_the_order_of_rows_nor_their_repetition_changes_an_item() -> None:
    responses, *_ = guests(500, (4, 4, 4), seed=8, weights=(0.5,))
    order = np.random.default_rng(1).permutation(500)
    plain = calibrate(responses)
    mixed = calibrate(told(responses.answers[order], responses.values[order]))
    twice = calibrate(told(np.tile(responses.answers, (2, 1)), np.tile(responses.values, (2, 1))))
    assert mixed.items == plain.items
    assert mixed.means.tolist() == plain.means[order].tolist()
    assert numbers(twice.items) == pytest.approx(numbers(plain.items), abs=1e-4)
    assert twice.log_likelihood == pytest.approx(2 * plain.log_likelihood)


def test_the_mirrored_guests_have_the_mirrored_items_and_weights() -> None:
    responses, *_ = guests(800, (4, 4, 4, 4), seed=4, weights=(0.6,))
    there = calibrate(responses)
    answers = np.where(responses.answers == UNANSWERED, UNANSWERED, 3 - responses.answers)
    back = calibrate(told(answers, responses.values))
    turned = numbers(back.items)[:, [0, 3, 2, 1]] * [1, -1, -1, -1]
    assert turned == pytest.approx(numbers(there.items), abs=1e-4)
    assert back.weights == pytest.approx([-w for w in there.weights], abs=1e-4)
    assert back.means == pytest.approx(-there.means, abs=1e-4)


def test_grades_from_one_are_the_same_as_grades_from_zero() -> None:
    responses, *_ = guests(300, (3, 5, 4), seed=2)
    from_one = np.where(responses.answers == UNANSWERED, UNANSWERED, responses.answers + 1)
    assert calibrate(told(from_one)).items == calibrate(responses).items


def test_a_row_without_any_answer_teaches_nothing_and_stands_where_its_cues_say() -> None:
    responses, *_ = guests(400, (3, 4, 5), seed=6, weights=(0.8,), missing=0.0)
    none = np.full((2, 3), UNANSWERED)
    more = told(np.vstack([responses.answers, none]), np.vstack([responses.values, [[0], [1]]]))
    plain, learned = calibrate(responses), calibrate(more)
    assert numbers(learned.items[:1]) == pytest.approx(numbers(plain.items[:1]), abs=1e-10)
    assert learned.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert learned.means[-2:] == pytest.approx([0.0, learned.weights[0]], abs=1e-4)
    assert learned.sds[-2:] == pytest.approx([1.0, 1.0], abs=1e-4)


@pytest.mark.parametrize("shift", [-3.0, 2020.0])
def test_where_a_cue_counts_from_changes_no_weight_and_no_likelihood(shift: float) -> None:
    responses, *_ = guests(600, (3, 4, 5, 3), seed=5, weights=(0.7,))
    plain, moved = (
        calibrate(responses),
        calibrate(told(responses.answers, responses.values + shift)),
    )
    assert moved.weights == pytest.approx(plain.weights, abs=1e-5)
    assert moved.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-5)
    assert moved.means - shift * moved.weights[0] == pytest.approx(plain.means, abs=1e-4)


def test_standardised_guests_have_mean_nought_and_variance_one() -> None:
    responses, *_ = guests(3000, (5,) * 6, seed=9, weights=(1.2, -0.8), missing=0.0)
    plain, scaled = calibrate(responses), calibrate(responses, standardise=True)
    assert scaled.means.mean() == pytest.approx(0.0, abs=1e-3)
    assert scaled.means.var() + (scaled.sds**2).mean() == pytest.approx(1.0, abs=1e-3)
    spread = np.cov(responses.values, rowvar=False, ddof=0)
    s = np.sqrt(1 + np.array(plain.weights) @ spread @ plain.weights)
    assert scaled.weights == pytest.approx(np.array(plain.weights) / s)
    assert numbers(scaled.items)[:, 0] == pytest.approx(numbers(plain.items)[:, 0] * s)
    means = (responses.values - responses.values.mean(axis=0)) @ scaled.weights
    chances = [
        [
            answer_probabilities([theta], item.discrimination, item.thresholds)[0].tolist()
            for item in learned.items
        ]
        for learned, theta in ((plain, plain.means[0]), (scaled, scaled.means[0]))
    ]
    assert chances[0][0] == pytest.approx(chances[1][0])
    assert scaled.log_likelihood == plain.log_likelihood
    assert np.corrcoef(means, scaled.means)[0, 1] > 0.5


# Priors


def test_with_many_answers_the_priors_hardly_matter() -> None:
    responses, *_ = guests(5000, (4,) * 8, seed=12, weights=(0.5,))
    plain, held = calibrate(responses), calibrate(responses, priors=Priors())
    assert numbers(held.items) == pytest.approx(numbers(plain.items), abs=0.05)
    assert plain.log_likelihood > held.log_likelihood > plain.log_likelihood - 0.5


def test_with_priors_a_grade_that_nobody_gave_stays_possible() -> None:
    responses, *_ = guests(500, (5, 5, 5, 5), seed=10)
    first = responses.answers[:, 0]
    for gap in (0, 2):
        gone = changed(responses, 0, np.where(first == gap, gap + 1, first))
        learned = calibrate(gone, priors=Priors())
        b = learned.items[0].thresholds
        assert len(b) == 4
        assert np.all(np.diff(b) > 0)
        chance = answer_probabilities(NODES, learned.items[0].discrimination, b)
        normal = np.exp(-0.5 * NODES**2)
        assert 0 < chance[:, gap] @ normal / normal.sum() < 0.005


def test_with_priors_a_handful_of_rows_gives_finite_numbers() -> None:
    for seed in range(10):
        responses, *_ = guests(12, (4, 4, 4), seed=seed, weights=(0.5,), missing=0.0)
        learned = calibrate(responses, priors=Priors())
        assert learned.is_converged
        for item in learned.items:
            assert np.isfinite(item.discrimination)
            assert item.discrimination > 0
            assert np.all(np.diff(item.thresholds) > 0)


def test_a_tight_prior_keeps_every_discrimination_at_one() -> None:
    responses, *_ = guests(400, (4, 4, 4), seed=1)
    learned = calibrate(responses, priors=Priors(log_discrimination_sd=0.001))
    assert numbers(learned.items)[:, 0] == pytest.approx([1.0] * 3, abs=1e-3)


def test_with_priors_the_end_is_higher_than_all_around_it() -> None:
    responses, *_ = guests(200, (3, 4, 3), seed=14, weights=(0.7,))
    priors = Priors()
    marginal = Marginal(patterns_of(responses, (3, 4, 3)), priors)
    learned = calibrate(responses, priors=priors)
    origin = float(marginal.centre @ np.array(learned.weights))
    items = [item_of(i.discrimination, np.array(i.thresholds) - origin) for i in learned.items]
    best = np.concatenate([*items, np.array(learned.weights) * marginal.spread])
    top = marginal.step(best)[1]
    for nudge in np.vstack([np.eye(best.size), -np.eye(best.size)]) * 1e-3:
        assert marginal.step(best + nudge)[1] < top

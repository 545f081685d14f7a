"""Questions and cues are learned from answers, to the digits of R mirt."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import BadInputError
from engine.inference import calibration as subject
from engine.inference.calibration import (
    CalibratedItem,
    Calibration,
    Priors,
    calibrate,
    expected_places,
)
from engine.inference.graded import answer_probabilities
from engine.inference.grid import NODES, Array
from engine.inference.item_step import item_of
from engine.inference.marginal import Marginal
from engine.inference.responses import UNANSWERED, Grades, Responses, checked_grades, patterns_of

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


def numbers(items: list[CalibratedItem] | tuple[CalibratedItem, ...]) -> Array:
    return np.array([[item.discrimination, *item.thresholds] for item in items])


def told(answers: Grades, values: Array | None = None) -> Responses:
    values = np.zeros((len(answers), 0)) if values is None else values
    return Responses(
        tuple(f"q{j}" for j in range(answers.shape[1])),
        tuple(f"c{j}" for j in range(values.shape[1])),
        answers,
        values,
    )


def guests(
    n: int,
    sizes: tuple[int, ...],
    *,
    seed: int,
    weights: tuple[float, ...] = (),
    missing: float = 0.2,
) -> tuple[Responses, list[CalibratedItem], Array]:
    """Simulated guests with known items, known weights of yes-no cues, and known places."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2, (n, len(weights))).astype(np.float64)
    theta = values @ np.array(weights) + rng.normal(size=n)
    items, answers = [], np.empty((n, len(sizes)), dtype=np.int64)
    for j, size in enumerate(sizes):
        a, b = rng.lognormal(0.3, 0.3), np.linspace(-1.2, 1.2, size - 1) + rng.normal(0, 0.3)
        items.append(CalibratedItem(f"q{j}", float(a), tuple(float(x) for x in b)))
        chance = answer_probabilities(theta, float(a), b.tolist()).cumsum(axis=1)
        answers[:, j] = np.minimum((rng.random(n)[:, None] > chance).sum(axis=1), size - 1)
    answers[rng.random(answers.shape) < missing] = UNANSWERED
    return told(answers, values), items, theta


def changed(responses: Responses, column: int, values: Grades) -> Responses:
    answers = responses.answers.copy()
    answers[:, column] = np.where(answers[:, column] == UNANSWERED, UNANSWERED, values)
    return told(answers, responses.values)


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


# What cannot be learned is said


def refusal(responses: Responses, priors: Priors | None = None) -> str:
    with pytest.raises(BadInputError) as refused:
        calibrate(responses, priors=priors)
    return refused.value.message


def test_a_grade_in_the_middle_or_at_the_start_that_nobody_gave_is_named_for_every_item() -> None:
    responses, *_ = guests(400, (4, 4, 4, 4), seed=11)
    answers = responses.answers.copy()
    answers[answers[:, 1] == 2, 1] = 3
    answers[answers[:, 3] == 0, 3] = 1
    message = refusal(told(answers))
    assert "column 'q1': nobody gave grade 2" in message
    assert "column 'q3': nobody gave grade 0" in message


@pytest.mark.parametrize(
    ("grade", "words"), [(2, "every answer is 2"), (UNANSWERED, "nobody answered")]
)
@pytest.mark.parametrize("priors", [None, Priors()])
def test_a_column_that_tells_nothing_is_named(
    grade: int, words: str, priors: Priors | None
) -> None:
    responses, *_ = guests(300, (3, 3, 3, 3), seed=1)
    answers = responses.answers.copy()
    answers[:, 2] = grade
    message = refusal(told(answers), priors)
    assert f"column 'q2': {words}" in message


def test_nothing_to_learn_from_is_refused() -> None:
    none = np.full((5, 3), UNANSWERED)
    assert "No row holds an answer" in refusal(told(none))
    assert "No row holds an answer" in refusal(told(none[:0]))
    assert "At least 3 items" in refusal(told(np.array([[0, 1], [1, 0]])))
    assert "too few rows" in refusal(told(np.array([[0, 1, 0], [1, 0, 1], [0, 0, 1]])))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_a_cue_that_is_no_number_names_its_row_and_column(value: float) -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    responses.values[41, 1] = value
    assert "row 42, column 'c1'" in refusal(responses)


@pytest.mark.parametrize("constant", [0.0, 1.0, -7.3e6])
def test_a_constant_cue_is_named(constant: float) -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    responses.values[:, 1] = constant
    assert "column 'c1'" in refusal(responses)


def test_cues_that_follow_from_each_other_are_named() -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    third = 5 - 2 * responses.values[:, :1] + responses.values[:, 1:]
    message = refusal(told(responses.answers, np.hstack([responses.values, third])))
    assert "column 'c2' cannot be separated from 'c0', 'c1'" in message


def test_an_item_that_runs_against_the_others_is_named() -> None:
    responses, *_ = guests(800, (4, 4, 4, 4, 4), seed=3)
    turned = changed(responses, 3, 3 - responses.answers[:, 3])
    assert "column 'q3': it runs against" in refusal(turned)


def test_items_without_any_doubt_between_them_are_named_and_priors_help() -> None:
    responses, *_ = guests(400, (3, 3, 3, 3), seed=3, missing=0.0)
    twins = changed(responses, 1, responses.answers[:, 0])
    message = refusal(twins)
    assert "has no maximum" in message
    assert "'q0'" in message or "'q1'" in message
    assert calibrate(twins, priors=Priors()).is_converged


def test_a_cue_that_is_nearly_the_place_itself_is_named_with_its_row() -> None:
    responses, _, theta = guests(600, (4,) * 6, seed=5)
    message = refusal(told(responses.answers, 3 * theta[:, None]))
    assert "row " in message
    assert "column 'c0'" in message


def test_grades_that_are_codes_or_start_too_high_are_named() -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1)
    answers = responses.answers.copy()
    answers[6, 1] = 99
    assert "row 7, column 'q1': grade 99" in refusal(told(answers))
    high = np.where(responses.answers == UNANSWERED, UNANSWERED, responses.answers + 2)
    assert "must start at 0 or 1" in refusal(told(high))


def test_a_fit_that_has_not_settled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_ITERATIONS", 4)
    responses, *_ = guests(400, (4, 4, 4), seed=2)
    learned: Calibration = calibrate(responses)
    assert not learned.is_converged
    assert learned.iterations >= 4
    assert np.isfinite(learned.log_likelihood)


def test_so_many_grades_are_found_as_the_highest_one_says() -> None:
    responses, *_ = guests(500, (3, 5, 7), seed=4)
    assert checked_grades(responses, may_be_empty=False) == (3, 5, 7)

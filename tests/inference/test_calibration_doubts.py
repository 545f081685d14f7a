"""Items that tell little or run against the others are learned all the same, and pointed out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.inference import calibration as subject
from engine.inference.calibration import Calibration, Priors, calibrate
from engine.inference.marginal import Marginal
from engine.inference.marginal_information import derivatives
from engine.inference.responses import Responses, patterns_of
from engine.inference.settling import settled
from tests.inference.answer_tables import changed, guests, numbers, told


def with_noise(seed: int) -> Responses:
    """Answers of 300 guests, the last item given by a die."""
    responses, *_ = guests(300, (3,) * 8, seed=seed, missing=0.1)
    return changed(responses, 7, np.random.default_rng(seed + 100).integers(0, 3, 300))


@pytest.mark.parametrize("priors", [None, Priors()])
def test_slope_and_bend_are_those_of_the_likelihood_itself(priors: Priors | None) -> None:
    responses, *_ = guests(150, (2, 3, 4, 3), seed=3, weights=(0.7, -0.3))
    fit = Marginal(patterns_of(responses, (2, 3, 4, 3)), priors)
    state = fit.start()
    state[[0, -2, -1]] = 0.7, 0.2, -0.1
    nudges = 1e-5 * np.eye(state.size)
    gradient, information = derivatives(fit, state)
    by_height = [fit.height(state + nudge) - fit.height(state - nudge) for nudge in nudges]
    assert gradient == pytest.approx(np.array(by_height) / 2e-5, abs=1e-6)
    by_slope = [
        derivatives(fit, state - nudge)[0] - derivatives(fit, state + nudge)[0] for nudge in nudges
    ]
    assert information == pytest.approx(np.array(by_slope) / 2e-5, abs=1e-6)


def test_newton_goes_on_to_the_very_summit_that_em_would_reach() -> None:
    responses, *_ = guests(400, (3, 4, 5, 3), seed=3, weights=(0.7,))
    fit = Marginal(patterns_of(responses, (3, 4, 5, 3)), None)
    last = settled(fit, fit.step(fit.start())[0], tolerance=1e-9)
    assert last.is_converged
    assert last.iterations < 20
    assert fit.step(last.point)[0] == pytest.approx(last.point, abs=1e-8)
    assert np.linalg.eigvalsh(derivatives(fit, last.point)[1]).min() > 0


def test_where_em_is_cut_short_the_same_items_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    responses, *_ = guests(400, (4, 4, 4), seed=2)
    plain = calibrate(responses)
    monkeypatch.setattr(subject, "MOST_ITERATIONS", 4)
    short = calibrate(responses)
    assert short.is_converged
    assert short.iterations < 30
    assert numbers(short.items) == pytest.approx(numbers(plain.items), abs=1e-4)


def test_an_item_turned_round_has_the_mirrored_numbers_and_is_pointed_out() -> None:
    responses, *_ = guests(800, (4, 4, 4, 4, 4), seed=3)
    plain = calibrate(responses)
    turned = calibrate(changed(responses, 3, 3 - responses.answers[:, 3]))
    there, back = plain.items[3], turned.items[3]
    assert back.discrimination == pytest.approx(-there.discrimination, abs=1e-4)
    assert back.thresholds == pytest.approx(there.thresholds[::-1], abs=1e-4)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert turned.means == pytest.approx(plain.means, abs=1e-4)
    assert plain.doubts == ()
    (doubt,) = turned.doubts
    assert (doubt.id, doubt.kind, doubt.discrimination) == (
        "q3",
        "runs_against",
        back.discrimination,
    )


@pytest.mark.parametrize("seed", range(12))
def test_an_item_that_tells_nothing_costs_nobody_the_others(seed: int) -> None:
    responses = with_noise(seed)
    learned = calibrate(responses)
    assert learned.is_converged
    rest = calibrate(told(responses.answers[:, :7]))
    assert numbers(learned.items[:7]) == pytest.approx(numbers(rest.items), abs=0.2)
    last = learned.items[7]
    assert np.all(np.isfinite(last.thresholds))
    assert np.all(np.diff(last.thresholds) * last.discrimination > 0)


def test_by_the_standard_error_a_die_is_found_out_nineteen_times_in_twenty() -> None:
    fits = [calibrate(with_noise(seed)) for seed in range(40)]
    doubts = [[d for d in fit.doubts if d.id == "q7"] for fit in fits]
    assert all(not {d.id for d in fit.doubts} - {"q7"} for fit in fits)
    n_found = sum(d.kind == "tells_nothing" for found in doubts for d in found)
    # three standard errors of a share of .977, as only a slope well above 0 is passed over
    assert n_found >= 40 * (0.95 - 3 * (0.95 * 0.05 / 40) ** 0.5)
    errors = [d.standard_error for found in doubts for d in found if d.standard_error]
    slopes = [fit.items[7].discrimination for fit in fits]
    # the spread of 40 slopes is known to a ninth
    assert np.mean(errors) == pytest.approx(np.std(slopes), rel=0.35)


def test_the_doubt_of_an_item_stands_on_the_scale_of_its_discrimination() -> None:
    responses, *_ = guests(500, (4, 4, 4, 4), seed=9, weights=(1.2,))
    turned = changed(responses, 2, 3 - responses.answers[:, 2])
    plain, scaled = calibrate(turned), calibrate(turned, standardise=True)
    (one,), (other,) = plain.doubts, scaled.doubts
    assert one.standard_error is not None
    assert other.standard_error is not None
    assert other.discrimination == pytest.approx(scaled.items[2].discrimination)
    ratio = scaled.items[2].discrimination / plain.items[2].discrimination
    assert other.standard_error / one.standard_error == pytest.approx(ratio)


def test_a_prior_leaves_a_turned_item_near_nought_and_points_it_out() -> None:
    responses, *_ = guests(800, (4, 4, 4, 4, 4), seed=3)
    assert calibrate(responses, priors=Priors()).doubts == ()
    turned = changed(responses, 3, 3 - responses.answers[:, 3])
    learned = calibrate(turned, priors=Priors())
    assert 0 < learned.items[3].discrimination < 0.2
    assert [(doubt.id, doubt.kind) for doubt in learned.doubts] == [("q3", "tells_nothing")]


def test_where_the_likelihood_has_no_summit_the_item_that_runs_away_is_named() -> None:
    # three answers by a coin: nothing holds them together
    coins = np.random.default_rng(4).integers(0, 2, (200, 3))
    learned: Calibration = calibrate(told(coins))
    assert not learned.is_converged
    assert learned.iterations < 400
    assert np.isfinite(learned.log_likelihood)
    steepest = max(learned.items, key=lambda item: abs(item.discrimination))
    assert [doubt.id for doubt in learned.doubts if doubt.kind == "has_no_end"] == [steepest.id]
    assert all(doubt.standard_error is None for doubt in learned.doubts)


def test_answers_in_perfect_balance_give_finite_numbers_and_every_item_in_doubt() -> None:
    learned = calibrate(told(np.array(list(product((0, 1), repeat=3)) * 25)))
    assert learned.is_converged
    assert np.all(np.isfinite(numbers(learned.items)))
    assert [doubt.kind for doubt in learned.doubts] == ["tells_nothing"] * 3
    assert all(doubt.standard_error is None for doubt in learned.doubts)

"""One item learns from expected counts: exact far out, and the one maximum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import check_grad, minimize

from engine.inference.graded import answer_probabilities
from engine.inference.grid import NODES
from engine.inference.item_step import (
    _height,
    is_item,
    item_derivatives,
    item_of,
    item_step,
    log_table,
)


def test_the_log_table_is_the_logarithm_of_the_answer_probabilities() -> None:
    b = [-1.5, 0.2, 0.3, 2.0]
    expected = np.log(answer_probabilities(NODES, 1.7, b).T)
    assert log_table(item_of(1.7, np.array(b))) == pytest.approx(expected, abs=1e-9)


def test_probabilities_far_out_stay_exact_and_finite() -> None:
    far = log_table(item_of(15.0, np.array([-5.9, -5.8, 5.0, 5.9])))
    assert np.all(np.isfinite(far))
    assert np.exp(far).sum(axis=0) == pytest.approx(1.0)


@pytest.mark.parametrize("log_sd", [None, 0.5])
def test_the_slope_of_an_item_is_the_slope_of_its_height(log_sd: float | None) -> None:
    expected = np.random.default_rng(0).gamma(1.0, 3.0, (5, NODES.size))
    item = item_of(1.4, np.array([-1.0, -0.2, 0.1, 1.4]))
    off = check_grad(
        lambda x: _height(expected, x, log_sd),
        lambda x: item_derivatives(expected, x, log_sd)[0],
        item,
    )
    assert off < 1e-2  # of slopes of some hundreds


def test_the_step_of_an_item_ends_where_a_general_optimiser_does() -> None:
    rng = np.random.default_rng(2)
    expected = np.exp(log_table(item_of(1.8, np.array([-0.9, 0.4, 1.1])))) * np.exp(-(NODES**2) / 2)
    expected = expected * rng.uniform(5, 15, expected.shape)
    start = item_of(1.0, np.array([-1.0, 0.0, 1.0]))
    found = item_step(expected, start)
    peer = minimize(lambda x: -_height(expected, x, None), start, method="Nelder-Mead", tol=1e-9)
    assert is_item(found)
    assert _height(expected, found, None) >= -peer.fun - 1e-9
    assert found == pytest.approx(peer.x, abs=1e-3)

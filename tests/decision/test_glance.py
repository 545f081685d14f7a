"""What is told at a glance is what the full look tells."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.replay import made_up_past
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.decision.at_once import AdviserAtOnce
from engine.decision.glance import LEAD, MEAN_ERROR, MOST_ERROR, Glance
from engine.decision.silent import N_CELLS, OPEN, cells_of, style_table
from engine.decision.sums import sums_of
from engine.inference.batch import StayPriors
from engine.inference.expectation import expectations
from engine.inference.thin import ThinGrid

N_STAYS = 20_000


@pytest.fixture(scope="module")
def serving() -> AdviserAtOnce:
    catalogue = load_catalogue()
    return AdviserAtOnce(Adviser(catalogue, first_rule_set(catalogue)))


@pytest.fixture(scope="module")
def functions(serving: AdviserAtOnce) -> list[np.ndarray]:
    n_styles = len(serving.adviser.catalogue.styles)
    place, usual, after = np.split(serving.functions, [1, 1 + n_styles], axis=1)
    return [np.hstack([place, usual]), np.hstack([place, after])]


def test_the_short_grid_is_off_by_no_more_than_it_says(
    serving: AdviserAtOnce, functions: list[np.ndarray]
):
    """Up to six things said, which the sample of the grid itself does not have."""
    thin, rng = ThinGrid(serving.logs, functions), np.random.default_rng(4)
    mean, variance = rng.uniform(-2.9, 2.9, N_STAYS), rng.uniform(0.2, 1.6, N_STAYS)
    told = rng.integers(1, len(serving.logs), (N_STAYS, 6))
    told[rng.random(told.shape) < 0.6] = 0
    kinds = rng.integers(0, 2, N_STAYS)
    short = mean.astype(np.float32), variance.astype(np.float32)
    found, is_sound = thin.expectations(*short, thin.heights(told), kinds)
    both = [expectations(StayPriors(mean, variance), told, serving.logs, of).T for of in functions]
    off = np.abs(found - np.where(kinds == 0, both[0], both[1]))[:, is_sound]
    assert is_sound.mean() > 0.99
    assert off[0].max() < MEAN_ERROR
    assert off[1:].max() < MOST_ERROR
    assert thin.errors[0] < MEAN_ERROR / 2
    assert thin.errors[1:].max() < MOST_ERROR


def test_beyond_what_was_measured_nothing_is_told_at_a_glance(
    serving: AdviserAtOnce, functions: list[np.ndarray]
):
    thin = ThinGrid(serving.logs, functions)
    mean = np.array([0.0, 3.5, -3.5, 0.0, 0.0], dtype=np.float32)
    variance = np.array([0.8, 0.8, 0.8, 0.05, 2.5], dtype=np.float32)
    _, is_sound = thin.silent(mean, variance, 0)
    assert is_sound.tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("forbidden", [(), (0,), (3, 4)])
def test_a_cell_has_the_style_that_is_best_everywhere_in_it(
    serving: AdviserAtOnce, functions: list[np.ndarray], kind: int, forbidden: tuple[int, ...]
):
    penalty = np.zeros(functions[kind].shape[1] - 1)
    penalty[list(forbidden)] = -np.inf
    thin, rng = ThinGrid(serving.logs, functions), np.random.default_rng(kind)
    table = style_table(thin, functions[kind][:, 1:], penalty, kind, LEAD)
    mean, variance = rng.uniform(-1.7, 1.7, N_STAYS), rng.uniform(0.25, 1.2, N_STAYS)
    cells = cells_of(mean.astype(np.float32), variance.astype(np.float32))
    styles = table[cells]
    nothing = np.zeros((N_STAYS, 1), dtype=np.intp)
    true = expectations(StayPriors(mean, variance), nothing, serving.logs, functions[kind])
    is_told = styles != OPEN
    assert (styles == (true[:, 1:] + penalty).argmax(axis=1))[is_told].all()
    assert is_told[cells < N_CELLS].mean() > 0.85
    assert not is_told[cells == N_CELLS].any()
    assert np.abs(true[:, 0] - mean)[is_told].max() < MEAN_ERROR


def test_the_sums_of_all_rules_give_the_prior_of_each_stay(serving: AdviserAtOnce):
    past = made_up_past(serving.adviser.catalogue, N_STAYS, np.random.default_rng(8))
    model = serving.adviser.catalogue.model.prior
    mean, variance = sums_of(serving, past).priors(past.traits, model)
    true = serving.priors(past, slice(0, N_STAYS))
    assert np.abs(mean - true.mean).max() < 1e-5
    assert np.abs(variance - true.variance).max() < 1e-5


def test_whoever_is_told_at_a_glance_is_served_so(serving: AdviserAtOnce):
    past = made_up_past(serving.adviser.catalogue, N_STAYS, np.random.default_rng(9))
    true = serving.priors(past, slice(0, N_STAYS))
    seen = Glance(serving, past).look(
        np.arange(N_STAYS), true.mean.astype(np.float32), true.variance.astype(np.float32)
    )
    chosen = serving.choose(past, true)
    assert seen.is_sure.mean() > 0.98
    assert (seen.styles == chosen.styles)[seen.is_sure].all()
    assert np.abs(seen.means - chosen.means)[seen.is_sure].max() < 2 * MEAN_ERROR

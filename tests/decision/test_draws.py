"""Possible worlds are as far apart as stays left unknown, and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from engine.catalogue.load import catalogue_from
from engine.catalogue.tree import read_tree, seed_folder
from engine.decision.advise import Adviser
from engine.decision.draws import (
    N_DRAWS,
    SEED,
    draws_of,
    points_by_draw,
    points_in_worlds,
    prior_covariance,
    prior_draws,
)
from engine.decision.explore import Opening, bounded_thompson
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned, outcome_with, styles_covariance_with
from engine.domain.model import OutcomeConstants
from engine.inference.full_em import learn
from engine.inference.grid import Array
from engine.inference.learned_model import LearnedModel
from engine.inference.outcome import expected_points
from engine.inference.posterior import posterior
from engine.inference.prior import Prior
from engine.usecases.advice.assigning import _tables
from tests.inference.simulated_stays import CONSTANTS, Truth, learning, simulate

FLOOR = 0.05
TRUTH = Truth(np.array([-0.5, 0.4, 0.3, -0.4, 0.2]))


def test_without_a_run_the_worlds_are_those_that_stays_were_always_drawn_from(
    catalogue: Catalogue,
) -> None:
    constants = catalogue.model.outcome
    rng = np.random.default_rng(SEED)
    fits = constants.fit * np.exp(0.5 * rng.standard_normal(N_DRAWS))
    cuts = np.sort(np.array(constants.cuts) + 0.4 * rng.standard_normal((N_DRAWS, 4)), axis=1)
    draws = prior_draws(constants)
    assert [draw.fit for draw in draws] == fits.tolist()
    assert [draw.cuts for draw in draws] == [tuple(row) for row in cuts.tolist()]


def test_worlds_lie_apart_as_the_covariance_says() -> None:
    root = 0.1 * np.random.default_rng(1).standard_normal((5, 5))
    wanted = root @ root.T / 10
    n = 20_000
    draws = draws_of(CONSTANTS, tuple(map(tuple, wanted.tolist())), n)
    seen = np.array([[np.log(draw.fit), *draw.cuts] for draw in draws])
    # of a normal sample's covariance: sqrt((s_ii s_jj + s_ij^2) / n)
    error = np.sqrt((np.outer(np.diag(wanted), np.diag(wanted)) + wanted**2) / n)
    assert (np.abs(np.cov(seen.T) - wanted) < 4 * error).all()
    assert seen.mean(axis=0) == pytest.approx([np.log(0.5), *CONSTANTS.cuts], abs=1e-3)


@pytest.fixture(scope="module")
def taught() -> list[LearnedModel]:
    """What 300 stays taught, and what ten and a hundred times as many did."""
    rng = np.random.default_rng(4)
    return [learn(simulate(TRUTH, n, rng).patterns, learning()) for n in (300, 3_000, 30_000)]


def share_of_the_best(constants: OutcomeConstants, draws: tuple[OutcomeConstants, ...]) -> float:
    """Odds of the style that is best for a guest near .8 under bounded Thompson sampling."""
    positions = (-1.0, -0.5, 0.0, 0.5, 1.0)
    belief = posterior(Prior(0.8, 0.25), ())
    expected = dict(zip("abcde", (expected_points(positions, constants) @ belief), strict=True))
    drawn = dict(zip("abcde", (points_by_draw(positions, draws) @ belief).T, strict=True))
    opening = Opening("lodge/1", expected, "c", True, drawn)
    assert opening.best == "d"
    return bounded_thompson(opening, ["c", "d", "e"], FLOOR)["d"]


def test_with_ten_times_the_stays_the_best_style_is_drawn_more_often(
    taught: list[LearnedModel],
) -> None:
    shares = [share_of_the_best(CONSTANTS, prior_draws(CONSTANTS))]
    for model in taught:
        covariance = tuple(map(tuple, model.styles_covariance.tolist()))
        shares.append(share_of_the_best(CONSTANTS, draws_of(CONSTANTS, covariance)))
    assert shares == sorted(shares)
    assert shares[0] < 0.75
    # two others keep their floor, whatever is known
    assert 1 - 2 * FLOOR - 0.02 < shares[-1] <= 1 - 2 * FLOOR + 1e-12


def test_stays_leave_less_doubt_about_styles_the_more_there_are(
    taught: list[LearnedModel],
) -> None:
    before = np.diag(np.array(prior_covariance(CONSTANTS)))
    doubts = [before, *(np.diag(model.styles_covariance) for model in taught)]
    for more, less in pairwise(doubts):
        assert (less < more).all()


def learned(adviser: Adviser, **told: object) -> Learned:
    word = Learned("lodge", date(2026, 6, 1), adviser.rule_set.version, (), (), ())
    return replace(word, kappa=0.6, cuts=(-1.1, -0.4, 0.5, 1.3), **told)  # type: ignore[arg-type]  # fields of its own


def tables_with(adviser: Adviser, run: Learned | None) -> Array:
    return _tables(Adviser(adviser.catalogue, adviser.rule_set, run))


def test_a_house_explores_by_what_its_own_stays_left_unknown(adviser: Adviser) -> None:
    sure = tuple(map(tuple, (1e-8 * np.eye(5)).tolist()))
    narrow, wide = (
        tables_with(adviser, learned(adviser, styles_covariance=each)) for each in (sure, None)
    )
    assert np.ptp(narrow, axis=0).max() < 0.05
    assert np.ptp(wide, axis=0).max() > 5


def test_a_run_of_before_is_drawn_from_as_it_was(adviser: Adviser) -> None:
    run, seed = learned(adviser), adviser.catalogue.model.outcome
    assert styles_covariance_with(run, seed) is None
    positions = tuple(style.position for style in adviser.catalogue.styles.values())
    as_before = points_by_draw(positions, prior_draws(outcome_with(run, seed)))
    assert np.array_equal(tables_with(adviser, run), as_before)
    assert np.array_equal(points_in_worlds(positions, seed), tables_with(adviser, None))


def test_a_seed_of_before_is_drawn_from_as_it_was(catalogue: Catalogue) -> None:
    tree = read_tree(seed_folder())
    for key in ("fit_log_sd", "cut_sd"):
        del tree["model.toml"]["outcome"][key]
    assert catalogue_from(tree).model.outcome == catalogue.model.outcome


def test_a_covariance_of_another_size_is_refused(adviser: Adviser) -> None:
    with pytest.raises(ValueError, match="5 by 5"):
        learned(adviser, styles_covariance=((1.0,),))

"""Many stays at once are believed like each of them alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.decision.advise import Adviser
from engine.domain.axis import NO_TRAIT, Trait
from engine.inference.batch import ROWS, StayPriors, beliefs_of, priors_of
from engine.inference.graded import answer_table
from engine.inference.posterior import belief_of, posterior
from engine.inference.prior import Prior, Regression, prior_of

N_STAYS = ROWS + 40
"""More than one block."""

TABLES = [np.log(answer_table(2.0, (-1.0, 0.0, 1.0))), np.log(answer_table(1.2, (-0.5, 0.8)))]


def regression(rng: np.random.Generator, *, is_sure: bool) -> Regression:
    root = rng.normal(size=(6, 6)) * 0.3
    doubt = None if is_sure else root @ root.T * 0.1
    shares = rng.random(6)
    return Regression(rng.normal(size=6), shares, np.diag(shares * (1.0 - shares)), doubt)


@pytest.mark.parametrize("is_sure", [True, False])
def test_each_of_many_priors_is_that_of_the_stay_alone(adviser: Adviser, is_sure: bool) -> None:
    rng, constants = np.random.default_rng(1), adviser.catalogue.model.prior
    said = regression(rng, is_sure=is_sure)
    expected, known = rng.random((50, 6)), rng.random((50, 6)) < 0.5
    traits = [Trait(mean, NO_TRAIT.variance * 0.8) for mean in rng.normal(size=50).tolist()]
    remembered = StayPriors(
        np.array([each.mean for each in traits]), np.array([each.variance for each in traits])
    )
    many = priors_of(said, expected, known, remembered, constants)
    for k, trait in enumerate(traits):
        one = prior_of(said, expected[k], known[k], trait, constants)
        assert many.mean[k] == pytest.approx(one.mean, abs=1e-12)
        assert many.variance[k] == pytest.approx(one.variance, abs=1e-12)


def test_each_of_many_beliefs_is_that_of_the_stay_alone() -> None:
    rng = np.random.default_rng(2)
    priors = StayPriors(rng.normal(size=N_STAYS), rng.uniform(0.3, 1.5, N_STAYS))
    grades = np.column_stack([rng.integers(-1, 4, N_STAYS), rng.integers(-1, 3, N_STAYS)])
    many = beliefs_of(priors, grades, TABLES)
    for k in range(N_STAYS):
        said = [table[g] for table, g in zip(TABLES, grades[k].tolist(), strict=True) if g >= 0]
        one = belief_of(posterior(Prior(priors.mean[k], priors.variance[k]), said))
        assert many.mean[k] == pytest.approx(one.mean, abs=1e-10)
        assert many.sd[k] == pytest.approx(one.sd, abs=1e-10)
        assert many.p_contact[k] == pytest.approx(one.p_contact, abs=1e-10)


def test_of_no_stay_nothing_is_believed() -> None:
    none = beliefs_of(StayPriors(np.zeros(0), np.ones(0)), np.zeros((0, 2), dtype=int), TABLES)
    assert none.mean.shape == none.sd.shape == none.p_contact.shape == (0,)


def test_a_grade_that_no_answer_has_is_refused_with_its_place() -> None:
    priors = StayPriors(np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match="row 2, item 2: there is no grade 3, only 0 to 2"):
        beliefs_of(priors, np.array([[0, 1], [3, 3]]), TABLES)
    with pytest.raises(ValueError, match="with 2 stays and 2 items"):
        beliefs_of(priors, np.zeros((2, 3), dtype=int), TABLES)

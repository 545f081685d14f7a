"""The question that is expected to narrow a belief most is found, for one guest or for many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import adaptive_questions
from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_table
from engine.inference.grid import Array
from engine.inference.posterior import belief_of, density, log_prior
from engine.inference.prior import Prior

WELCOME = Item(2.5, (-1.0, 0.0, 1.0))
TOUR = Item(1.6, (-0.6, 0.6))
FAR = Item(2.5, (4.0, 5.0))

means = st.floats(-1.5, 1.5)
variances = st.floats(0.3, 1.2)
discriminations = st.floats(0.3, 3.0)


def table(item: Item) -> Array:
    return answer_table(item.discrimination, item.thresholds)


@given(means, variances, discriminations)
def test_the_variance_expected_of_a_bank_is_the_mean_over_its_answers(
    mean: float, variance: float, a: float
) -> None:
    tables = [table(Item(a, WELCOME.thresholds)), table(TOUR)]
    before = density(log_prior(Prior(mean, variance)))
    told = ItemBank(tables).expected_variance(before)
    for answers, expected in zip(tables, told, strict=True):
        chances = answers @ before
        after = [belief_of(before * row / p) for row, p in zip(answers, chances, strict=True)]
        mean_after = sum(p * belief.sd**2 for p, belief in zip(chances, after, strict=True))
        assert expected == pytest.approx(mean_after, abs=1e-12)
        assert expected <= belief_of(before).sd ** 2 + 1e-12


def test_many_beliefs_are_valued_at_once_as_one_by_one() -> None:
    bank = ItemBank([table(WELCOME), table(TOUR)])
    beliefs = np.stack([density(log_prior(Prior(mean, 0.7))) for mean in (-6.0, 0.0, 1.2)])
    one_by_one = np.stack([bank.expected_variance(belief) for belief in beliefs])
    assert np.isfinite(one_by_one).all()
    assert bank.expected_variance(beliefs) == pytest.approx(one_by_one, abs=1e-12)
    assert ItemBank([]).expected_variance(beliefs).shape == (3, 0)


def test_a_question_far_from_where_the_guest_stands_tells_least() -> None:
    told = ItemBank([table(FAR), table(TOUR), table(WELCOME)]).expected_variance(
        density(log_prior(Prior(0.0, 1.0)))
    )
    assert told.argmin() == 2
    assert told.argmax() == 0


def test_chosen_questions_narrow_a_belief_as_fast_as_was_measured_before() -> None:
    told = adaptive_questions.run(False)
    chosen, blind = told["expected_variance"], told["random"]
    assert (told["guests"], told["items"]) == (3_000, 20)
    assert chosen["questions_to_sd_0.5"] == pytest.approx(2.72, abs=0.05)
    assert chosen["questions_to_sd_0.4"] == pytest.approx(4.60, abs=0.05)
    assert blind["questions_to_sd_0.5"] > 1.6 * chosen["questions_to_sd_0.5"]
    assert blind["questions_to_sd_0.4"] > 1.6 * chosen["questions_to_sd_0.4"]

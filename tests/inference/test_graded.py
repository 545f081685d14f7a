"""Answers are graded response items, checked against R mirt."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.graded import answer_probabilities, answer_table
from engine.inference.posterior import belief_of, posterior
from engine.inference.prior import Prior

REFERENCE = Path(__file__).parents[1] / "golden" / "reference"
N_ITEMS = 8


def rows(name: str) -> list[list[str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.reader(file))[1:]


def test_expected_places_agree_with_r_mirt_to_six_digits() -> None:
    items = [(float(a), [float(b) for b in rest]) for _, a, *rest in rows("irt_graded_items.csv")]
    tables = [np.log(answer_table(a, b)) for a, b in items]
    responses, golden = rows("irt_responses.csv"), rows("irt_eap.csv")
    for said, (eap, sd) in zip(responses, golden, strict=True):
        given = [tables[j][int(grade)] for j, grade in enumerate(said[:N_ITEMS]) if grade != "NA"]
        belief = belief_of(posterior(Prior(0.0, 1.0), given))
        assert belief.mean == pytest.approx(float(eap), abs=1e-6)
        assert belief.sd == pytest.approx(float(sd), abs=1e-6)


thresholds = (
    st.lists(st.floats(-3, 3), min_size=1, max_size=6, unique=True)
    .map(sorted)
    .filter(lambda b: all(y - x > 1e-6 for x, y in pairwise(b)))
)


@given(st.floats(0.1, 5), thresholds)
def test_probabilities_of_all_answers_sum_to_one(a: float, b: list[float]) -> None:
    told = answer_probabilities(np.linspace(-6, 6, 25), a, b)
    assert told.shape == (25, len(b) + 1)
    assert told.sum(axis=1) == pytest.approx(1.0)
    assert (told > 0).all()


@pytest.mark.parametrize(("a", "b"), [(0.0, [0.0]), (-1.0, [0.0]), (1.0, []), (1.0, [1.0, 1.0])])
def test_an_item_that_tells_nothing_is_refused(a: float, b: list[float]) -> None:
    with pytest.raises(ValueError, match="must"):
        answer_probabilities([0.0], a, b)

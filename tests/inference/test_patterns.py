"""What cannot be learned from is refused where it stands."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from engine.errors import BadInputError
from engine.inference.full_em import Learning, learn
from engine.inference.patterns import StayPatterns
from tests.inference.simulated_stays import QUESTIONS, Truth, learning, simulate

OWNER = np.array([0.5, -0.4, 0.3, 0.6, -0.2])


@pytest.fixture(scope="module")
def patterns() -> StayPatterns:
    return simulate(Truth(OWNER), 60, np.random.default_rng(1)).patterns


BAD: list[tuple[str, object, str]] = [
    ("counts", np.nan, "counts, row 3: nan"),
    ("counts", -1.0, "counts, row 3: -1.0"),
    ("distance", np.inf, "distance, row 3, column 1: inf"),
    ("variance", 0.0, "variance, row 3: 0.0"),
    ("trait_mean", np.nan, "trait_mean, row 3: nan"),
    ("answers", 4, "grades, row 3, column 1: 4"),
    ("answers", -2, "grades, row 3, column 1: -2"),
    ("reactions", 9, "grades, row 3, column 4: 9"),
    ("style", 5, "style, row 3: 5"),
    ("style", -1, "style, row 3: -1"),
    ("outcome", 5, "outcome, row 3: 5"),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_what_cannot_be_is_refused_where_it_stands(
    patterns: StayPatterns, name: str, value: object, message: str
) -> None:
    column = getattr(patterns, name).copy()
    column[(2, 0) if column.ndim == 2 else 2] = value
    with pytest.raises(BadInputError, match=message):
        learn(replace(patterns, **{name: column}), learning(OWNER))


def test_columns_of_different_length_are_refused(patterns: StayPatterns) -> None:
    for each in fields(patterns):
        short = getattr(patterns, each.name)[:-1]
        with pytest.raises(BadInputError, match=r"has shape|row"):
            learn(replace(patterns, **{each.name: short}), learning(OWNER))


def test_givens_that_are_not_banded_are_refused() -> None:
    seen = simulate(Truth(OWNER), 4000, np.random.default_rng(1)).patterns
    unbanded = np.random.default_rng(2).normal(size=(4000, 1))
    with pytest.raises(BadInputError, match="band them"):
        learn(replace(seen, z=unbanded), learning(OWNER))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (learning(OWNER[:3]), "owner must hold 5"),
        (learning(OWNER, cut_sd=0.0), "above 0"),
        (replace(learning(OWNER), item_guests=0.0), "above 0"),
        (replace(learning(OWNER), items=QUESTIONS), "4 columns for 3 items"),
    ],
)
def test_a_prior_that_does_not_fit_is_refused(
    patterns: StayPatterns, said: Learning, message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        learn(patterns, said)

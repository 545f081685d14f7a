"""Grades of satisfaction, checked against R ordinal::clm."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from engine.errors import BadInputError
from engine.inference.ordinal import OrdinalPrior, fit_ordinal

HOUSING = Path(__file__).parents[1] / "golden" / "reference" / "housing_copenhagen.csv"
COLUMNS = (
    ("Infl", "Medium"),
    ("Infl", "High"),
    ("Type", "Apartment"),
    ("Type", "Atrium"),
    ("Type", "Terrace"),
    ("Cont", "High"),
)
Table = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def housing() -> Table:
    with HOUSING.open(newline="") as file:
        rows = list(csv.DictReader(file))
    x = np.array([[row[name] == value for name, value in COLUMNS] for row in rows], dtype=float)
    grades = np.array([("Low", "Medium", "High").index(row["Sat"]) for row in rows])
    return x, grades, np.array([float(row["Freq"]) for row in rows])


def draw(rng: np.random.Generator, b: np.ndarray, t: np.ndarray, n: int) -> Table:
    x = rng.normal(size=(n, b.size))
    noise = rng.logistic(size=n)
    return x, ((x @ b + noise)[:, None] > t).sum(axis=1), np.ones(n)


def prior(k: int, n_steps: int, precision: float) -> OrdinalPrior:
    steps = np.arange(n_steps) - (n_steps - 1) / 2.0
    wide = np.full(n_steps, precision)
    return OrdinalPrior(np.zeros(k), np.full(k, precision), steps, wide)


def test_satisfaction_of_1681_tenants_agrees_with_r_clm(housing: Table) -> None:
    x, grades, counts = housing
    fit = fit_ordinal(x, grades, counts=counts)
    assert counts.sum() == 1681
    assert fit.log_likelihood == pytest.approx(-1739.5746, abs=1e-3)
    assert fit.log_likelihood == pytest.approx(-1739.5746, rel=1e-6)


def test_nothing_is_steeper_at_the_maximum_than_rounding(housing: Table) -> None:
    x, grades, counts = housing
    best = fit_ordinal(x, grades, counts=counts)
    for column in range(x.shape[1]):
        # a column of its own that is held a little off its best value costs likelihood
        held = np.zeros(x.shape[1])
        held[column] = 1e12
        for away in (-0.01, 0.01):
            mean = best.coefficients + away * (held > 0)
            tight = OrdinalPrior(mean, held, np.zeros(2), np.zeros(2))
            assert fit_ordinal(x, grades, counts=counts, prior=tight).log_likelihood < (
                best.log_likelihood - 1e-5
            )


def test_counts_say_the_same_as_repeated_rows(housing: Table) -> None:
    x, grades, counts = housing
    times = counts.astype(int)
    counted = fit_ordinal(x, grades, counts=counts)
    repeated = fit_ordinal(np.repeat(x, times, axis=0), np.repeat(grades, times))
    assert counted.coefficients == pytest.approx(repeated.coefficients, abs=1e-10)
    assert counted.covariance == pytest.approx(repeated.covariance, abs=1e-10)


def test_reversed_grades_give_the_reversed_fit(housing: Table) -> None:
    x, grades, counts = housing
    fit = fit_ordinal(x, grades, counts=counts)
    mirrored = fit_ordinal(x, 2 - grades, counts=counts)
    assert mirrored.coefficients == pytest.approx(-fit.coefficients, abs=1e-9)
    assert mirrored.thresholds == pytest.approx(-fit.thresholds[::-1], abs=1e-9)


def test_what_was_put_in_is_found_again_within_its_standard_errors() -> None:
    b, t = np.array([0.8, -0.5, 0.0]), np.array([-2.0, -0.5, 0.3, 2.0])
    truth, misses = np.concatenate([t, b]), []
    for seed in range(60):
        x, grades, _ = draw(np.random.default_rng(seed), b, t, 400)
        fit = fit_ordinal(x, grades)
        found = np.concatenate([fit.thresholds, fit.coefficients])
        misses.append((found - truth) / np.sqrt(np.diag(fit.covariance)))
    # 420 shares around .9, dependent within a seed: three standard errors are below .06
    assert np.mean(np.abs(misses) < 1.645) == pytest.approx(0.9, abs=0.06)


def test_without_stays_the_prior_stands() -> None:
    fit = fit_ordinal(np.zeros((0, 2)), [], n_grades=5, prior=prior(2, 4, 1.0))
    assert fit.coefficients == pytest.approx(np.zeros(2))
    assert fit.thresholds == pytest.approx([-1.5, -0.5, 0.5, 1.5])
    assert np.diag(fit.covariance) == pytest.approx(np.ones(6), rel=0.15)


def test_groups_parted_cleanly_are_refused_by_name_unless_a_prior_holds() -> None:
    x = np.column_stack([[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]])
    grades = [0, 0, 0, 1, 1, 1]
    with pytest.raises(BadInputError, match=r"column 'late'.*no end"):
        fit_ordinal(x, grades, columns=("late", "queue"))
    fit = fit_ordinal(x, grades, prior=prior(2, 1, 1.0))
    assert 0 < fit.coefficients[0] < 3


def test_a_grade_nobody_gave_needs_a_prior() -> None:
    x, grades = np.array([[0.0], [1.0], [1.0], [0.0]]), [0, 2, 0, 2]
    with pytest.raises(BadInputError, match="Nobody gave grade 1"):
        fit_ordinal(x, grades)
    fit = fit_ordinal(x, grades, prior=prior(1, 2, 1.0))
    assert np.all(np.diff(fit.thresholds) > 0)


ROWS = np.array([[0.0, 1.0], [1.0, 1.0], [0.5, 1.0], [0.2, 1.0]])
GRADES = [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("x", "grades", "counts", "message"),
    [
        (ROWS, GRADES, None, "column 'b': it is the same in every row"),
        (np.column_stack([ROWS[:, 0], 2 * ROWS[:, 0]]), GRADES, None, "column 'b'.*follows"),
        (np.where(ROWS == 0.5, np.nan, ROWS), GRADES, None, "row 3, column 'a': nan"),
        (np.where(ROWS == 0.5, np.inf, ROWS), GRADES, None, "row 3, column 'a': inf"),
        (ROWS, [0, 1, 1.5, 0], None, "row 3: 1.5 is no grade"),
        (ROWS, [0, 1, -1, 0], None, "row 3: -1.0 is no grade"),
        (ROWS, [0, 1, np.nan, 0], None, "row 3: nan is no grade"),
        (ROWS, ["low", 1, 1, 0], None, "grades must hold numbers"),
        (ROWS, GRADES, [1, -2, 1, 1], "row 2: a count of -2.0"),
        (ROWS, GRADES, [0, 0, 0, 0], "Nobody gave grade 0"),
        (ROWS, GRADES[:3], None, "do not fit"),
        (ROWS[:, 0], GRADES, None, "two dimensions"),
    ],
)
def test_bad_rows_are_refused_where_they_stand(
    x: np.ndarray, grades: list[float], counts: list[float] | None, message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        fit_ordinal(x, grades, counts=counts, columns=("a", "b"))

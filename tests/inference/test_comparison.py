"""What an owner says of a rule against what her guests say of it, and when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike

from engine.inference.comparison import (
    Comparison,
    Likelihood,
    Verdict,
    likelihood_behind,
    you_say_they_say,
)
from engine.inference.grid import Array
from engine.inference.learning import fit_logit
from engine.inference.louis import louis_information
from engine.inference.trust import average_over_trust
from tests.inference.test_trust import SAID, drawn, fired


def test_what_guests_say_does_not_depend_on_what_the_owner_says() -> None:
    x, y = drawn(4_000, SAID)
    plain = fit_logit(np.column_stack([x, np.ones(4_000)]), y, np.zeros(9), np.zeros(9))
    for owner in (SAID, -SAID, np.zeros(8)):
        told = average_over_trust(x, y, owner).you_say_they_say()
        assert [t.told for t in told] == pytest.approx(plain.coefficients[:8], abs=0.03)
        sd = np.sqrt(np.diag(plain.covariance))[:8]
        assert [t.told_sd for t in told] == pytest.approx(sd, rel=0.05)


def test_the_owner_hears_what_guests_say_of_each_weight() -> None:
    truth = np.array([0.8, -0.8, 0.9, 0.1])
    x, y = drawn(5_000, truth)
    told = average_over_trust(x, y, [0.8, 0.8, 0.3, 0.8]).you_say_they_say()
    assert [t.verdict.value for t in told] == ["confirmed", "opposite", "stronger", "weaker"]


def quotient(said: float, told: float, sd: float, n_stays: int = 100) -> Comparison:
    information = np.array([[sd**-2]])
    return you_say_they_say([said], Likelihood(information, information @ [told], n_stays))[0]


@pytest.mark.parametrize(
    ("said", "told", "sd", "verdict"),
    [
        (0.8, 0.3, 0.1, "weaker"),
        (-0.8, -0.3, 0.1, "weaker"),
        (0.8, 0.75, 0.02, "confirmed"),
        (0.8, 0.6, 0.3, "confirmed"),
        (0.3, 1.0, 0.2, "stronger"),
        (-0.3, -1.0, 0.2, "stronger"),
        (0.8, -0.3, 0.2, "opposite"),
        (-0.8, 0.3, 0.2, "opposite"),
        (0.8, -0.2, 0.2, "not_enough"),
        (-0.2, 0.35, 0.29, "not_enough"),
        (-0.8, 0.0, 0.1, "weaker"),
        (0.8, -0.02, 0.05, "weaker"),
        (0.8, 0.5, 0.5, "not_enough"),
        (0.0, 0.02, 0.05, "confirmed"),
        (0.0, -0.5, 0.1, "stronger"),
        (0.0, 0.1, 0.3, "not_enough"),
    ],
)
def test_a_verdict_needs_nine_in_ten(said: float, told: float, sd: float, verdict: str) -> None:
    compared = quotient(said, told, sd)
    assert compared.verdict == verdict
    assert (compared.told, compared.told_sd) == (pytest.approx(told), pytest.approx(sd))


@pytest.mark.parametrize(
    ("said", "told", "sd"), [(0.8, 0.5, 0.5), (0.0, 0.1, 0.3), (0.3, 0.1, 0.4), (-0.2, 0.35, 0.29)]
)
def test_with_as_many_more_stays_as_named_there_is_a_verdict(
    said: float, told: float, sd: float
) -> None:
    more = quotient(said, told, sd).more_stays
    assert more is not None
    later, earlier = (sd * (100 / (100 + k)) ** 0.5 for k in (more, more - 1))
    assert quotient(said, told, later).verdict is not Verdict.NOT_ENOUGH
    assert quotient(said, told, earlier).verdict is Verdict.NOT_ENOUGH


def test_no_number_of_stays_is_named_where_none_would_do() -> None:
    assert quotient(0.8, 0.5, 0.5, n_stays=10).more_stays is not None
    assert quotient(0.0, 0.15, 0.5).more_stays is None


def always_together(x: Array) -> Array:
    return np.column_stack([x[:, 0], x[:, 0], x[:, 1]])


def nearly_together(x: Array) -> Array:
    copy = x[:, 0].copy()
    copy[0] = 1.0 - copy[0]
    return np.column_stack([x[:, 0], copy, x[:, 1]])


@pytest.mark.parametrize("together", [always_together, nearly_together])
@pytest.mark.parametrize("owner", [[0.8, 0.8, 0.3], [1.5, -0.3, 0.0]])
def test_two_rules_that_come_together_cannot_be_separated(
    together: Callable[[Array], Array], owner: ArrayLike
) -> None:
    x, y = drawn(400, np.array([0.8, 0.3]))
    told = average_over_trust(together(1.0 * (x > 0)), y, np.asarray(owner)).you_say_they_say()
    assert [t.verdict is Verdict.CANNOT_SEPARATE for t in told] == [True, True, False]
    assert [t.mixed_with for t in told] == [1, 0, None]


def test_two_pairs_that_come_together_are_each_named_rightly() -> None:
    x, y = drawn(400, np.array([0.8, 0.3]))
    told = average_over_trust(x[:, [0, 1, 0, 1]], y).you_say_they_say()
    assert [t.mixed_with for t in told] == [2, 3, 0, 1]


def test_one_rule_that_is_the_sum_of_others_is_mixed_with_one_of_them() -> None:
    x, y = drawn(400, np.array([0.8, 0.3]))
    told = average_over_trust(np.column_stack([x, x.sum(axis=1)]), y).you_say_they_say()
    assert {t.verdict for t in told} == {Verdict.CANNOT_SEPARATE}


@pytest.mark.parametrize("same", [0.0, 1.0])
def test_a_rule_that_was_the_same_for_every_guest_waits_for_other_guests(same: float) -> None:
    x, y = drawn(400, np.array([0.8]))
    told = average_over_trust(np.column_stack([x, np.full(400, same)]), y, [0.8, 0.8])
    lone = told.you_say_they_say()[1]
    assert (lone.verdict, lone.told, lone.more_stays) == (Verdict.NOT_ENOUGH, None, None)
    assert told.mean[1] == pytest.approx(0.8 * told.expected_scale, abs=0.1)


def linear(n: int, seed: int) -> tuple[Array, Array, Array]:
    """Rules, places drawn from them, and what was observed of the places with noise of sd .7."""
    rng = np.random.default_rng(seed)
    x = fired(rng, n, 3)
    places = x @ SAID[:3] + rng.normal(size=n)
    return x, places, places + rng.normal(0, 0.7, size=n)


def test_louis_gives_the_information_of_what_was_seen() -> None:
    x, _, seen = linear(500, 1)
    variance = 1 / (1 + 1 / 0.7**2)
    told = louis_information(x, np.ones(500), np.full(500, variance))
    # places integrated out, seen ~ N(x'b, 1 + .7²): the exact information
    assert told == pytest.approx(x.T @ x / (1 + 0.7**2))
    exact = np.linalg.solve(x.T @ x, x.T @ seen)
    mean, precision = np.array([2.0, 0.0, -1.0]), np.array([4.0, 16.0, 64.0])
    b = np.linalg.solve(told + np.diag(precision), told @ exact + precision * mean)
    compared = you_say_they_say(mean, likelihood_behind(told, b, mean, precision, 500))
    assert [c.told for c in compared] == pytest.approx(exact)


def test_stays_that_told_nothing_about_the_place_add_no_information() -> None:
    x, _, _ = linear(50, 2)
    assert louis_information(x, np.full(50, 0.8), np.full(50, 0.8)) == pytest.approx(0, abs=1e-12)


def test_a_place_that_is_seen_gives_the_information_of_plain_regression() -> None:
    x, _, _ = linear(50, 2)
    assert louis_information(x, np.full(50, 0.8), np.zeros(50)) == pytest.approx(x.T @ x / 0.8)


@pytest.mark.parametrize(
    ("columns", "before", "after"),
    [
        ([1.0], [1.0], [0.5]),
        ([[1.0]], [1.0, 1.0], [0.5]),
        ([[1.0]], [0.0], [0.5]),
        ([[1.0]], [1.0], [-0.1]),
        ([[1.0]], [1.0], [np.nan]),
    ],
)
def test_information_needs_possible_variances(
    columns: ArrayLike, before: ArrayLike, after: ArrayLike
) -> None:
    with pytest.raises(ValueError, match=r"columns|variances"):
        louis_information(columns, before, after)

"""Shares of guests by a hash that others compute alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.buckets import (
    is_in_namespace,
    is_in_share,
    place_of,
    ranges_of,
    variation_at,
    weights_wrong,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "reference" / "growthbook_buckets.json"
CASES: dict[str, list[Any]] = json.loads(GOLDEN.read_text())
PERCENT = st.integers(0, 100)


@pytest.mark.parametrize(("seed", "guest", "version", "place"), CASES["hash"])
def test_a_guest_stands_where_others_compute_her(seed, guest, version, place):
    assert place_of(seed, guest, version) == place


@pytest.mark.parametrize(("name", "asked", "ranges"), CASES["getBucketRange"])
def test_ranges_are_those_that_others_compute(name, asked, ranges):
    found = ranges_of(*asked)
    assert len(found) == len(ranges)
    for one, expected in zip(found, ranges, strict=True):
        assert one == pytest.approx(tuple(expected)), name


@pytest.mark.parametrize(("name", "guest", "space", "is_in"), CASES["inNamespace"])
def test_namespaces_are_those_that_others_compute(name, guest, space, is_in):
    assert is_in_namespace(guest, *space) is is_in, name


@pytest.mark.parametrize(("name", "place", "ranges", "variation"), CASES["chooseVariation"])
def test_a_place_belongs_to_the_variation_that_others_compute(name, place, ranges, variation):
    assert variation_at(place, [tuple(one) for one in ranges]) == variation, name


@given(st.text(max_size=20), st.integers(), PERCENT)
def test_a_guest_known_by_a_whole_number_is_dealt_as_by_its_text(key: str, guest: int, n: int):
    for version in (1, 2):
        assert place_of(key, guest, version) == place_of(key, str(guest), version)
    assert is_in_share(key, guest, n) == is_in_share(key, str(guest), n)
    assert is_in_namespace(guest, key, 0.0, 0.5) == is_in_namespace(str(guest), key, 0.0, 0.5)


@pytest.mark.parametrize("guest", [None, True, 7.0, b"7", ["7"]])
def test_a_guest_known_by_anything_else_is_refused_in_words(guest: Any):
    asked = (
        lambda: place_of("key", guest),
        lambda: is_in_share("key", guest, 50),
        lambda: is_in_namespace(guest, "space", 0.0, 1.0),
    )
    for ask in asked:
        with pytest.raises(TypeError, match="known by a text or a whole number"):
            ask()


@pytest.mark.parametrize("n", [0, -1])
def test_guests_are_dealt_to_at_least_one_variation(n: int):
    with pytest.raises(ValueError, match="at least one variation"):
        ranges_of(n, 1.0)


@pytest.mark.parametrize("coverage", [float("nan"), float("inf")])
def test_a_share_that_is_no_number_is_refused(coverage: float):
    with pytest.raises(ValueError, match="is a number"):
        ranges_of(2, coverage)


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ([0.4, 0.1], "sum to 0.5"),
        ([0.7, 0.6], "sum to 1.3"),
        ([0.2, 0.3, 0.5], "2 variations need as many weights, not 3"),
        ([], "not 0"),
        ([-1.0, 2.0], "from 0 to 1, not -1, 2"),
        ([float("nan"), 0.5], "from 0 to 1, not nan"),
    ],
)
def test_weights_that_cannot_be_used_are_taken_as_equal_and_it_is_said_why(weights, told: str):
    assert told in weights_wrong(2, weights)
    assert ranges_of(2, 1.0, weights) == ((0.0, 0.5), (0.5, 1.0))


@pytest.mark.parametrize("weights", [[0.4, 0.6], [0.0, 1.0], [0.4, 0.5999]])
def test_weights_that_fit_are_used_as_they_are(weights):
    assert weights_wrong(2, weights) == ""
    assert ranges_of(2, 1.0, weights)[0] == (0.0, weights[0])


@given(st.text(max_size=20), st.text(max_size=20), PERCENT, PERCENT)
def test_raising_the_share_moves_nobody_out(key: str, guest: str, one: int, other: int):
    low, high = sorted((one, other))
    assert is_in_share(key, guest, low) <= is_in_share(key, guest, high)


@given(st.text(max_size=20), st.text(max_size=20), PERCENT)
def test_a_guest_is_in_while_her_place_lies_below_the_share(key: str, guest: str, percent: int):
    place = place_of(key, guest)
    assert place is not None
    assert is_in_share(key, guest, percent) == (round(place * 10_000) < percent * 100)
    assert not is_in_share(key, guest, 0)
    assert is_in_share(key, guest, 100)


@pytest.mark.parametrize("percent", [1, 10, 50, 90])
def test_the_share_is_the_share_of_many_guests(percent: int):
    share = sum(is_in_share("k" * 32, str(n), percent) for n in range(20_000)) / 20_000
    assert share == pytest.approx(percent / 100, abs=4 * 0.5 / 20_000**0.5)


def test_another_key_deals_the_guests_anew():
    both = sum(
        is_in_share("a" * 32, str(n), 50) and is_in_share("b" * 32, str(n), 50)
        for n in range(20_000)
    )
    assert both / 20_000 == pytest.approx(0.25, abs=4 * 0.43 / 20_000**0.5)

"""Counted patterns are a commutative monoid, exactly; bands keep what rules can tell apart."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.axis import NO_TRAIT, Trait
from engine.domain.rules import Operator, Test
from engine.inference import bands
from engine.inference.stats import NO_STATS, Pattern, Stats
from engine.rules.conditions import holds

IDS = st.sampled_from(["a", "b", "c"])
PATTERNS = st.builds(
    Pattern,
    facts=st.dictionaries(IDS, st.booleans(), max_size=2).map(lambda d: tuple(d.items())),
    cues=st.sets(IDS, max_size=1).map(tuple),
    answers=st.dictionaries(IDS, st.integers(0, 3), max_size=1).map(lambda d: tuple(d.items())),
    style=st.sampled_from(["", "brief", "near"]),
    outcome=st.integers(0, 5),
    trait=st.sampled_from([(), (3, 1)]),
)
STAYS = st.lists(PATTERNS, max_size=30)
STATS = STAYS.map(Stats.of)


def spelled(stats: Stats) -> str:
    """Bit for bit: the one text of the statistics."""
    return json.dumps(stats.to_data())


@given(STATS, STATS, STATS)
def test_it_does_not_matter_which_parts_are_merged_first(a: Stats, b: Stats, c: Stats) -> None:
    assert spelled(a.merge(b).merge(c)) == spelled(a.merge(b.merge(c)))
    assert spelled(a.merge(b)) == spelled(b.merge(a))
    assert spelled(a.merge(NO_STATS)) == spelled(a) == spelled(NO_STATS.merge(a))


@given(STAYS, st.lists(st.integers(0, 3), min_size=30, max_size=30))
def test_any_partition_merges_to_the_whole(stays: list[Pattern], cut: list[int]) -> None:
    parts = [
        Stats.of(s for s, k in zip(stays, cut, strict=False) if k == part) for part in range(4)
    ]
    assert spelled(Stats.merged(parts)) == spelled(Stats.of(stays))
    assert spelled(Stats.of(reversed(stays))) == spelled(Stats.of(stays))


@given(STATS, STATS)
def test_taking_out_what_was_added_leaves_what_was_before(a: Stats, b: Stats) -> None:
    left = a.merge(b).subtract(b)
    assert left == a
    assert spelled(left) == spelled(a)


@given(STATS, PATTERNS)
def test_one_more_stay_is_counted_once(stats: Stats, pattern: Pattern) -> None:
    more = stats.add(pattern)
    assert more.n_stays == stats.n_stays + 1
    assert more.count(pattern) == stats.count(pattern) + 1
    assert more.subtract(Stats.of([pattern])) == stats


@given(STATS, STATS)
def test_collapsing_parts_is_collapsing_the_whole(a: Stats, b: Stats) -> None:
    def coarse(pattern: Pattern) -> Pattern:
        return Pattern(answers=pattern.answers, outcome=pattern.outcome)

    assert a.merge(b).collapsed(coarse) == a.collapsed(coarse).merge(b.collapsed(coarse))
    assert a.collapsed(coarse).n_stays == a.n_stays


@given(STATS)
def test_statistics_come_back_from_json_as_they_were(stats: Stats) -> None:
    again = Stats.from_data(json.loads(spelled(stats)))
    assert again == stats
    assert spelled(again) == spelled(stats)


@given(STATS)
def test_patterns_come_in_one_order_each_once(stats: Stats) -> None:
    orders = [pattern.order() for pattern, _ in stats]
    assert orders == sorted(set(orders))


def test_a_count_below_zero_is_impossible() -> None:
    with pytest.raises(ValueError, match="less than never"):
        Stats({Pattern(): -1})
    with pytest.raises(ValueError, match="1 stays to take out were never counted"):
        Stats.of([Pattern(outcome=3)]).subtract(Stats.of([Pattern(outcome=4)]))


@pytest.mark.parametrize("n", [1.0, True, "1", float("nan")])
def test_a_count_is_a_whole_number(n: object) -> None:
    with pytest.raises(TypeError, match="row 2: a count is a whole number"):
        Stats.from_data([{"pattern": {}, "n": 1}, {"pattern": {}, "n": n}])


def test_a_row_that_is_no_pattern_is_named() -> None:
    with pytest.raises(ValueError, match="row 1: a pattern has no 'guest'"):
        Stats.from_data([{"pattern": {"guest": "x"}, "n": 1}])
    with pytest.raises(ValueError, match="row 1: 'pattern' is missing"):
        Stats.from_data([{"n": 1}])
    with pytest.raises(ValueError, match="name one id twice"):
        Pattern(answers=(("welcome", 1), ("welcome", 2)))


def test_equal_stays_are_equal_patterns_whatever_order_they_were_told_in() -> None:
    one = Pattern(facts=(("nights", 2), ("adults", 1)), cues=("tired", "in_hurry"))
    other = Pattern(facts=(("adults", 1), ("nights", 2)), cues=("in_hurry", "tired"))
    assert one == other
    assert one.to_data() == other.to_data()


def test_an_untapped_cue_is_unknown_until_arrival_then_false() -> None:
    before = Pattern(facts=(("nights", 1),), cues=("tired",))
    after = Pattern(facts=(("nights", 1),), cues=("tired",), is_arrived=True)
    assert before.known(["tired", "unsure"]) == {"nights": 1, "tired": True}
    assert after.known(["tired", "unsure"]) == {"nights": 1, "tired": True, "unsure": False}


NUMBERS = (*range(26), *bands.ROUND_NUMBERS)
COMPARED = (Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN)


@given(st.integers(0, 3000), st.sampled_from(NUMBERS), st.sampled_from(COMPARED))
def test_a_rule_at_a_round_number_sees_the_band_as_it_sees_the_number(
    value: int, drawn: int, operator: Operator
) -> None:
    test = Test("lead_days", operator, drawn)
    assert holds(test, bands.whole_band(value)) is holds(test, value)


def test_only_what_is_certain_counts_as_certain() -> None:
    assert bands.propensity_band(1.0) == bands.CERTAIN
    assert bands.propensity_band(0.9999) == bands.CERTAIN - 1
    chances = [(k + 1) / 100 for k in range(99)]
    found = [bands.propensity_of(bands.propensity_band(p)) for p in chances]
    assert max(abs(p - q) for p, q in zip(chances, found, strict=True)) <= 0.025 + 1e-12
    for wrong in (0.0, -0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            bands.propensity_band(wrong)


@given(st.floats(-2, 2), st.floats(0.1, 0.75))
def test_a_remembered_trait_keeps_its_place_within_half_a_band(mean: float, v: float) -> None:
    band = bands.trait_band(Trait(mean, v))
    if band:
        again = bands.trait_of(band)
        assert abs(again.mean - mean) <= 0.125 + 1e-12
        assert abs(again.variance - v) <= 0.101
        assert bands.trait_band(again) == band


def test_nothing_remembered_is_nothing_remembered() -> None:
    assert bands.trait_band(NO_TRAIT) == ()
    assert bands.trait_of(()) == NO_TRAIT


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_the_week_that_its_monday_begins(day: date) -> None:
    monday = bands.monday_of(bands.week_of(day))
    assert monday.isoweekday() == 1
    assert 0 <= (day - monday).days < 7

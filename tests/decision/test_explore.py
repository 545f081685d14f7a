"""Chance enters the choice only where it may, with odds that are known, and within a budget."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

from engine.audit.offpolicy import ChoiceLog, estimate
from engine.decision.advise import Adviser
from engine.decision.draws import points_by_draw, prior_draws
from engine.decision.explore import Opening, assign, bounded_thompson, opening_of
from engine.decision.guardrails import guard
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.exploration import NO_EXPLORATION, Arm, Exploration
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case
from engine.inference.grid import Array
from tests.conftest import MakeCase
from tests.decision.random_cases import random_cases

KEY = b"a secret of sixteen bytes or more"
N_STAYS = 20_000
LEAST_P = 1e-3
"""Seeds are fixed: a test passes always or never."""

ALL_OUT = Exploration(
    is_on=True,
    control_share=0.3,
    test_share=0.4,
    has_thompson=True,
    monthly_budget=1e9,
)
SETTINGS = {
    "control": Exploration(is_on=True, control_share=0.2, test_share=0.0),
    "test": Exploration(is_on=True),
    "thompson": Exploration(is_on=True, test_share=0.0, has_thompson=True),
    "all": ALL_OUT,
}


def opening(**told: object) -> Opening:
    """Four styles are allowed, three of them within one point of the best."""
    rng = np.random.default_rng(1)
    expected = {"near": 80.0, "attentive": 79.6, "brief": 79.2, "hosted": 77.0}
    by_draw = {style: points + rng.normal(0, 0.4, 200) for style, points in expected.items()}
    whole = Opening("lodge/1", expected, "near", True, by_draw)
    return replace(whole, **told)  # type: ignore[arg-type]  # names of its fields


@pytest.fixture(scope="module")
def tables(catalogue: Catalogue) -> Array:
    positions = [style.position for style in catalogue.styles.values()]
    return points_by_draw(positions, prior_draws(catalogue.model.outcome))


def has_spoken(case: Case, catalogue: Catalogue) -> bool:
    """Whether the guest has answered, wished, refused or stopped, told without the code at hand."""
    wishes = {fact.id for fact in catalogue.facts.values() if fact.is_instruction}
    refused = any(entry.reaction.closes_topic for entry in case.reactions)
    return bool(case.answers or case.cues & wishes or refused or case.has_stopped)


def test_exploration_is_off_until_an_owner_turns_it_on(
    adviser: Adviser, catalogue: Catalogue, tables: Array
) -> None:
    for case in random_cases(catalogue, 150, seed=2):
        given = assign(opening_of(adviser, case, "near", tables), NO_EXPLORATION, key=KEY)
        assert given.style == adviser.recommend(case).style
        assert (given.arm, given.propensity, given.cost) == (Arm.ENGINE, 1.0, 0.0)


def test_nothing_is_tried_against_an_answer_a_wish_a_refusal_or_a_mask(
    adviser: Adviser, catalogue: Catalogue, tables: Array
) -> None:
    n_spoken, n_explored = 0, 0
    for case in random_cases(catalogue, 600, seed=3, share=0.3):
        for usual in ("leave_be", "hosted"):
            given = assign(opening_of(adviser, case, usual, tables), ALL_OUT, key=KEY)
            allowed = guard(Situation(case, catalogue), adviser.everything).styles
            assert {style for style, odds in given.odds.items() if odds > 0} <= allowed
            if has_spoken(case, catalogue):
                n_spoken += 1
                assert given.style == adviser.recommend(case).style
                assert (given.arm, given.propensity) == (Arm.ENGINE, 1.0)
            n_explored += given.arm is not Arm.ENGINE
    assert n_spoken > 200
    assert n_explored > 50


@pytest.mark.parametrize("grade", [0, 1, 2, 3])
def test_an_answer_given_at_the_desk_ends_the_trial_of_that_stay(
    adviser: Adviser, make_case: MakeCase, grade: int
) -> None:
    answered = make_case(answers={"welcome": grade})
    for k in range(200):
        case = replace(answered, ref=f"stay {k}")
        given = assign(opening_of(adviser, case, "near"), ALL_OUT, key=KEY)
        assert given.style == adviser.recommend(case).style
        assert given.arm is Arm.ENGINE


def test_a_closed_topic_ends_the_trial_too(adviser: Adviser, make_case: MakeCase) -> None:
    refused = (OfferReaction("unit_tour", Reaction.DECLINED),)
    shut = replace(make_case(), reactions=refused)
    assert not opening_of(adviser, shut, "near").may_explore
    asked_again = replace(shut, reopened=frozenset({"unit_tour"}))
    assert opening_of(adviser, asked_again, "near").may_explore


def test_a_masked_usual_style_is_not_served_for_the_sake_of_comparison(
    adviser: Adviser, make_case: MakeCase
) -> None:
    complained = make_case(facts={"complaint_before": True})
    for k in range(300):
        open_one = opening_of(adviser, replace(complained, ref=f"{k}"), "leave_be")
        given = assign(open_one, ALL_OUT, key=KEY)
        assert open_one.may_explore
        assert given.style != "leave_be"
        assert given.arm is not Arm.CONTROL


def test_odds_add_up_to_one_whoever_the_guest_is(
    adviser: Adviser, catalogue: Catalogue, tables: Array
) -> None:
    for case in random_cases(catalogue, 300, seed=4, share=0.2):
        bare = replace(case, answers={}, reactions=(), has_stopped=False)
        for settings in SETTINGS.values():
            given = assign(opening_of(adviser, bare, "near", tables), settings, key=KEY)
            assert sum(given.odds.values()) == pytest.approx(1.0, abs=1e-12)
            assert given.propensity == given.odds[given.style] > 0
            assert given.cost >= 0


@pytest.mark.parametrize("name", SETTINGS)
def test_over_many_stays_each_style_is_served_as_often_as_its_odds_say(name: str) -> None:
    settings = SETTINGS[name]
    given = [
        assign(opening(stay=f"lodge/{k}", usual="hosted"), settings, key=KEY)
        for k in range(N_STAYS)
    ]
    counts = Counter(one.style for one in given)
    odds = {style: chance for style, chance in given[0].odds.items() if chance > 0}
    assert set(counts) == set(odds)
    expected = [N_STAYS * chance for chance in odds.values()]
    assert chisquare([counts[style] for style in odds], expected).pvalue > LEAST_P
    for style, chance in odds.items():
        se = (N_STAYS * chance * (1 - chance)) ** 0.5
        assert abs(counts[style] - N_STAYS * chance) <= 3 * se


def test_the_test_slice_is_uniform_over_what_is_nearly_as_good() -> None:
    settings = Exploration(is_on=True, test_share=0.5)
    given = [assign(opening(stay=f"{k}"), settings, key=KEY) for k in range(N_STAYS)]
    tried = Counter(one.style for one in given if one.arm is Arm.TEST)
    assert set(tried) == {"near", "attentive", "brief"}
    assert chisquare(list(tried.values())).pvalue > LEAST_P
    assert tried.total() == pytest.approx(N_STAYS / 2, abs=4 * (N_STAYS / 4) ** 0.5)


def test_the_odds_are_those_of_the_formula() -> None:
    settings = replace(ALL_OUT, floor=0.05)
    odds = assign(opening(usual="hosted"), settings, key=KEY).odds
    thompson = bounded_thompson(opening(), ["near", "attentive", "brief"], 0.05)
    assert odds["hosted"] == pytest.approx(0.3)
    for style in thompson:
        rest = 0.4 / 3 + 0.6 * thompson[style]
        assert odds[style] == pytest.approx(0.7 * rest)


def test_thompson_keeps_a_floor_under_each_style_within_reach_and_none_beyond() -> None:
    eligible = ["attentive", "brief", "near"]
    draws = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [3.0, 1.0, 2.0]])
    by_draw = {**dict(zip(eligible, draws.T, strict=True)), "hosted": np.full(4, 99.0)}
    odds = bounded_thompson(opening(by_draw=by_draw), eligible, 0.05)
    assert odds == pytest.approx({"attentive": 0.85 * 0.75 + 0.05, "brief": 0.05, "near": 0.2625})


def test_without_draws_thompson_is_the_best_style_and_the_floor() -> None:
    odds = bounded_thompson(opening(by_draw={}), ["brief", "near"], 0.05)
    assert odds == pytest.approx({"brief": 0.05, "near": 0.95})


def test_where_only_one_style_is_within_reach_it_is_served() -> None:
    settings = replace(ALL_OUT, control_share=0.0, reach=0.1)
    given = assign(opening(), settings, key=KEY)
    assert (given.style, given.propensity) == ("near", pytest.approx(1.0))


def test_nobody_but_the_control_group_is_served_worse_than_within_reach(
    adviser: Adviser, catalogue: Catalogue, tables: Array
) -> None:
    for case in random_cases(catalogue, 300, seed=5, share=0.1):
        given = assign(opening_of(adviser, case, "hosted", tables), ALL_OUT, key=KEY)
        assert given.cost <= ALL_OUT.reach or given.arm is Arm.CONTROL


def test_a_stay_gets_the_same_today_and_tomorrow_and_another_key_deals_anew() -> None:
    stays = [opening(stay=f"lodge/{k}") for k in range(400)]
    first = [assign(stay, ALL_OUT, key=KEY).style for stay in stays]
    again = [assign(stay, ALL_OUT, key=KEY).style for stay in stays]
    other = [assign(stay, ALL_OUT, key=KEY[::-1]).style for stay in stays]
    assert first == again
    assert 0.2 < np.mean([one != two for one, two in zip(first, other, strict=True)]) < 0.9


def test_the_monthly_budget_is_never_passed_and_ends_the_trial() -> None:
    settings = replace(ALL_OUT, monthly_budget=30.0)
    spent, arms = 0.0, []
    for k in range(1_000):
        given = assign(opening(stay=f"{k}", usual="hosted"), settings, key=KEY, spent=spent)
        assert sum(given.odds.values()) == pytest.approx(1.0)
        spent += given.cost
        arms.append(given.arm)
    assert 30.0 - 0.8 < spent <= 30.0
    assert set(arms[-500:]) == {Arm.ENGINE}


def test_an_arm_that_could_pass_the_budget_is_closed_and_the_odds_know_it() -> None:
    settings = replace(ALL_OUT, monthly_budget=10.0)
    # usual service would cost 3 points here, and 2 are left
    given = assign(opening(usual="hosted"), settings, key=KEY, spent=8.0)
    assert given.odds["hosted"] == 0
    # the dearest style within reach would cost .8
    tight = assign(opening(), settings, key=KEY, spent=9.5)
    assert tight.odds == {"near": 1.0, "attentive": 0.0, "brief": 0.0, "hosted": 0.0}


def test_what_was_explored_tells_what_another_policy_is_worth() -> None:
    rng = np.random.default_rng(6)
    good = {"near": 0.5, "attentive": 0.7, "brief": 0.4, "hosted": 0.6}
    names = tuple(good)
    given = [assign(opening(stay=f"{k}"), ALL_OUT, key=KEY) for k in range(4_000)]
    taken = np.array([names.index(one.style) for one in given])
    rewards = (rng.random(4_000) < np.array([good[one.style] for one in given])).astype(float)
    chances = np.array([one.propensity for one in given])
    always = np.tile(np.array([0.0, 1.0, 0.0, 0.0]), (4_000, 1))
    result = estimate(ChoiceLog(names, taken, rewards, chances, always, np.zeros((4_000, 0))))
    assert result.dr is not None
    assert result.dr.low < good["attentive"] < result.dr.high


def test_draws_are_the_same_every_time_and_their_cuts_in_order(catalogue: Catalogue) -> None:
    constants = catalogue.model.outcome
    draws = prior_draws(constants)
    assert draws == prior_draws(constants)
    assert all(list(one.cuts) == sorted(one.cuts) and one.fit > 0 for one in draws)
    assert np.mean([np.log(one.fit) for one in draws]) == pytest.approx(
        np.log(constants.fit), abs=4 * 0.5 / len(draws) ** 0.5
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"control_share": 1.1},
        {"test_share": -0.1},
        {"floor": 0.3},
        {"reach": float("nan")},
        {"monthly_budget": -1.0},
    ],
)
def test_settings_out_of_range_are_refused_by_name(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Exploration(**wrong)  # type: ignore[arg-type]  # the numbers among its fields


def test_an_assignment_needs_a_secret_a_style_and_a_known_spending() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        assign(opening(), ALL_OUT, key=b"short")
    with pytest.raises(ValueError, match="no style"):
        assign(opening(expected={}), ALL_OUT, key=KEY)
    with pytest.raises(ValueError, match="spent"):
        assign(opening(), ALL_OUT, key=KEY, spent=float("nan"))

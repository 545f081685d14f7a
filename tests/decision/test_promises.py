"""What must always hold, whoever the guest is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.bootstrap import first_rule_set
from engine.catalogue.case import case_from_inputs, case_inputs, recommendation_to_dict
from engine.decision.advise import Adviser
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.cues import FactKind
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.rules import Sureness
from engine.domain.stays import Case
from engine.domain.styles import Stage
from tests.conftest import MakeCase, Recommend
from tests.decision.random_cases import random_cases, random_value

N = 400
CONTACT_CUES = ["talks_freely", "asks_questions", "unsure", "looks_around", "asks_for_advice"]
EFFICIENCY_CUES = ["tired", "in_hurry", "on_phone", "asks_for_privacy"]
ORDER = ["leave_be", "brief", "near", "attentive", "hosted"]


def rank(style: str) -> int:
    return ORDER.index(style)


def cases(catalogue: Catalogue, n: int = N, seed: int = 1) -> list[Case]:
    return list(random_cases(catalogue, n, seed))


def test_an_answer_outweighs_all_cues_and_rules_together(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for case in cases(catalogue):
        said = {grade: replace(case, answers={"welcome": grade}) for grade in (0, 3)}
        assert rank(adviser.recommend(said[0]).style) <= rank("near")
        if "asks_for_privacy" not in case.cues:
            assert rank(adviser.recommend(said[3]).style) >= rank("near")


def test_just_the_key_means_near_at_most_although_every_cue_says_contact(
    recommend: Recommend,
) -> None:
    assert rank(recommend(answers={"welcome": 0}, cues=CONTACT_CUES).style) <= rank("near")
    assert rank(recommend(answers={"welcome": 3}, cues=EFFICIENCY_CUES[:3]).style) >= rank("near")


def test_tired_never_lengthens_the_rapport_stage_and_adds_help(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for case in cases(catalogue, 150):
        awake = replace(case, cues=case.cues - {"tired"})
        tired = replace(case, cues=case.cues | {"tired"})
        before, after = adviser.recommend(awake), adviser.recommend(tired)
        assert len(after.script[Stage.RAPPORT]) <= len(before.script[Stage.RAPPORT])
        assert "tired" in after.helps


def test_a_queue_shortens_and_defers_but_never_moves_the_belief(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for case in cases(catalogue, 150):
        alone = replace(case, facts={**case.facts, "queue": 0})
        waited = replace(case, facts={**case.facts, "queue": 3})
        one, other = adviser.recommend(alone), adviser.recommend(waited)
        assert other.belief == one.belief
        assert other.is_short_now
        assert not one.is_short_now


def test_a_queue_doubles_what_a_question_costs(adviser: Adviser, make_case: MakeCase) -> None:
    def gain(n_waiting: int) -> tuple[float, float]:
        situation = Situation(make_case(facts={"queue": n_waiting}), adviser.catalogue)
        thought = adviser.think(situation)
        choice = adviser.choose(situation, adviser.everything, thought.probabilities)
        return choice.question_gain, thought.belief.mean

    (alone, _), (waited, _) = gain(0), gain(2)
    probabilities = adviser.think(Situation(make_case(), adviser.catalogue)).probabilities
    cost = adviser.catalogue.model.cost
    once = cost.question_base + cost.question_slope * float(
        probabilities @ np.maximum(0, -np.linspace(-6, 6, 121))
    )
    assert alone - waited == pytest.approx(once, abs=0.02)


@pytest.mark.parametrize("problem", ["complaint_before", "problem_now"])
def test_nobody_with_a_problem_is_left_alone_unless_they_ask_to_be(
    recommend: Recommend, problem: str
) -> None:
    quiet = {"online_checkin": True, "purpose": "business", problem: True}
    assert recommend(facts=quiet, cues=EFFICIENCY_CUES[:3]).style != "leave_be"
    asked = recommend(facts=quiet, cues=[*EFFICIENCY_CUES], answers={"welcome": 0})
    assert rank(asked.style) <= rank("brief")
    assert asked.offer is None
    assert asked.question is None


def test_a_closed_topic_is_neither_offered_nor_asked_about(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for reaction in (Reaction.DECLINED, Reaction.THANKED):
        for case in cases(catalogue, 100):
            shut = replace(case, reactions=(OfferReaction("unit_tour", reaction),))
            said = adviser.recommend(shut)
            assert "unit_tour" in said.closed
            assert said.offer != "unit_tour"
            assert said.question != "unit_tour"
            assert adviser.next_prompt_question(shut) != "unit_tour"


def test_a_topic_that_a_companion_declined_is_closed_and_moves_no_belief(
    adviser: Adviser, make_case: MakeCase
) -> None:
    plain = make_case()
    heard = replace(plain, reactions=(OfferReaction("unit_tour", Reaction.DECLINED, False),))
    assert adviser.recommend(heard).closed == ("unit_tour",)
    assert adviser.recommend(heard).belief == adviser.recommend(plain).belief


def test_a_guest_who_asks_again_reopens_the_topic(adviser: Adviser, make_case: MakeCase) -> None:
    shut = make_case(reactions=[{"offer": "unit_tour", "reaction": "declined"}])
    assert adviser.recommend(replace(shut, reopened=frozenset({"unit_tour"}))).closed == ()


def test_the_basic_pack_goes_to_everyone_and_another_way_is_always_named(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for case in cases(catalogue):
        said = adviser.recommend(case)
        assert said.packs[0] == "arrival_basics"
        assert said.alternatives
        assert said.style not in said.alternatives


def test_language_form_of_address_and_market_change_nothing_but_the_language_of_texts(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    rng = np.random.default_rng(5)
    silent = [f for f in catalogue.facts.values() if f.family == "culture" or not f.is_scored]
    assert {"language", "form_of_address", "home_market"} <= {fact.id for fact in silent}
    for case in cases(catalogue, 200):
        bare = {k: v for k, v in case.facts.items() if k not in {f.id for f in silent}}
        flipped = bare | {fact.id: random_value(fact, rng) for fact in silent}
        flipped["language"] = str(rng.choice(["en", "de", "ar", "nb"]))
        one = adviser.recommend(replace(case, facts=bare))
        other = adviser.recommend(replace(case, facts=flipped))
        assert replace(other, script=one.script, must_know=one.must_know) == one


def test_with_nothing_known_but_the_house_the_desk_asks_and_stays_near(
    recommend: Recommend,
) -> None:
    said = recommend(facts={"house_class": "average"})
    low, high = said.belief.band
    assert low == pytest.approx(-1.6, abs=0.1)
    assert high == pytest.approx(1.6, abs=0.1)
    assert (said.advice, said.style) == ("ask", "near")


def test_wishes_are_obeyed_literally_and_shown(recommend: Recommend) -> None:
    said = recommend(cues=["asks_for_privacy"], answers={"housekeeping": 0, "local_tips": 2})
    assert said.instructions == ("asks_for_privacy", "housekeeping")


@pytest.mark.parametrize(
    ("told", "advice", "style"),
    [
        ({}, "ask", "near"),
        ({"facts": {"purpose": "business", "online_checkin": True}}, "act", "brief"),
        ({"facts": {"arrival_hour": 22}, "cues": ["tired"]}, "act", "brief"),
        ({"answers": {"welcome": 0}}, "act", "leave_be"),
        ({"answers": {"welcome": 1}}, "act", "brief"),
        ({"answers": {"welcome": 2}}, "act", "near"),
        ({"answers": {"welcome": 3}}, "act", "attentive"),
    ],
)
def test_the_examples_of_the_design_hold(
    recommend: Recommend, told: dict[str, object], advice: str, style: str
) -> None:
    said = recommend(**told)
    assert (said.advice, said.style) == (advice, style)


def test_every_recommendation_can_be_made_again_from_what_was_kept(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    again = Adviser(catalogue, first_rule_set(catalogue))
    for case in cases(catalogue, 100):
        kept = case_from_inputs(case_inputs(case))
        assert kept == case
        assert recommendation_to_dict(again.recommend(kept)) == recommendation_to_dict(
            adviser.recommend(case)
        )


def test_a_culture_rule_cannot_weigh_more_than_its_cap(
    catalogue: Catalogue, make_case: MakeCase
) -> None:
    loud = [
        replace(rule, is_on=True, weight=2.0)
        for rule in catalogue.rules
        if any(catalogue.facts[test.fact].family == "culture" for test in rule.when)
    ]
    assert loud
    adviser = Adviser(catalogue, replace(first_rule_set(catalogue), rules=tuple(loud)))
    for fact in catalogue.facts.values():
        if fact.family == "culture" and fact.kind is FactKind.ONE_OF:
            for value in fact.values:
                said = adviser.recommend(make_case(facts={fact.id: value}))
                assert abs(said.belief.mean) <= 0.13 * len(loud) + 1e-9


def test_a_weight_held_firmly_leaves_less_doubt_than_a_guess(
    catalogue: Catalogue, make_case: MakeCase
) -> None:
    def sd(sure: Sureness) -> float:
        rules = tuple(replace(rule, sure=sure) for rule in catalogue.rules)
        adviser = Adviser(catalogue, replace(first_rule_set(catalogue), rules=rules))
        return adviser.recommend(make_case(facts={"purpose": "business"})).belief.sd

    assert sd(Sureness.FIRM) < sd(Sureness.USUAL) < sd(Sureness.GUESS)

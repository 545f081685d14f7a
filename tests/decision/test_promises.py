"""What must always hold, whoever the guest is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from engine.bootstrap import first_rule_set
from engine.catalogue.case import case_from_inputs, case_inputs, recommendation_to_dict
from engine.decision.advise import Adviser
from engine.decision.guardrails import GUARDRAILS, quiet_hours
from engine.decision.options import Options
from engine.decision.script import script_of
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.cues import FactKind
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.rules import Sureness
from engine.domain.stays import Case
from engine.domain.styles import Mode, Stage
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


@pytest.mark.parametrize("guardrail", GUARDRAILS, ids=lambda guardrail: guardrail.__name__)
def test_a_guardrail_only_takes_away(
    catalogue: Catalogue, adviser: Adviser, guardrail: object
) -> None:
    rng = np.random.default_rng(3)
    for case in cases(catalogue, 200):
        some = Options(
            *(
                frozenset(id for id in sorted(ids) if rng.random() < 0.8) or ids
                for ids in (
                    adviser.everything.styles,
                    adviser.everything.questions,
                    adviser.everything.offers,
                    adviser.everything.packs,
                    adviser.everything.device_styles,
                )
            )
        )
        left = guardrail(Situation(case, catalogue), some)  # type: ignore[operator]  # a function
        assert left.is_within(some)
        assert left.styles


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


def test_codes_wait_for_the_unit_and_for_the_reservation_system(recommend: Recommend) -> None:
    both = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}
    assert "access" in recommend(facts=both).packs
    for missing in ("unit_ready", "access_released"):
        assert "access" not in recommend(facts={**both, missing: False}).packs
        told = {fact: value for fact, value in both.items() if fact != missing}
        assert "access" not in recommend(facts=told).packs


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


def test_at_the_limit_of_questions_nothing_is_asked(adviser: Adviser, make_case: MakeCase) -> None:
    asked = replace(make_case(), asked=frozenset({"news", "recognised", "housekeeping"}))
    stopped = replace(make_case(), has_stopped=True)
    for case in (asked, stopped):
        assert adviser.recommend(case).advice in ("observe", "act")
        assert adviser.next_prompt_question(case) is None


def test_no_answer_known_is_ever_asked_for(adviser: Adviser, catalogue: Catalogue) -> None:
    for case in cases(catalogue):
        known = set(case.answers) | case.asked
        assert adviser.recommend(case).question not in known
        assert adviser.next_prompt_question(case) not in known


def test_a_long_talk_is_held_without_a_screen(adviser: Adviser, catalogue: Catalogue) -> None:
    for case in cases(catalogue, 200):
        said = adviser.recommend(case)
        assert said.may_use_device == (rank(said.style) <= rank("near"))


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


def test_a_rule_set_aside_says_nothing_more(adviser: Adviser, make_case: MakeCase) -> None:
    case = make_case(facts={"purpose": "business"})
    aside = replace(case, set_aside=frozenset({"business_trip"}))
    assert [r.key for r in adviser.recommend(case).reasons] == ["rule.business_trip"]
    assert adviser.recommend(aside).reasons == ()


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


def test_nobody_in_house_is_approached_at_night_but_a_late_guest_is_welcomed(
    adviser: Adviser, make_case: MakeCase
) -> None:
    def offers(minutes_ago: int | None, hour: int) -> frozenset[str]:
        at = datetime(2026, 6, 12, hour, 30, tzinfo=UTC)
        case = make_case(at=at.isoformat())
        if minutes_ago is not None:
            arrived_at = at - timedelta(minutes=minutes_ago)
            case = replace(case, is_arrived=True, arrived_at=arrived_at)
        return quiet_hours(Situation(case, adviser.catalogue), adviser.everything).offers

    assert offers(None, 23) == offers(5, 23) == offers(200, 15) == adviser.everything.offers
    assert offers(200, 23) == offers(200, 6) == frozenset()


def test_no_word_of_a_closed_topic_is_said_in_any_style(
    adviser: Adviser, catalogue: Catalogue
) -> None:
    for case in cases(catalogue, 200):
        shut = replace(
            case, reactions=(OfferReaction("unit_tour", Reaction.DECLINED),), reopened=frozenset()
        )
        situation = Situation(shut, catalogue)
        for style in catalogue.styles.values():
            for mode in Mode:
                said = script_of(situation, style.id, mode)
                raised = [
                    stage
                    for stage, line in style.script[mode].items()
                    if "unit_tour" in line.topics
                ]
                plain = script_of(Situation(replace(shut, reactions=()), catalogue), style.id, mode)
                for stage in raised:
                    assert "unit_tour" in situation.closed
                    closes_by_answer = shut.answers.get("unit_tour") == 0
                    assert closes_by_answer or said[stage] != plain[stage]
            if "unit_tour" in style.topics:
                assert style.verb_when({"unit_tour"}) is style.verb_otherwise
                assert style.guest_text_when({"unit_tour"}) is style.guest_text_otherwise


def test_a_no_to_the_question_closes_the_topic_like_a_declined_offer(recommend: Recommend) -> None:
    said = recommend(answers={"welcome": 3, "unit_tour": 0}, cues=["asks_for_advice"])
    assert said.closed == ("unit_tour",)
    assert said.offer != "unit_tour"
    assert "walk you" not in " ".join(said.script.values())


def test_a_weight_held_firmly_leaves_less_doubt_than_a_guess(
    catalogue: Catalogue, make_case: MakeCase
) -> None:
    def sd(sure: Sureness) -> float:
        rules = tuple(replace(rule, sure=sure) for rule in catalogue.rules)
        adviser = Adviser(catalogue, replace(first_rule_set(catalogue), rules=rules))
        return adviser.recommend(make_case(facts={"purpose": "business"})).belief.sd

    assert sd(Sureness.FIRM) < sd(Sureness.USUAL) < sd(Sureness.GUESS)

"""What no number can change: guardrails, one by one and together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from engine.decision.advise import Adviser
from engine.decision.guardrails import GUARDRAILS, STANDING, open_to_any, quiet_hours
from engine.decision.options import Options
from engine.decision.script import script_of
from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue
from engine.domain.offers import OfferReaction, Reaction
from engine.domain.stays import Case
from engine.domain.styles import Mode
from engine.usecases.rules.in_words import guardrail_names
from tests.conftest import MakeCase, Recommend
from tests.decision.random_cases import random_cases

N = 400


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


def test_the_owner_is_told_of_every_guardrail_in_words(catalogue: Catalogue) -> None:
    names = guardrail_names()
    assert set(names) == {guardrail.__name__ for guardrail in (*GUARDRAILS, *STANDING)}
    for words in catalogue.words.values():
        assert all(words[f"owner.guardrail.{name}"] for name in names)


def test_what_never_may_be_recommended_is_not_among_all_that_may(catalogue: Catalogue) -> None:
    everything = open_to_any(catalogue)
    for guardrail in STANDING:
        assert guardrail(catalogue, everything) == everything
    only_if_asked = {id for id, offer in catalogue.offers.items() if offer.only_if_asked}
    assert "late_checkout" in only_if_asked
    assert everything.offers == catalogue.offers.keys() - only_if_asked
    assert everything.device_styles == {"leave_be", "brief", "near"}
    for left, all_there_is in (
        (everything.styles, catalogue.styles),
        (everything.questions, catalogue.questions),
        (everything.packs, catalogue.packs),
    ):
        assert left == all_there_is.keys()


def test_codes_wait_for_the_unit_and_for_the_reservation_system(recommend: Recommend) -> None:
    both = {"unit_ready": True, "access_released": True, "arrival_mode": "key_box"}
    assert "access" in recommend(facts=both).packs
    for missing in ("unit_ready", "access_released"):
        assert "access" not in recommend(facts={**both, missing: False}).packs
        told = {fact: value for fact, value in both.items() if fact != missing}
        assert "access" not in recommend(facts=told).packs


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
        assert said.may_use_device == (catalogue.styles[said.style].position <= 0)


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

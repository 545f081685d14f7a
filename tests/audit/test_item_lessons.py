"""How guests answer is learned of each question, and used where enough of them did."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from engine.audit.gates import earlier_and_latest, log_likelihoods, not_worse
from engine.audit.item_lessons import LEAST_ANSWERS, ItemLesson, is_within_caps
from engine.audit.lessons import Lesson, owners_word, study
from engine.audit.replay import served_otherwise
from engine.audit.sights import sight_of
from engine.decision.advise import Adviser
from engine.domain.catalogue import Catalogue
from engine.domain.learned import Learned, items_with
from engine.domain.questions import Item
from engine.inference.stats import Stats
from engine.store import LearningRunRecord, LearningState
from engine.usecases.advice.learned_weights import learned_of, learned_to_dict
from tests.audit.taught_stays import QUESTIONS, stays_of
from tests.conftest import MakeCase
from tests.decision.random_cases import random_cases

COOL = Item(2.5, (-0.2, 0.9, 1.9))
"""Guests of a house who say less than they wish."""


@pytest.fixture(scope="module")
def stays(adviser: Adviser) -> Stats:
    """Of guests who answer `welcome` otherwise than the seed thinks."""
    asked = adviser.catalogue.questions
    cool = {**asked, "welcome": replace(asked["welcome"], item=COOL)}
    return stays_of(
        Adviser(replace(adviser.catalogue, questions=cool), adviser.rule_set), 1200, seed=5
    )


@pytest.fixture(scope="module")
def lesson(adviser: Adviser, stays: Stats) -> Lesson:
    return study(earlier_and_latest(stays)[0], adviser)


@pytest.fixture(scope="module")
def taught(adviser: Adviser, lesson: Lesson) -> Adviser:
    return Adviser(adviser.catalogue, adviser.rule_set, as_learned(lesson, adviser))


def as_learned(lesson: Lesson, adviser: Adviser) -> Learned:
    return lesson.learned("las_cabanas", date(2026, 6, 1), adviser.rule_set.version)


def test_a_question_is_scored_as_the_guests_of_the_house_answer_it(taught: Adviser) -> None:
    found = taught.items["answer.welcome"]
    assert found.thresholds == pytest.approx(COOL.thresholds, abs=0.3)
    assert found.discrimination == pytest.approx(COOL.discrimination, abs=0.8)


def test_what_nobody_was_asked_is_scored_as_the_seed_says(
    adviser: Adviser, lesson: Lesson, taught: Adviser
) -> None:
    told = {each.key: each.n_answers for each in lesson.items}
    asked = {f"answer.{id}" for id in QUESTIONS}
    assert {key for key, n in told.items() if n} == asked
    others = set(adviser.items) - asked
    assert {key: taught.items[key] for key in others} == {key: adviser.items[key] for key in others}


def test_below_fifty_answers_the_seed_stands(adviser: Adviser, lesson: Lesson) -> None:
    few, enough = (
        replace(lesson, items=tuple(replace(each, n_answers=n) for each in lesson.items))
        for n in (LEAST_ANSWERS - 1.0, float(LEAST_ANSWERS))
    )
    assert as_learned(few, adviser).items == ()
    assert len(as_learned(enough, adviser).items) == len(adviser.items)
    assert owners_word(adviser).items == ()


@pytest.mark.parametrize(
    "wild",
    [
        Item(5.1, (-1.0, 0.0, 1.0)),
        Item(0.0, (-1.0, 0.0, 1.0)),
        Item(2.0, (-6.1, 0.0, 1.0)),
        Item(2.0, (0.0, 0.0, 1.0)),
        Item(2.0, (-1.0, np.nan, 1.0)),
        Item(np.nan, (-1.0, 0.0, 1.0)),
    ],
)
def test_an_item_beyond_its_caps_never_comes_into_force(
    adviser: Adviser, lesson: Lesson, wild: Item
) -> None:
    assert not is_within_caps(wild)
    runaway = replace(lesson, items=(ItemLesson("answer.welcome", wild, 500.0),))
    assert as_learned(runaway, adviser).items == ()


def test_a_cool_answer_means_more_where_guests_say_less_than_they_wish(
    adviser: Adviser, taught: Adviser, make_case: MakeCase
) -> None:
    for grade in (0, 1, 2):
        case = make_case(answers={"welcome": grade})
        assert taught.recommend(case).belief.mean > adviser.recommend(case).belief.mean + 0.3


def test_many_stays_at_once_are_served_by_the_same_items(
    adviser: Adviser, lesson: Lesson, catalogue: Catalogue
) -> None:
    run = replace(
        as_learned(owners_word(adviser), adviser), items=as_learned(lesson, adviser).items
    )
    then = Adviser(catalogue, adviser.rule_set, run)
    cases = [
        replace(case, ref=f"{k}")
        for k, case in enumerate(random_cases(catalogue, 400, seed=9, share=0.3))
    ]
    served = {one.ref: (one.before, one.after) for one in served_otherwise(cases, adviser, then)[0]}
    alone = {
        case.ref: (before, after)
        for case in cases
        if (before := adviser.recommend(case).style) != (after := then.recommend(case).style)
    }
    assert served == alone
    assert len(served) > 10


def test_the_latest_weeks_judge_a_run_with_its_own_items(
    adviser: Adviser, taught: Adviser, stays: Stats
) -> None:
    _, latest = earlier_and_latest(stays)
    sight, counted = sight_of(latest, adviser), np.array([n for _, n in latest])
    before, after = (float(counted @ log_likelihoods(sight, each)) for each in (adviser, taught))
    # .1 a guest and more: the weights alone would not bring it
    assert after - before > 0.1 * counted.sum()
    assert "was expected better" in not_worse(latest, adviser, taught).detail


def test_a_run_keeps_its_items_and_one_without_any_loads_as_before(
    adviser: Adviser, lesson: Lesson
) -> None:
    now = datetime(2026, 6, 2, tzinfo=UTC)
    whole = as_learned(replace(lesson, judged=500.0), adviser)
    assert whole.items
    assert whole.styles_covariance is not None
    told = {"learned": json.loads(json.dumps(learned_to_dict(whole)))}
    record = LearningRunRecord(whole.house, whole.until, LearningState.KEPT, told, "owner", now)
    assert learned_of(record) == whole
    for key in ("items", "styles_covariance"):
        del told["learned"][key]
    assert learned_of(record) == replace(whole, items=(), styles_covariance=None)


def test_a_seed_that_asks_otherwise_by_now_keeps_its_own_item(adviser: Adviser) -> None:
    run = replace(
        as_learned(owners_word(adviser), adviser), items=(("answer.welcome", Item(2.0, (0.0,))),)
    )
    assert items_with(run, adviser.catalogue) == adviser.items


def test_doubt_about_styles_is_what_lies_within_and_between_degrees_of_trust(
    adviser: Adviser, lesson: Lesson
) -> None:
    before = np.diag(owners_word(adviser).styles_covariance)
    after = np.diag(lesson.styles_covariance)
    assert before == pytest.approx([0.25] + [0.16] * 4)
    assert (after < before).all()
    assert np.linalg.eigvalsh(lesson.styles_covariance).min() > 0
    short = replace(lesson, judged=500.0, styles_covariance=-lesson.styles_covariance)
    assert as_learned(short, adviser).styles_covariance is None

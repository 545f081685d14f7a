"""What cannot be learned from a table of answers is said, with its column and row."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import BadInputError
from engine.inference.calibration import Priors, calibrate
from engine.inference.responses import UNANSWERED, Responses, checked_grades
from tests.inference.answer_tables import changed, guests, told


def refusal(responses: Responses, priors: Priors | None = None) -> str:
    with pytest.raises(BadInputError) as refused:
        calibrate(responses, priors=priors)
    return refused.value.message


def test_a_grade_in_the_middle_or_at_the_start_that_nobody_gave_is_named_for_every_item() -> None:
    responses, *_ = guests(400, (4, 4, 4, 4), seed=11)
    answers = responses.answers.copy()
    answers[answers[:, 1] == 2, 1] = 3
    answers[answers[:, 3] == 0, 3] = 1
    message = refusal(told(answers))
    assert "column 'q1': nobody gave grade 2" in message
    assert "column 'q3': nobody gave grade 0" in message


@pytest.mark.parametrize(
    ("grade", "words"), [(2, "every answer is 2"), (UNANSWERED, "nobody answered")]
)
@pytest.mark.parametrize("priors", [None, Priors()])
def test_a_column_that_tells_nothing_is_named(
    grade: int, words: str, priors: Priors | None
) -> None:
    responses, *_ = guests(300, (3, 3, 3, 3), seed=1)
    answers = responses.answers.copy()
    answers[:, 2] = grade
    message = refusal(told(answers), priors)
    assert f"column 'q2': {words}" in message


def test_nothing_to_learn_from_is_refused() -> None:
    none = np.full((5, 3), UNANSWERED)
    assert "No row holds an answer" in refusal(told(none))
    assert "No row holds an answer" in refusal(told(none[:0]))
    assert "At least 3 items" in refusal(told(np.array([[0, 1], [1, 0]])))
    assert "too few rows" in refusal(told(np.array([[0, 1, 0], [1, 0, 1], [0, 0, 1]])))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_a_cue_that_is_no_number_names_its_row_and_column(value: float) -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    responses.values[41, 1] = value
    assert "row 42, column 'c1'" in refusal(responses)


@pytest.mark.parametrize("constant", [0.0, 1.0, -7.3e6])
def test_a_constant_cue_is_named(constant: float) -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    responses.values[:, 1] = constant
    assert "column 'c1'" in refusal(responses)


def test_cues_that_follow_from_each_other_are_named() -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1, weights=(0.5, 0.5))
    third = 5 - 2 * responses.values[:, :1] + responses.values[:, 1:]
    message = refusal(told(responses.answers, np.hstack([responses.values, third])))
    assert "column 'c2' cannot be separated from 'c0', 'c1'" in message


def test_items_without_any_doubt_between_them_are_named_and_priors_help() -> None:
    responses, *_ = guests(400, (3, 3, 3, 3), seed=3, missing=0.0)
    twins = changed(responses, 1, responses.answers[:, 0])
    message = refusal(twins)
    assert "has no maximum" in message
    assert "'q0'" in message or "'q1'" in message
    assert calibrate(twins, priors=Priors()).is_converged


def test_a_cue_that_is_nearly_the_place_itself_is_named_with_its_row() -> None:
    responses, _, theta = guests(600, (4,) * 6, seed=5)
    message = refusal(told(responses.answers, 3 * theta[:, None]))
    assert "row " in message
    assert "column 'c0'" in message


def test_grades_that_are_codes_or_start_too_high_are_named() -> None:
    responses, *_ = guests(300, (3, 3, 3), seed=1)
    answers = responses.answers.copy()
    answers[6, 1] = 99
    assert "row 7, column 'q1': grade 99" in refusal(told(answers))
    high = np.where(responses.answers == UNANSWERED, UNANSWERED, responses.answers + 2)
    assert "must start at 0 or 1" in refusal(told(high))


def test_so_many_grades_are_found_as_the_highest_one_says() -> None:
    responses, *_ = guests(500, (3, 5, 7), seed=4)
    assert checked_grades(responses, may_be_empty=False) == (3, 5, 7)

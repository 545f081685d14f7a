"""Answers of many guests to the same questions, checked and counted as patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInputError
from engine.inference.columns import first_untold
from engine.inference.grid import Array

Grades = NDArray[np.int64]

UNANSWERED = -1

LEAST_ITEMS = 3
"""Two items cannot tell how well each of them separates guests."""

MOST_GRADES = 20
"""More are a measurement, or a code such as 99 for a missing answer."""

MOST_VALUE = 1e12
"""Largest cue value; more is a slip, and squares must stay finite."""


@dataclass(frozen=True, slots=True)
class Responses:
    """One row per guest, as it came."""

    items: tuple[str, ...]
    cues: tuple[str, ...]
    answers: Grades
    """Shape (n_rows, n_items), `UNANSWERED` where nothing was said."""
    values: Array
    """Shape (n_rows, n_cues)."""

    @classmethod
    def of(
        cls,
        items: Sequence[str],
        cues: Sequence[str],
        answers: Sequence[Sequence[int]],
        values: Sequence[Sequence[float]],
    ) -> Responses:
        """Make arrays of rows, of which there may be none."""
        n = len(answers)
        grades = np.array(answers, dtype=np.int64).reshape(n, len(items))
        numbers = np.array(values, dtype=np.float64).reshape(n, len(cues))
        return cls(tuple(items), tuple(cues), grades, numbers)

    @property
    def lowest(self) -> int:
        """The lowest grade of all columns: 0 or 1 once checked."""
        return int(self.answers[self.answers != UNANSWERED].min())

    def given(self, item: int) -> Grades:
        """Return the answers to one item, in the order of the rows."""
        column = self.answers[:, item]
        return np.asarray(column[column != UNANSWERED], dtype=np.int64)

    @property
    def is_answered(self) -> NDArray[np.bool_]:
        """Which rows hold any answer."""
        return np.asarray((self.answers != UNANSWERED).any(axis=1))


@dataclass(frozen=True, slots=True)
class AnswerPatterns:
    """Equal rows counted once, in sorted order: the order of the rows does not matter."""

    chosen: Array
    """Shape (n_patterns, sum of n_grades): 1 at each grade given, the items side by side."""
    values: Array
    """Shape (n_patterns, n_cues)."""
    counts: Array
    """Shape (n_patterns,): rows of each; 0 for rows that answered nothing, which teach nothing."""
    n_grades: tuple[int, ...]
    pattern_of: NDArray[np.intp]
    """Shape (n_rows,)."""


def patterns_of(responses: Responses, n_grades: tuple[int, ...]) -> AnswerPatterns:
    """Count equal rows; grades from `responses.lowest`, so many of each item."""
    rows = np.column_stack([responses.answers, responses.values])
    distinct, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    n_items = len(responses.items)
    answers = distinct[:, :n_items].astype(np.int64)
    chosen = np.column_stack(
        [
            answers[:, [j]] == np.arange(responses.lowest, responses.lowest + size)
            for j, size in enumerate(n_grades)
        ]
    ).astype(np.float64)
    teaches = chosen.any(axis=1)
    counted = np.where(teaches, counts, 0).astype(np.float64)
    return AnswerPatterns(chosen, distinct[:, n_items:], counted, n_grades, place.reshape(-1))


def checked_grades(responses: Responses, *, may_be_empty: bool) -> tuple[int, ...]:
    """Return how many grades each item has, once everything is fit to learn from.

    Grades count from 0, or from 1 where no column holds a 0, up to the highest one given.

    Parameters
    ----------
    responses : Responses
        As read.
    may_be_empty : bool
        Whether a grade may be given by nobody, as where a prior says something about it.

    Raises
    ------
    BadInputError
        Names the column, and the row or grade, that cannot be used.
    """
    _refuse_values(responses)
    _refuse_too_little(responses)
    _refuse_grades(responses)
    every = range(len(responses.items))
    if troubles := [t for j in every if (t := _trouble(responses, j, may_be_empty))]:
        raise BadInputError(" ".join(troubles))
    n_grades = tuple(int(responses.given(j).max()) - responses.lowest + 1 for j in every)
    n_free = sum(n_grades) + len(responses.cues)
    n_rows = int(responses.is_answered.sum())
    if n_rows < n_free and not may_be_empty:
        raise BadInputError(
            f"{n_rows} rows hold an answer, and {n_free} numbers are to be learned: too few rows. "
            "Name fewer items, or use priors."
        )
    _refuse_inseparable(responses)
    return n_grades


def _refuse_too_little(responses: Responses) -> None:
    if len(responses.items) < LEAST_ITEMS:
        raise BadInputError(f"At least {LEAST_ITEMS} items are needed.")
    if not responses.is_answered.any():
        raise BadInputError("No row holds an answer to any of the items.")


def _refuse_values(responses: Responses) -> None:
    wrong = np.argwhere(~(np.abs(responses.values) <= MOST_VALUE))
    if wrong.size:
        row, column = wrong[0]
        value = responses.values[row, column]
        raise BadInputError(
            f"row {row + 1}, column '{responses.cues[column]}': {value:g} is no number that can be "
            "used."
        )


def _refuse_grades(responses: Responses) -> None:
    lowest = responses.lowest
    if lowest not in (0, 1):
        raise BadInputError(f"Grades must start at 0 or 1; the lowest of all columns is {lowest}.")
    wrong = np.argwhere(responses.answers >= lowest + MOST_GRADES)
    if wrong.size:
        row, column = wrong[0]
        raise BadInputError(
            f"row {row + 1}, column '{responses.items[column]}': grade "
            f"{responses.answers[row, column]} is too high, at most {MOST_GRADES} grades are "
            "possible. A missing answer is an empty cell or NA."
        )


def _trouble(responses: Responses, item: int, may_be_empty: bool) -> str | None:
    """Say why nothing can be learned of an item, or None."""
    name, given = responses.items[item], responses.given(item)
    if given.size == 0:
        return f"column '{name}': nobody answered it."
    if given.min() == given.max():
        return f"column '{name}': every answer is {given[0]}, so it tells nothing."
    counts = np.bincount(given - responses.lowest)
    if may_be_empty or counts.all():
        return None
    grade = int(np.argmin(counts > 0)) + responses.lowest
    return (
        f"column '{name}': nobody gave grade {grade}, though grades run from {responses.lowest} "
        f"to {given.max()}. Merge it with its neighbour, or use priors."
    )


def _refuse_inseparable(responses: Responses) -> None:
    """Refuse the first cue that is constant or follows from those before it."""
    values = responses.values[responses.is_answered]
    untold = first_untold(values, np.ones(len(values)))
    if untold is None:
        return
    name = responses.cues[untold.column]
    if untold.is_constant:
        raise BadInputError(
            f"column '{name}': it is {values[0, untold.column]:g} in every row with an answer, so "
            "nothing can be learned of it."
        )
    told = ", ".join(f"'{other}'" for other in responses.cues[: untold.column])
    raise BadInputError(f"column '{name}' cannot be separated from {told}: leave one out.")

"""Counted patterns of stays: all that the learner sees of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInputError
from engine.inference.grid import Array

Grades = NDArray[np.int64]

NONE = -1
"""Not answered, no reaction, no style, no outcome."""


@dataclass(frozen=True, slots=True)
class StayPatterns:
    """Stays alike in everything that enters the likelihood, with how many of each there are.

    All arrays have one row per pattern. Equal rows may repeat, in any order: `settled` merges
    and sorts them.
    """

    counts: Array
    """Shape (n_patterns,): 0 or more; whole numbers, or shares where old stays are discounted."""
    distance: Array
    """Shape (n_patterns, n_rules): d = E[x] - mu."""
    trait_mean: Array
    """Shape (n_patterns,): what is remembered of the person, 0 where nothing is."""
    variance: Array
    """Shape (n_patterns,): v0 of the stay's prior; see `weight_step.stay_variances`."""
    answers: Grades
    """Shape (n_patterns, n_questions): grade from 0, -1 = none."""
    reactions: Grades
    """Shape (n_patterns, n_offers): grade from 0, -1 = none."""
    style: Grades
    """Shape (n_patterns,): index of the style *assigned*, whatever was served; -1 = none."""
    is_logged: NDArray[np.bool_]
    """Shape (n_patterns,): whether the chance of that style was logged when it was assigned."""
    outcome: Grades
    """Shape (n_patterns,): grade of satisfaction from 0, -1 = none."""
    z: Array
    """Shape (n_patterns, n_givens): what satisfaction depends on and the desk cannot choose."""

    @property
    def n_patterns(self) -> int:
        """Rows."""
        return int(self.counts.shape[0])

    @property
    def tells_fit(self) -> NDArray[np.bool_]:
        """Where an outcome may teach what a style does: its chance was logged (3.4)."""
        return np.asarray(self.is_logged & (self.style != NONE) & (self.outcome != NONE))

    @property
    def speaks(self) -> NDArray[np.bool_]:
        """Where a guest answered, reacted, or told how it was in a way that may teach."""
        is_said = (self.answers != NONE).any(axis=1) | (self.reactions != NONE).any(axis=1)
        return np.asarray(is_said | self.tells_fit)

    def picked(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> StayPatterns:
        """Return the patterns of these rows, in this order."""
        return StayPatterns(*(getattr(self, f.name)[rows] for f in fields(self)))

    def settled(self) -> StayPatterns:
        """Merge equal patterns, drop those that nobody shows or that teach nothing, and sort.

        Whoever repeats, reorders or takes away rows gets the same result, bit by bit, as long as
        counts are whole.
        """
        useful = self.picked((self.counts > 0) & self.speaks)
        _, first, place = np.unique(useful.keys(), return_index=True, return_inverse=True)
        counts = np.zeros(first.size)
        np.add.at(counts, place.reshape(-1), useful.counts)
        return replace(useful.picked(first), counts=counts)

    def keys(self) -> NDArray[np.void]:
        """One key per row; equal rows have equal keys, counts left out."""
        # outcomes that may not teach must not keep two patterns apart
        hidden = ~self.tells_fit
        z = np.where(hidden[:, None], 0.0, self.z)
        told = [np.where(hidden, NONE, each) for each in (self.style, self.outcome)]
        numbers = [self.distance, self.trait_mean, self.variance, z]
        grades = [self.answers, self.reactions, *told]
        # 0 added: -0.0 and 0.0 are equal and differ in their bytes
        parts = [_bytes(each + 0.0) for each in numbers]
        parts += [_bytes(each.astype(">i2")) for each in grades]
        joined = np.ascontiguousarray(np.hstack(parts))
        return joined.view(np.dtype((np.void, joined.shape[1]))).reshape(-1)


def merge(*parts: StayPatterns) -> StayPatterns:
    """Return the patterns of all parts in one."""
    return reduce(_joined, parts)


def check_patterns(
    patterns: StayPatterns, n_grades: tuple[int, ...], n_styles: int, top: int
) -> None:
    """Refuse what cannot be learned from.

    Parameters
    ----------
    patterns : StayPatterns
        Any.
    n_grades : tuple of int
        Of each question, then of each offer's reactions.
    n_styles : int
        Styles there are.
    top : int
        Highest grade of satisfaction.

    Raises
    ------
    BadInputError
        Names the row and the column.
    """
    _refuse_shapes(patterns, len(n_grades))
    for name in ("counts", "distance", "trait_mean", "variance", "z"):
        _refuse(name, getattr(patterns, name), ~np.isfinite(getattr(patterns, name)))
    _refuse("counts", patterns.counts, patterns.counts < 0)
    _refuse("variance", patterns.variance, patterns.variance <= 0)
    said = np.column_stack([patterns.answers, patterns.reactions])
    _refuse("grades", said, (said < NONE) | (said >= np.array(n_grades, dtype=np.int64)))
    for name, most in (("style", n_styles - 1), ("outcome", top)):
        told = getattr(patterns, name)
        _refuse(name, told, (told < NONE) | (told > most))
    _refuse("style", patterns.style, patterns.is_logged & (patterns.style == NONE))


def _refuse_shapes(patterns: StayPatterns, n_items: int) -> None:
    for each in fields(patterns):
        value = getattr(patterns, each.name)
        wide = each.name in ("distance", "answers", "reactions", "z")
        if value.ndim != 1 + wide or value.shape[0] != patterns.n_patterns:
            raise BadInputError(
                f"{each.name} has shape {value.shape}, with {patterns.n_patterns} patterns."
            )
    told = patterns.answers.shape[1] + patterns.reactions.shape[1]
    if told != n_items:
        raise BadInputError(f"answers and reactions have {told} columns for {n_items} items.")


def _refuse(name: str, values: NDArray[np.generic], wrong: NDArray[np.bool_]) -> None:
    places = np.argwhere(wrong)
    if places.size:
        row, *column = (int(i) for i in places[0])
        where = f", column {column[0] + 1}" if column else ""
        value = values[tuple(places[0])]
        raise BadInputError(f"{name}, row {row + 1}{where}: {value} is not possible.")


def _joined(one: StayPatterns, other: StayPatterns) -> StayPatterns:
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return StayPatterns(*(np.concatenate(pair) for pair in pairs))


def _bytes(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    width = int(np.prod(values.shape[1:]))
    rows = np.ascontiguousarray(values.reshape(values.shape[0], width))
    return rows.view(np.uint8)

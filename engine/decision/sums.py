"""What the rules add to the prior of many stays, piece by piece, so that a piece can be replaced.

The prior of a stay (`engine.inference.prior`) is made from three sums over its rules and pairs of
rules. Where a few rules change, so do only the terms in which they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decision.at_once import AdviserAtOnce
from engine.decision.parts import MOST_COMBINATIONS, Part, Speaking, period_of, speaks
from engine.decision.past import PastStays
from engine.domain.model import PriorConstants
from engine.domain.rules import Rule
from engine.inference.batch import StayPriors
from engine.inference.grid import Array
from engine.inference.thin import Short
from engine.rules.column_rules import ColumnRules
from engine.rules.columns import Columns, chunks
from engine.rules.evaluate import tests_of

CHUNK = 16_384
"""Stays whose combinations are looked up together."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of many stays, in single precision: enough for a first look; each of shape (n_stays,)."""

    shift: Short
    """d'b, before it is capped."""
    explained: Short
    """Variance that the decided rules explain."""
    doubt: Short
    """What is not known of the weights."""

    def picked(self, rows: NDArray[np.intp] | slice) -> Sums:
        """Return the sums of some stays."""
        return Sums(self.shift[rows], self.explained[rows], self.doubt[rows])

    def plus(self, added: NDArray[np.float32]) -> Sums:
        """Add to each sum; `added` has shape (3, n_stays)."""
        return Sums(self.shift + added[0], self.explained + added[1], self.doubt + added[2])

    def priors(self, traits: StayPriors, constants: PriorConstants) -> tuple[Short, Short]:
        """Mean and variance of each prior; the formula is that of `prior_of`."""
        most = np.float32(constants.most_shift)
        mean = np.clip(self.shift, -most, most) + traits.mean
        variance = np.maximum(
            np.float32(1.0) - self.explained, np.float32(constants.least_variance)
        )
        variance = variance - (constants.trait_variance - traits.variance)
        variance = np.maximum(variance, constants.occasion_variance) + self.doubt
        return mean.astype(np.float32), variance.astype(np.float32)


def sums_of(serving: AdviserAtOnce, past: PastStays) -> Sums:
    """Work out the sums of all stays, one group of linked rules after the other."""
    whole = np.zeros((3, past.n_stays), dtype=np.float32)
    for places in _groups(serving):
        part = Part([serving.adviser.rules.rules[k] for k in places], past.columns)
        if part.size <= min(MOST_COMBINATIONS, past.n_stays):
            table = _heard(serving, places, *part.combinations()).sums.astype(np.float32)
            for rows in chunks(past.n_stays, CHUNK):
                whole[:, rows] += table[:, part.keys(past, rows)]
        else:
            _look_at_all(serving, places, past, whole)
    return Sums(*whole)


@dataclass(frozen=True, slots=True)
class Difference:
    """What another version of some rules adds to the sums, by combination."""

    part: Part
    table: NDArray[np.float32]
    """Shape (3, n_combinations)."""
    moves: NDArray[np.bool_]
    """Shape (n_combinations,): of which a rule that changed says anything, before or after."""


def difference(before: AdviserAtOnce, after: AdviserAtOnce, columns: Columns) -> Difference | None:
    """Work out what a change of rules adds; None where it is of too many to be laid out."""
    changed = _changed(before, after)
    ids = sorted(changed | _linked(before, changed) | _linked(after, changed))
    rules = [rule for id in ids for rule in (before.rule(id), after.rule(id)) if rule]
    part = Part(rules, columns)
    if part.size > MOST_COMBINATIONS:
        return None
    stays = part.combinations()
    was, then = (_heard(one, one.places(ids), *stays) for one in (before, after))
    moves = was.is_said_by(changed) | then.is_said_by(changed)
    return Difference(part, (then.sums - was.sums).astype(np.float32), moves)


def _changed(before: AdviserAtOnce, after: AdviserAtOnce) -> set[str]:
    """Ids of the rules that say anything else, alone or together with another one."""
    both = [id for id in before.ids if id in after.ids]
    changed = set(before.ids).symmetric_difference(after.ids)
    changed.update(id for id in both if _content(before, id) != _content(after, id))
    both = [id for id in both if id not in changed]
    one, other = (np.ix_(places, places) for places in (before.places(both), after.places(both)))
    for old, new in zip(_pairs(before), _pairs(after), strict=True):
        differs = (old[one] != new[other]).any(axis=1)
        changed.update(both[k] for k in np.flatnonzero(differs).tolist())
    return changed


def _content(serving: AdviserAtOnce, id: str) -> object:
    """All that one rule says by itself."""
    rule, (place,) = serving.rule(id), serving.places([id])
    assert rule is not None  # noqa: S101  # asked of ids that are there
    usual = [dict(serving.usual.get(test.fact, {})) for test in tests_of(rule)]
    numbers = serving.regression.weights[place], serving.regression.reference[place]
    return (rule.when, rule.any, rule.unless), period_of(rule), usual, numbers


def _pairs(serving: AdviserAtOnce) -> tuple[Array, Array]:
    """What pairs of rules add: how often they fire together, what is not known of both."""
    regression = serving.regression
    doubt = regression.uncertainty
    none = np.zeros_like(regression.covariance)
    return regression.covariance, none if doubt is None else doubt


def _links(serving: AdviserAtOnce) -> NDArray[np.bool_]:
    covariance, doubt = _pairs(serving)
    return np.asarray((covariance != 0) | (doubt != 0))


def _linked(serving: AdviserAtOnce, ids: Iterable[str]) -> set[str]:
    """Ids of the rules that some rules are linked to."""
    places = serving.places(ids)
    found = np.flatnonzero(_links(serving)[places].any(axis=0)).tolist()
    return {serving.ids[k] for k in found}


def _groups(serving: AdviserAtOnce) -> list[list[int]]:
    """Places of the rules, those together that are linked, through others or directly."""
    links, left, groups = _links(serving), set(range(len(serving.ids))), []
    while left:
        group, fresh = set[int](), {min(left)}
        while fresh:
            group |= fresh
            near = np.flatnonzero(links[sorted(fresh)].any(axis=0)).tolist()
            fresh = set(near) - group
        groups.append(sorted(group))
        left -= group
    return groups


def _look_at_all(
    serving: AdviserAtOnce, places: list[int], past: PastStays, whole: NDArray[np.float32]
) -> None:
    """Add what rules say that tell too much apart."""
    rules = ColumnRules([serving.adviser.rules.rules[k] for k in places], serving.usual)
    for rows in chunks(past.n_stays):
        speaking = _speaking([serving.adviser.rules.rules[k] for k in places], past.days[rows])
        whole[:, rows] += _heard(serving, places, past.columns, speaking, rules, rows).sums


def _speaking(rules: Sequence[Rule], days: NDArray[np.int32]) -> Speaking:
    periods = {period_of(rule) for rule in rules} - {(None, None)}
    return {period: speaks(period, days) for period in periods}


@dataclass(frozen=True, slots=True)
class _Heard:
    """What some rules say of some stays."""

    ids: list[str]
    sums: Array
    """Over these rules alone; shape (3, n_stays)."""
    says: NDArray[np.bool_]
    """Shape (n_stays, n_rules): whether a rule adds anything to any sum."""

    def is_said_by(self, ids: Collection[str]) -> NDArray[np.bool_]:
        """Whether any of these rules adds anything; shape (n_stays,)."""
        return np.asarray(self.says[:, [id in ids for id in self.ids]].any(axis=1))


def _heard(
    serving: AdviserAtOnce,
    places: list[int],
    columns: Columns,
    speaking: Speaking,
    looking: ColumnRules | None = None,
    rows: slice = slice(None),
) -> _Heard:
    rules = [serving.adviser.rules.rules[k] for k in places]
    looks = (looking or ColumnRules(rules, serving.usual)).look(columns, rows)
    regression, pairs = serving.regression, np.ix_(places, places)
    reference, weights = regression.reference[places], regression.weights[places]
    for k, rule in enumerate(rules):
        if period_of(rule) in speaking:
            silent = ~speaking[period_of(rule)]
            looks.known[silent, k], looks.expected[silent, k] = False, reference[k]
    covariance, doubt = (pair[pairs] for pair in _pairs(serving))
    distance, told = looks.expected - reference, looks.known * weights
    explained = ((told @ covariance) * told).sum(axis=1)
    doubtful = ((distance @ doubt) * distance).sum(axis=1)
    sums = np.stack([distance @ weights, explained, doubtful])
    return _Heard([rule.id for rule in rules], sums, (distance != 0) | (told != 0))

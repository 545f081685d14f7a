"""Many stays advised at once: the style of each, as `Adviser.recommend` would choose it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.decision.advise import GRADES, Adviser
from engine.decision.guardrails import guard
from engine.decision.past import NO_DAY, PastStays, Said, bounds_style
from engine.decision.situation import Situation
from engine.domain.learned import outcome_with
from engine.domain.questions import Grade
from engine.domain.rules import Rule
from engine.domain.stays import NO_PLACE, Case
from engine.inference.batch import StayPriors, priors_of
from engine.inference.expectation import expectations
from engine.inference.graded import answer_table
from engine.inference.grid import N_NODES, NODES, Array
from engine.inference.outcome import expected_points
from engine.rules.column_rules import ColumnRules, Looks
from engine.rules.columns import Column
from engine.rules.evaluate import Usual

TIE = 1e-9
"""Points by which two styles may differ through rounding alone, and a thousand times more: a stay
so close is advised by itself, since the order of a sum would decide it here."""

GRADE_OF = {how.value: grade for how, grade in GRADES.items() if grade is not None}
"""Looked up once, as it is for a single stay."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What would be done for some stays; both of shape (n_stays,)."""

    styles: NDArray[np.intp]
    """Place of the style in the catalogue."""
    means: Array
    """Where the guest is believed to stand."""


NOBODY = Chosen(np.zeros(0, dtype=np.intp), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Open:
    """What guardrails leave to all stays that say the same of it."""

    penalty: Array
    """Shape (n_styles,): 0 for a style that is open, minus infinity for one that is not."""
    is_recovery: bool


_Answers = tuple[tuple[str, int], ...]
"""Question and grade of each."""


@dataclass(frozen=True, slots=True)
class Words:
    """What words mean to an adviser; each array with one row for each of them."""

    words: tuple[Said, ...]
    told: NDArray[np.intp]
    """Shape (n_words, n_most): rows of log likelihoods, filled up with 0."""
    bounds: tuple[_Answers, ...]
    """Every set of answers that bounds what is done, once."""
    bound: NDArray[np.int64]
    """Shape (n_words,): place in `bounds`."""
    aside: NDArray[np.bool_]
    """Shape (n_words,): whether staff set a rule aside."""


class AdviserAtOnce:
    """An adviser that serves thousands of stays in one go.

    Parameters
    ----------
    adviser : Adviser
        Whose rules, weights and guardrails count.
    like : AdviserAtOnce, optional
        One of the same catalogue, that may know already what the words mean.

    Attributes
    ----------
    regression : Regression
        What its rules weigh.
    usual : mapping
        Fact id to the share of each value among guests.
    ids : tuple of str
        Of its rules, in their order.
    logs : ndarray of shape (n_answers + 1, n_nodes)
        Log likelihood of everything that may be said, after a row of zeros.
    functions : ndarray of shape (n_nodes, 1 + 2 n_styles)
        Place on the axis; points of each style, usually and after a problem.
    """

    def __init__(self, adviser: Adviser, like: AdviserAtOnce | None = None) -> None:
        catalogue, rule_set = adviser.catalogue, adviser.rule_set
        known = {id: fact.usual for id, fact in catalogue.facts.items()}
        self.adviser = adviser
        self.regression = adviser.rules.regression
        self.usual: Usual = known | dict(rule_set.usual)
        self._rules = ColumnRules(adviser.rules.rules, self.usual)
        self._dated = [k for k, rule in enumerate(adviser.rules.rules) if _is_dated(rule)]
        self._places = {rule.id: k for k, rule in enumerate(adviser.rules.rules)}
        self.ids = tuple(self._places)
        self.logs, self._first = _log_likelihoods(adviser)
        self.functions = np.column_stack([NODES, *_utilities(adviser)])
        self._bounding = tuple(id for id, fact in catalogue.facts.items() if bounds_style(fact))
        self._open = lru_cache(maxsize=10_000)(self._make_open)
        self._words: Words | None = like._words if like and like._first == self._first else None

    def rule(self, id: str) -> Rule | None:
        """Return one of its rules; None where it has no such rule, or not now."""
        place = self._places.get(id)
        return None if place is None else self.adviser.rules.rules[place]

    def places(self, ids: Iterable[str]) -> list[int]:
        """Return where some of its rules stand; others are passed over."""
        return [self._places[id] for id in ids if id in self._places]

    def priors(self, past: PastStays, rows: slice) -> StayPriors:
        """Believe, before anything was said: what the rules make of some stays."""
        looks = self._rules.look(past.columns, rows)
        self._silence(looks, past, rows)
        traits = StayPriors(past.traits.mean[rows], past.traits.variance[rows])
        rules, constants = self.adviser.rules, self.adviser.catalogue.model.prior
        return priors_of(rules.regression, looks.expected, looks.known, traits, constants)

    def choose(self, past: PastStays, priors: StayPriors) -> Chosen:
        """Choose the style of each stay from its prior and what the guest said.

        On a tie the one with less contact, as for a single stay.
        """
        if not past.n_stays:
            return NOBODY
        words = self.words_of(past)
        found = expectations(priors, words.told[past.said], self.logs, self.functions)
        kinds, of = self.kinds(past, words)
        n_styles = len(self.adviser.catalogue.styles)
        recovery = np.array([kind.is_recovery for kind in kinds])[of]
        penalties = np.array([kind.penalty for kind in kinds])[of]
        usual, after_problem = found[:, 1 : 1 + n_styles], found[:, 1 + n_styles :]
        points = np.where(recovery[:, None], after_problem, usual) + penalties
        styles = points.argmax(axis=1)
        self._settle_ties(past, points, styles)
        return Chosen(styles, found[:, 0])

    def _silence(self, looks: Looks, past: PastStays, rows: slice) -> None:
        """Let rules that are out of date, or were set aside, say nothing."""
        reference, days = self.adviser.rules.regression.reference, past.days[rows]
        for k in self._dated:
            silent = (days != NO_DAY) & ~_speaks(self.adviser.rules.rules[k], days)
            looks.known[silent, k], looks.expected[silent, k] = False, reference[k]
        said = past.said[rows]
        for row in np.flatnonzero(self.words_of(past).aside[said]).tolist():
            for id in past.words[said[row]].set_aside:
                if (place := self._places.get(id)) is not None:
                    looks.known[row, place] = False
                    looks.expected[row, place] = reference[place]

    def words_of(self, past: PastStays) -> Words:
        """Return what all words mean, made once for those that were looked at last."""
        known = self._words  # looked up once: another thread may look at others meanwhile
        if known is None or known.words is not past.words:
            known = self._words = self._make_words(past.words)
        return known

    def _make_words(self, words: tuple[Said, ...]) -> Words:
        rows = [self._rows_of(said) for said in words]
        told = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.intp)
        for k, row in enumerate(rows):
            told[k, : len(row)] = row
        bounds = [self._bounds_in(said) for said in words]
        places = {bound: k for k, bound in enumerate(dict.fromkeys(bounds))}
        aside = np.array([bool(said.set_aside) for said in words], dtype=np.bool_)
        bound = np.array([places[one] for one in bounds], dtype=np.int64)
        return Words(words, told, tuple(places), bound, aside)

    def _rows_of(self, said: Said) -> list[int]:
        """Rows of log likelihoods that words stand for."""
        told = {f"answer.{id}": grade for id, grade in said.answers}
        told |= {f"reaction.{id}": GRADE_OF[how] for id, how in said.reactions}
        return [self._first[key] + grade for key, grade in told.items()]

    def _bounds_in(self, said: Said) -> _Answers:
        """Answers that a guardrail looks at before it lets a style through."""
        questions = self.adviser.catalogue.questions
        return tuple(
            (id, grade) for id, grade in said.answers if _bounds(questions[id].grades[grade])
        )

    def kinds(self, past: PastStays, words: Words) -> tuple[list[Open], NDArray[np.intp]]:
        """Part the stays by all that a guardrail looks at before it lets a style through."""
        key = words.bound[past.said] << len(self._bounding)
        for bit, id in enumerate(self._bounding):
            column = past.columns.by_fact.get(id)
            if column is not None:
                key |= _true_ones(column).astype(np.int64) << bit
        kinds, of = np.unique(key, return_inverse=True)
        return [self._open_to(kind, words) for kind in kinds.tolist()], of

    def _open_to(self, kind: int, words: Words) -> Open:
        true = tuple(id for bit, id in enumerate(self._bounding) if kind >> bit & 1)
        return self._open(true, words.bounds[kind >> len(self._bounding)])

    def _make_open(self, true: tuple[str, ...], answers: _Answers) -> Open:
        """Ask the guardrails; of facts they look only at whether they are true now."""
        case = Case("", "", facts=dict.fromkeys(true, True), answers=dict(answers), place=NO_PLACE)
        situation = Situation(case, self.adviser.catalogue)
        styles = guard(situation, self.adviser.everything).styles
        penalty = [0.0 if id in styles else -np.inf for id in self.adviser.catalogue.styles]
        return Open(np.array(penalty), situation.is_recovery)

    def _settle_ties(self, past: PastStays, points: Array, styles: NDArray[np.intp]) -> None:
        """Advise by themselves the few stays of which rounding would decide."""
        if points.shape[1] < 2:
            return
        second, best = np.partition(points, -2, axis=1)[:, -2:].T
        known = list(self.adviser.catalogue.styles)
        for row in np.flatnonzero(best - second < TIE).tolist():
            situation = Situation(past.case(row), self.adviser.catalogue)
            options = guard(situation, self.adviser.everything)
            probabilities = self.adviser.think(situation).probabilities
            expected = self.adviser.choose(situation, options, probabilities).expected
            styles[row] = known.index(next(iter(expected)))


def _bounds(grade: Grade) -> bool:
    return bool(grade.most_style or grade.least_style or grade.asks_to_be_left)


def _is_dated(rule: Rule) -> bool:
    return rule.valid_from is not None or rule.valid_until is not None


def _speaks(rule: Rule, days: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a rule that is on speaks on each day."""
    first = rule.valid_from.toordinal() if rule.valid_from else 0
    speaks = days >= first
    return speaks & (days <= rule.valid_until.toordinal()) if rule.valid_until else speaks


def _true_ones(column: Column) -> NDArray[np.bool_]:
    """Which stays have a yes, or a count above zero."""
    truths = [bool(value) and not isinstance(value, str) for value in column.values]
    return np.array([*truths, False])[column.codes]


def _utilities(adviser: Adviser) -> Iterable[Array]:
    """Points of each style at the nodes after the cost of contact: usually, after a problem."""
    catalogue = adviser.catalogue
    positions = [style.position for style in catalogue.styles.values()]
    outcome = outcome_with(adviser.rules.learned, catalogue.model.outcome)
    points, cost = expected_points(positions, outcome), catalogue.model.cost
    for price in (cost.contact_first, cost.contact_after_problem):
        yield (points - price * np.array(positions)[:, None]).T


def _log_likelihoods(adviser: Adviser) -> tuple[Array, dict[str, int]]:
    """Log likelihood of each answer, one row each after a row of zeros; first row of each item."""
    rows, first = [np.zeros((1, N_NODES))], {}
    n_rows = 1
    for key, item in adviser.items.items():
        first[key] = n_rows
        rows.append(np.log(answer_table(item.discrimination, item.thresholds)))
        n_rows += len(rows[-1])
    return np.vstack(rows), first

"""A challenger that knows no rules: trees, grown on earlier weeks, foretell the latest ones too.

Where they foretell better than the rules do, there is something that the rules do not say. That is
an alarm and nothing else: nobody is ever advised by trees.

What is foretold is the answer to the question that most guests answered, before a word was said.
It is the plainest sign of where a guest stands, and all that the rules speak of is where she
stands. Satisfaction would be the wrong judge: it hangs on the style she was met in, the delay and
the room as well, and trees that find a cold room have found nothing that a rule lacks.

The trees are told what the rules expect of each stay, as one more column. Left without, they spend
a house's stays on finding again what the rules say, lose to them, and never warn.

scikit-learn is loaded when trees are grown and not before: only the nightly work grows any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.audit.gates import LEAST_STAYS, priors_of
from engine.audit.lessons import learning_of
from engine.audit.sights import sight_of
from engine.decision.advise import Adviser
from engine.decision.compiled import may_be_learned
from engine.domain.cues import Fact, FactKind, Value
from engine.domain.questions import Item
from engine.inference import bands
from engine.inference.full_em import learn
from engine.inference.graded import answer_table
from engine.inference.grid import NODES, Array
from engine.inference.stats import Pattern, Stats

LEAST_TAUGHT = 200
"""Earlier answers: trees grown on fewer know little more than the shares of the grades."""

SURE_ENOUGH = 2.0
"""Standard errors: chance alone gives such an alarm in one week of forty."""

UNSEEN = 0.01
"""Share of every forecast that is spread evenly over the grades: trees think what they never saw
impossible, and one such guest would cost without bound. Both sides are treated so."""

HELD_FAST = 1e6
"""Sureness that keeps a weight where it is while the questions are learned."""

TREES: Mapping[str, object] = {
    "max_iter": 200,
    "learning_rate": 0.05,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "early_stopping": True,
    "validation_fraction": 0.2,
    "n_iter_no_change": 10,
    "random_state": 0,
}
"""Small trees that stop as soon as a fifth of the earlier stays is foretold no better: full-grown
ones lose to plain shares at a thousand stays, and a challenger that always loses never warns."""


class Outcome(StrEnum):
    """How the comparison ended."""

    GAP = "gap"
    """The trees foretell better: there is something that the rules do not say."""
    NO_GAP = "no_gap"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Challenge:
    """How well rules and trees foretold the same guests of the latest weeks."""

    question: str
    """What was foretold; empty where nobody answered anything."""
    n_taught: int
    """Earlier stays that answered it."""
    n: int
    """Stays of the latest weeks that answered it."""
    ours: float | None = None
    """Log-loss of the rules a stay, in natural units; None with too few stays."""
    trees: float | None = None
    """Log-loss of the trees on the same stays."""
    gap: float | None = None
    """`ours` less `trees`: above 0 the trees are better."""
    error: float | None = None
    """Standard error of `gap`."""
    is_alike: bool = False
    """All earlier guests answered alike: there is nothing to foretell."""

    @property
    def outcome(self) -> Outcome:
        """Whether there is a gap."""
        if self.gap is None or self.error is None:
            return Outcome.TOO_FEW
        return Outcome.GAP if self.gap > SURE_ENOUGH * self.error else Outcome.NO_GAP

    @property
    def words(self) -> str:
        """Say it."""
        if self.is_alike:
            return f"All earlier guests answered {self.question} alike: nothing to foretell."
        if self.outcome is Outcome.TOO_FEW:
            return (
                f"Too few stays to compare rules with trees: {self.n_taught} earlier and {self.n} "
                f"later answers; {LEAST_TAUGHT} and {LEAST_STAYS} are needed."
            )
        told = f"{self.gap:+.4f} ± {self.error:.4f} of log-loss a stay, {self.n} stays"
        if self.outcome is Outcome.GAP:
            return (
                f"Trees foretell the answer to {self.question} better ({told}): there is "
                "something that the rules do not say."
            )
        return f"No gap: trees foretell the answer to {self.question} no better ({told})."


def challenge(earlier: Stats, latest: Stats, adviser: Adviser) -> Challenge:
    """Let trees and rules learn from the earlier weeks and foretell the latest ones.

    Both see the same facts and cues of a stay and nothing that was said in it. The rules go in
    with the weights of `adviser`; how guests with a given place answer is learned from the earlier
    stays, so that a question worded otherwise than the seed thinks is no gap.

    Parameters
    ----------
    earlier : Stats
        To learn from.
    latest : Stats
        Later weeks, held out.
    adviser : Adviser
        Rules, with the weights that are to be challenged; those must not know the latest weeks.

    Returns
    -------
    Challenge
        The same for the same stays, always.
    """
    question = _most_answered(earlier, adviser)
    taught, asked = (_answered(stats, question) for stats in (earlier, latest))
    if taught.n_stays < LEAST_TAUGHT or asked.n_stays < LEAST_STAYS:
        return Challenge(question, taught.n_stays, asked.n_stays)
    if len(set(_grades_of(taught, question).tolist())) < 2:
        return Challenge(question, taught.n_stays, asked.n_stays, is_alike=True)
    item = _learned_item(earlier, adviser, question)
    before, after = (_Expected.of(stats, adviser) for stats in (taught, asked))
    ours = _by_rules(after, item)
    trees = _by_trees((taught, before), (asked, after), adviser, question)
    grades, counts = _grades_of(asked, question), after.counts
    losses = [_losses(each, grades) for each in (ours, trees)]
    return _compared(Challenge(question, taught.n_stays, asked.n_stays), counts, *losses)


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the rules expect of each pattern before a word was said."""

    counts: Array
    mean: Array
    """m0, shape (n_patterns,)."""
    variance: Array

    @classmethod
    def of(cls, stats: Stats, adviser: Adviser) -> _Expected:
        sight = sight_of(stats, adviser)
        constants = adviser.catalogue.model.prior
        mean, variance = priors_of(sight, adviser.rules.regression, constants)
        return cls(sight.patterns.counts, mean, variance)


def _most_answered(stats: Stats, adviser: Adviser) -> str:
    """Question of most answers, on a tie the one that tells more; empty without an answer."""
    questions = adviser.catalogue.questions
    told = dict.fromkeys(questions, 0)
    for pattern, n in stats:
        for id, _ in pattern.answers:
            if id in told:
                told[id] += n
    tells = {id: question.item.discrimination for id, question in questions.items()}
    best = max(told, key=lambda id: (told[id], tells[id]), default="")
    return best if told.get(best) else ""


def _answered(stats: Stats, question: str) -> Stats:
    return Stats({p: n for p, n in stats if question in dict(p.answers)})


def _grades_of(stats: Stats, question: str) -> NDArray[np.int64]:
    return np.array([dict(pattern.answers)[question] for pattern, _ in stats], dtype=np.int64)


def _learned_item(earlier: Stats, adviser: Adviser, question: str) -> Item:
    """Return how guests answer a question, learned with the weights held where they are."""
    regression, patterns = adviser.rules.regression, sight_of(earlier, adviser).patterns
    start = learning_of(adviser, np.ones(regression.weights.size, dtype=np.bool_))
    held = np.full(regression.weights.size, HELD_FAST)
    weights = replace(start.weights, owner=regression.weights, sureness=held)
    items = learn(patterns, replace(start, weights=weights)).items
    item = items[list(adviser.catalogue.questions).index(question)]
    return Item(item.discrimination, item.thresholds)


def _by_rules(expected: _Expected, item: Item) -> Array:
    """Chance of each grade by what the rules expect, shape (n_patterns, n_grades)."""
    away = NODES - expected.mean[:, None]
    heights = -(away**2) / (2.0 * expected.variance[:, None])
    density = np.exp(heights - heights.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    return np.asarray(density @ answer_table(item.discrimination, item.thresholds).T)


def _by_trees(
    taught: tuple[Stats, _Expected], asked: tuple[Stats, _Expected], adviser: Adviser, question: str
) -> Array:
    """Chance of each grade by trees, shape (n_patterns, n_grades)."""
    from sklearn.ensemble import (  # noqa: PLC0415  # 60 MB that no other process needs
        HistGradientBoostingClassifier,
    )

    columns = _Columns(adviser.catalogue.facts)
    trees = HistGradientBoostingClassifier(**TREES, categorical_features=columns.is_named)
    grades = _grades_of(taught[0], question)
    trees.fit(columns.of(*taught), grades, sample_weight=taught[1].counts)
    n_grades = len(adviser.catalogue.questions[question].item.thresholds) + 1
    chances = np.zeros((len(asked[0]), n_grades))
    chances[:, trees.classes_] = trees.predict_proba(columns.of(*asked))
    return chances


class _Columns:
    """All that may be learned of a stay as numbers: not a number where unknown.

    The same facts and cues that rules may ask about, what is remembered of the person, and what
    the rules expect.
    """

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = {id: fact for id, fact in facts.items() if may_be_learned(fact)}
        self._cues = [id for id, fact in self._facts.items() if fact.is_cue]
        named = (FactKind.ONE_OF, FactKind.TAG)
        self._codes = {
            id: {value: code for code, value in enumerate(fact.values or fact.usual)}
            for id, fact in self._facts.items()
            if fact.kind in named
        }
        self.is_named = [id in self._codes for id in self._facts] + [False, False]

    def of(self, stats: Stats, expected: _Expected) -> Array:
        """Return one row per pattern."""
        rows = [self._row(pattern) for pattern, _ in stats]
        return np.column_stack([np.array(rows, dtype=np.float64), expected.mean])

    def _row(self, pattern: Pattern) -> list[float]:
        known = pattern.known(self._cues)
        row = [self._number(id, known[id]) if id in known else np.nan for id in self._facts]
        return [*row, bands.trait_of(pattern.trait).mean]

    def _number(self, id: str, value: Value) -> float:
        if id in self._codes:
            return float(self._codes[id].get(value, np.nan))
        return np.nan if isinstance(value, str) else float(value)


def _losses(chances: Array, grades: NDArray[np.int64]) -> Array:
    """Minus the log of what each guest's answer was given, shape (n_patterns,)."""
    given = chances[np.arange(grades.size), grades]
    return np.asarray(-np.log((1.0 - UNSEEN) * given + UNSEEN / chances.shape[1]))


def _compared(heads: Challenge, counts: Array, ours: Array, trees: Array) -> Challenge:
    n = float(counts.sum())
    gap = float(counts @ (ours - trees)) / n
    error = float(np.sqrt(counts @ (ours - trees - gap) ** 2 / (n * (n - 1.0))))
    means = [float(counts @ losses) / n for losses in (ours, trees)]
    return replace(heads, ours=means[0], trees=means[1], gap=gap, error=error)

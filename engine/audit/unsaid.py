"""What the rules leave unsaid of the stays of a house, and what each candidate says of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audit.candidates import Looks, candidates_of
from engine.audit.lessons import Lesson, learning_of
from engine.audit.sights import sight_of
from engine.decision.advise import Adviser
from engine.domain.rules import RuleSet
from engine.inference.full_em import learn
from engine.inference.grid import Array
from engine.inference.learned_model import Learning
from engine.inference.patterns import StayPatterns
from engine.inference.score_tests import Leftover, joint_step, leftover_of, score_tests
from engine.inference.stats import Stats

LEAST_ON_A_SIDE = 20
"""Stays for which a candidate holds, and for which it does not: with fewer the normal law that
its evidence is judged by does not hold yet."""

MOST_SHOWN = 5
"""More at once nobody weighs one by one."""

AT_ONCE = 64
"""Columns at a time: at a hundred thousand stays, 50 MB."""

TOLERANCE = 1e-3
"""The fit is settled when no number moves by more: the tests are taken beside what the rules still
have to say, so that a weight which is a hundredth of its sd off moves none of them."""

UNSAID = 1e-6
"""Sureness of a weight of which its owner said nothing: an sd of hundreds."""

USUAL_DEGREE = (1.0, 0.25)
"""Trust in the owner where none was learned: as before any stay."""

Candidate = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """Stays that told something: what was left unsaid of each, and what each test says of it."""

    leftover: Leftover
    looks: Looks
    patterns: StayPatterns
    """As they were learned from."""
    learning: Learning
    """What was said before."""

    @property
    def counts(self) -> Array:
        """Stays of each pattern, shape (n_patterns,)."""
        return self.patterns.counts

    @property
    def n_stays(self) -> int:
        """How many there are."""
        return round(float(self.counts.sum()))

    def candidates(self, rules: RuleSet) -> list[Candidate]:
        """Return what no rule says and these stays can tell of."""
        return candidates_of(self.looks, rules, self.counts, LEAST_ON_A_SIDE)

    def evidence(self, tried: Sequence[Candidate]) -> Array:
        """Return z of each candidate beside all rules, and of a pair beside its parts."""
        own = self.leftover.beside(self.looks.columns([(k,) for k in range(len(self.looks.tests))]))
        parts = [tried[at : at + AT_ONCE] for at in range(0, len(tried), AT_ONCE)]
        return np.concatenate([np.zeros(0), *(self._evidence(part, own) for part in parts)])

    def _evidence(self, tried: Sequence[Candidate], own: Array) -> Array:
        columns = self.looks.columns(tried)
        is_pair = np.array([len(places) > 1 for places in tried])
        ends = [own[:, [places[end] for places in tried]] * is_pair for end in (0, -1)]
        beside = self.leftover.beside_parts(self.leftover.beside(columns), ends)
        return score_tests(self.leftover, beside, columns).z

    def told_apart(self, found: Sequence[Candidate], limit: float) -> list[Candidate]:
        """Choose those that still say something, beyond `limit` standard deviations, beside others.

        The strongest goes in first, the others are then tested beside it, and so on; whatever
        those after it made superfluous goes out again.
        """
        columns, chosen = self.looks.columns(found), list[int]()
        while len(chosen) < MOST_SHOWN:
            within = self.leftover.with_inside(columns[:, chosen])
            z = np.abs(score_tests(within, within.beside(columns), columns).z)
            z[chosen] = 0.0
            best = int(np.argmax(z))
            if z[best] < limit:
                break
            chosen.append(best)
        while chosen:
            weight, covariance = joint_step(self.leftover, columns[:, chosen])
            z = np.abs(weight) / np.sqrt(np.diag(covariance))
            if z.min() >= limit:
                break
            del chosen[int(np.argmin(z))]
        return [found[k] for k in chosen]

    def learned_with(self, chosen: Sequence[Candidate]) -> tuple[Array, Array]:
        """Learn the chosen ones together with all rules, as if nothing was said of them.

        One step from 0 would fall short of large weights.

        Returns
        -------
        weights, sds : ndarray of shape (n_chosen,)
        """
        said, n = self.learning.weights, len(chosen)
        wider = np.hstack([self.patterns.distance, self.looks.columns(chosen)])
        weights = replace(
            said,
            owner=np.append(said.owner, np.zeros(n)),
            sureness=np.append(said.sureness, np.full(n, UNSAID)),
        )
        seen = replace(self.patterns, distance=wider)
        model = learn(seen, replace(self.learning, weights=weights))
        return model.weights[-n:], np.sqrt(np.diag(model.covariance)[-n:])


def field_of(stats: Stats, adviser: Adviser, lesson: Lesson) -> Field | None:
    """Learn the rules once more, at the degree of trust of highest evidence, and look beside them.

    None where no stay told anything.
    """
    chosen = np.array([rule.id in lesson.ids for rule in adviser.rules.rules], dtype=np.bool_)
    patterns = sight_of(stats, adviser).patterns
    told_by_rest = patterns.distance[:, ~chosen] @ adviser.rules.owner.weights[~chosen]
    held = patterns.trait_mean + told_by_rest
    seen = replace(patterns, distance=patterns.distance[:, chosen], trait_mean=held)
    speaks = seen.speaks
    if not speaks.any():
        return None
    spoken, start = seen.picked(speaks), learning_of(adviser, chosen)
    scale, spread = lesson.degree or USUAL_DEGREE
    weighed = replace(start.weights, scale=scale, spread=spread)
    learning = replace(start, weights=weighed, tolerance=TOLERANCE)
    leftover = leftover_of(spoken, learn(spoken, learning), learning)
    told = [pattern for (pattern, _), is_in in zip(stats, speaks, strict=True) if is_in]
    return Field(leftover, Looks.of(told, adviser), spoken, learning)

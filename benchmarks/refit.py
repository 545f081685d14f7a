"""The whole model learned anew from counted patterns: weights, items and the effect of styles.

Rich stays tell facts, cues, answers, reactions and an outcome, so that hardly two are alike; sparse
ones tell only what was seen at the desk, a single answer of some, and an outcome, so that a
million of them are a few thousand patterns. The learner takes patterns with their counts, as they
are kept up with every entry; drawing and counting stand outside the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.many_stays import (
    Facts,
    Looks,
    draw_evidence,
    draw_facts,
    draw_places,
    draw_values,
    look,
    priors,
)
from engine.audit.lessons import learning_of
from engine.audit.simulated_guests import draw_satisfaction
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.inference.batch import NOT_SAID
from engine.inference.full_em import learn
from engine.inference.learned_model import Learning
from engine.inference.patterns import StayPatterns

SEED = 20261125
SHARE_SATISFACTION = 0.5
"""Of guests who tell how it was."""
SHARE_ASKED = 0.1
"""Of sparse stays whose guest answers a question."""

ROUNDS = {"rich_100000": 3, "sparse_1000000": 3, "rich_1000000": 1}
QUICK = 2_000

Draw = Callable[[Adviser, int, np.random.Generator], StayPatterns]


def rich(adviser: Adviser, n: int, rng: np.random.Generator) -> StayPatterns:
    """Draw stays of which much is known."""
    looks = look(adviser, draw_facts(adviser, n, rng))
    theta = draw_places(priors(adviser, looks), rng)
    return patterns(adviser, looks, theta, draw_evidence(adviser, theta, rng), rng)


def sparse(adviser: Adviser, n: int, rng: np.random.Generator) -> StayPatterns:
    """Draw stays of which only the cues are known, and one answer of some."""
    cues = [cue for cue in adviser.catalogue.cues.values() if cue.is_scored and cue.usual]
    seen = np.column_stack([draw_values(adviser, cue, n, rng) for cue in cues]).astype(bool)
    distinct, place = np.unique(seen, axis=0, return_inverse=True)
    names = [cue.id for cue in cues]
    facts: list[Facts] = [dict(zip(names, row, strict=True)) for row in distinct.tolist()]
    looks = look(adviser, facts).picked(place.reshape(-1))
    theta = draw_places(priors(adviser, looks), rng)
    grades = draw_evidence(adviser, theta, rng)
    grades[:, 1:] = NOT_SAID
    grades[rng.random(n) >= SHARE_ASKED] = NOT_SAID
    return patterns(adviser, looks, theta, grades, rng)


def patterns(
    adviser: Adviser,
    looks: Looks,
    theta: NDArray[np.float64],
    grades: NDArray[np.int64],
    rng: np.random.Generator,
) -> StayPatterns:
    """Serve each guest in a style by lot, and lay out what was seen, one row for each stay."""
    n, n_questions = theta.size, len(adviser.catalogue.questions)
    positions = [style.position for style in adviser.catalogue.styles.values()]
    style = rng.integers(0, len(positions), n)
    outcome = draw_satisfaction(
        style, theta, rng.random(n), positions, adviser.catalogue.model.outcome
    )
    return StayPatterns(
        counts=np.ones(n),
        distance=(looks.expected - adviser.rules.owner.reference)[:, learned(adviser)],
        trait_mean=np.zeros(n),
        variance=priors(adviser, looks).variance,
        answers=grades[:, :n_questions],
        reactions=grades[:, n_questions:],
        style=style,
        is_logged=np.ones(n, dtype=bool),
        outcome=np.where(rng.random(n) < SHARE_SATISFACTION, outcome - 1, -1),
        z=np.zeros((n, 0)),
    )


def learned(adviser: Adviser) -> NDArray[np.bool_]:
    """Which rules are learned: those that say something."""
    return np.asarray(adviser.rules.owner.weights != 0.0)


def timed(counted: StayPatterns, said: Learning, rounds: int) -> dict[str, Any]:
    """Learn some times over."""
    taken, worked = [], []
    for _ in range(rounds):
        start, at_work = perf_counter(), process_time()
        model = learn(counted, said)
        taken.append(perf_counter() - start)
        worked.append(process_time() - at_work)
    return {
        "stays_that_teach": int(counted.counts.sum()),
        "patterns": counted.n_patterns,
        "weights": len(model.weights),
        "seconds": round(median(taken), 2),
        "cpu_seconds": round(median(worked), 2),
        "steps": model.iterations,
        "is_converged": model.is_converged,
    }


def run(is_quick: bool) -> Numbers:
    """Learn from all three kinds of stays."""
    catalogue, rng = load_catalogue(), np.random.default_rng(SEED)
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    said = learning_of(adviser, learned(adviser))
    told = {}
    for name, rounds in ROUNDS.items():
        kind, stays = name.split("_")
        draw: Draw = {"rich": rich, "sparse": sparse}[kind]
        n = QUICK if is_quick else int(stays)
        # the learner leaves out, on its own, stays that teach nothing
        counted = draw(adviser, n, rng).settled()
        told[name] = {"stays": n, **timed(counted, said, 1 if is_quick else rounds)}
        tell(f"{name}: {counted.n_patterns} patterns, {told[name]['seconds']} s")
    return told


FIGURE = Figure("refit", "The whole model learned anew from 100,000 and 1,000,000 stays", run)

"""Made-up tables of answers whose items, cues and guests are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.inference.calibration import CalibratedItem
from engine.inference.graded import answer_probabilities
from engine.inference.grid import Array
from engine.inference.responses import UNANSWERED, Grades, Responses


def numbers(items: Sequence[CalibratedItem]) -> Array:
    return np.array([[item.discrimination, *item.thresholds] for item in items])


def told(answers: Grades, values: Array | None = None) -> Responses:
    values = np.zeros((len(answers), 0)) if values is None else values
    return Responses(
        tuple(f"q{j}" for j in range(answers.shape[1])),
        tuple(f"c{j}" for j in range(values.shape[1])),
        answers,
        values,
    )


def guests(
    n: int,
    sizes: tuple[int, ...],
    *,
    seed: int,
    weights: tuple[float, ...] = (),
    missing: float = 0.2,
) -> tuple[Responses, list[CalibratedItem], Array]:
    """Simulated guests with known items, known weights of yes-no cues, and known places."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2, (n, len(weights))).astype(np.float64)
    theta = values @ np.array(weights) + rng.normal(size=n)
    items, answers = [], np.empty((n, len(sizes)), dtype=np.int64)
    for j, size in enumerate(sizes):
        a, b = rng.lognormal(0.3, 0.3), np.linspace(-1.2, 1.2, size - 1) + rng.normal(0, 0.3)
        items.append(CalibratedItem(f"q{j}", float(a), tuple(float(x) for x in b)))
        chance = answer_probabilities(theta, float(a), b.tolist()).cumsum(axis=1)
        answers[:, j] = np.minimum((rng.random(n)[:, None] > chance).sum(axis=1), size - 1)
    answers[rng.random(answers.shape) < missing] = UNANSWERED
    return told(answers, values), items, theta


def changed(responses: Responses, column: int, values: Grades) -> Responses:
    answers = responses.answers.copy()
    answers[:, column] = np.where(answers[:, column] == UNANSWERED, UNANSWERED, values)
    return told(answers, responses.values)

"""How many questions it takes to know a guest well enough, chosen well and chosen blindly.

The bank is not one for hotels: 20 items of 5 grades that were made to compare ways of choosing.
The guests are made, so where each of them stands is known, and answers as the items say.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Numbers
from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_probabilities, answer_table
from engine.inference.grid import NODES, Array
from engine.inference.posterior import SQUARES, density, log_prior
from engine.inference.prior import Prior

BANK = Path(__file__).parent / "data" / "bank20.csv"
"""Discrimination `a` and thresholds `b1` to `b4` of each item."""

SEED = 20261121
N_GUESTS, N_GUESTS_QUICK = 3_000, 100
MOST_QUESTIONS = 20

TARGETS = (0.5, 0.4)
"""Standard deviations of a belief at which the asking stops."""

Rank = Callable[[Array], Array]
"""From beliefs, one in each row, to a number for each item; of those open the lowest is asked."""


def bank() -> list[Item]:
    """Read the items."""
    with BANK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [Item(float(a), tuple(float(b) for b in thresholds)) for a, *thresholds in rows]


def answers(items: list[Item], theta: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw what each guest would answer to each item; shape (n_guests, n_items)."""
    lots = rng.random((theta.size, len(items)))
    columns = []
    for k, item in enumerate(items):
        chances = answer_probabilities(theta, item.discrimination, item.thresholds)
        columns.append((lots[:, k, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=1))
    return np.column_stack(columns)


def deviations(items: list[Item], given: NDArray[np.int64], rank: Rank) -> Array:
    """Ask every guest the whole bank, one question after the other.

    Parameters
    ----------
    items : list of Item
        The bank.
    given : ndarray of shape (n_guests, n_items)
        What each guest would answer.
    rank : Rank
        Who is asked what next.

    Returns
    -------
    ndarray of shape (n_guests, 1 + most questions)
        Standard deviation of the belief after so many answers.
    """
    logs = np.stack([np.log(answer_table(item.discrimination, item.thresholds)) for item in items])
    everyone = np.arange(len(given))
    total = np.tile(log_prior(Prior(0.0, 1.0)), (len(given), 1))
    is_asked = np.zeros(given.shape, dtype=bool)
    found = [_sd(density(total))]
    for _ in range(min(MOST_QUESTIONS, len(items))):
        item = np.where(is_asked, np.inf, rank(density(total))).argmin(axis=1)
        is_asked[everyone, item] = True
        total += logs[item, given[everyone, item]]
        found.append(_sd(density(total)))
    return np.column_stack(found)


def _sd(beliefs: Array) -> Array:
    variance = beliefs @ SQUARES - (beliefs @ NODES) ** 2
    return np.sqrt(np.maximum(variance, 0.0))


def needed(sd: Array, target: float) -> float:
    """Mean number of questions until the belief is as narrow as `target`; all where it never is."""
    is_there = sd <= target
    first = np.where(is_there.any(axis=1), is_there.argmax(axis=1), sd.shape[1] - 1)
    return float(first.mean())


def run(is_quick: bool) -> Numbers:
    """Ask the same guests by least expected variance and at random."""
    rng = np.random.default_rng(SEED)
    items, n = bank(), N_GUESTS_QUICK if is_quick else N_GUESTS
    given = answers(items, rng.standard_normal(n), rng)
    made = ItemBank([answer_table(item.discrimination, item.thresholds) for item in items])
    ways: dict[str, Rank] = {
        "expected_variance": made.expected_variance,
        "random": lambda beliefs: rng.random((len(beliefs), len(items))),
    }
    told = {name: deviations(items, given, rank) for name, rank in ways.items()}
    return {
        "guests": n,
        "items": len(items),
        **{
            name: {f"questions_to_sd_{target}": round(needed(sd, target), 2) for target in TARGETS}
            for name, sd in told.items()
        },
    }


FIGURE = Figure(
    "adaptive_questions",
    f"Questions until {N_GUESTS:,} simulated guests are known well: chosen, and at random",
    run,
)

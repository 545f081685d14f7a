"""From an answer to the next question: Tact, and the adaptive tests of the Python package mirt.

All ask the same guests from the same bank, each by its own choice: Tact by least expected
variance, mirt by most information at the place estimated so far (its default) and by most expected
information. What a question costs in time and what it tells are measured in the same sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.adaptive_questions import TARGETS, answers, bank, needed
from benchmarks.figure import Figure, Numbers, quartiles
from benchmarks.peers import absent, versions
from engine.domain.questions import Item
from engine.inference.adaptive import ItemBank
from engine.inference.graded import answer_table
from engine.inference.grid import Array
from engine.inference.posterior import belief_of, density, log_prior
from engine.inference.prior import Prior

SEED = 20261122
N_GUESTS, N_GUESTS_QUICK = 300, 3
N_QUESTIONS = 12
"""In each session; few guests need more to be known to the narrower target."""

N_FITTED = 50
"""Made-up guests that the peer is shown; it learns nothing, since every number is held."""

PEER = "mirt"
CHOICES = {"mirt_information": "MFI", "mirt_expected_information": "MEI"}
"""Its ways of choosing, by our name for them."""

Session = Callable[[Sequence[int]], list[int]]
"""From what a guest would answer to each item to the items asked, in order."""


def with_tact(items: Sequence[Item]) -> Session:
    """Return how Tact asks: the whole belief after each answer, then the least variance."""
    tables = [answer_table(item.discrimination, item.thresholds) for item in items]
    made, logs = ItemBank(tables), [np.log(table) for table in tables]

    def ask(given: Sequence[int]) -> list[int]:
        total, asked = log_prior(Prior(0.0, 1.0)), list[int]()
        for _ in range(N_QUESTIONS):
            variance = made.expected_variance(density(total))
            variance[asked] = np.inf
            asked.append(int(variance.argmin()))
            total = total + logs[asked[-1]][given[asked[-1]]]
        return asked

    return ask


def with_mirt(items: Sequence[Item], choice: str) -> Session:
    """Return how mirt asks with its own settings, which are 21 nodes on [-4, 4]."""
    from mirt.cat import CATEngine  # noqa: PLC0415  # optional

    # a session that no precision ends
    engine = CATEngine(
        held_model(items), item_selection=choice, se_threshold=1e-9, max_items=N_QUESTIONS
    )

    def ask(given: Sequence[int]) -> list[int]:
        engine.reset()
        for _ in range(N_QUESTIONS):
            engine.administer_item(given[engine.select_next_item()])
        return [int(item) for item in engine.get_result().items_administered]

    return ask


def held_model(items: Sequence[Item]) -> Any:
    """Return mirt's model with our items: it asks with a fitted one only, so all is held."""
    import mirt  # noqa: PLC0415  # optional

    rng = np.random.default_rng(SEED)
    held = {
        "discrimination": np.array([item.discrimination for item in items]),
        "thresholds": np.array([item.thresholds for item in items]),
    }
    return mirt.fit_mirt(
        answers(list(items), rng.standard_normal(N_FITTED), rng),
        model="GRM",
        n_categories=len(items[0].thresholds) + 1,
        start_values=held,
        fixed={name: np.ones(values.shape, dtype=bool) for name, values in held.items()},
        compute_standard_errors=False,
    ).model


def deviations(items: Sequence[Item], given: Sequence[int], asked: Sequence[int]) -> list[float]:
    """Standard deviations of Tact's belief after each question asked, by whomever."""
    total = log_prior(Prior(0.0, 1.0))
    found = [belief_of(density(total)).sd]
    for item in asked:
        table = answer_table(items[item].discrimination, items[item].thresholds)
        total = total + np.log(table[given[item]])
        found.append(belief_of(density(total)).sd)
    return found


def served(
    items: Sequence[Item], given: NDArray[np.int64], sessions: Mapping[str, Session]
) -> tuple[dict[str, list[float]], dict[str, Array]]:
    """Let all ask every guest in turn; µs a question, and deviations by guest and question."""
    taken: dict[str, list[float]] = {name: [] for name in sessions}
    found: dict[str, list[list[float]]] = {name: [] for name in sessions}
    for row in given.tolist():
        for name, ask in sessions.items():
            start = perf_counter()
            asked = ask(row)
            taken[name].append((perf_counter() - start) / N_QUESTIONS * 1e6)
            found[name].append(deviations(items, row, asked))
    return taken, {name: np.array(rows) for name, rows in found.items()}


def run(is_quick: bool) -> Numbers:
    """Let all ask the same guests."""
    rng, items, missing = np.random.default_rng(SEED), bank(), absent([PEER])
    n_guests = N_GUESTS_QUICK if is_quick else N_GUESTS
    given = answers(items, rng.standard_normal(n_guests), rng)
    sessions = {"tact": with_tact(items)}
    if not missing:
        sessions |= {name: with_mirt(items, choice) for name, choice in CHOICES.items()}
    taken, sds = served(items, given, sessions)
    own = quartiles(taken["tact"])[1]
    return {
        "guests": n_guests,
        "items": len(items),
        "questions": N_QUESTIONS,
        **{name: summary(taken[name], sds[name], own) for name in sessions},
        "versions": versions([PEER]),
        "absent": missing,
    }


def summary(taken: Sequence[float], sd: Array, own: float) -> dict[str, float]:
    """Time of a question, how much longer than Tact's, and what the questions told."""
    low, middle, high = quartiles(taken)
    return {
        "question_us": round(middle, 1),
        "question_us_lower_quartile": round(low, 1),
        "question_us_upper_quartile": round(high, 1),
        "times_tact": round(middle / own, 1),
        **{f"questions_to_sd_{target}": round(needed(sd, target), 2) for target in TARGETS},
    }


FIGURE = Figure(
    "next_question", "From an answer to the next question, against the package mirt", run
)

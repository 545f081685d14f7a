"""Questions learned from answers: Tact, and the Python packages mirt and girth.

The small set is the one with which the tests compare Tact and R; the large one is drawn from the
bank. Whoever learned, the log-likelihood is worked out by one hand, on 121 nodes over [-6, 6].
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.adaptive_questions import answers, bank
from benchmarks.figure import Figure, Numbers, quartiles, tell
from benchmarks.peers import absent, versions
from engine.inference.calibration import calibrate
from engine.inference.grid import Array
from engine.inference.item_step import item_of
from engine.inference.marginal import Marginal
from engine.inference.responses import UNANSWERED, Responses, checked_grades, patterns_of

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "reference"
"""Answers of 1,200 guests to 8 questions, a quarter missing; and what R mirt reached."""

N_ITEMS_GOLDEN = 8
SEED = 20261123
N_LARGE, N_LARGE_QUICK = 20_000, 300
SHARE_UNANSWERED = 0.25

ROUNDS = {"small": 15, "large": 3}

Found = tuple[Array, Array]
"""Discriminations (n_items,) and thresholds (n_items, n_grades - 1)."""
Learn = Callable[[Responses], Found]

EXACT_MIRT = {"n_quadpts": 61, "tol": 1e-6, "accelerate": "squarem"}
"""Its settings with which it reaches the same likelihood, and sooner than with its own."""
EXACT_GIRTH = {"use_LUT": False, "quadrature_n": 121, "quadrature_bounds": (-6, 6)}
"""The same for girth, whose tolerance of .001 on discriminations is fixed."""


@dataclass(frozen=True, slots=True)
class Data:
    """One table of answers."""

    responses: Responses
    likelihood_of_r: float | None
    """Log-likelihood that R mirt reached, where it was asked."""

    def log_likelihood(self, found: Found) -> float:
        """Log-likelihood of all answers with items as found."""
        n_grades = checked_grades(self.responses, may_be_empty=False)
        fit = Marginal(patterns_of(self.responses, n_grades), None)
        items = [item_of(float(a), b) for a, b in zip(*found, strict=True)]
        heights, _ = fit.densities(np.concatenate(items))
        return float(fit.patterns.counts @ heights)


def small() -> Data:
    """Read the answers on which the tests compare with R."""
    with (GOLDEN / "irt_responses.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    cells = [row[:N_ITEMS_GOLDEN] for row in rows]
    grades = [[UNANSWERED if cell in ("", "NA") else int(cell) for cell in row] for row in cells]
    reached = json.loads((GOLDEN / "irt_loglik.json").read_text(encoding="utf-8"))
    return Data(responses(np.array(grades), header[:N_ITEMS_GOLDEN]), reached["graded_loglik"])


def large(n: int) -> Data:
    """Draw what guests answer to the bank of 20 items."""
    rng, items = np.random.default_rng(SEED), bank()
    given = answers(items, rng.standard_normal(n), rng)
    given = np.where(rng.random(given.shape) < SHARE_UNANSWERED, UNANSWERED, given)
    return Data(responses(given, [f"item{k + 1}" for k in range(len(items))]), None)


def responses(grades: NDArray[np.int64], names: Sequence[str]) -> Responses:
    """Return answers without any cue."""
    return Responses(tuple(names), (), grades, np.zeros((len(grades), 0)))


def with_tact(given: Responses) -> Found:
    """Learn with Tact."""
    items = calibrate(given).items
    return (
        np.array([item.discrimination for item in items]),
        np.array([item.thresholds for item in items]),
    )


def with_mirt(settings: Mapping[str, object]) -> Learn:
    """Return how mirt learns; it is spared the standard errors, which nobody else works out."""
    import mirt  # noqa: PLC0415  # optional

    def learn(given: Responses) -> Found:
        grades = np.where(given.answers == UNANSWERED, np.nan, given.answers)
        n_grades = int(given.answers.max()) + 1
        model = mirt.fit_mirt(
            grades, model="GRM", n_categories=n_grades, compute_standard_errors=False, **settings
        ).model
        return np.ravel(model.parameters["discrimination"]), model.parameters["thresholds"]

    return learn


def with_girth(settings: Mapping[str, object]) -> Learn:
    """Return how girth learns; it takes items as rows."""
    import girth  # noqa: PLC0415  # optional

    def learn(given: Responses) -> Found:
        grades = np.where(given.answers == UNANSWERED, girth.INVALID_RESPONSE, given.answers)
        found = girth.grm_mml(grades.T, dict(settings))
        return found["Discrimination"], found["Difficulty"]

    return learn


def contestants() -> tuple[dict[str, Learn], dict[str, str]]:
    """Return who takes part, and a sentence for each who cannot."""
    found: dict[str, Learn] = {"tact": with_tact}
    missing = absent(["mirt", "girth"])
    if "mirt" not in missing:
        found |= {"mirt_own_settings": with_mirt({}), "mirt_exact": with_mirt(EXACT_MIRT)}
    if "girth" not in missing:
        found |= {"girth_own_settings": with_girth({}), "girth_exact": with_girth(EXACT_GIRTH)}
    return found, missing


def compared(data: Data, peers: Mapping[str, Learn], rounds: int) -> Numbers:
    """Let all learn from the same answers in turn."""
    taken: dict[str, list[float]] = {name: [] for name in peers}
    found: dict[str, Found] = {}
    for _ in range(rounds):
        for name, learn in peers.items():
            start = perf_counter()
            found[name] = learn(data.responses)
            taken[name].append(perf_counter() - start)
    reference = {} if data.likelihood_of_r is None else {"r_mirt_loglik": data.likelihood_of_r}
    return {
        "guests": len(data.responses.answers),
        "items": len(data.responses.items),
        **reference,
        **{
            name: {
                "loglik": round(data.log_likelihood(found[name]), 3),
                "seconds": round(quartiles(taken[name])[1], 3),
                "times_tact": round(quartiles(taken[name])[1] / quartiles(taken["tact"])[1], 2),
            }
            for name in peers
        },
    }


def run(is_quick: bool) -> Numbers:
    """Compare on both sets."""
    peers, missing = contestants()
    sets = {"small": small(), "large": large(N_LARGE_QUICK if is_quick else N_LARGE)}
    told = {}
    for name, data in sets.items():
        start = perf_counter()
        told[name] = compared(data, peers, 1 if is_quick else ROUNDS[name])
        tell(f"{name} set: {perf_counter() - start:.0f} s")
    return {**told, "versions": versions(["mirt", "girth"]), "absent": missing}


FIGURE = Figure("calibration", "Questions learned from answers, against mirt and girth", run)

"""Which style to try: bounded Thompson sampling of Tact, and contextual bandits of mabwiser.

Guests are drawn from the model with numbers that the seed does not know: fit matters more to them
than it thinks, and they want less contact. In the second world its rules say nothing of guests.
Everybody sees the same of each guest, what the rules expect of her, and learns once in a while
from how content the guests were that he served. Nobody's guest says a word before she is served:
where one has, Tact does not try anything out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np

from benchmarks.choosers import POLICIES, AsSeed, Chooser, Guests, WithMabwiser, WithTact
from benchmarks.figure import Figure, Numbers, quartiles, tell
from benchmarks.many_stays import Looks, draw_facts, draw_places, look, priors
from benchmarks.peers import absent, versions
from engine.audit.simulated_guests import draw_satisfaction
from engine.bootstrap import first_rule_set
from engine.catalogue.load import load_catalogue
from engine.decision.advise import Adviser
from engine.domain.model import OutcomeConstants
from engine.inference.batch import StayPriors
from engine.inference.grid import Array
from engine.inference.outcome import expected_points

SEED = 20261126
N_GUESTS, N_GUESTS_QUICK = 2_000, 200
BATCH = 100
"""Guests between two times of learning, for all alike."""
SEEDS, SEEDS_QUICK = 3, 1

FIT_FACTOR, CUT_SHIFT = 1.6, 0.5
"""How guests differ from what the seed thinks: fit counts more, each style begins further up."""

WORLDS = {"rules_right": 1.0, "rules_worthless": 0.0}
"""Factor on what the rules say of where guests stand."""

PEER = "mabwiser"


def draw_guests(adviser: Adviser, n: int, factor: float, rng: np.random.Generator) -> Guests:
    """Draw guests, and what each style would be worth to each in truth."""
    looks: Looks = look(adviser, draw_facts(adviser, n, rng))
    given = priors(adviser, looks)
    theta = draw_places(StayPriors(factor * given.mean, given.variance), rng)
    positions = [style.position for style in adviser.catalogue.styles.values()]
    return Guests(
        features=looks.expected - adviser.rules.owner.reference,
        variance=given.variance,
        theta=theta,
        moods=rng.random(n),
        points=expected_points(positions, truth(adviser), theta).T,
    )


def truth(adviser: Adviser) -> OutcomeConstants:
    """Return what guests are like, which nobody is told."""
    seed = adviser.catalogue.model.outcome
    cuts = tuple(cut + CUT_SHIFT for cut in seed.cuts)
    return replace(seed, fit=seed.fit * FIT_FACTOR, cuts=cuts)


def served(adviser: Adviser, guests: Guests, chooser: Chooser) -> tuple[Array, Array]:
    """Serve all guests; points lost on each against who knows where she stands, and µs."""
    n = len(guests.theta)
    style, taken = np.zeros(n, dtype=np.int64), np.zeros(n)
    positions = [each.position for each in adviser.catalogue.styles.values()]
    for first in range(0, n, BATCH):
        last = min(first + BATCH, n)
        for guest in range(first, last):
            start = perf_counter()
            style[guest] = chooser.choose(guest)
            taken[guest] = (perf_counter() - start) * 1e6
        rows = slice(first, last)
        told = draw_satisfaction(
            style[rows], guests.theta[rows], guests.moods[rows], positions, truth(adviser)
        )
        chooser.learn(first, last, style[rows], told - 1)
    points = guests.points
    return points.max(axis=1) - points[np.arange(n), style], taken


def choosers(
    adviser: Adviser, guests: Guests, seed: int, missing: Mapping[str, str]
) -> dict[str, Callable[[], Chooser]]:
    """Return who takes part; each is made when it is his turn."""
    found: dict[str, Callable[[], Chooser]] = {
        "tact_bounded_thompson": lambda: WithTact(
            adviser, guests, np.random.default_rng([SEED, seed, 1])
        ),
        "tact_without_learning": lambda: AsSeed(adviser, guests),
    }
    if not missing:
        for name, policy in POLICIES.items():
            found[name] = partial(WithMabwiser, guests, policy, seed)
    return found


def compared(adviser: Adviser, factor: float, n: int, seeds: int) -> Numbers:
    """Let all serve the same guests, some times over."""
    lost: dict[str, list[Array]] = {}
    taken: dict[str, list[float]] = {}
    missing = absent([PEER])
    for seed in range(seeds):
        guests = draw_guests(adviser, n, factor, np.random.default_rng([SEED, seed]))
        for name, make in choosers(adviser, guests, seed, missing).items():
            regret, times = served(adviser, guests, make())
            lost.setdefault(name, []).append(regret)
            taken.setdefault(name, []).extend(times.tolist())
        lost.setdefault("best_single_style", []).append(of_one_style(guests))
    return {name: summary(np.array(lost[name]), taken.get(name, [])) for name in lost}


def of_one_style(guests: Guests) -> Array:
    """Points lost on each guest by who serves all alike, in the style that suits most."""
    lost = guests.points.max(axis=1)[:, None] - guests.points
    return np.asarray(lost[:, lost.mean(axis=0).argmin()])


def summary(lost: Array, taken: Sequence[float]) -> dict[str, float]:
    """Points lost on a guest: over all, with the standard error over seeds, and in the end."""
    by_seed, late = lost.mean(axis=1), lost[:, -lost.shape[1] // 3 :]
    error = by_seed.std(ddof=1) / len(by_seed) ** 0.5 if len(by_seed) > 1 else 0.0
    return {
        "regret": round(float(by_seed.mean()), 3),
        "regret_standard_error": round(float(error), 3),
        "regret_last_third": round(float(late.mean()), 3),
        **({"choice_us": round(quartiles(taken)[1], 1)} if taken else {}),
    }


def run(is_quick: bool) -> Numbers:
    """Let all serve in both worlds."""
    catalogue = load_catalogue()
    adviser = Adviser(catalogue, first_rule_set(catalogue))
    n, seeds = (N_GUESTS_QUICK, SEEDS_QUICK) if is_quick else (N_GUESTS, SEEDS)
    told = {}
    for name, factor in WORLDS.items():
        start = perf_counter()
        told[name] = compared(adviser, factor, n, seeds)
        tell(f"{name}: {perf_counter() - start:.0f} s")
    return {
        "guests": n,
        "seeds": seeds,
        **told,
        "versions": versions([PEER]),
        "absent": absent([PEER]),
    }


FIGURE = Figure("contextual_choice", "Which style to try, against bandits of mabwiser", run)

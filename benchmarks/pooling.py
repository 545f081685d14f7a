"""What a second hotel gains from what the first one found, after few stays of its own.

The data and the rules are those of `learning_curve`: the outcome is whether a booking came with a
special request. The city hotel has all its stays, the resort the first n that are drawn; both know
the other only by a normal likelihood of the weights, as houses of a chain do. The constant is a
weight like any other here, about which the owner says nothing.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.hotel_bookings import source
from benchmarks.learning_curve import Bookings, bookings, log_loss, rules
from engine.inference.comparison import Likelihood
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.pooled import Normal, pool
from engine.inference.trust import average_over_trust

ROUNDS: Mapping[int, int] = {30: 60, 100: 60, 300: 30, 1_000: 20}
"""Stays of the resort, and how often other ones are drawn."""

N_TOLD = 12_000
"""Other stays of the resort that are told."""

CONSTANT_SURE = 0.01
"""The owner says nothing of how many ask: her word on that counts a hundredth."""


def hotels() -> NDArray[np.str_]:
    """Return the hotel of each booking."""
    with gzip.open(source(), "rt", encoding="utf-8", newline="") as file:
        return np.array([row["hotel"] for row in csv.DictReader(file)])


def foretold(belief: Normal, x: Array) -> Array:
    """Chance of each booking; unsure weights pull it towards one half (MacKay 1992)."""
    rows = np.column_stack([x, np.ones(len(x))])
    spread = np.sum(rows @ belief.covariance * rows, axis=1)
    return logistic(rows @ belief.mean / np.sqrt(1.0 + np.pi * spread / 8.0))


def losses(
    data: Bookings, resort: NDArray[np.intp], city: Likelihood, n: int, rounds: int
) -> dict[str, float]:
    """Let the resort learn from n stays, alone and beside the city hotel; mean log-loss."""
    weights = np.array([rule["weight"] for rule in rules()])
    owner, sure = np.append(weights, 0.0), np.append(np.ones(weights.size), CONSTANT_SURE)
    found: dict[str, list[float]] = {"alone": [], "beside_city": [], "city_as_is": []}
    for seed in range(rounds):
        drawn = np.random.default_rng([n, seed]).permutation(resort)
        early, late = drawn[:n], drawn[-N_TOLD:]
        x, y = data.rules[early], data.asked[early]
        fit = average_over_trust(x, y, weights)
        told = pool(fit.best, [city], owner, sure)
        silent = Likelihood(np.zeros_like(city.information), np.zeros_like(city.pull), 0)
        as_is = pool(silent, [city], owner, sure).chain
        rows, asked = data.rules[late], data.asked[late]
        found["alone"].append(log_loss(fit.probabilities(rows), asked))
        found["beside_city"].append(log_loss(foretold(told.house, rows), asked))
        found["city_as_is"].append(log_loss(foretold(as_is, rows), asked))
    return {name: round(float(np.mean(values)), 4) for name, values in found.items()}


def run(is_quick: bool) -> Numbers:
    """Compare after each number of stays."""
    data, is_city = bookings(), hotels() == "City Hotel"
    weights = np.array([rule["weight"] for rule in rules()])
    city = average_over_trust(data.rules[is_city], data.asked[is_city], weights).best
    resort, curve = np.flatnonzero(~is_city), {}
    for n, rounds in ROUNDS.items():
        start = perf_counter()
        curve[f"n_{n}"] = losses(data, resort, city, n, 2 if is_quick else rounds)
        tell(f"{n} stays of the resort: {perf_counter() - start:.0f} s")
    return {"city_stays": int(is_city.sum()), "log_loss": curve}


FIGURE = Figure(
    "pooling", "log-loss of a second hotel after n stays, with the first and without", run
)

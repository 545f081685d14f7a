"""How fast weights are learnt from few stays, with an owner's rules and without, against peers.

The stays are real bookings (see `hotel_bookings`), the outcome is whether a booking came with a
special request, and the rules are those of `hotel_rules.toml`, written before any fit. Everybody
learns from the same rows and the same columns, those of the rules; who learns from the whole
booking instead says so in its name.
"""

from __future__ import annotations

import csv
import gzip
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.hotel_bookings import source
from benchmarks.peers import absent
from engine.inference.estimators import LatentAxisClassifier, OwnerPriorLogit

Array = NDArray[np.float64]
Learn = Callable[[Array, Array], Callable[[Array], Array]]
"""From rows and outcomes to what gives each new row its chance."""

RULES = Path(__file__).with_name("hotel_rules.toml")

LAST_YEAR_LEARNT = 2016
"""Arrivals up to this year are learnt from, later ones are told: nobody learns from the future."""

ROUNDS: Mapping[int, int] = {20: 200, 50: 100, 200: 50, 1_000: 20, 5_000: 5}
"""Stays learnt from, and how often other ones are drawn."""

ROUNDS_EBM: Mapping[int, int] = {200: 5, 1_000: 5, 5_000: 3}
"""The same for EBM, which takes part in the first draws only: with its own settings one fit takes
seconds, and minutes at 20 stays. It is compared with Tact on the draws it took part in."""

N_TOLD = 4_000
"""Later bookings that are told in each round."""

LEAST_CHANCE = 1e-6
"""Chances are cut here for all alike, so that one certainty cannot decide a mean."""

WHOLE = ("lead_time", "adults", "young", "nights", "adr", "previous_cancellations", "month")
"""Numbers of a booking beyond the rules, for who learns from the whole of it."""
WHOLE_WORDS = ("hotel", "meal", "market_segment", "customer_type", "reserved_room_type")
"""Words of a booking, for the same."""


@dataclass(frozen=True, slots=True)
class Bookings:
    """Rows of the source as columns of numbers."""

    rules: Array
    """1 where a rule holds; shape (n_rows, n_rules)."""
    whole: Array
    """The rules, then everything else that is known when booking."""
    asked: Array
    """1 where the booking came with a special request."""
    year: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peer:
    """One who learns."""

    learn: Learn
    is_whole: bool = False
    rounds: Mapping[int, int] = field(default_factory=lambda: ROUNDS)
    """By number of stays; none where it is missing."""


def rules() -> list[dict[str, Any]]:
    """Return the rules with weight and tests."""
    return list(tomllib.loads(RULES.read_text(encoding="utf-8"))["rules"])


def columns(rows: Sequence[Mapping[str, str]]) -> dict[str, NDArray[Any]]:
    """Return each column of the source, with nights and young guests counted together."""
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    young = np.where(table["children"] == "NA", "0", table["children"])
    nights = ("stays_in_weekend_nights", "stays_in_week_nights")
    table["young"] = young.astype(float) + table["babies"].astype(float)
    table["nights"] = table[nights[0]].astype(float) + table[nights[1]].astype(float)
    table["month"] = np.unique(table["arrival_date_month"], return_inverse=True)[1]
    return table


def fires(test: Mapping[str, Any], table: Mapping[str, NDArray[Any]]) -> Array:
    """Whether all tests of a rule hold, as 1 or 0, for every row."""
    holds = np.ones(len(table["young"]), dtype=bool)
    for name, allowed in test.items():
        if isinstance(allowed, list):
            holds &= np.isin(table[name], allowed)
        else:
            value = table[name].astype(float)
            holds &= value >= allowed.get("least", -np.inf)
            holds &= value <= allowed.get("most", np.inf)
    return holds.astype(np.float64)


def bookings() -> Bookings:
    """Read the source."""
    with gzip.open(source(), "rt", encoding="utf-8", newline="") as file:
        table = columns(list(csv.DictReader(file)))
    fired = np.column_stack([fires(rule["when"], table) for rule in rules()])
    numbers = [table[name].astype(float) for name in WHOLE]
    words = [np.unique(table[name], return_inverse=True)[1] for name in WHOLE_WORDS]
    return Bookings(
        rules=fired,
        whole=np.column_stack([fired, *numbers, *words]).astype(np.float64),
        asked=(table["total_of_special_requests"].astype(float) > 0).astype(np.float64),
        year=table["arrival_date_year"].astype(np.int64),
    )


def of(model: Any) -> Learn:
    """Return how a scikit-learn classifier learns, from the start each time."""

    def learn(x: Array, y: Array) -> Callable[[Array], Array]:
        if np.unique(y).size < 2:
            share = (y.sum() + 0.5) / (y.size + 1.0)
            return lambda new: np.full(len(new), share)
        fitted = model.fit(x, y)
        return lambda new: np.asarray(fitted.predict_proba(new)[:, 1], dtype=np.float64)

    return learn


def share_only(_x: Array, y: Array) -> Callable[[Array], Array]:
    """Learn how many asked, and nothing else."""
    share = (y.sum() + 0.5) / (y.size + 1.0)
    return lambda new: np.full(len(new), share)


def with_river(x: Array, y: Array) -> Callable[[Array], Array]:
    """Learn one stay after the other, as river does, with its own settings."""
    from river.linear_model import LogisticRegression as OneByOne  # noqa: PLC0415  # optional

    model = OneByOne()
    for row, outcome in zip(x, y, strict=True):
        model.learn_one(dict(enumerate(row)), bool(outcome))
    return lambda new: np.array(
        [model.predict_proba_one(dict(enumerate(row)))[True] for row in new]
    )


def with_interpret(x: Array, y: Array) -> Callable[[Array], Array]:
    """Learn an explainable boosting machine with its own settings."""
    from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415  # optional

    return of(ExplainableBoostingClassifier(random_state=0, n_jobs=1))(x, y)


def contestants() -> tuple[dict[str, Peer], dict[str, str]]:
    """Return who takes part, and a sentence for each who cannot."""
    weights = np.array([rule["weight"] for rule in rules()])
    # on the axis a logit counts less, since the place is unsure by 1 (MacKay 1992)
    on_axis = weights * (1.0 + np.pi / 8.0) ** 0.5
    found = {
        "tact_with_rules": Peer(of(OwnerPriorLogit(weights))),
        "tact_with_rules_flipped": Peer(of(OwnerPriorLogit(-weights))),
        "tact_without_rules": Peer(of(OwnerPriorLogit())),
        "tact_rules_with_fixed_trust": Peer(of(OwnerPriorLogit(weights, tau=0.25))),
        "tact_latent_axis_with_rules": Peer(of(LatentAxisClassifier(on_axis))),
        "share_only": Peer(share_only),
        "logistic_regression": Peer(of(LogisticRegression(max_iter=1_000))),
        "hist_gradient_boosting": Peer(of(HistGradientBoostingClassifier(random_state=0))),
        "hist_gradient_boosting_whole_booking": Peer(
            of(HistGradientBoostingClassifier(random_state=0)), is_whole=True
        ),
    }
    optional = (
        ("river", "river_logistic", Peer(with_river)),
        ("interpret", "interpret_ebm", Peer(with_interpret, rounds=ROUNDS_EBM)),
    )
    missing = absent([package for package, _, _ in optional])
    found |= {name: peer for package, name, peer in optional if package not in missing}
    return found, {name: missing[package] for package, name, _ in optional if package in missing}


def drawn(data: Bookings, n: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw the rows that are learnt from and the later ones that are told."""
    rng = np.random.default_rng([n, seed])
    early = np.flatnonzero(data.year <= LAST_YEAR_LEARNT)
    late = np.flatnonzero(data.year > LAST_YEAR_LEARNT)
    return rng.choice(early, n, replace=False), rng.choice(late, N_TOLD, replace=False)


def log_loss(chance: Array, asked: Array) -> float:
    """Mean negative log probability of what happened."""
    p = np.clip(chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    return float(-np.mean(np.where(asked > 0, np.log(p), np.log1p(-p))))


def losses(
    data: Bookings, peers: Mapping[str, Peer], n: int, most_rounds: int
) -> dict[str, list[float]]:
    """Let all learn from the same rows in turn; log-loss on later rows, one per round."""
    found: dict[str, list[float]] = {name: [] for name in peers}
    for seed in range(min(ROUNDS[n], most_rounds)):
        early, late = drawn(data, n, seed)
        for name, peer in peers.items():
            if seed < peer.rounds.get(n, 0):
                x = data.whole if peer.is_whole else data.rules
                chance = peer.learn(x[early], data.asked[early])(x[late])
                found[name].append(log_loss(chance, data.asked[late]))
    return {name: values for name, values in found.items() if values}


def summary(found: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, dict[str, float | int]]]:
    """Yield for each its mean log-loss and how much worse it is than Tact with rules, in percent.

    The standard error is that of the difference, on the rounds both took part in.
    """
    own = np.array(found["tact_with_rules"])
    for name, values in found.items():
        pairs = np.array(values) - own[: len(values)]
        base = own[: len(values)].mean() / 100.0
        error = pairs.std(ddof=1) / len(pairs) ** 0.5 if len(pairs) > 1 else 0.0
        yield (
            name,
            {
                "log_loss": round(float(np.mean(values)), 4),
                "worse_percent": round(float(pairs.mean() / base), 2),
                "standard_error_percent": round(float(error / base), 2),
                "rounds": len(values),
            },
        )


def run(is_quick: bool) -> Numbers:
    """Draw the curve."""
    data, (peers, missing) = bookings(), contestants()
    curve: dict[str, Any] = {}
    for n in list(ROUNDS)[: 2 if is_quick else None]:
        start = perf_counter()
        found = losses(data, peers, n, most_rounds=2 if is_quick else max(ROUNDS.values()))
        curve[f"n_{n}"] = dict(summary(found))
        tell(f"{n} stays learnt from: {perf_counter() - start:.0f} s")
    return {
        "rows": len(data.asked),
        "asked_share": round(float(data.asked.mean()), 4),
        "rules": data.rules.shape[1],
        "curve": curve,
        "absent": missing,
    }


FIGURE = Figure(
    "learning_curve", "log-loss after n stays, an owner's rules as prior, against peers", run
)

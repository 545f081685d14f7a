"""Try the rules in force on guests of whom everything is known, and tell what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from engine.audit.simulated_guests import World
from engine.audit.simulation import Simulation, simulate
from engine.decision.advise import Adviser
from engine.domain.stays import House
from engine.usecases.advice.advising import house_facts

DIGITS = 4
"""Digits told; more would only be noise."""


def try_out(
    adviser: Adviser,
    house: House,
    *,
    n_guests: int,
    seed: int,
    misfit: float = 0.0,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Serve made-up guests of one house by the rules of an adviser.

    Parameters
    ----------
    adviser : Adviser
        The rules in force.
    house : House
        Where the guests arrive.
    n_guests : int
        At least 1.
    seed : int
        At least 0; the same seed gives the same guests.
    misfit : float
        How wrong the rules are, 0 to 2: 0 right, 1 guests do not care for them, 2 reversed.
    progress : callable, optional
        Told now and then how many guests were served.
    """
    world = World(told=house_facts(house, None), house=house.id, misfit=misfit)
    return simulate(adviser, n_guests, np.random.default_rng(seed), world, progress)


def document_of(result: Simulation, *, seed: int, misfit: float) -> dict[str, Any]:
    """Return what `tact simulate --json` writes; a mean over nobody is null."""
    return {
        "guests": result.n_guests,
        "seed": seed,
        "misfit": misfit,
        "coverage": _rounded(result.coverage),
        "regret": _rounded(result.regret),
        "questions_a_guest": _rounded(result.questions),
        "styles": dict(result.styles),
        "satisfaction": _rounded(result.satisfaction),
    }


def _rounded(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    return {k: None if value is None else round(value, DIGITS) for k, value in numbers.items()}


def in_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the document line by line, for a person."""
    coverage, regret = document["coverage"], document["regret"]
    asked = document["questions_a_guest"]
    yield f"{document['guests']} made-up guests, seed {document['seed']}."
    yield (
        f"90 % bands that hold the truth: {_percent(coverage['before'])} before a question, "
        f"{_percent(coverage['after'])} after."
    )
    yield (
        "Points lost against somebody who knows every guest, asking counted: "
        f"{regret['engine']:.2f} as advised, {regret['never_asking']:.2f} never asking, "
        f"{regret['always_three']:.2f} asking all that may be asked."
    )
    yield (
        f"Questions a guest: {_number(asked['all'])}; {_number(asked['efficiency'])} of guests on "
        f"the efficiency side, {_number(asked['contact'])} on the contact side."
    )
    for style, n_guests in document["styles"].items():
        content = _number(document["satisfaction"][style])
        yield f"{style}: {n_guests} guests, satisfaction {content} of 5."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"

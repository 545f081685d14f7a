"""Counted stays whose guests are as some rules say, for the tests of what is learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.audit.candidates import rule_of
from engine.audit.simulated_guests import SimulatedGuest, draw_guests, draw_satisfaction
from engine.decision.advise import Adviser
from engine.domain.rules import Test
from engine.inference import bands
from engine.inference.stats import Pattern, Stats

QUESTIONS = ("welcome", "unit_tour", "check_on_me")
SURVEYED = 0.5
"""Share of guests who tell how it was."""


def stays_of(
    adviser: Adviser, n: int, seed: int, *, first_week: int = 1, year: int = 2026
) -> Stats:
    """Draw guests over half a year who answer three questions, met in a style by lot."""
    rng = np.random.default_rng(seed)
    guests = draw_guests(adviser, n, rng)
    styles = list(adviser.catalogue.styles.values())
    place = rng.integers(len(styles), size=n)
    outcome = draw_satisfaction(
        place,
        np.array([guest.theta for guest in guests]),
        np.array([guest.mood for guest in guests]),
        [style.position for style in styles],
        adviser.catalogue.model.outcome,
    )
    outcome[rng.random(n) > SURVEYED] = 0
    return Stats.of(
        replace(
            pattern_of(guest),
            style=styles[place[k]].id,
            propensity=bands.propensity_band(1 / len(styles)),
            outcome=int(outcome[k]),
            week=f"{year}-W{first_week + 20 * k // n:02}",
        )
        for k, guest in enumerate(guests)
    )


def pattern_of(guest: SimulatedGuest) -> Pattern:
    """Count one guest as the desk would."""
    told = guest.case.facts.items()
    return Pattern(
        facts=tuple((id, bands.whole_band(v) if type(v) is int else v) for id, v in told),
        cues=tuple(guest.case.cues),
        is_arrived=True,
        answers=tuple((id, guest.answers[id]) for id in QUESTIONS),
    )


def flipped(adviser: Adviser) -> Adviser:
    """Return an adviser whose owner believes the opposite of everything."""
    rules = tuple(replace(rule, weight=-rule.weight) for rule in adviser.rule_set.rules)
    return Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))


def planted(adviser: Adviser, *tests: Test, weight: float) -> Adviser:
    """Return an adviser who knows one rule more."""
    rule = rule_of(tests, adviser.catalogue.facts, weight)
    rules = (*adviser.rule_set.rules, rule)
    return Adviser(adviser.catalogue, replace(adviser.rule_set, rules=rules))

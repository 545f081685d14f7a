"""The analysis of a large rule set over the shipped catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.figure import Figure, Numbers
from engine.catalogue.load import load_catalogue
from engine.catalogue.toml_text import rules_from_toml, rules_to_toml
from engine.domain.cues import Fact, FactKind, Scope
from engine.domain.rules import Operator, Rule, Test
from engine.rules.analysis import Seen, analyse
from engine.rules.findings import FindingKind

N_RULES = 300
N_STAYS = 1_000
LARGE = (1, 6, 6)
"""Tests in `when`, `any` and `unless` of each rule of large groups."""
DAY = date(2026, 1, 1)
"""Of all stays; no made-up rule ends."""


def made_up_rules(rng: np.random.Generator, facts: Sequence[Fact], n_rules: int) -> list[Rule]:
    """Return rules of one to three tests, a third with `any`, a quarter with `unless`."""
    return [_rule(rng, facts, f"made_up_{k}") for k in range(n_rules)]


def rules_of_large_groups(
    rng: np.random.Generator, facts: Sequence[Fact], n_rules: int
) -> list[Rule]:
    """Return rules of which each asks about some thirteen facts, as `LARGE` says."""
    return [_large_rule(rng, facts, f"large_{k}") for k in range(n_rules)]


def _large_rule(rng: np.random.Generator, facts: Sequence[Fact], id: str) -> Rule:
    when, some, unless = (
        tuple(_test(rng, facts[k]) for k in rng.choice(len(facts), n, replace=False)) for n in LARGE
    )
    weight = round(float(rng.normal(0.0, 0.5)), 2)
    names = {"en": id}
    return Rule(id, Scope.STATE, weight, names, "made up", when=when, any=some, unless=unless)


def _rule(rng: np.random.Generator, facts: Sequence[Fact], id: str) -> Rule:
    asked = [_test(rng, facts[k]) for k in rng.choice(len(facts), 6, replace=False)]
    n_when = int(rng.integers(1, 4))
    return Rule(
        id,
        Scope.STATE,
        round(float(rng.normal(0.0, 0.5)), 2),
        {"en": id},
        "made up",
        when=tuple(asked[:n_when]),
        any=tuple(asked[n_when : n_when + 2]) if rng.random() < 1 / 3 else (),
        unless=tuple(asked[-1:]) if rng.random() < 1 / 4 else (),
    )


def _test(rng: np.random.Generator, fact: Fact) -> Test:
    if fact.kind is FactKind.YES_NO:
        return Test(fact.id, Operator.IS, True)
    if fact.kind is FactKind.ONE_OF:
        return Test(fact.id, Operator.IS, fact.values[rng.integers(len(fact.values))])
    operator = Operator.AT_LEAST if rng.random() < 1 / 2 else Operator.AT_MOST
    return Test(fact.id, operator, int(rng.integers(1, min(fact.highest, 20))))


def made_up_stays(rng: np.random.Generator, facts: Sequence[Fact], n_stays: int) -> list[Seen]:
    """Return stays of which each fact is known with probability 1/2."""
    shares = [(fact.id, list(fact.usual), list(fact.usual.values())) for fact in facts]
    told = [
        {
            id: values[int(rng.choice(len(values), p=np.array(p) / sum(p)))]
            for id, values, p in shares
            if rng.random() < 1 / 2
        }
        for _ in range(n_stays)
    ]
    return [Seen(guest, DAY) for guest in told]


def run(is_quick: bool) -> Numbers:
    """Time the analysis by logic alone, of large groups, with stays, and the reading of a file."""
    catalogue, rng = load_catalogue(), np.random.default_rng(1)
    facts = [f for f in catalogue.facts.values() if f.is_scored and f.kind is not FactKind.TAG]
    rules = made_up_rules(rng, facts, N_RULES)
    stays = made_up_stays(rng, facts, 50 if is_quick else N_STAYS)
    large = rules_of_large_groups(rng, facts, N_RULES)
    text = rules_to_toml(rules)
    repeats = 1 if is_quick else 7
    found = analyse(rules, catalogue.facts)
    return {
        "rules": len(rules),
        "stays": len(stays),
        "findings": {kind.value: sum(f.kind is kind for f in found) for kind in FindingKind},
        "seconds": _seconds(lambda: analyse(rules, catalogue.facts), repeats),
        "seconds_of_large_groups": _seconds(lambda: analyse(large, catalogue.facts), repeats),
        "seconds_with_stays": _seconds(lambda: analyse(rules, catalogue.facts, stays), repeats),
        "seconds_to_read_the_file": _seconds(
            lambda: rules_from_toml(text, catalogue.facts), repeats
        ),
    }


def _seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of one call."""
    taken = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return round(median(taken), 3)


FIGURE = Figure("analysis", f"What {N_RULES} rules do as a whole, every guest accounted for", run)

"""Small catalogues, and rules and guests drawn at random over them, each with its seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from engine.domain.cues import Fact, FactKind, Scope, Value
from engine.domain.rules import Operator, Rule, Test

FIRST_DAY = date(2026, 1, 1)
N_DAYS = 12
"""Days on which the drawn rules begin and end."""


def fact(id: str, kind: FactKind, values: tuple[str, ...] = (), highest: int = 1) -> Fact:
    return Fact(id, kind, "drawn", {}, "a test", {"en": id}, values=values, highest=highest)


FACTS = {
    "purpose": fact("purpose", FactKind.ONE_OF, ("business", "leisure", "group")),
    "nights": fact("nights", FactKind.WHOLE, highest=6),
    "lead": fact("lead", FactKind.WHOLE, highest=3),
    "late": fact("late", FactKind.YES_NO),
    "tired": fact("tired", FactKind.YES_NO),
    "tongue": fact("tongue", FactKind.TAG),
}

TAGS = ("de", "en", "pt-BR")
ALL_VALUES: dict[str, tuple[Value, ...]] = {
    "purpose": FACTS["purpose"].values,
    "nights": tuple(range(7)),
    "lead": tuple(range(4)),
    "late": (False, True),
    "tired": (False, True),
    "tongue": TAGS,
}
"""Every value that a drawn guest may have; tags without end are stood for by three."""

NUMERIC = (Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN)
LISTS = (Operator.ANY_OF, Operator.NONE_OF)


def drawn_test(rng: np.random.Generator, id: str) -> Test:
    """Any test that the catalogue would allow of a fact."""
    kind, values = FACTS[id].kind, ALL_VALUES[id]
    one = values[rng.integers(len(values))]
    if rng.random() < 0.1:
        return Test(id, Operator.KNOWN, bool(rng.random() < 0.5))
    if kind is FactKind.YES_NO or rng.random() < 0.3:
        return Test(id, Operator.IS, one)
    if kind is FactKind.WHOLE and rng.random() < 0.7:
        if rng.random() < 0.3:
            low, high = sorted(int(v) for v in rng.choice(len(values), 2))
            return Test(id, Operator.BETWEEN, (low, high))
        return Test(id, NUMERIC[rng.integers(len(NUMERIC))], one)
    n_named = int(rng.integers(1, len(values) + 1))
    picked = sorted(rng.choice(len(values), n_named, replace=False).tolist())
    return Test(id, LISTS[rng.integers(2)], tuple(values[k] for k in picked))


def drawn_rule(rng: np.random.Generator, id: str, among: Sequence[str] = tuple(FACTS)) -> Rule:
    """Any rule that the catalogue would allow: in each group one test of a fact at most."""
    groups: dict[str, tuple[Test, ...]] = {}
    for name, share in (("when", 0.3), ("any", 0.25), ("unless", 0.2)):
        asked = [fact for fact in among if rng.random() < share]
        groups[name] = tuple(drawn_test(rng, fact) for fact in asked)
    if not groups["when"] and not groups["any"]:
        groups["when"] = (drawn_test(rng, among[rng.integers(len(among))]),)
    weight = float(rng.choice([-0.8, -0.3, 0.0, 0.3, 0.8], p=[0.25, 0.2, 0.1, 0.2, 0.25]))
    first, last = drawn_days(rng)
    return Rule(
        id, Scope.STATE, weight, {"en": id}, "a test", valid_from=first, valid_until=last, **groups
    )


def crowded_rule(rng: np.random.Generator, id: str, among: Sequence[str]) -> Rule:
    """One test that must pass, and the others shared out to large groups of `any` and `unless`."""
    asked = rng.permutation(len(among)).tolist()
    groups = {"when": asked[:1], "any": asked[1 : rng.integers(3, len(among))]}
    groups["unless"] = rng.permutation(asked)[: rng.integers(2, len(among))].tolist()
    tests = {name: tuple(drawn_test(rng, among[k]) for k in of) for name, of in groups.items()}
    weight = float(rng.choice([-0.8, 0.3, 0.8]))
    return Rule(id, Scope.STATE, weight, {"en": id}, "a test", **tests)


def drawn_days(rng: np.random.Generator) -> tuple[date | None, date | None]:
    """First and last day of a rule, mostly without end."""
    first, last = sorted(int(day) for day in rng.integers(0, N_DAYS, 2))
    return (
        FIRST_DAY + timedelta(first) if rng.random() < 0.3 else None,
        FIRST_DAY + timedelta(last) if rng.random() < 0.3 else None,
    )


def drawn_guest(rng: np.random.Generator) -> dict[str, Value]:
    """Any guest, most of them not known in all."""
    return {
        id: values[rng.integers(len(values))]
        for id, values in ALL_VALUES.items()
        if rng.random() < 0.75
    }

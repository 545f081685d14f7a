"""What a rule set expects of a guest about whom nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine.domain.cues import Value
from engine.domain.rules import Rule
from engine.rules.evaluate import Usual, chance_of, tests_of


def reference_shares(rules: Sequence[Rule], usual: Usual) -> NDArray[np.float64]:
    """Probability that each rule fires when nothing is known.

    Returns
    -------
    ndarray of shape (n_rules,)
        Between 0 and 1.
    """
    return np.array([chance_of(rule, usual)({}) for rule in rules], dtype=np.float64)


def _worlds(facts: Sequence[str], usual: Usual) -> Iterator[tuple[float, dict[str, Value]]]:
    """Every combination of values of `facts` with its share, facts taken as independent."""
    for values in product(*(usual[fact].items() for fact in facts)):
        yield (
            prod(part for _, part in values),
            {fact: value for fact, (value, _) in zip(facts, values, strict=True)},
        )


def _joint(one: Rule, other: Rule, usual: Usual) -> float | None:
    """Probability that both fire, or None where they share no fact."""
    names = {test.fact for test in tests_of(one)} & {test.fact for test in tests_of(other)}
    shared = sorted(name for name in names if name in usual)
    if not shared:
        return None
    first, second = chance_of(one, usual), chance_of(other, usual)
    return sum(part * first(world) * second(world) for part, world in _worlds(shared, usual))


def reference_covariance(rules: Sequence[Rule], usual: Usual) -> NDArray[np.float64]:
    """Covariance of the rules' firing among guests in general.

    Rules that test the same one-of fact exclude each other, so theirs is the multinomial
    covariance; rules that share no fact are taken as independent.

    Returns
    -------
    ndarray of shape (n_rules, n_rules)
        Symmetric, positive semi-definite.
    """
    mu = reference_shares(rules, usual)
    covariance = np.diag(mu * (1.0 - mu))
    for i, j in combinations(range(len(rules)), 2):
        joint = _joint(rules[i], rules[j], usual)
        if joint is not None:
            covariance[i, j] = covariance[j, i] = joint - mu[i] * mu[j]
    return covariance

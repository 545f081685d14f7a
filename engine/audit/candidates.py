"""Rules that nobody wrote yet: every situation that an owner could, one test or two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engine.decision.advise import Adviser
from engine.decision.compiled import may_be_learned
from engine.domain.cues import Fact, FactKind, Scope, Value
from engine.domain.rules import Operator, Rule, RuleSet, Sureness, Test
from engine.inference.grid import Array
from engine.inference.stats import Pattern
from engine.rules.evaluate import tests_of
from engine.rules.vectorised import RuleTable

Truths = NDArray[np.bool_]
Tests = tuple[Test, ...]


def may_be_suggested(fact: Fact) -> bool:
    """Whether a rule about a fact may be suggested.

    Never about culture or what is protected; nor about the guest's own word, which is an order and
    no statistic; nor about those who wait, whom no guest stands for.
    """
    return may_be_learned(fact) and not fact.is_instruction and not fact.is_waiting


def single_tests(adviser: Adviser) -> Tests:
    """Every single test that an owner could write, in the order of the catalogue.

    Whole numbers are cut where the catalogue has a usual value. What a rule in force says to move
    nobody, alone and with weight 0, is left out altogether.
    """
    settled = _said(rule for rule in adviser.rules.rules if rule.weight == 0.0)
    facts = [fact for fact in adviser.catalogue.facts.values() if may_be_suggested(fact)]
    every = [test for fact in facts for test in _tests_of_fact(fact)]
    return tuple(test for test in every if frozenset({test}) not in settled)


def _tests_of_fact(fact: Fact) -> list[Test]:
    if fact.kind is FactKind.YES_NO:
        return [Test(fact.id, Operator.IS, True)]
    if fact.kind is FactKind.WHOLE:
        cuts = sorted(int(value) for value in fact.usual)[1:]
        return [Test(fact.id, Operator.AT_LEAST, cut) for cut in cuts]
    return [Test(fact.id, Operator.IS, value) for value in fact.values or fact.usual]


@dataclass(frozen=True, slots=True)
class Looks:
    """What single tests say of each pattern."""

    tests: Tests
    expected: Array
    """Shape (n_patterns, n_tests): 0 or 1 where known, else the usual share."""
    usual: Array
    """Shape (n_tests,): the share when nothing is known."""
    holds: Truths
    """Shape (n_patterns, n_tests): known, and true."""
    fails: Truths
    """Shape (n_patterns, n_tests): known, and false."""

    @classmethod
    def of(cls, told: Sequence[Pattern], adviser: Adviser) -> Looks:
        """Look at every pattern with every single test."""
        tests, facts = single_tests(adviser), adviser.catalogue.facts
        usual = {id: fact.usual for id, fact in facts.items()} | dict(adviser.rule_set.usual)
        cues = [id for id, fact in adviser.catalogue.cues.items() if may_be_learned(fact)]
        table = RuleTable([rule_of((test,), facts, 0.0) for test in tests], usual)
        seen = [table.look(pattern.known(cues)) for pattern in told]
        shape = (len(told), len(tests))
        known = np.array([each.known for each in seen], dtype=np.bool_).reshape(shape)
        holds = np.array([each.fires for each in seen], dtype=np.bool_).reshape(shape)
        return cls(
            tests,
            np.array([each.expected for each in seen], dtype=np.float64).reshape(shape),
            table.look({}).expected,
            holds,
            known & ~holds,
        )

    def column(self, places: Sequence[int]) -> Array:
        """Return d = E[x] - mu of all these tests together, as a rule of them would have it."""
        chosen = list(places)
        product = np.prod(self.expected[:, chosen], axis=1)
        return np.asarray(product - np.prod(self.usual[chosen]))

    def columns(self, candidates: Sequence[Sequence[int]]) -> Array:
        """Return one column per candidate, shape (n_patterns, n_candidates)."""
        return np.column_stack([self.column(places) for places in candidates])

    def sides(self, counts: Array, places: Sequence[int]) -> tuple[int, int]:
        """Return for how many stays all these tests hold, and for how many one fails for sure."""
        chosen = list(places)
        holds, fails = self.holds[:, chosen].all(axis=1), self.fails[:, chosen].any(axis=1)
        return round(float(counts @ holds)), round(float(counts @ fails))


def candidates_of(looks: Looks, rules: RuleSet, counts: Array, least: int) -> list[tuple[int, ...]]:
    """Return places of single tests, then of pairs, that no rule says yet and stays can tell of.

    Parameters
    ----------
    looks : Looks
        Of every pattern.
    rules : RuleSet
        A rule that its owner switched off counts as said: she has declined it.
    counts : ndarray of shape (n_patterns,)
        Stays of each pattern.
    least : int
        Stays that there must be on either side.
    """
    said, ids = _said(rules.rules), {rule.id for rule in rules.rules}
    names = [test.fact for test in looks.tests]
    places = range(len(looks.tests))
    pairs = [(i, j) for i, j in combinations(places, 2) if names[i] != names[j]]
    enough = _enough(looks, counts, least)
    return [
        chosen
        for chosen in [*((place,) for place in places), *pairs]
        if enough[chosen[0], chosen[-1]]
        and frozenset(tests := [looks.tests[k] for k in chosen]) not in said
        and id_of(tests) not in ids
    ]


def _enough(looks: Looks, counts: Array, least: int) -> Truths:
    """Whether there are stays on either side of each pair; on the diagonal of each single test."""
    holds, fails = looks.holds.astype(np.float64), looks.fails.astype(np.float64)
    whole = (holds * counts[:, None]).T @ holds
    one = counts @ fails
    both = (fails * counts[:, None]).T @ fails
    against = one[:, None] + one[None, :] - both
    return np.asarray((whole >= least) & (against >= least))


def rule_of(tests: Sequence[Test], facts: Mapping[str, Fact], weight: float) -> Rule:
    """Return a rule that its owner could accept as it is: a guess, until she says more."""
    is_trait = all(facts[test.fact].scope is Scope.TRAIT for test in tests)
    return Rule(
        id=id_of(tests),
        scope=Scope.TRAIT if is_trait else Scope.STATE,
        weight=weight,
        because={},
        source="",
        sure=Sureness.GUESS,
        when=tuple(tests),
    )


def id_of(tests: Sequence[Test]) -> str:
    """Return the id of a suggested rule, the same whenever it is suggested."""
    return "suggested_" + "_and_".join(_name(test) for test in tests)


def _name(test: Test) -> str:
    if test.operator is Operator.IS:
        return test.fact if test.operand is True else f"{test.fact}_{_plain(test.operand)}"
    return f"{test.fact}_{test.operator.value}_{_plain(test.operand)}"


def _plain(value: Value | tuple[Value, ...]) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in str(value).lower())


def _said(rules: Iterator[Rule] | Sequence[Rule]) -> set[frozenset[Test]]:
    """Which tests some rule asks together and nothing else."""
    plain = (rule for rule in rules if not rule.unless and len(rule.any) <= 1)
    return {frozenset(tests_of(rule)) for rule in plain}

"""One rule, one guest: whether it fires, what is missing, and what to expect meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from engine.domain.cues import Value
from engine.domain.rules import Rule, Test
from engine.rules.conditions import Truth, conjunction, disjunction, holds, negation, share

Facts = Mapping[str, Value]
Usual = Mapping[str, Mapping[Value, float]]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a rule says of one guest, and why it cannot tell."""

    rule: str
    truth: Truth
    missing: tuple[str, ...]
    """Facts that would decide it, in the order of the rule; empty where it is decided."""
    failed: tuple[Test, ...]
    """Tests that keep it from firing."""

    @property
    def verdict(self) -> str:
        """Return `fires`, `silent` or `unknown`."""
        return {True: "fires", False: "silent", None: "unknown"}[self.truth]


def truth_of(rule: Rule, facts: Facts) -> Truth:
    """Whether `rule` fires for `facts`; None where that cannot be told yet."""
    parts = [conjunction(holds(test, facts.get(test.fact)) for test in rule.when)]
    if rule.any:
        parts.append(disjunction(holds(test, facts.get(test.fact)) for test in rule.any))
    if rule.unless:
        parts.append(
            negation(conjunction(holds(test, facts.get(test.fact)) for test in rule.unless))
        )
    return conjunction(parts)


def tests_of(rule: Rule) -> tuple[Test, ...]:
    """All tests of `rule`, in reading order."""
    return rule.when + rule.any + rule.unless


def trace(rule: Rule, facts: Facts) -> Trace:
    """Say of one guest whether `rule` fires, and if not, why."""
    truth = truth_of(rule, facts)
    missing = dict.fromkeys(test.fact for test in _undecided(rule, facts))
    failed = [test for test in rule.when + rule.any if holds(test, facts.get(test.fact)) is False]
    failed += [test for test in rule.unless if holds(test, facts.get(test.fact))]
    return Trace(
        rule=rule.id,
        truth=truth,
        missing=tuple(missing) if truth is None else (),
        failed=tuple(failed) if truth is False else (),
    )


def _undecided(rule: Rule, facts: Facts) -> Iterator[Test]:
    """Tests that cannot be answered yet, in groups that they would still decide."""
    for group, fold in (
        (rule.when, conjunction),
        (rule.any, disjunction),
        (rule.unless, conjunction),
    ):
        truths = [holds(test, facts.get(test.fact)) for test in group]
        if fold(truths) is None:
            yield from (test for test, truth in zip(group, truths, strict=True) if truth is None)


Chance = Callable[[Facts], float]


def _chance_of_test(test: Test, usual: Usual) -> Chance:
    reference = share(test, usual.get(test.fact, {}))

    def chance(facts: Facts) -> float:
        truth = holds(test, facts.get(test.fact))
        return reference if truth is None else float(truth)

    return chance


def _chances(tests: Sequence[Test], usual: Usual) -> tuple[Chance, ...]:
    return tuple(_chance_of_test(test, usual) for test in tests)


def chance_of(rule: Rule, usual: Usual) -> Chance:
    """Compile `rule` into the probability that it fires, unknowns counting at their share.

    AND is a product, `any` is one minus the product of the complements, `unless` multiplies by
    the complement (tests taken as independent).
    """
    when, some, unless = (_chances(tests, usual) for tests in (rule.when, rule.any, rule.unless))

    def chance(facts: Facts) -> float:
        p = prod(part(facts) for part in when)
        if some:
            p *= 1.0 - prod(1.0 - part(facts) for part in some)
        if unless:
            p *= 1.0 - prod(part(facts) for part in unless)
        return p

    return chance

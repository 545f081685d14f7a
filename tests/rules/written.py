"""Rules written by hand, in as few words as a test needs, and what was found about them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.cues import Scope, Value
from engine.domain.rules import Operator, Rule, Test
from engine.rules.findings import Finding

Told = set[tuple[str, tuple[str, ...]]]


def rule(id: str, weight: float = 1.0, **groups: tuple[Test, ...]) -> Rule:
    return Rule(id, Scope.STATE, weight, {"en": id}, "a test", **groups)


def is_(fact: str, value: Value) -> Test:
    return Test(fact, Operator.IS, value)


def told(findings: Sequence[Finding]) -> Told:
    """Kinds with their rules; of those about values only, nothing."""
    return {(finding.kind.value, finding.rules) for finding in findings if finding.rules}

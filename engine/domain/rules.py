"""What owners believe: this situation shifts a guest by so much, held this firmly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.domain.cues import Scope, Texts, Value


class Operator(StrEnum):
    """What a test asks of a value."""

    IS = "is"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    KNOWN = "known"


class Sureness(StrEnum):
    """How firmly an owner holds a weight."""

    GUESS = "guess"
    USUAL = "usual"
    FIRM = "firm"


STRENGTHS: Mapping[str, float] = {"weak": 0.3, "medium": 0.8, "strong": 1.5}
"""Words for a weight, in standard deviations of the guest population."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question to one fact or cue, answered yes, no or cannot tell."""

    __test__ = False  # pytest collects classes by this name

    fact: str
    operator: Operator
    operand: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A guest with what a rule must say of her: fires, silent or unknown."""

    guest: Mapping[str, Value]
    expect: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """An AND of tests, with at most one `any` and one `unless` group, and a weight."""

    id: str
    scope: Scope
    weight: float
    """Shift in standard deviations of the guest population; plus is contact."""
    because: Texts
    source: str
    sure: Sureness = Sureness.USUAL
    when: tuple[Test, ...] = ()
    any: tuple[Test, ...] = ()
    unless: tuple[Test, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    is_on: bool = True
    examples: tuple[RuleExample, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Whether the rule speaks on `day`."""
        starts = self.valid_from is None or self.valid_from <= day
        return self.is_on and starts and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """An immutable numbered set of rules with the reference shares frozen at publication."""

    version: int
    rules: tuple[Rule, ...]
    usual: Mapping[str, Mapping[Value, float]] = field(default_factory=dict)
    """Fact id to the share of each value among guests."""

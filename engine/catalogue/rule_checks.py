"""What is wrong with a rule as it is written, given what rules may ask about.

All of it is found at one reading: no fault keeps another one from being told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.catalogue.conditions import tests_of, value_fault
from engine.catalogue.cues import CULTURE_FAMILY, allowed_values, may_be
from engine.catalogue.near import spelled
from engine.catalogue.rule_shape import GROUPS
from engine.catalogue.shape import Fault, unknown
from engine.catalogue.tags import usual_tag
from engine.domain.cues import Fact, FactKind
from engine.domain.rules import Test
from engine.sentences import Sentence

Written = Mapping[str, Any]
"""One rule as it stands in the file; anything may stand behind its keys."""

Told = tuple[str, str, Sequence[str]]
"""Key, message, what is allowed."""

TellRule = Callable[[str, str, Sequence[str]], None]
"""Takes what a `Told` holds."""

AN_EXAMPLE = ("nights = { at_most = 2 }",)
"""A test, for a rule that has none."""


@dataclass(frozen=True, slots=True)
class Askable:
    """What rules may ask about, and how much they may weigh."""

    facts: Mapping[str, Fact] | None = None
    """None for a stored rule, whose facts may be gone by now: only its form counts."""
    culture_limit: float = math.inf
    """Largest |weight|, in standard deviations, of a rule about the culture family."""
    unread: Collection[str] = ()
    """Ids of facts that exist but are broken themselves: nothing is said of them."""
    is_seed: bool = False
    """Whether rules about culture must be off, as they are until an owner says so."""


def groups_of(written: Written, askable: Askable, tell: TellRule) -> dict[str, tuple[Test, ...]]:
    """Return the tests of each group that can be read; the rest is told."""

    def group(name: str) -> tuple[Test, ...]:
        def tell_of_group(key: str, told: Fault) -> None:
            tell(f"{name}.{key}".strip("."), told, told.allowed)

        tests = tests_of(written[name], tell_of_group, askable.facts, askable.unread)
        for test, told, allowed in _tag_faults(tests, askable.facts or {}):
            tell(f"{name}.{test.fact}", told, allowed)
        return tests

    return {name: group(name) if written.get(name) is not None else () for name in GROUPS}


def _tag_faults(
    tests: Sequence[Test], facts: Mapping[str, Fact]
) -> Iterator[tuple[Test, Sentence, Sequence[str]]]:
    for test in tests:
        operand, fact = test.operand, facts.get(test.fact)
        for value in operand if isinstance(operand, tuple) else (operand,):
            if fact and (told := _tag_fault(fact, value)):
                yield test, told, allowed_values(fact)


def _tag_fault(fact: Fact, value: object) -> Sentence | None:
    """Return what is wrong with a language tag: tests compare tags letter by letter."""
    is_tag = fact.kind is FactKind.TAG and fact.is_scored and isinstance(value, str)
    if not is_tag or (usual := usual_tag(str(value))) == value:
        return None
    said = {"value": spelled(value), "fact": fact.id}
    if usual is None:
        return Sentence("{value} is not a value of {fact}.", **said)
    return Sentence(
        "{value} is not a value of {fact}; did you mean {near}?", **said, near=spelled(usual)
    )


def faults_of(written: Written, weight: float | None, askable: Askable) -> Iterator[Told]:
    """Yield what is wrong with a rule beyond its form and its tests.

    `weight` is None where it cannot be read: nothing is said of its size then.
    """
    if askable.facts is None:
        return
    if not any(written.get(group, {}) != {} for group in ("when", "any")):
        # the sentence is one that pages know; an example says the rest
        yield "when", "needs at least one test in when or any", AN_EXAMPLE
    yield from _example_faults(written.get("test"), askable.facts, askable.unread)
    if speaks_of_culture(written, askable.facts):
        yield from _culture_faults(written, weight, askable)


def speaks_of_culture(written: Written, facts: Mapping[str, Fact]) -> bool:
    """Return whether a rule asks about a fact of the culture family."""
    groups = [written[name] for name in GROUPS if isinstance(written.get(name), Mapping)]
    known = [facts[name] for group in groups for name in group if name in facts]
    return any(fact.is_scored and fact.family == CULTURE_FAMILY for fact in known)


def _culture_faults(written: Written, weight: float | None, askable: Askable) -> Iterator[Told]:
    limit = askable.culture_limit
    if weight is not None and abs(weight) > limit:
        told = Sentence("{weight} is too much for a rule about culture", weight=f"{weight:g}")
        yield "weight", told, [f"{-limit} to {limit}"]
    if askable.is_seed and written.get("on", True) is True:
        message = "is true, but a rule about culture is off until an owner switches it on"
        yield "on", message, ["false"]


def _example_faults(
    examples: object, facts: Mapping[str, Fact], unread: Collection[str]
) -> Iterator[Told]:
    whole = examples if isinstance(examples, list | tuple) else ()
    for place, example in enumerate(whole):
        if isinstance(example, Mapping):
            for key, told in _guest_faults(example, facts, unread):
                yield f"test.{place}.{key}", told, told.allowed
            for key, said, allowed in _guest_tag_faults(example.get("guest"), facts):
                yield f"test.{place}.{key}", said, allowed


def _guest_tag_faults(guest: object, facts: Mapping[str, Fact]) -> Iterator[Told]:
    for name, value in guest.items() if isinstance(guest, Mapping) else ():
        fact = facts.get(name)
        if fact and may_be(fact, value) and (told := _tag_fault(fact, value)):
            yield f"guest.{name}", told, allowed_values(fact)


def _guest_faults(
    example: Mapping[str, Any], facts: Mapping[str, Fact], unread: Collection[str]
) -> Iterator[tuple[str, Fault]]:
    guest, missing = example.get("guest"), example.get("missing")
    for name, value in guest.items() if isinstance(guest, Mapping) else ():
        if name not in facts and name not in unread:
            yield f"guest.{name}", unknown("fact or cue", str(name), facts)
        elif name in facts and not may_be(facts[name], value):
            yield f"guest.{name}", value_fault(facts[name], value)
    for at, name in enumerate(missing) if isinstance(missing, list | tuple) else ():
        if isinstance(name, str) and name.strip() and name not in {*facts, *unread}:
            yield f"missing.{at}", unknown("fact or cue", name, facts)

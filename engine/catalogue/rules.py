"""Rules as they are written in `seed/rules/`, in the API and in stored rule sets."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from marshmallow import fields, validates_schema

from engine.catalogue.conditions import test_faults, tests_of, value_fault, written_tests
from engine.catalogue.cues import CULTURE_FAMILY, may_be
from engine.catalogue.reading import Reading, Table
from engine.catalogue.shape import (
    Fault,
    Id,
    Number,
    OneOf,
    SeedFile,
    Shape,
    Text,
    Texts,
    YesNo,
    fault,
    unknown,
)
from engine.catalogue.tree import plain
from engine.domain.cues import Fact, Scope
from engine.domain.rules import STRENGTHS, Rule, RuleExample, RuleSet, Sureness, Test
from engine.errors import Problem, RuleError

MOST_WEIGHT = 3.0
"""Largest |weight| of one rule: twice what all rules together may move; more is a slip."""

LEANINGS: Mapping[str, float] = {"efficiency": -1.0, "contact": 1.0}
"""Which way a strength points."""

GROUPS = ("when", "any", "unless")

EXPECTATIONS = ("fires", "silent", "unknown")
"""What an example may expect of a rule."""


class RulesFile(SeedFile):
    """Rules that belong together."""

    rule = fields.List(fields.Raw(), required=True)


class ExampleShape(Shape):
    """A guest with what the rule must say of her."""

    guest = fields.Dict(keys=Text(), values=fields.Raw(), load_default=dict)
    expect = OneOf("expectation", EXPECTATIONS, required=True)
    missing = fields.List(Text(), load_default=list)


class ValidShape(Shape):
    """First and last day on which a rule speaks."""

    from_ = fields.Date(data_key="from", load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def days_are_in_order(self, data: Table, **_more: Any) -> None:
        """Refuse a rule that ends before it begins."""
        if data["from_"] and data["until"] and data["until"] < data["from_"]:
            raise fault("ends before it begins")


class RuleShape(Shape):
    """One rule."""

    id = Id(required=True)
    scope = OneOf("scope", [scope.value for scope in Scope], required=True)
    weight = Number(-MOST_WEIGHT, MOST_WEIGHT)
    strength = OneOf("strength", tuple(STRENGTHS))
    leaning = OneOf("leaning", tuple(LEANINGS))
    sure = OneOf("sureness", [sure.value for sure in Sureness], load_default=Sureness.USUAL.value)
    when = fields.Raw(load_default=dict)
    any = fields.Raw(load_default=dict)
    unless = fields.Raw(load_default=dict)
    because = Texts(required=True)
    source = Text(required=True)
    valid = fields.Nested(ValidShape, load_default={"from_": None, "until": None})
    on = YesNo(load_default=True)
    test = fields.List(fields.Nested(ExampleShape), load_default=list)

    @validates_schema
    def weight_is_said_once(self, data: Table, **_more: Any) -> None:
        """Ask for a weight, or for strength and leaning, not for both."""
        in_words = [key for key in ("strength", "leaning") if key in data]
        if "weight" in data and in_words:
            raise fault("the weight is given twice: as a number and in words")
        if "weight" not in data and len(in_words) < len(("strength", "leaning")):
            raise fault("needs a weight, or strength and leaning", ["weight", "strength, leaning"])


def read_rules(
    reading: Reading, facts: Mapping[str, Fact], *, culture_limit: float
) -> tuple[Rule, ...]:
    """Return all rules of the seed in the order of the files."""
    rules: list[Rule] = []
    for file, data in reading.tables("rules/*.toml"):
        for rule in rules_of_file(reading, data, file, facts, culture_limit=culture_limit):
            if rule.is_on and _speaks_of_culture(rule, facts):
                message = "a rule about culture is off until an owner switches it on"
                reading.tell(file, rule.id, "on", message, ["false"])
            rules.append(rule)
    return tuple(rules)


def rules_of_file(
    reading: Reading,
    data: object,
    file: str,
    facts: Mapping[str, Fact],
    *,
    culture_limit: float,
) -> Iterator[Rule]:
    """Yield the rules of one file that can be read; the reading is told the rest."""
    shape = RuleShape()
    loaded = reading.load(RulesFile(), data, file)
    for entry in loaded["rule"] if loaded else []:
        table = reading.item("rule", shape, entry, file)
        if table:
            yield _checked(reading, table, facts, file, culture_limit)


def rule_from_dict(
    data: Mapping[str, Any],
    facts: Mapping[str, Fact] | None = None,
    *,
    file: str = "",
    culture_limit: float = math.inf,
) -> Rule:
    """Return one rule from its written form.

    Parameters
    ----------
    data : mapping
        As in TOML or JSON; days may be dates or ISO strings.
    facts : mapping of str to Fact, optional
        What rules may ask about. None for a stored rule, whose facts may be gone by now.
    file : str
        Where the rule stands, for the messages.
    culture_limit : float
        Largest |weight|, in standard deviations, of a rule about the culture family.

    Raises
    ------
    RuleError
        With every problem of the rule.
    """
    reading = Reading({})
    table = reading.item("rule", RuleShape(), plain(data), file)
    rule = _rule(reading, table, file) if table else None
    if rule and facts is not None:
        reading.problems += rule_problems(
            rule, facts, file=file, culture_limit=culture_limit, is_whole=not reading.problems
        )
    if rule is None or reading.problems:
        raise RuleError(reading.problems)
    return rule


def rule_to_dict(rule: Rule) -> dict[str, Any]:
    """Return the written form of a rule; `rule_from_dict` gives back an equal rule."""
    valid = {"from": _day(rule.valid_from), "until": _day(rule.valid_until)}
    written: dict[str, Any] = {
        "id": rule.id,
        "scope": rule.scope.value,
        "weight": rule.weight,
        "sure": rule.sure.value,
        "when": written_tests(rule.when),
        "any": written_tests(rule.any),
        "unless": written_tests(rule.unless),
        "because": dict(rule.because),
        "source": rule.source,
        "valid": {key: day for key, day in valid.items() if day},
        "test": [_written_example(example) for example in rule.examples],
    }
    spoken = {key: value for key, value in written.items() if value not in ({}, [])}
    return spoken if rule.is_on else {**spoken, "on": False}


def rule_set_to_dict(rules: RuleSet) -> dict[str, Any]:
    """Return the content of a rule set as JSON can hold it; the version stands beside it."""
    return {
        "rules": [rule_to_dict(rule) for rule in rules.rules],
        "usual": {
            fact: [[value, share] for value, share in shares.items()]
            for fact, shares in rules.usual.items()
        },
    }


def rule_set_from_dict(
    content: Mapping[str, Any], version: int, facts: Mapping[str, Fact] | None = None
) -> RuleSet:
    """Return the rule set of a stored content; the opposite of `rule_set_to_dict`.

    Raises
    ------
    RuleError
        If a rule in it does not hold together.
    """
    return RuleSet(
        version=version,
        rules=tuple(rule_from_dict(rule, facts) for rule in content["rules"]),
        usual={fact: dict(shares) for fact, shares in content["usual"].items()},
    )


def rule_problems(
    rule: Rule,
    facts: Mapping[str, Fact],
    *,
    file: str = "",
    culture_limit: float = math.inf,
    unread: Collection[str] = (),
    is_whole: bool = True,
) -> list[Problem]:
    """Return what is wrong with a rule, given what rules may ask about.

    `unread` are ids of facts that exist but are broken themselves: nothing is said of them.
    `is_whole` is False where a test could not be read: then no test is no news.
    """
    faults = [*_group_faults(rule, facts, unread), *_example_faults(rule, facts, unread)]
    if is_whole and not rule.when and not rule.any:
        faults.append(("when", Fault("needs at least one test in when or any")))
    if abs(rule.weight) > culture_limit and _speaks_of_culture(rule, facts):
        allowed = [f"{-culture_limit} to {culture_limit}"]
        faults.append(("weight", Fault("is too much for a rule about culture", allowed)))
    return [Problem(file, rule.id, key, str(told), told.allowed) for key, told in faults]


def _checked(
    reading: Reading, table: Table, facts: Mapping[str, Fact], file: str, culture_limit: float
) -> Rule:
    n_before = len(reading.problems)
    rule = _rule(reading, table, file)
    reading.problems += rule_problems(
        rule,
        facts,
        file=file,
        culture_limit=culture_limit,
        unread=reading.unread,
        is_whole=len(reading.problems) == n_before,
    )
    return rule


def _rule(reading: Reading, table: Table, file: str) -> Rule:
    def group(name: str) -> tuple[Test, ...]:
        def tell(key: str, told: Fault) -> None:
            reading.tell(file, table["id"], f"{name}.{key}".strip("."), told, told.allowed)

        return tests_of(table[name], tell)

    return Rule(
        id=table["id"],
        scope=Scope(table["scope"]),
        weight=_weight(table),
        because=table["because"],
        source=table["source"],
        sure=Sureness(table["sure"]),
        when=group("when"),
        any=group("any"),
        unless=group("unless"),
        valid_from=table["valid"]["from_"],
        valid_until=table["valid"]["until"],
        is_on=table["on"],
        examples=tuple(_example(example) for example in table["test"]),
    )


def _weight(table: Table) -> float:
    if "weight" in table:
        return float(table["weight"])
    return STRENGTHS[table["strength"]] * LEANINGS[table["leaning"]]


def _example(table: Table) -> RuleExample:
    return RuleExample(table["guest"], table["expect"], tuple(table["missing"]))


def _written_example(example: RuleExample) -> dict[str, Any]:
    written = {"guest": dict(example.guest), "expect": example.expect}
    return {**written, "missing": list(example.missing)} if example.missing else written


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _group_faults(
    rule: Rule, facts: Mapping[str, Fact], unread: Collection[str]
) -> Iterator[tuple[str, Fault]]:
    for group in GROUPS:
        tests: tuple[Test, ...] = getattr(rule, group)
        for test in tests:
            if test.fact in facts:
                for key, told in test_faults(test, facts):
                    yield f"{group}.{key}", told
            elif test.fact not in unread:
                yield f"{group}.{test.fact}", unknown("fact or cue", test.fact, facts)


def _example_faults(
    rule: Rule, facts: Mapping[str, Fact], unread: Collection[str]
) -> Iterator[tuple[str, Fault]]:
    for place, example in enumerate(rule.examples):
        for name in (*example.guest, *example.missing):
            if name not in facts and name not in unread:
                yield f"test.{place}.{name}", unknown("fact or cue", name, facts)
        for name, value in example.guest.items():
            if name in facts and not may_be(facts[name], value):
                yield f"test.{place}.guest.{name}", value_fault(facts[name], value)


def _speaks_of_culture(rule: Rule, facts: Mapping[str, Fact]) -> bool:
    tested = {test.fact for test in (*rule.when, *rule.any, *rule.unless)}
    known = [facts[fact] for fact in tested if fact in facts]
    return any(fact.is_scored and fact.family == CULTURE_FAMILY for fact in known)

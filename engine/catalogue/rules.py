"""Rules as they are written in `seed/rules/`, in the API and in stored rule sets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from engine.catalogue.conditions import written_test, written_tests
from engine.catalogue.near import spelled
from engine.catalogue.reading import Reading, Table, worded
from engine.catalogue.rule_checks import Askable, faults_of, groups_of
from engine.catalogue.rule_shape import (
    EXPECTATIONS,
    GROUPS,
    IN_WORDS,
    LEANINGS,
    MOST_WEIGHT,
    RulesFile,
    RuleShape,
)
from engine.catalogue.tree import plain
from engine.domain.cues import Fact, Scope
from engine.domain.rules import STRENGTHS, Rule, RuleExample, RuleSet, Sureness, Test
from engine.errors import Problem, RuleError

__all__ = [
    "EXPECTATIONS",
    "LEANINGS",
    "MOST_WEIGHT",
    "read_rules",
    "rule_from_dict",
    "rule_problems",
    "rule_set_from_dict",
    "rule_set_to_dict",
    "rule_to_dict",
    "rules_of_file",
]


def read_rules(
    reading: Reading, facts: Mapping[str, Fact], *, culture_limit: float
) -> tuple[Rule, ...]:
    """Return all rules of the seed in the order of the files."""
    askable = Askable(facts, culture_limit, reading.unread, is_seed=True)
    rules: list[Rule] = []
    for file, data in reading.tables("rules/*.toml"):
        rules += _rules_of(reading, data, file, askable)
    return tuple(rules)


def rules_of_file(
    reading: Reading,
    data: object,
    file: str,
    facts: Mapping[str, Fact],
    *,
    culture_limit: float,
) -> Iterator[Rule]:
    """Yield the rules of one file that are right; the reading is told everything else."""
    yield from _rules_of(reading, data, file, Askable(facts, culture_limit, reading.unread))


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
    rule = _read(reading, plain(data), file, "", Askable(facts, culture_limit))
    if rule is None:
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
    rule: Rule, facts: Mapping[str, Fact], *, file: str = "", culture_limit: float = math.inf
) -> list[Problem]:
    """Return what is wrong with a rule, given what rules may ask about."""
    problems: list[Problem] = []

    def tell(key: str, message: str, allowed: Sequence[str]) -> None:
        problems.append(Problem(file, rule.id, key, worded(message), tuple(allowed)))

    askable = Askable(facts, culture_limit)
    for group in GROUPS:
        for test in getattr(rule, group):  # a rule made by hand may ask one fact twice
            groups_of({group: {test.fact: written_test(test)}}, askable, tell)
    written = {
        group: {test.fact: written_test(test) for test in getattr(rule, group)} for group in GROUPS
    }
    examples = [_written_example(example) for example in rule.examples]
    for told in faults_of({**written, "test": examples}, rule.weight, askable):
        tell(*told)
    return problems


def _rules_of(reading: Reading, data: object, file: str, askable: Askable) -> Iterator[Rule]:
    whole = data if isinstance(data, Mapping) else {}
    reading.load_partly(RulesFile(), whole, file)
    entries = whole.get("rule")
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        rule = _read(reading, entry, file, f"rule.{place}", askable)
        if rule is not None:
            yield rule


def _read(reading: Reading, data: object, file: str, key: str, askable: Askable) -> Rule | None:
    """Return one rule, or None after telling all that is wrong with it.

    A rule without an id is named by the `key` at which it stands.
    """
    if not isinstance(data, Mapping):
        reading.tell(file, "", key, f"must be a table, not {spelled(data)}")
        return None
    n_before = len(reading.problems)
    id = data.get("id")
    id = id if isinstance(id, str) and id.strip() else ""
    above = "" if id else key

    def tell(key: str, message: str, allowed: Sequence[str]) -> None:
        reading.tell(file, id, f"{above}.{key}".strip("."), message, allowed)

    reading.takes("rule", id, file)
    table = reading.load_partly(RuleShape(), data, file, id, above)
    weight, groups = _weight(table), groups_of(data, askable, tell)
    for told in faults_of(data, weight, askable):
        tell(*told)
    if weight is None or len(reading.problems) > n_before:
        return None
    return _rule(table, weight, groups)


def _rule(table: Table, weight: float, groups: Mapping[str, tuple[Test, ...]]) -> Rule:
    return Rule(
        id=table["id"],
        scope=Scope(table["scope"]),
        weight=weight,
        because=table["because"],
        source=table["source"],
        sure=Sureness(table["sure"]),
        when=groups["when"],
        any=groups["any"],
        unless=groups["unless"],
        valid_from=table["valid"]["from_"],
        valid_until=table["valid"]["until"],
        is_on=table["on"],
        examples=tuple(_example(example) for example in table["test"]),
    )


def _weight(table: Table) -> float | None:
    """Return the weight of a rule, None where its keys could not be read."""
    if "weight" in table:
        return float(table["weight"])
    if not table.keys() >= IN_WORDS.keys():
        return None
    return STRENGTHS[table["strength"]] * LEANINGS[table["leaning"]]


def _example(table: Table) -> RuleExample:
    return RuleExample(table["guest"], table["expect"], tuple(table["missing"]))


def _written_example(example: RuleExample) -> dict[str, Any]:
    written = {"guest": dict(example.guest), "expect": example.expect}
    return {**written, "missing": list(example.missing)} if example.missing else written


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

"""The form for a whole rule: what was typed, right or wrong, and the rule that it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from engine.domain.cues import Scope
from engine.domain.rules import Rule
from engine.errors import FormError, Problem
from engine.usecases.rules.tune_rules import RuleChange, mark_of_rule
from engine.usecases.rules.write_rules import WrittenRule
from engine.usecases.rules.written_tests import ASKED, WrittenTest, written_test
from web.forms import DAY
from web.owner.rules.forms import PLACES, rule_change
from web.owner.rules.pages import place_of
from web.owner.told import exact
from web.work import context

MOST_ROWS = 60
"""Tests of one rule that a form takes; the longest rule ever written had a dozen."""
_ROW = re.compile(r"fact-(\d{1,4})\Z")


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything in the form, as typed."""

    because: Mapping[str, str]
    source: str
    scope: str = Scope.STATE.value
    valid_from: str = ""
    valid_until: str = ""
    rows: tuple[WrittenTest, ...] = ()
    place: str = PLACES[3]
    number: str = ""
    sure: str = "usual"
    is_on: bool = True
    seen: str = ""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Typed:
        """Take it from a posted form as it came."""
        return cls(
            because={tag: form.get(f"because_{tag}", "") for tag in context().catalogue.languages},
            source=form.get("source", ""),
            scope=form.get("scope", ""),
            valid_from=form.get("valid_from", "").strip(),
            valid_until=form.get("valid_until", "").strip(),
            rows=tuple(_rows(form)),
            place=form.get("place", ""),
            number=form.get("number", "").strip(),
            sure=form.get("sure", ""),
            is_on="on" in form,
            seen=form.get("seen", ""),
        )

    @classmethod
    def of_rule(cls, rule: Rule) -> Typed:
        """Show a rule as it is."""
        groups = (("when", rule.when), ("any", rule.any), ("unless", rule.unless))
        return cls(
            because={tag: rule.because.get(tag, "") for tag in context().catalogue.languages},
            source=rule.source,
            scope=rule.scope.value,
            valid_from=rule.valid_from.isoformat() if rule.valid_from else "",
            valid_until=rule.valid_until.isoformat() if rule.valid_until else "",
            rows=tuple(written_test(group, test) for group, tests in groups for test in tests),
            place=place_of(rule),
            number=exact(rule.weight),
            sure=rule.sure.value,
            is_on=rule.is_on,
            seen=mark_of_rule(rule),
        )

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Name and value of every field, for a form that posts it as it is."""
        told = ("source", "scope", "valid_from", "valid_until", "place", "number", "sure", "seen")
        return (
            *((f"because_{tag}", name) for tag, name in self.because.items()),
            *((name, getattr(self, name)) for name in told),
            *((("on", "true"),) if self.is_on else ()),
            *(one for n, row in enumerate(self.rows) for one in _row_fields(n, row)),
        )

    def with_row(self, group: str, fact_id: str) -> Typed:
        """Return the form with one more row, which asks what is usually asked of such a fact."""
        fact = context().catalogue.facts.get(fact_id)
        if fact is None or not fact.is_scored or len(self.rows) >= MOST_ROWS:
            return self
        row = WrittenTest(group, fact.id, ASKED[fact.kind][0])
        return replace(self, rows=(*self.rows, row))

    def group_of(self, place: int) -> str:
        """Return the group of the row at a place; empty where there is none."""
        return self.rows[place].group if place < len(self.rows) else ""

    def without_row(self, place: int) -> Typed:
        """Return the form without the row at a place."""
        kept = (row for n, row in enumerate(self.rows) if n != place)
        return replace(self, rows=tuple(kept))


def _row_fields(n: int, row: WrittenTest) -> list[tuple[str, str]]:
    told = ((f"{part}-{n}", getattr(row, part)) for part in ("group", "fact", "operator"))
    return [*told, *((f"value-{n}", value) for value in row.values)]


def _rows(form: MultiDict[str, str]) -> list[WrittenTest]:
    places = sorted(int(found[1]) for found in map(_ROW.match, form) if found)
    return [
        WrittenTest(
            group=form.get(f"group-{n}", ""),
            fact=form.get(f"fact-{n}", ""),
            operator=form.get(f"operator-{n}", ""),
            values=tuple(form.getlist(f"value-{n}")),
        )
        for n in places[:MOST_ROWS]
    ]


def written(typed: Typed) -> tuple[WrittenRule, list[Problem]]:
    """Return the rule as written, and what could not be read: days, and the place on the scale."""
    problems: list[Problem] = []
    first = _day("valid_from", typed.valid_from, problems)
    last = _day("valid_until", typed.valid_until, problems)
    change = RuleChange()
    try:
        change, _ = rule_change(_scale(typed))
    except FormError as error:
        problems += error.problems
    rule = WrittenRule(
        because=typed.because,
        source=typed.source,
        scope=typed.scope,
        tests=typed.rows,
        valid_from=first,
        valid_until=last,
        change=change,
    )
    return rule, problems


def _scale(typed: Typed) -> dict[str, str]:
    told = {"place": typed.place, "number": typed.number, "sure": typed.sure}
    return {**told, "on": "true" if typed.is_on else "false"}


def _day(key: str, text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem("", "", key, DAY))
        return None


def shown_values(row: WrittenTest) -> str:
    """Return the values of a row as one text."""
    return ", ".join(row.values)


def only(problems: Sequence[Problem], *keys: str) -> list[Problem]:
    """Return the problems of some fields."""
    return [problem for problem in problems if problem.key in keys]

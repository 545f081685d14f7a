"""From the cells of one row to a rule; everything that is wrong is told, each with its cell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from engine.connectors.table_layout import GROUPS, NOTHING, group_and_fact
from engine.domain.cues import Fact, Scope
from engine.domain.rules import Rule, RuleExample, Sureness, Test
from engine.errors import FormError, Problem, UnreadableTestError
from engine.rules.unary import from_unary
from engine.sentences import Sentence

EXPECTATIONS = ("fires", "silent", "unknown")
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_YES_NO = {"true": True, "false": False}
_NIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00:00\Z")
"""A day, as spreadsheets hold it: the first second of it."""


class RowReader:
    """Reads one row.

    Parameters
    ----------
    record : str
        Where the row stands, such as `row 7`.
    cells : mapping of str to str
        By column.
    facts : mapping of str to Fact
        What rules may ask about.
    """

    def __init__(self, record: str, cells: Mapping[str, str], facts: Mapping[str, Fact]) -> None:
        self._record = record
        self._cells = cells
        self._facts = facts
        self._id = cells.get("id", "").strip()
        self.problems: list[Problem] = []

    def rule(self) -> Rule | None:
        """Return the rule of this row; None where `problems` says why not."""
        groups = {group: self._tests(group) for group in GROUPS}
        if not any((*groups["when"], *groups["any"], self.problems)):
            self._tell("when", "A rule needs at least one test in when or any.")
        rule = Rule(
            id=self._read_id(),
            scope=Scope(self._one_of("scope", [scope.value for scope in Scope])),
            weight=self._weight(),
            because=self._because(),
            source=self._text("source"),
            sure=Sureness(self._one_of("sure", [sure.value for sure in Sureness], "usual")),
            valid_from=self._day("valid.from"),
            valid_until=self._day("valid.until"),
            is_on=_YES_NO[self._one_of("on", list(_YES_NO), "true")],
            examples=self._examples(),
            **groups,
        )
        if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
            self._tell("valid.until", "The rule ends before it begins.")
        return None if self.problems else rule

    def _tell(self, column: str, message: str, *allowed: str) -> None:
        self.problems.append(Problem(self._record, self._id, column, message, allowed))

    def _plain(self, column: str) -> str:
        return self._cells.get(column, "").strip()

    def _read_id(self) -> str:
        if not _ID.match(self._id):
            self._tell("id", "An id is lower-case letters, digits and _, beginning with a letter.")
        return self._id

    def _text(self, column: str) -> str:
        if not self._plain(column):
            self._tell(column, "This cell may not be empty.")
        return self._cells.get(column, "")

    def _one_of(self, column: str, known: list[str], default: str = "") -> str:
        said = self._plain(column).casefold() or default
        if said in known:
            return said
        nearest = get_close_matches(said, known, n=1)
        told = Sentence("{value} is not known.", value=said or '""')
        if nearest:
            told = Sentence(
                "{value} is not known; did you mean {near}?", value=said, near=nearest[0]
            )
        self._tell(column, told, *known)
        return known[0]

    def _weight(self) -> float:
        said = self._plain("weight")
        try:
            weight = float(said.replace(",", ".").replace("−", "-"))
        except ValueError:
            weight = float("nan")
        if abs(weight) < float("inf"):
            return weight
        self._tell("weight", Sentence("{value} is no number.", value=said or '""'), "-0.8", "0.3")
        return 0.0

    def _because(self) -> dict[str, str]:
        self._text("because.en")
        spoken = {column: text for column, text in self._cells.items() if text.strip()}
        return {
            column.removeprefix("because."): text
            for column, text in spoken.items()
            if column.startswith("because.")
        }

    def _day(self, column: str) -> date | None:
        said = _NIGHT.sub(r"\1", self._plain(column))
        if said in ("", NOTHING):
            return None
        try:
            return date.fromisoformat(said)
        except ValueError:
            self._tell(column, Sentence("{value} is no day.", value=said), "2026-06-12")
            return None

    def _tests(self, group: str) -> tuple[Test, ...]:
        tests: dict[str, Test] = {}
        for column, text in self._cells.items():
            found = group_and_fact(column)
            if found is None or found[0] != group or not text.strip():
                continue
            test = self._test(column, text, found[1])
            if test is not None and test.fact in tests:
                self._tell(column, "A group may test a fact only once.")
            elif test is not None:
                tests[test.fact] = test
        return tuple(tests.values())

    def _test(self, column: str, text: str, fact: str) -> Test | None:
        try:
            # Spreadsheets shout TRUE and FALSE.
            plain = text.casefold() if text.strip().casefold() in _YES_NO else text
            return from_unary(plain, self._facts[fact])
        except UnreadableTestError as error:
            self._tell(column, error.message, *error.expected)
        except FormError as error:
            for problem in error.problems:
                self._tell(column, problem.message, *problem.allowed)
        return None

    def _examples(self) -> tuple[RuleExample, ...]:
        lines = [line for line in self._cells.get("test", "").split("\n") if line.strip()]
        try:
            tables = tomllib.loads("\n".join(f"[[test]]\nis = {line}" for line in lines))
            return tuple(_example(table) for table in tables.get("test", ()))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
            self._tell(
                "test",
                "One example a line, each with guest and expect.",
                '{guest = {nights = 1}, expect = "fires"}',
            )
            return ()


_EXAMPLE_PARTS: Mapping[str, Callable[[Any], bool]] = {
    "guest": lambda guest: (
        isinstance(guest, dict) and all(isinstance(one, str | int) for one in guest.values())
    ),
    "expect": lambda expect: expect in EXPECTATIONS,
    "missing": lambda missing: (
        isinstance(missing, list) and all(isinstance(one, str) for one in missing)
    ),
}


def _example(table: Mapping[str, Any]) -> RuleExample:
    (written,) = table.values()  # a line break in a cell cannot smuggle in a second key
    if not all(_EXAMPLE_PARTS[key](value) for key, value in written.items()):
        raise ValueError(written)
    return RuleExample(written["guest"], written["expect"], tuple(written.get("missing", ())))

"""Before a table is taken in, owners see what it would change and what stands in its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.connectors.rule_table import write_table
from engine.domain.catalogue import Catalogue
from engine.domain.rules import Operator, Rule, Test
from engine.usecases.rules.table import preview_table, table_of_rules

Rules = tuple[Rule, ...]


@pytest.fixture
def rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    return catalogue.rules


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_that_nobody_touched_changes_nothing(
    catalogue: Catalogue, rules: Rules, kind: str
) -> None:
    preview = preview_table(catalogue, table_of_rules(catalogue, rules, kind), rules)
    assert (preview.changed, preview.problems, preview.rules) == ((), (), rules)
    assert preview.may_be_taken


def test_edits_additions_and_removals_are_shown_rule_by_rule(
    catalogue: Catalogue, rules: Rules
) -> None:
    edited = replace(rules[0], weight=-0.6)
    fresh = replace(rules[1], id="fresh", when=(Test("nights", Operator.AT_MOST, 3),))
    data = write_table([edited, *rules[2:], fresh], catalogue)
    preview = preview_table(catalogue, data, rules)
    told = [(one.before, one.after) for one in preview.changed]
    assert told == [(rules[0], edited), (None, fresh), (rules[1], None)]
    assert preview.may_be_taken


def test_a_weight_that_is_too_large_is_told_and_changes_nothing(
    catalogue: Catalogue, rules: Rules
) -> None:
    data = write_table([replace(rules[0], weight=9.0), *rules[1:]], catalogue)
    preview = preview_table(catalogue, data, rules)
    (problem,) = preview.problems
    assert (problem.file, problem.id, problem.key) == ("row 2", rules[0].id, "weight")
    assert preview.changed == ()
    assert not preview.may_be_taken


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_fault_of_a_whole_rule_is_told_with_its_row(
    catalogue: Catalogue, rules: Rules, kind: str
) -> None:
    data = write_table([*rules[:2], replace(rules[2], weight=1e5)], catalogue, kind)
    (problem,) = preview_table(catalogue, data, rules).problems
    assert (problem.file, problem.id, problem.key) == ("row 4", rules[2].id, "weight")


def test_a_rule_about_culture_keeps_its_limit(catalogue: Catalogue, rules: Rules) -> None:
    culture = next(rule for rule in rules if rule.id.startswith("form") or not rule.is_on)
    data = write_table([replace(culture, weight=1.0)], catalogue)
    (problem,) = preview_table(catalogue, data, [culture]).problems
    assert (problem.key, problem.allowed) == ("weight", ("-0.13 to 0.13",))
    assert problem.file == "row 2"


def test_a_row_that_cannot_be_read_takes_no_rule_away(catalogue: Catalogue, rules: Rules) -> None:
    data = write_table(rules, catalogue).replace(b"state,-0.3,usual", b"stat,-0.3,usual", 1)
    preview = preview_table(catalogue, data, rules)
    assert [problem.key for problem in preview.problems] == ["scope"]
    assert preview.changed == ()


def test_a_row_without_a_readable_end_takes_no_rule_away(
    catalogue: Catalogue, rules: Rules
) -> None:
    data = write_table(rules[1:], catalogue) + b"arrives_late\r\n"
    preview = preview_table(catalogue, data, rules)
    assert len(preview.problems) == 1
    assert preview.changed == ()

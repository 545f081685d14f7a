"""A whole rule set goes out as a file, and comes in through a preview; nothing is lost."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.domain.rules import Operator, Rule, Test
from engine.errors import ConflictError, UnreadableError
from engine.usecases.context import Context
from engine.usecases.rules.in_words import rules_history
from engine.usecases.rules.publish_rules import publish
from engine.usecases.rules.table_files import (
    own_file,
    preview_file,
    rules_file,
    shown_table,
    take_file,
)
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rules,
    rules_room,
    take_rules,
)
from engine.usecases.rules.whole_draft import catch_up
from engine.usecases.rules.write_rules import bring_back, remove_rule

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"


def rule_of(ctx: Context, id: str = RULE) -> Rule | None:
    return next((rule for rule in rules_room(ctx).draft_rules if rule.id == id), None)


def take(ctx: Context, rules: tuple[Rule, ...]) -> None:
    seen = mark_of_rules(rules_room(ctx).draft_rules)
    take_rules(ctx, rules, by="Ana", now=NOW, seen=seen)


def edited(ctx: Context, **change: object) -> tuple[Rule, ...]:
    rules = rules_room(ctx).draft_rules
    return tuple(replace(rule, **change) if rule.id == RULE else rule for rule in rules)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "toml"])
def test_a_file_that_nobody_touched_changes_nothing_and_begins_no_draft(ctx: Context, kind: str):
    preview = preview_file(ctx, rules_file(ctx, kind))
    assert (preview.table.changed, preview.table.problems) == ((), ())
    take_file(ctx, rules_file(ctx, kind), by="Ana", now=NOW, seen=preview.seen)
    assert rules_room(ctx).draft is None
    assert [entry.what for entry in rules_history(ctx).entries] == ["rules.published"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "toml"])
def test_a_draft_comes_back_from_its_file_exactly(ctx: Context, kind: str):
    fresh = replace(rule_of(ctx), id="fresh", when=(Test("nights", Operator.BETWEEN, (2, 3)),))
    take(ctx, (*edited(ctx, weight=-0.8)[1:], fresh))
    draft = rules_room(ctx).draft_rules
    data = rules_file(ctx, kind)
    take(ctx, rules_room(ctx).rules)
    assert rules_room(ctx).draft is None
    preview = preview_file(ctx, data)
    assert preview.n_removed == 1
    take_file(ctx, data, by="Ana", now=NOW, seen=preview.seen)
    assert rules_room(ctx).draft_rules == draft


def test_the_rules_in_force_can_be_had_beside_a_draft(ctx: Context):
    before = rules_file(ctx, "csv")
    take(ctx, edited(ctx, weight=-0.8))
    assert rules_file(ctx, "csv", in_force=True) == before
    assert rules_file(ctx, "csv") != before


def test_the_order_of_rows_says_nothing(ctx: Context):
    take(ctx, tuple(reversed(rules_room(ctx).rules)))
    assert rules_room(ctx).draft is None


def test_a_file_compared_to_other_rules_is_not_taken(ctx: Context):
    data = rules_file(ctx, "csv").replace(b"-0.35", b"-0.8")
    seen = preview_file(ctx, data).seen
    edit_rule(ctx, "one_night", RuleChange(weight=-0.5), by="Ben", now=NOW)
    with pytest.raises(ConflictError, match="changed in the meantime"):
        take_file(ctx, data, by="Ana", now=NOW, seen=seen)
    assert rule_of(ctx, "one_night").weight == -0.5


def test_with_one_wrong_row_nothing_is_taken(ctx: Context):
    data = rules_file(ctx, "csv").replace(b"-0.35", b"much")
    preview = preview_file(ctx, data)
    told = take_file(ctx, data, by="Ana", now=NOW, seen=preview.seen)
    assert [problem.key for problem in told.table.problems] == ["weight"]
    assert rules_room(ctx).draft is None


def test_a_taken_file_is_in_the_history_with_who_and_how_many(ctx: Context):
    take(ctx, edited(ctx, weight=-0.8)[1:])
    entry = rules_history(ctx).entries[0]
    assert (entry.what, entry.by, entry.detail["n"]) == ("rules.taken", "Ana", 2)


def test_an_own_rules_file_keeps_its_order_and_comments(ctx: Context):
    first, second, *_ = tomllib.loads(rules_file(ctx, "toml").decode())["rule"]
    text = rules_file(ctx, "toml").decode()
    blocks = text.split("[[rule]]\n")
    own = f"# ours\n{blocks[0]}[[rule]] # later\n{blocks[2]}[[rule]] # why\n{blocks[1]}"
    take(ctx, edited(ctx, weight=-0.8))
    told = own_file(ctx, own.encode()).decode()
    ids = [rule["id"] for rule in tomllib.loads(told)["rule"]]
    assert ids[:2] == [second["id"], first["id"]]
    assert len(ids) == len(blocks) - 1
    assert told.startswith("# ours\n")
    assert preview_file(ctx, told.encode()).table.changed == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"schema = 1\n[[rule]]\nid = ", "no TOML"),
        (b"PK\x03\x04 broken", "spreadsheet|XLSX|workbook"),
        (b"schema = 1\nrule = " + b"[" * 3000, "no TOML"),
    ],
)
def test_what_is_no_file_of_rules_is_refused_in_words(ctx: Context, data: bytes, said: str):
    with pytest.raises(UnreadableError, match=said):
        preview_file(ctx, data)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"\xff\xfe[[rule]]", b"x = [", b""])
def test_comments_are_kept_only_of_rules_files(ctx: Context, data: bytes):
    with pytest.raises(UnreadableError):
        own_file(ctx, data)


def test_wrong_rules_of_a_toml_file_are_told_by_rule_and_key(ctx: Context):
    data = rules_file(ctx, "toml").replace(b'purpose = "business"', b'purpose = "busines"')
    problem, *_ = preview_file(ctx, data).table.problems
    assert "did you mean 'business'" in problem.message
    assert "purpose" in problem.key


def test_the_table_says_each_test_in_its_column(ctx: Context):
    rules = (replace(rule_of(ctx), when=(Test("nights", Operator.AT_MOST, 2),), unless=()),)
    table = shown_table(ctx.catalogue, rules)
    columns = [(column.group, column.fact) for column in table.columns]
    (_, cells) = table.rows[0]
    assert cells[columns.index(("when", "nights"))] == "<= 2"


def test_rules_added_and_taken_out_survive_another_publication(ctx: Context):
    fresh = replace(rule_of(ctx), id="fresh")
    take(ctx, (*(rule for rule in rules_room(ctx).rules if rule.id != "one_night"), fresh))
    draft = rules_room(ctx).draft
    with ctx.store.begin() as work:
        work.rule_sets.discard_draft()
    edit_rule(ctx, "tired", RuleChange(weight=-0.6), by="Ben", now=NOW)
    publish(ctx, "softer", by="Ben", now=NOW, seen=rules_room(ctx).mark)
    with ctx.store.begin() as work:
        work.rule_sets.save_draft(draft.content, based_on=1, by="Ana", at=NOW, version=None)
    catch_up(ctx, by="Ana", now=NOW)
    assert rule_of(ctx, "fresh")
    assert rule_of(ctx, "one_night") is None
    assert rule_of(ctx, "tired").weight == -0.6


def test_a_rule_taken_out_is_brought_back_as_if_nothing_had_been(ctx: Context):
    remove_rule(ctx, RULE, by="Ana", now=NOW)
    assert rule_of(ctx) is None
    bring_back(ctx, RULE, by="Ana", now=NOW)
    bring_back(ctx, RULE, by="Ana", now=NOW)
    assert rules_room(ctx).draft is None

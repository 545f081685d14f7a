"""Owners write whole rules; what cannot be said is refused at its field, nothing else is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.domain.catalogue import Catalogue
from engine.domain.cues import FactKind, Scope
from engine.domain.rules import Operator, Rule, Test
from engine.errors import ConflictError, FormError, NotFoundError
from engine.usecases.context import Context
from engine.usecases.rules.findings import findings_now
from engine.usecases.rules.in_words import last_edits, rules_history
from engine.usecases.rules.matching import who_matches
from engine.usecases.rules.tune_rules import RuleChange, mark_of_rule, rules_room
from engine.usecases.rules.write_rules import (
    WrittenRule,
    bring_back,
    free_id,
    remove_rule,
    write_rule,
    written_rule,
)
from engine.usecases.rules.written_tests import ASKED, WrittenTest, as_test, written_test

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"
DOG = WrittenRule(
    because={"en": "Brings a dog", "de": "Kommt mit Hund"},
    source="our own guests",
    scope="state",
    tests=(
        WrittenTest("when", "nights", "between", ("2 to 4",)),
        WrittenTest("any", "party", "any_of", ("couple", "family")),
        WrittenTest("unless", "delayed", "yes"),
    ),
    valid_from=date(2026, 7, 1),
    change=RuleChange(weight=0.4),
)


def write(ctx: Context, written: WrittenRule = DOG, rule_id: str | None = None, **more) -> str:
    return write_rule(ctx, written, rule_id=rule_id, by="Ana", now=NOW, **more)


def rule_of(ctx: Context, id: str) -> Rule:
    return next(rule for rule in rules_room(ctx).draft_rules if rule.id == id)


def as_written(rule: Rule) -> WrittenRule:
    groups = (("when", rule.when), ("any", rule.any), ("unless", rule.unless))
    return WrittenRule(
        because=rule.because,
        source=rule.source,
        scope=rule.scope.value,
        tests=tuple(written_test(group, test) for group, tests in groups for test in tests),
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        change=RuleChange(weight=rule.weight, sure=rule.sure, is_on=rule.is_on),
    )


def refused(ctx: Context, **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as told:
        written_rule(ctx, replace(DOG, **changes))
    return [(problem.key, problem.message) for problem in told.value.problems]


def test_a_new_rule_is_in_the_draft_as_it_was_written(ctx: Context):
    id = write(ctx)
    rule = rule_of(ctx, id)
    assert id == "brings_a_dog"
    assert rule.when == (Test("nights", Operator.BETWEEN, (2, 4)),)
    assert rule.any == (Test("party", Operator.ANY_OF, ("couple", "family")),)
    assert rule.unless == (Test("delayed", Operator.IS, True),)
    assert (rule.weight, rule.scope, rule.valid_from) == (0.4, Scope.STATE, date(2026, 7, 1))
    assert [(one.before, one.after) for one in rules_room(ctx).changed] == [(None, rule)]
    assert last_edits(rules_history(ctx).entries)[id] == ("Ana", NOW)


def test_every_rule_that_is_opened_and_saved_as_it_is_stays_as_it_is(ctx: Context):
    for rule in rules_room(ctx).rules:
        assert written_rule(ctx, as_written(rule), rule) == rule
        write(ctx, as_written(rule), rule.id)
    assert rules_room(ctx).draft is None


@pytest.mark.parametrize("values", [("family",), ("family", "couple")])
def test_a_test_that_says_the_same_keeps_the_words_of_its_file(ctx: Context, values):
    party = Test("party", Operator.ANY_OF, values)
    rule = replace(rule_of(ctx, RULE), when=(party,))
    ticked = WrittenTest("when", "party", "any_of", tuple(sorted(values)))
    told = replace(as_written(rule), tests=(ticked,))
    assert written_rule(ctx, told, replace(rule, any=(), unless=())).when == (party,)


def test_what_the_form_does_not_ask_for_is_kept(ctx: Context):
    old = rule_of(ctx, "arrives_late")
    write(ctx, replace(as_written(old), because={"en": "Late"}), old.id)
    new = rule_of(ctx, old.id)
    assert new.because == {**old.because, "en": "Late"}
    assert new.examples == old.examples
    assert new.examples


def test_everything_wrong_is_told_at_once_each_at_its_field(ctx: Context):
    told = refused(
        ctx,
        because={"en": " ", "de": "x" * 121},
        source="",
        scope="elsewhere",
        valid_until=date(2026, 6, 1),
        tests=(
            WrittenTest("when", "nihgts", "at_most", ("2",)),
            WrittenTest("when", "party", "any_of", ("cuple",)),
            WrittenTest("any", "home_market", "any_of", ("DK",)),
            WrittenTest("when", "nights", "like", ("2",)),
            WrittenTest("when", "lead_days", "at_least", ("two",)),
            WrittenTest("when", "stays_before", "at_least", ()),
            WrittenTest("when", "tired", "yes"),
            WrittenTest("when", "tired", "no"),
            WrittenTest("when", "queue", "between", ("5 - 2",)),
            WrittenTest("else", "nights", "at_most", ("2",)),
        ),
        change=RuleChange(weight=9.0),
    )
    assert [key for key, _ in told] == [
        *("because_en", "because_de", "source", "scope", "valid_until"),
        *("fact-0", "value-1", "fact-2", "operator-3", "value-4", "value-5", "value-7"),
        *("value-8", "fact-9", "number"),
    ]
    said = dict(told)
    assert "Did you mean 'nights'?" in said["fact-0"]
    assert "Did you mean 'couple'?" in said["value-1"]
    assert rules_room(ctx).draft is None


def test_a_rule_that_asks_for_nothing_is_refused(ctx: Context):
    assert [key for key, _ in refused(ctx, tests=DOG.tests[2:])] == ["tests"]


def test_numbers_outside_of_what_can_be_are_refused_however_long(ctx: Context):
    for number in ("100001", "9" * 5000, "-1", "²"):
        tests = (WrittenTest("when", "nights", "at_most", (number,)),)
        assert [key for key, _ in refused(ctx, tests=tests)] == ["value-0"]


def test_a_rule_about_culture_keeps_its_limit(ctx: Context):
    tests = (WrittenTest("when", "form_of_address", "any_of", ("formal",)),)
    assert [key for key, _ in refused(ctx, tests=tests)] == ["number"]


@pytest.mark.parametrize("text", ["2 to 4", "2-4", "2..4", "2 – 4", "2, 4", "2 bis 4", "2 4"])
def test_people_write_a_span_as_they_like(catalogue: Catalogue, text: str):
    row = WrittenTest("when", "nights", "between", (text,))
    assert as_test(row, catalogue.facts, 0).operand == (2, 4)


def test_a_row_says_what_the_test_says_for_every_operator(catalogue: Catalogue):
    texts = {FactKind.WHOLE: ("2", "3"), FactKind.TAG: ("de", "pt-BR")}
    for fact in catalogue.facts.values():
        if not fact.is_scored:
            continue
        for operator in ASKED[fact.kind]:
            values = fact.values[:2] or texts.get(fact.kind, ())
            single = operator in ("at_least", "at_most", "more_than", "less_than")
            row = WrittenTest("any", fact.id, operator, values[:1] if single else values)
            test = as_test(row, catalogue.facts, 0)
            assert as_test(written_test("any", test), catalogue.facts, 0) == test


def test_an_id_reads_like_the_name_and_was_never_used(ctx: Context):
    assert free_id("Kommt früh!", set()) == "kommt_fruh"
    assert free_id("犬", set()) == "rule"
    assert free_id("2 nights", {"rule_2_nights"}) == "rule_2_nights_2"
    first = write(ctx)
    assert write(ctx, replace(DOG, source="again")) == f"{first}_2"
    assert write(ctx, replace(DOG, because={"en": "Publish"})) == "publish"


def test_of_two_owners_on_one_rule_the_second_is_told(ctx: Context):
    rule = rule_of(ctx, RULE)
    seen = mark_of_rule(rule)
    write(ctx, replace(as_written(rule), source="mine"), RULE, seen=seen)
    with pytest.raises(ConflictError):
        write(ctx, replace(as_written(rule), source="yours"), RULE, seen=seen)
    with pytest.raises(ConflictError):
        remove_rule(ctx, RULE, by="Ben", now=NOW, seen=seen)
    assert rule_of(ctx, RULE).source == "mine"


def test_what_is_not_there_cannot_be_changed_taken_out_or_brought_back(ctx: Context):
    for act in (
        lambda: write(ctx, DOG, "nobody"),
        lambda: remove_rule(ctx, "nobody", by="Ana", now=NOW),
        lambda: bring_back(ctx, "nobody", by="Ana", now=NOW),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_the_count_of_who_matches_is_that_of_the_single_stays(ctx: Context):
    rule = rule_of(ctx, "arrives_late")
    told = who_matches(ctx, rule, now=NOW)
    assert 0 < told.n_stays <= 200
    assert told.rule.yes + told.rule.unknown <= told.n_stays
    assert len(told.sample) == min(5, told.rule.yes)
    assert set(told.tests) == {("any", "arrival_hour"), ("any", "delayed")}
    late = Rule(
        "all", Scope.STATE, 0.1, {"en": "x"}, "x", when=(Test("nights", Operator.KNOWN, True),)
    )
    assert who_matches(ctx, late, now=NOW).rule.yes == told.n_stays


def test_of_stays_where_a_cue_is_not_known_it_cannot_be_told(ctx: Context):
    tired = rule_of(ctx, "tired")
    open_still = replace(tired, when=(Test("tired", Operator.KNOWN, False),))
    told = who_matches(ctx, tired, now=NOW)
    assert told.rule == told.tests["when", "tired"]
    assert told.rule.unknown == who_matches(ctx, open_still, now=NOW).rule.yes > 0


def test_findings_of_an_owner_s_rules_count_recent_stays(ctx: Context):
    rules = rules_room(ctx).rules
    kinds = {finding.kind.value for finding in findings_now(ctx, rules, now=NOW)}
    assert {"opposed", "unmentioned"} <= kinds

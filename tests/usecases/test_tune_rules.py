"""Owners change rules in a draft; only publishing changes how guests are served."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.domain.rules import Rule, Sureness
from engine.domain.stays import StayStatus
from engine.errors import BadInputError, ConflictError, FormError, NotFoundError
from engine.usecases.context import Context
from engine.usecases.house.own_house import OwnHouse, begin_own_house, has_demo, house_id, houses
from engine.usecases.rules.in_words import aspects, guardrail_names, rules_history, version_told
from engine.usecases.rules.preview_rules import MOST_LISTED, preview
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.tune_rules import (
    RuleChange,
    edit_rule,
    mark_of_rule,
    rules_room,
)
from engine.usecases.rules.whole_draft import catch_up, discard_draft
from engine.usecases.stays.arrivals import card

NOW = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)
RULE, OTHER = "business_trip", "one_night"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first start with the demo house, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("seeded")
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", now=NOW)
    ctx.store.checkpoint()
    ctx.store.close()
    return folder


@pytest.fixture
def ctx(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    folder = tmp_path / "house"
    shutil.copytree(seeded, folder)
    ctx = open_context(f"sqlite:///{folder / 'profiles.db'}", now=NOW)
    yield ctx
    ctx.store.close()


def edit(ctx: Context, rule: str = RULE, by: str = "Ana", **change: object) -> None:
    edit_rule(ctx, rule, RuleChange(**(change or {"weight": -0.8})), by=by, now=NOW)


def rule_of(rules: tuple[Rule, ...], id: str = RULE) -> Rule:
    return next(rule for rule in rules if rule.id == id)


def publish_draft(ctx: Context, reason: str = "softer", by: str = "Ana") -> int:
    return publish(ctx, reason, by=by, now=NOW, seen=rules_room(ctx).mark)


def styles(ctx: Context) -> dict[str, str]:
    """Style of every stay that was not called off, one card at a time."""
    with ctx.store.read() as work:
        around = timedelta(days=400)
        stays = work.stays.between("demo", NOW.date() - around, NOW.date() + around)
    called_off = (StayStatus.CANCELLED, StayStatus.NO_SHOW)
    refs = [stay.ref for stay in stays if stay.status not in called_off]
    return {ref: card(ctx, ref, now=NOW).advised.recommendation.style for ref in refs}


def test_an_edit_changes_the_draft_and_nothing_in_force(ctx: Context):
    edit(ctx, strength="strong", leaning="contact", sure=Sureness.FIRM, is_on=False)
    room = rules_room(ctx)
    assert rule_of(room.rules).weight == -0.35
    changed = rule_of(room.draft_rules)
    assert (changed.weight, changed.sure, changed.is_on) == (1.5, Sureness.FIRM, False)
    assert [one.rule.id for one in room.changed] == [RULE]
    assert room.published.version == 1


def test_every_edit_is_in_the_history_with_who_and_when(ctx: Context):
    edit(ctx)
    edit(ctx, OTHER, by="Ben", is_on=False)
    discard_draft(ctx, by="Ana", now=NOW)
    told = [(e.what, e.by, e.at, e.detail.get("rule")) for e in rules_history(ctx).entries]
    assert told[:3] == [
        ("rules.discarded", "Ana", NOW, None),
        ("rules.edited", "Ben", NOW, OTHER),
        ("rules.edited", "Ana", NOW, RULE),
    ]
    assert rules_history(ctx).entries[2].detail["changes"] == [["weight", -0.35, -0.8]]


def test_turning_a_rule_back_to_what_is_in_force_ends_the_draft(ctx: Context):
    edit(ctx)
    edit(ctx, weight=-0.35)
    assert rules_room(ctx).draft is None


def test_saving_the_same_again_writes_nothing(ctx: Context):
    before = len(rules_history(ctx).entries)
    edit(ctx, weight=-0.35)
    assert len(rules_history(ctx).entries) == before
    assert rules_room(ctx).draft is None


def test_two_owners_who_change_different_rules_share_one_draft(ctx: Context):
    rules = rules_room(ctx).rules
    for rule, by in ((RULE, "Ana"), (OTHER, "Ben")):
        seen = mark_of_rule(rule_of(rules, rule))
        edit_rule(ctx, rule, RuleChange(weight=0.5), by=by, now=NOW, seen=seen)
    assert {one.rule.id for one in rules_room(ctx).changed} == {RULE, OTHER}


def test_two_owners_on_one_rule_meet_a_conflict_and_nothing_is_lost(ctx: Context):
    seen = mark_of_rule(rule_of(rules_room(ctx).rules))
    edit_rule(ctx, RULE, RuleChange(weight=-0.8), by="Ben", now=NOW, seen=seen)
    with pytest.raises(ConflictError):
        edit_rule(ctx, RULE, RuleChange(weight=0.3), by="Ana", now=NOW, seen=seen)
    room = rules_room(ctx)
    assert rule_of(room.draft_rules).weight == -0.8
    assert room.edits[RULE] == ("Ben", NOW)


def test_the_preview_lists_exactly_the_stays_whose_style_changes(ctx: Context):
    before = styles(ctx)
    edit(ctx, weight=-1.5)
    shown = preview(ctx, now=NOW)
    publish_draft(ctx)
    after = styles(ctx)
    expected = {ref: (before[ref], after[ref]) for ref in before if before[ref] != after[ref]}
    assert len(expected) > len(shown.changed) == MOST_LISTED
    assert {one.ref: (one.before, one.after) for one in shown.changed}.items() <= expected.items()
    assert (shown.n_stays, shown.n_changed) == (len(before), len(expected))
    turns = Counter(expected.values())
    assert {(one, other): n for one, other, n in shown.turns} == turns


def test_a_preview_without_a_draft_changes_nobody(ctx: Context):
    assert preview(ctx, now=NOW).changed == ()


def test_publishing_makes_a_new_version_and_the_old_one_stays_as_it_was(ctx: Context):
    with ctx.store.read() as work:
        old = work.rule_sets.version(1).content
    edit(ctx)
    version = publish_draft(ctx, "  work trips   want the key ")
    room = rules_room(ctx)
    assert (version, room.published.version, room.draft) == (2, 2, None)
    assert (room.published.reason, room.published.by) == ("work trips want the key", "Ana")
    assert rule_of(room.rules).weight == -0.8
    with ctx.store.read() as work:
        assert work.rule_sets.version(1).content == old


def test_the_history_says_who_when_why_and_what(ctx: Context):
    edit(ctx)
    publish_draft(ctx)
    newest, first = rules_history(ctx).versions
    assert (newest.record.by, newest.record.at, newest.record.reason) == ("Ana", NOW, "softer")
    (difference,) = newest.differences
    assert aspects(ctx, difference, "en") == (("weight", -0.35, -0.8),)
    assert first.differences == ()


def test_restoring_publishes_the_old_rules_under_a_new_number(ctx: Context):
    first = rules_room(ctx).rules
    edit(ctx)
    publish_draft(ctx)
    assert restore(ctx, 1, by="Ben", now=NOW) == 3
    room = rules_room(ctx)
    assert room.rules == first
    assert (room.published.by, room.published.reason) == ("Ben", "Version 1 restored")
    assert [told.record.version for told in rules_history(ctx).versions] == [3, 2, 1]
    told, rules = version_told(ctx, 2)
    assert rule_of(rules).weight == -0.8
    assert [one.rule.id for one in told.differences] == [RULE]


def test_the_version_in_force_and_a_missing_one_cannot_be_restored(ctx: Context):
    with pytest.raises(BadInputError):
        restore(ctx, 1, by="Ana", now=NOW)
    with pytest.raises(NotFoundError):
        restore(ctx, 9, by="Ana", now=NOW)


def test_publishing_needs_a_reason_and_the_draft_that_was_looked_at(ctx: Context):
    edit(ctx)
    with pytest.raises(FormError) as caught:
        publish_draft(ctx, "   ")
    assert [problem.key for problem in caught.value.problems] == ["reason"]
    seen = rules_room(ctx).mark
    edit(ctx, OTHER, by="Ben", is_on=False)
    with pytest.raises(ConflictError):
        publish(ctx, "softer", by="Ana", now=NOW, seen=seen)
    assert rules_room(ctx).published.version == 1
    assert len(rules_room(ctx).changed) == 2


def test_a_draft_catches_up_with_a_version_published_meanwhile(ctx: Context):
    edit(ctx)
    publish_draft(ctx)
    edit(ctx, OTHER, weight=0.5)
    restore(ctx, 1, by="Ben", now=NOW)
    room = rules_room(ctx)
    assert room.is_behind
    with pytest.raises(ConflictError):
        publish_draft(ctx)
    catch_up(ctx, by="Ana", now=NOW)
    room = rules_room(ctx)
    assert not room.is_behind
    assert [one.rule.id for one in room.changed] == [OTHER]
    assert publish_draft(ctx) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"weight": 3.5},
        {"weight": float("nan")},
        {"weight": float("inf")},
        {"strength": "huge"},
        {"leaning": "up"},
    ],
)
def test_values_that_are_not_allowed_are_refused_and_change_nothing(
    ctx: Context, change: dict[str, object]
):
    with pytest.raises(FormError):
        edit(ctx, **change)
    assert rules_room(ctx).draft is None


def test_a_rule_about_culture_never_weighs_more_than_its_cap(ctx: Context):
    with pytest.raises(FormError) as caught:
        edit(ctx, "formal_address", weight=0.5, is_on=True)
    assert caught.value.problems[0].key == "number"
    edit(ctx, "formal_address", weight=0.1, is_on=True)


def test_an_unknown_rule_is_not_found(ctx: Context):
    with pytest.raises(NotFoundError):
        edit(ctx, "moon")


def test_every_guardrail_is_told_to_owners_in_every_language(ctx: Context):
    for language in ctx.catalogue.languages:
        for name in guardrail_names():
            assert ctx.catalogue.words[language][f"owner.guardrail.{name}"]


OWN = OwnHouse("Haus Übersee", "room", 12, "Europe/Berlin", ("de",), "Zimmer {n}")


def test_the_own_house_takes_the_place_of_the_demo(ctx: Context):
    made = begin_own_house(ctx, OWN, by="Ana", now=NOW)
    assert not has_demo(ctx)
    assert [house.id for house in houses(ctx)] == [made.id] == ["haus_ubersee"]
    (kept,) = houses(ctx)
    assert [(unit.code, unit.name) for unit in kept.units][::11] == [
        ("R1", "Zimmer 1"),
        ("R12", "Zimmer 12"),
    ]
    with pytest.raises(ConflictError):
        begin_own_house(ctx, OWN, by="Ana", now=NOW)


def test_an_own_house_that_cannot_be_leaves_the_demo_alone(ctx: Context):
    wrong = OwnHouse(" ", "tent", 0, "Mars/Olympus", ())
    with pytest.raises(FormError) as caught:
        begin_own_house(ctx, wrong, by="Ana", now=NOW)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["name", "kind", "units", "time_zone", "languages"]
    assert has_demo(ctx)


def test_ids_of_houses_are_plain_and_never_taken_twice():
    assert house_id("Las Cabañas!") == "las_cabanas"
    assert house_id("Las Cabañas!", ["las_cabanas"]) == "las_cabanas_2"
    assert house_id("Demo") == "demo_2"
    assert house_id("旅館") == "house"

"""A draft that is published at its time, once, and only as it was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bootstrap import open_context
from engine.errors import ConflictError, FormError, NotFoundError
from engine.store import PublicationState
from engine.usecases import jobs
from engine.usecases.context import Context
from engine.usecases.house.culture import open_culture
from engine.usecases.house.culture_lock import CLOSED
from engine.usecases.rules.publish_rules import publish, restore
from engine.usecases.rules.rollout import start_trial, stop_trial
from engine.usecases.rules.schedule import (
    cancel,
    moment_of,
    publish_on_time,
    schedule,
    schedule_shown,
    which_of_two,
)
from engine.usecases.rules.tune_rules import RuleChange, edit_rule, rules_room
from engine.usecases.rules.whole_draft import discard_draft

NOW = datetime(2026, 6, 12, 12, 20, tzinfo=UTC)
RULE = "business_trip"
SUNDAY = datetime(2026, 6, 14, 6, 0)  # at the house
LATER = NOW + timedelta(days=5)


def drafted(ctx: Context, weight: float = -0.8) -> str:
    edit_rule(ctx, RULE, RuleChange(weight=weight), by="Ana", now=NOW)
    return rules_room(ctx).mark


def planned(ctx: Context) -> datetime:
    seen = drafted(ctx)
    return schedule(ctx, SUNDAY, "season begins", by="Ana", now=NOW, seen=seen)


def work_all(ctx: Context, now: datetime) -> None:
    """Do what is due of publications; other jobs are not of this test."""
    tasks = {kind: task for kind, task in jobs.TASKS.items() if kind == "publish"}
    tasks |= {kind: lambda *_: None for kind in jobs.TASKS if kind != "publish"}
    while jobs.work_one(ctx, now=now, tasks=tasks):
        pass


def shown(ctx: Context, now: datetime = LATER):
    with ctx.store.read() as work:
        return schedule_shown(ctx, work, now=now)


def whats(ctx: Context) -> list[str]:
    with ctx.store.read() as work:
        return [entry.what for entry in work.history.all(5)]


def test_at_its_time_the_draft_is_in_force_and_not_before(ctx: Context):
    due_at = planned(ctx)
    work_all(ctx, due_at - timedelta(minutes=1))
    assert rules_room(ctx).published.version == 1
    assert shown(ctx, NOW).is_waiting
    work_all(ctx, due_at)
    room = rules_room(ctx)
    assert (room.published.version, room.published.reason) == (2, "season begins")
    assert (room.published.by, room.published.at, room.draft) == ("Ana", due_at, None)
    assert shown(ctx, due_at).record.state is PublicationState.DONE


def test_it_is_published_once_also_when_the_job_is_done_twice(ctx: Context):
    due_at = planned(ctx)
    payload = {"publication": shown(ctx, NOW).record.id}
    for _ in range(2):
        publish_on_time(ctx, payload, due_at)
    assert rules_room(ctx).published.version == 2
    assert whats(ctx)[:2] == ["rules.published", "rules.scheduled"]


def test_a_restart_before_the_time_changes_nothing(ctx: Context):
    due_at = planned(ctx)
    ctx.store.close()
    again = open_context(f"sqlite:///{ctx.store.path}", base_url="http://x", now=NOW)
    work_all(again, due_at + timedelta(hours=3))
    assert rules_room(again).published.version == 2
    again.store.close()


def test_a_draft_changed_since_is_not_published_and_that_is_said(ctx: Context):
    due_at = planned(ctx)
    drafted(ctx, weight=-1.0)
    assert shown(ctx, NOW).hindered == "changed"
    work_all(ctx, due_at)
    assert rules_room(ctx).published.version == 1
    assert rules_room(ctx).draft is not None
    assert (shown(ctx, due_at).record.state, shown(ctx, due_at).record.why) == (
        PublicationState.REFUSED,
        "changed",
    )
    assert whats(ctx)[0] == "rules.not_published"


def test_a_discarded_draft_is_not_published(ctx: Context):
    due_at = planned(ctx)
    discard_draft(ctx, by="Ben", now=NOW)
    work_all(ctx, due_at)
    assert shown(ctx, due_at).record.why == "gone"
    assert rules_room(ctx).published.version == 1


def test_a_cancelled_one_stays_a_draft(ctx: Context):
    due_at = planned(ctx)
    cancel(ctx, by="Ben", now=NOW)
    work_all(ctx, due_at)
    assert rules_room(ctx).published.version == 1
    assert whats(ctx)[0] == "rules.unscheduled"
    with pytest.raises(NotFoundError):
        cancel(ctx, by="Ana", now=NOW)


def test_the_second_time_replaces_the_first(ctx: Context):
    first = planned(ctx)
    later = SUNDAY + timedelta(days=2)
    second = schedule(ctx, later, "later", by="Ben", now=NOW, seen=rules_room(ctx).mark)
    work_all(ctx, first)
    assert rules_room(ctx).published.version == 1
    work_all(ctx, second)
    assert rules_room(ctx).published.reason == "later"


def test_who_publishes_by_hand_leaves_nothing_waiting(ctx: Context):
    due_at = planned(ctx)
    publish(ctx, "now after all", by="Ben", now=NOW, seen=rules_room(ctx).mark)
    work_all(ctx, due_at)
    assert rules_room(ctx).published.version == 2
    assert shown(ctx, due_at) is None


def test_without_a_reason_or_with_a_past_time_both_are_said_at_once(ctx: Context):
    seen = drafted(ctx)
    past = datetime(2026, 6, 1, 6, 0)  # at the house
    with pytest.raises(FormError) as wrong:
        schedule(ctx, past, "  ", by="Ana", now=NOW, seen=seen)
    assert {problem.key for problem in wrong.value.problems} == {"when", "reason"}


def test_only_the_draft_that_was_seen_is_scheduled(ctx: Context):
    drafted(ctx)
    with pytest.raises(ConflictError):
        schedule(ctx, SUNDAY, "x", by="Ana", now=NOW, seen="another")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-07-01 06:00", "2026-07-01 04:00"),
        ("2026-12-01 06:00", "2026-12-01 05:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),  # there twice: the first
    ],
)
def test_the_time_is_that_of_the_house(written: str, utc: str):
    moment = moment_of(datetime.fromisoformat(written), "Europe/Oslo", now=NOW)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused():
    skipped = datetime(2027, 3, 28, 2, 30)  # at the house
    with pytest.raises(FormError, match="does not exist"):
        moment_of(skipped, "Europe/Oslo", now=NOW)


@pytest.mark.parametrize("overtaken", ["restored", "published", "tried", "locked"])
def test_what_would_keep_a_draft_from_its_time_is_told_at_once(ctx: Context, overtaken: str):
    culture = overtaken == "locked"
    if culture:
        open_culture(ctx, "our guests asked for it", by="Ana", now=NOW)
        edit_rule(ctx, "formal_address", RuleChange(is_on=True), by="Ana", now=NOW)
    if overtaken == "restored":
        drafted(ctx)
        publish(ctx, "first", by="Ana", now=NOW, seen=rules_room(ctx).mark)
    seen = drafted(ctx, -0.9)
    due_at = schedule(ctx, SUNDAY, "season begins", by="Ana", now=NOW, seen=seen)
    assert shown(ctx, NOW).hindered == ""
    if overtaken == "restored":
        restore(ctx, 1, by="Ben", now=NOW)
    if overtaken == "published":
        content = rules_room(ctx).draft.content
        with ctx.store.begin() as work:
            work.rule_sets.publish(content, reason="x", by="Ben", at=NOW, based_on=1)
    if overtaken == "tried":
        start_trial(ctx, 0, "look first", by="Ben", now=NOW, seen=seen)
    if culture:
        with ctx.store.begin() as work:
            work.history.add(CLOSED, "Ben", NOW, {"rules": []})
    told = shown(ctx, NOW).hindered
    assert told == {"tried": "gone", "locked": "locked"}.get(overtaken, "behind")
    work_all(ctx, due_at)
    assert shown(ctx, due_at).record.why == told


def test_a_stopped_trial_leaves_the_time_as_it_was(ctx: Context):
    seen = drafted(ctx)
    schedule(ctx, SUNDAY, "season begins", by="Ana", now=NOW, seen=seen)
    start_trial(ctx, 0, "look first", by="Ben", now=NOW, seen=seen)
    stop_trial(ctx, by="Ben", now=NOW)
    assert shown(ctx, NOW).hindered == ""


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-07-01T09:00+02:00", "2026-07-01 07:00"),
        ("2026-07-01T09:00+09:00", "2026-07-01 00:00"),
        ("2026-07-01T09:00Z", "2026-07-01 09:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25 00:30"),  # there twice: the first
        ("2026-10-25T02:30+01:00", "2026-10-25 01:30"),  # there twice: the second
    ],
)
def test_a_time_with_its_offset_is_that_very_moment(written: str, utc: str):
    moment = moment_of(datetime.fromisoformat(written), "Europe/Oslo", now=NOW)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "which"),
    [
        ("2026-10-25T00:30Z", 1),
        ("2026-10-25T01:30Z", 2),
        ("2026-10-24T23:30Z", 0),
        ("2026-10-25T02:30Z", 0),
        ("2027-03-28T01:30Z", 0),
    ],
)
def test_a_moment_whose_hour_comes_twice_says_which_it_is(written: str, which: int):
    assert which_of_two(datetime.fromisoformat(written), "Europe/Oslo") == which


def test_a_past_moment_and_the_ends_of_the_calendar_are_refused_with_an_offset_too():
    for written in ("2026-06-12T14:00+02:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"):
        with pytest.raises(FormError, match=r"over|within"):
            moment_of(datetime.fromisoformat(written), "Europe/Oslo", now=NOW)


@pytest.mark.parametrize("written", ["0001-01-01 00:00", "9999-12-31 23:59"])
def test_a_time_at_the_ends_of_the_calendar_is_refused_in_words(written: str):
    with pytest.raises(FormError, match="Choose a day within 366 days"):
        moment_of(datetime.fromisoformat(written), "America/New_York", now=NOW)

"""What owners are told of a draft before they publish it, soon or by a job."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.decision.past import past_of
from engine.usecases.advice.advising import adviser_in_force
from engine.usecases.advice.snapshots import n_unread
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import work_one
from engine.usecases.rules import preview_rules
from engine.usecases.rules.preview_rules import LongWork, matching, preview
from engine.usecases.rules.tune_rules import RuleChange, edit_rule
from engine.usecases.rules.whole_draft import discard_draft
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor
from tests.usecases.conftest import NOW
from tests.usecases.replayed import RULE, advised_alone, cases_at_arrival


def edit(ctx: Context, weight: float = -1.5) -> None:
    edit_rule(ctx, RULE, RuleChange(weight=weight), by="Ana", now=NOW)


def test_the_preview_tells_the_turns_and_how_the_stays_were(ctx: Context):
    edit(ctx)
    first = preview(ctx, now=NOW)
    listed = [one.ref for one in first.changed[: preview_rules.MOST_LISTED]]
    named = next(ref for ref in listed if first.stays[ref].checked_in_at)
    told_before = first.outcomes.get(named)
    record_outcome(ctx, DEMO, named, 2, Actor("Ana", NOW))
    shown = preview(ctx, now=NOW)
    assert told_before != 2
    assert shown.outcomes[named] == 2
    assert sum(n for _, _, n in shown.turns) == shown.n_changed == len(advised_alone(ctx))
    assert len(shown.changed) == min(shown.n_changed, preview_rules.MOST_LISTED)
    assert [n for _, _, n in shown.turns] == sorted([n for _, _, n in shown.turns], reverse=True)
    assert shown.worth is not None
    assert (shown.worth.refused, shown.worth.verdict) == (("nobody",), "open")
    assert shown.long_work is None


def test_a_long_replay_is_a_job_that_goes_on_without_its_owner(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preview_rules, "MOST_AT_ONCE", 10)
    edit(ctx)
    waiting = preview(ctx, now=NOW)
    assert waiting.long_work == LongWork("waiting")
    assert (waiting.changed, waiting.n_changed) == ((), 0)
    assert preview(ctx, now=NOW + timedelta(seconds=5)).long_work == LongWork("waiting")
    assert jobs(ctx) == 1
    work_all(ctx)
    done = preview(ctx, now=NOW)
    assert done.long_work is None
    alone = advised_alone(ctx)
    assert (done.n_changed, len(done.changed)) == (len(alone), preview_rules.MOST_LISTED)
    assert all((one.before, one.after) == alone[one.ref] for one in done.changed)
    assert sum(n for _, _, n in done.turns) == len(alone)
    assert done.n_stays == len(cases_at_arrival(ctx))
    assert jobs(ctx) == 0


def jobs(ctx: Context) -> int:
    with ctx.store.read() as work:
        return sum(job.kind == preview_rules.KIND for job in work.jobs.waiting())


def work_all(ctx: Context, now: datetime = NOW) -> None:
    while work_one(ctx, now=now + timedelta(minutes=1)):
        pass


def test_a_long_replay_tells_how_far_it_is(ctx: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview_rules, "MOST_AT_ONCE", 10)
    edit(ctx)
    preview(ctx, now=NOW)
    seen: list[LongWork | None] = []
    whole = preview_rules.turned_by

    def watched(*given: object, **named: object) -> object:
        tell = named["progress"]
        tell("serve", 7, 186)  # type: ignore[operator]  # the use case gives a callable
        seen.append(preview(ctx, now=NOW).long_work)
        return whole(*given, **named)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(preview_rules, "turned_by", watched)
    work_all(ctx)
    assert seen == [LongWork("serve", 7, 186)]


def test_a_draft_that_changed_is_tried_anew_and_the_old_job_passes_it_over(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preview_rules, "MOST_AT_ONCE", 10)
    edit(ctx)
    preview(ctx, now=NOW)
    edit(ctx, weight=-1.0)
    assert preview(ctx, now=NOW).long_work == LongWork("waiting")
    assert jobs(ctx) == 2
    work_all(ctx)
    assert preview(ctx, now=NOW).long_work is None
    edit(ctx)
    assert preview(ctx, now=NOW).long_work == LongWork("waiting")
    discard_draft(ctx, by="Ana", now=NOW)
    work_all(ctx)
    assert preview(ctx, now=NOW).changed == ()


def test_a_long_replay_that_cannot_be_done_says_so(ctx: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview_rules, "MOST_AT_ONCE", 10)

    def broken(*_given: object, **_named: object) -> object:
        raise MemoryError

    edit(ctx)
    preview(ctx, now=NOW)
    monkeypatch.setattr(preview_rules, "turned_by", broken)
    for hour in range(6):
        work_all(ctx, NOW + timedelta(hours=hour))
    assert preview(ctx, now=NOW).long_work == LongWork("failed")


def test_rules_are_counted_over_the_stays_of_the_house(ctx: Context):
    found = matching(ctx, ctx.catalogue.rules, now=NOW)
    assert found is not None
    assert found.n_stays == len(cases_at_arrival(ctx))
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work, DEMO)
    ids = [rule.id for rule in adviser.rules.rules]
    assert set(ids) <= set(found.by_rule)
    past = past_of(cases_at_arrival(ctx), ctx.catalogue)
    looks = [
        adviser.rules.look(past.columns.facts_of(row), frozenset(), None)
        for row in range(past.n_stays)
    ]
    for k, id in enumerate(ids):
        fires, unsure = (sum(bool(x) for x in column) for column in (
            [look.fires[k] for look in looks], [not look.known[k] for look in looks]
        ))  # fmt: skip
        assert found.by_rule[id] == (fires, unsure)


def test_too_much_to_read_is_not_read_while_a_page_is_waited_for(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preview_rules, "MOST_UNREAD", 10)
    assert matching(ctx, ctx.catalogue.rules, now=NOW) is None
    edit(ctx)
    assert preview(ctx, now=NOW).long_work == LongWork("waiting")
    work_all(ctx)
    assert n_unread(ctx) == 0
    assert preview(ctx, now=NOW).long_work is None
    assert matching(ctx, ctx.catalogue.rules, now=NOW) is not None

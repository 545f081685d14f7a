"""Coded stays beside the database always say what the database says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayDraft, StayStatus
from engine.store.ledger import EVIDENCE, erasing
from engine.store.stay_rows import STAY
from engine.usecases.advice import snapshots
from engine.usecases.advice.coded_snapshot import snapshot_of
from engine.usecases.advice.past_stays import past_of_house
from engine.usecases.advice.snapshots import (
    forget_stays,
    key_of,
    stays_kept,
)
from engine.usecases.context import Context
from tests.usecases.coded import (
    as_after_a_restart,
    entry,
    file_of,
    houses_of,
    move_on,
    says_what_the_database_says,
    stays_of,
    tell,
)
from tests.usecases.conftest import NOW


def test_every_stay_is_kept_as_the_database_has_it(ctx: Context):
    assert says_what_the_database_says(ctx, stays_kept(ctx))
    assert os.stat(file_of(ctx)).st_mode & 0o077 == 0


def test_only_what_changed_is_read_and_the_file_only_grows(ctx: Context):
    stays_kept(ctx)
    before, read = file_of(ctx).read_bytes(), []
    move_on(ctx)
    kept = stays_kept(ctx, lambda done, of: read.append((done, of)))
    assert read == [(4, 4)]
    assert says_what_the_database_says(ctx, kept)
    after = file_of(ctx).read_bytes()
    assert after.startswith(before)
    assert len(after) > len(before)


def test_what_is_up_to_date_is_neither_read_nor_written_again(ctx: Context):
    stays_kept(ctx)
    before, read = file_of(ctx).stat(), []
    stays_kept(ctx, lambda done, _: read.append(done))
    snapshot_of.cache_clear()
    again = stays_kept(ctx, lambda done, _: read.append(done))
    assert read == []
    assert says_what_the_database_says(ctx, again)
    assert file_of(ctx).stat().st_mtime_ns == before.st_mtime_ns


def test_an_undone_cue_is_gone(ctx: Context):
    stay = stays_of(ctx)[0]
    with ctx.store.begin() as work:
        told = work.ledger.append(stay.id, entry(EvidenceKind.CUE, "tired", True))
    stays_kept(ctx)
    with ctx.store.begin() as work:
        taken_back = replace(entry(EvidenceKind.RETRACTION, "tired", None), retracts=told.seq)
        work.ledger.append(stay.id, taken_back)
    assert says_what_the_database_says(ctx, stays_kept(ctx))


def test_another_catalogue_or_house_is_another_snapshot(ctx: Context):
    (house, *_), catalogue = houses_of(ctx), ctx.catalogue
    key = key_of(catalogue, [house])
    fewer = {id: fact for id, fact in catalogue.facts.items() if id != "nights"}
    assert key_of(replace(catalogue, facts=fewer), [house]) != key
    assert key_of(catalogue, [replace(house, house_class="luxury")]) != key
    assert key_of(catalogue, [replace(house, name="By the lake")]) == key


def test_where_nothing_can_be_written_replays_work_from_memory(ctx: Context):
    file_of(ctx).mkdir()
    for _ in range(2):
        assert says_what_the_database_says(ctx, stays_kept(ctx))
        move_on_a_little(ctx)
    assert file_of(ctx).is_dir()


def move_on_a_little(ctx: Context) -> None:
    tell(ctx, stays_of(ctx)[0], EvidenceKind.CUE, "tired")


def test_of_an_erased_guest_nothing_is_left_in_the_file(ctx: Context):
    stay = stays_of(ctx)[0]
    tell(ctx, stay, EvidenceKind.SET_ASIDE, "only_hers")
    stays_kept(ctx)
    assert b"only_hers" in file_of(ctx).read_bytes()
    erase(ctx, lambda: EVIDENCE.c.stay_id == stay.id)
    assert says_what_the_database_says(ctx, stays_kept(ctx))
    assert b"only_hers" not in file_of(ctx).read_bytes()


def erase(ctx: Context, which: Callable[[], sa.ColumnElement[bool]]) -> None:
    with ctx.store.begin() as work, erasing(work.connection):
        work.connection.execute(sa.delete(EVIDENCE).where(which()))


def test_a_stay_that_is_gone_is_gone_here_too(ctx: Context):
    stay = stays_of(ctx)[0]
    with ctx.store.begin() as work:
        new = work.stays.add(
            StayDraft(
                stay.house, "short", "Ida", None, None, None, stay.arrival_on,
                stay.departure_on, StayStatus.EXPECTED, {}, "csv",
            )
        )  # fmt: skip
    assert new.id in stays_kept(ctx).ids
    with ctx.store.begin() as work:
        work.connection.execute(sa.text("pragma defer_foreign_keys = on"))
        work.connection.execute(sa.delete(STAY).where(STAY.c.id == new.id))
    assert new.id not in stays_kept(ctx).ids
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_a_file_that_is_mostly_out_of_date_is_made_anew(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    stays_kept(ctx)
    monkeypatch.setattr("engine.usecases.advice.coded_snapshot.MOST_STALE", 0.02)
    for cue in ("tired", "unsure", "on_phone", "in_hurry"):
        for stay in stays_of(ctx)[:4]:
            tell(ctx, stay, EvidenceKind.CUE, cue)
        assert says_what_the_database_says(ctx, stays_kept(ctx))
    n_stays = stays_kept(ctx).n_stays
    assert (
        snapshot_of(file_of(ctx), key_of(ctx.catalogue, houses_of(ctx)))._coded.n_rows
        < 1.05 * n_stays
    )


def test_forgetting_takes_the_file_away(ctx: Context):
    stays_kept(ctx)
    forget_stays(ctx)
    assert not file_of(ctx).exists()
    assert says_what_the_database_says(ctx, stays_kept(ctx))


def test_the_stays_of_a_house_come_by_day_without_those_called_off(ctx: Context):
    move_on(ctx)
    house = stays_of(ctx)[0].house
    kept = stays_kept(ctx)
    all_of_it, last = past_of_house(ctx, kept, house), past_of_house(ctx, kept, house, most=10)
    came = [s for s in stays_of(ctx) if s.house == house and s.status not in snapshots.NEVER_MET]
    assert all_of_it.n_stays == len(came)
    assert all_of_it.days.tolist() == sorted(stay.arrival_on.toordinal() for stay in came)
    assert last.ids.tolist() == all_of_it.ids[-10:].tolist()
    today = NOW.date()
    on_day = past_of_house(ctx, kept, house, days=(today, today))
    assert sorted(on_day.ids.tolist()) == sorted(s.id for s in came if s.arrival_on == today)
    assert past_of_house(ctx, kept, "no such house").n_stays == 0

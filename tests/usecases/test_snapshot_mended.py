"""Whatever happens to the file of coded stays, and whoever writes it: it says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from engine.domain.evidence import EvidenceKind
from engine.store.snapshot import SnapshotFile
from engine.usecases.advice import snapshots
from engine.usecases.advice.coded_snapshot import snapshot_of
from engine.usecases.advice.snapshots import (
    key_of,
    stays_kept,
)
from engine.usecases.context import Context
from tests.usecases.coded import (
    as_after_a_restart,
    book_otherwise,
    file_of,
    houses_of,
    move_on,
    says_what_the_database_says,
    stays_of,
    tell,
)


def test_a_cut_off_file_is_mended(ctx: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "BATCH", 20)
    monkeypatch.setattr(snapshots, "BLOCK", 20)
    stays_kept(ctx)
    move_on(ctx)
    stays_kept(ctx)
    whole = file_of(ctx).read_bytes()
    for share in (0.0, 0.001, 0.2, 0.5, 0.8, 0.999):
        file_of(ctx).write_bytes(whole[: int(share * len(whole))])
        assert says_what_the_database_says(ctx, as_after_a_restart(ctx))
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_a_damaged_file_is_mended(ctx: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "BATCH", 20)
    monkeypatch.setattr(snapshots, "BLOCK", 20)
    stays_kept(ctx)
    whole = file_of(ctx).read_bytes()
    rng = np.random.default_rng(1)
    for place in [0, 15, 90, *rng.integers(0, len(whole), 6).tolist()]:
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        file_of(ctx).write_bytes(damaged)
        assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"tact-stays-1\n" + b"0" * 500])
def test_a_foreign_file_is_replaced(ctx: Context, content: bytes):
    file_of(ctx).write_bytes(content)
    assert says_what_the_database_says(ctx, stays_kept(ctx))
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_blocks_of_another_file_are_not_taken(ctx: Context):
    stays_kept(ctx)
    other = SnapshotFile(file_of(ctx).with_name("other"), "another catalogue")
    ours = SnapshotFile(file_of(ctx), key_of(ctx.catalogue, houses_of(ctx)))
    found = ours.read()
    assert found is not None
    place = other.start()
    other.append(place, found[0][0])
    header = file_of(ctx).read_bytes()[: ours.start().end]
    blocks = other.path.read_bytes()[place.end :]
    file_of(ctx).write_bytes(header + blocks)
    assert ours.read() is not None
    assert ours.read()[0] == []
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def cut_off(done: int, _of: int) -> None:
    if done >= 40:
        raise KeyboardInterrupt


def test_work_that_was_killed_half_way_is_taken_up_where_it_ended(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshots, "BATCH", 20)
    monkeypatch.setattr(snapshots, "BLOCK", 20)
    n_stays, read = len(stays_of(ctx)), []
    with pytest.raises(KeyboardInterrupt):
        stays_kept(ctx, cut_off)
    snapshot_of.cache_clear()
    kept = stays_kept(ctx, lambda done, of: read.append((done, of)))
    assert read[-1] == (n_stays - 20, n_stays - 20)
    assert says_what_the_database_says(ctx, kept)
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_of_two_processes_one_writes_and_both_know_everything(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.usecases.advice.coded_snapshot.PATIENCE", 0.05)
    stays_kept(ctx)
    move_on(ctx)
    before = file_of(ctx).read_bytes()
    with SnapshotFile(file_of(ctx), "whoever").held(1.0) as is_writer:
        assert is_writer
        assert says_what_the_database_says(ctx, stays_kept(ctx))
        assert file_of(ctx).read_bytes() == before
        tell(ctx, stays_of(ctx)[4], EvidenceKind.CUE, "unsure")
        assert says_what_the_database_says(ctx, stays_kept(ctx))
    tell(ctx, stays_of(ctx)[5], EvidenceKind.CUE, "tired")
    assert says_what_the_database_says(ctx, stays_kept(ctx))
    assert file_of(ctx).read_bytes().startswith(before)
    assert says_what_the_database_says(ctx, as_after_a_restart(ctx))


def test_whoever_worked_from_memory_learns_anew_what_codes_mean(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
):
    """Both name new values; the codes of the one who wrote count, not those in memory."""
    monkeypatch.setattr("engine.usecases.advice.coded_snapshot.PATIENCE", 0.05)
    stays_kept(ctx)
    here = snapshot_of(file_of(ctx), key_of(ctx.catalogue, houses_of(ctx)))
    with SnapshotFile(file_of(ctx), "whoever").held(1.0):
        book_otherwise(ctx, 9, 7777)
        stays_kept(ctx)
    book_otherwise(ctx, 3, 8888)
    snapshot_of.cache_clear()
    stays_kept(ctx)  # the other process, which codes the booking with the lower number first
    assert says_what_the_database_says(ctx, here.load())


def test_what_another_process_wrote_is_read_not_coded_again(ctx: Context):
    stays_kept(ctx)
    here = snapshot_of(file_of(ctx), key_of(ctx.catalogue, houses_of(ctx)))
    snapshot_of.cache_clear()
    move_on(ctx)
    stays_kept(ctx)  # the other process
    assert here.load().mark == stays_kept(ctx).mark
    assert says_what_the_database_says(ctx, here.held())

"""What `begin` and `read` promise."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_writers import AT, WRITES, die_writing, write_from_threads

from engine.domain.stays import House, Stay
from engine.errors import StoreReadOnlyError
from engine.store import Store

fresh = multiprocessing.get_context("spawn")


def url_of(store: Store) -> str:
    return f"sqlite:///{store.path}"


def hits(store: Store, key: str) -> int:
    with store.read() as work:
        return work.counters.seen(key, AT, 60)


def test_returning_commits(store: Store, house: House) -> None:
    with store.begin() as work:
        work.houses.save(house)
    with store.read() as work:
        assert work.houses.all() == (house,)


def test_raising_rolls_everything_back(store: Store, house: House, now: datetime) -> None:
    def change_my_mind() -> None:
        with store.begin() as work:
            work.houses.save(house)
            work.history.add("house.saved", "ana", now)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        change_my_mind()
    with store.read() as work:
        assert work.houses.all() == ()
        assert work.history.all() == ()


def test_the_next_writer_gets_in_after_one_that_raised(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin():
        raise RuntimeError
    with store.begin() as work:
        assert work.counters.hit("a", AT, 60) == 1


def test_reading_cannot_write(store: Store, house: House) -> None:
    with pytest.raises(StoreReadOnlyError), store.read() as work:
        work.houses.save(house)
    with store.read() as work:
        assert work.houses.all() == ()


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    with store.read() as work:
        before = work.counters.seen("a", AT, 60)
        with store.begin() as writing:
            writing.counters.hit("a", AT, 60)
        assert work.counters.seen("a", AT, 60) == before
    assert hits(store, "a") == before + 1


def test_a_transaction_inside_a_transaction_is_refused_instead_of_waiting_for_itself(
    store: Store,
) -> None:
    with store.begin(), pytest.raises(RuntimeError, match="inside"), store.begin():
        pass


def test_sixteen_threads_in_two_processes_write_without_loss(store: Store, stay: Stay) -> None:
    threads = 16
    writers = [
        fresh.Process(target=write_from_threads, args=(url_of(store), stay.id, threads, name))
        for name in ("one", "two")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with store.read() as work:
        entries = work.ledger.of(stay.id)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len({entry.value for entry in entries}) == len(entries) == 2 * threads * WRITES
    assert hits(store, "writes") == 2 * threads * WRITES


def test_a_writer_that_dies_leaves_nothing_and_blocks_nobody(store: Store, stay: Stay) -> None:
    writer = fresh.Process(target=die_writing, args=(url_of(store),))
    writer.start()
    writer.join()
    assert writer.exitcode == 9
    assert hits(store, "dead") == 0
    with store.begin() as work:
        assert work.counters.hit("dead", AT, 60) == 1


def test_the_file_is_durable_at_each_commit_and_wipes_what_it_deletes(store: Store) -> None:
    with store.begin() as work:
        pragmas = {
            name: work.connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
        folds = work.connection.execute(sa.text("PRAGMA wal_autocheckpoint")).scalar()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    assert folds == 0


def test_the_log_is_folded_into_the_file_now_and_then(store: Store) -> None:
    assert store.path
    for n in range(400):
        with store.begin() as work:
            work.counters.hit(f"key {n}", AT, 60)
    pages = store.path.with_name(f"{store.path.name}-wal").stat().st_size / 4096
    assert pages < 3 * 400


def test_after_a_checkpoint_the_file_alone_holds_everything(
    store: Store, house: House, tmp_path: Path
) -> None:
    with store.begin() as work:
        work.houses.save(house)
    store.checkpoint()
    assert store.path
    assert store.path.with_name(f"{store.path.name}-wal").stat().st_size == 0
    copy = tmp_path / "copy.db"
    copy.write_bytes(store.path.read_bytes())
    alone = sqlite3.connect(copy)
    names = alone.execute("SELECT name FROM house").fetchall()
    alone.close()
    assert names == [("Las Cabañas",)]

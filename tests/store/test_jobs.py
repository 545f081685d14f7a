"""Work for later is done once, comes back after a failure, and is given up in the end."""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta

import pytest
from store_writers import AT, lease_all

from engine.store import Store

MINUTE = timedelta(minutes=1)


def test_a_job_is_leased_when_it_is_due_and_by_one_worker(store: Store, now: datetime) -> None:
    with store.begin() as work:
        id = work.jobs.add("mail", {"to": 7}, key="m1", due_at=now + MINUTE, at=now)
        assert work.jobs.lease(now, 60) is None
        job = work.jobs.lease(now + MINUTE, 60)
        assert job is not None
        assert (job.id, job.kind, job.key, job.payload, job.tries) == (
            id,
            "mail",
            "m1",
            {"to": 7},
            1,
        )
        assert work.jobs.lease(now + MINUTE, 60) is None
        assert [waiting.id for waiting in work.jobs.waiting()] == [id]
        work.jobs.finish(id)
        assert work.jobs.waiting() == ()
        assert work.jobs.lease(now + 60 * MINUTE, 60) is None


def test_the_same_piece_of_work_is_enqueued_once_even_when_it_is_done(
    store: Store, now: datetime
) -> None:
    with store.begin() as work:
        first = work.jobs.add("learn", {}, key="k", due_at=now, at=now)
        work.jobs.finish(first)
        assert work.jobs.add("learn", {}, key="k", due_at=now, at=now) == first
        assert work.jobs.waiting() == ()


def test_the_job_that_is_due_longest_comes_first(store: Store, now: datetime) -> None:
    with store.begin() as work:
        for key, minutes in (("b", 2), ("a", 1), ("c", 3)):
            work.jobs.add("mail", {}, key=key, due_at=now + minutes * MINUTE, at=now)
        leased = [work.jobs.lease(now + 5 * MINUTE, 60) for _ in range(3)]
    assert [job.key for job in leased if job] == ["a", "b", "c"]


def test_a_job_whose_enqueuing_was_rolled_back_is_never_done(store: Store) -> None:
    def enqueue_and_raise() -> None:
        with store.begin() as work:
            work.jobs.add("mail", {}, key="m", due_at=AT, at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enqueue_and_raise()
    with store.begin() as work:
        assert work.jobs.lease(AT, 60) is None


def test_a_failed_job_comes_back_after_longer_and_longer_pauses_and_dies_after_five_tries(
    store: Store, now: datetime
) -> None:
    pauses = []
    with store.begin() as work:
        id = work.jobs.add("mail", {}, key="m", due_at=now, at=now)
        for _ in range(5):
            job = work.jobs.lease(now, 60)
            assert job is not None
            work.jobs.fail(id, "the mail server does not answer", now)
            for waiting in work.jobs.waiting():
                pauses.append(waiting.due_at - now)
                now = waiting.due_at
        (dead,) = work.jobs.dead()
        assert work.jobs.lease(now + 1000 * MINUTE, 60) is None
    assert [pause.total_seconds() for pause in pauses] == [30, 120, 480, 1920]
    assert (dead.tries, dead.message) == (5, "the mail server does not answer")


def test_the_job_of_a_worker_that_died_is_given_to_another(store: Store, now: datetime) -> None:
    with store.begin() as work:
        work.jobs.add("mail", {}, key="m", due_at=now, at=now)
        for tries in range(1, 6):
            job = work.jobs.lease(now, 60)
            assert job is not None
            assert job.tries == tries
            now += MINUTE
        assert work.jobs.lease(now, 60) is None
        assert [dead.key for dead in work.jobs.dead()] == ["m"]


def test_two_workers_get_each_job_once(store: Store) -> None:
    keys = [f"job {n}" for n in range(40)]
    with store.begin() as work:
        for key in keys:
            work.jobs.add("mail", {}, key=key, due_at=AT, at=AT)
    fresh = multiprocessing.get_context("spawn")
    found = fresh.SimpleQueue()
    workers = [
        fresh.Process(target=lease_all, args=(f"sqlite:///{store.path}", found)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    leased = []
    while not found.empty():
        leased.append(found.get())
    found.close()
    assert sorted(leased) == sorted(keys)

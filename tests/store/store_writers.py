"""Writers in processes of their own: importable, so that a fresh process finds them."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue

from engine.domain.evidence import BASIS_OF, Evidence, EvidenceKind
from engine.store import Store

AT = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
WRITES = 20


def write_from_threads(url: str, stay_id: int, threads: int, name: str) -> None:
    store = Store(url)
    writers = [
        threading.Thread(target=_write, args=(store, stay_id, f"{name}-{n}"))
        for n in range(threads)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    store.close()


def _write(store: Store, stay_id: int, name: str) -> None:
    for n in range(WRITES):
        with store.begin() as work:
            kind = EvidenceKind.NOTE
            note = Evidence(kind, "note", f"{name}-{n}", name, AT, BASIS_OF[kind], "desk")
            work.ledger.append(stay_id, note)
            work.counters.hit("writes", AT, 60)


def hold_queue(url: str, is_held: threading.Event, may_go: threading.Event) -> None:
    with Store(url).begin():
        is_held.set()
        may_go.wait(30)


def lease_all(url: str, found: SimpleQueue[str]) -> None:
    store = Store(url)
    job = True
    while job:
        with store.begin() as work:
            lease = work.jobs.lease(AT, 60)
            job = lease is not None
            if lease is not None:
                found.put(lease.key)
    store.close()


def die_writing(url: str) -> None:
    with Store(url).begin() as work:
        work.counters.hit("dead", AT, 60)

        os._exit(9)

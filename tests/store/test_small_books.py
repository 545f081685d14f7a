"""Replies, seeds, history and counters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.errors import NotFoundError
from engine.store import Store


def test_the_first_reply_to_a_post_stays(store: Store, now: datetime) -> None:
    with store.begin() as work:
        assert work.replies.get("k") is None
        work.replies.put("k", "/desk/1", now)
        work.replies.put("k", "/desk/2", now)
        assert work.replies.get("k") == "/desk/1"
        assert work.replies.clear(now) == 0
        assert work.replies.clear(now + timedelta(days=1)) == 1
        assert work.replies.get("k") is None


def test_a_seed_is_kept_once_per_version(store: Store) -> None:
    with store.begin() as work:
        work.seeds.put("abc", {"words": {"nb": "hytte på fjellet"}})
        work.seeds.put("abc", {"other": 1})
        assert work.seeds.get("abc") == {"words": {"nb": "hytte på fjellet"}}
        with pytest.raises(NotFoundError, match="xyz"):
            work.seeds.get("xyz")


def test_history_is_told_newest_first(store: Store, now: datetime) -> None:
    with store.begin() as work:
        for n in range(3):
            work.history.add("rules.published", "ana", now, {"version": n})
        records = work.history.all(2)
    assert [record.detail["version"] for record in records] == [2, 1]
    assert (records[0].what, records[0].by, records[0].at) == ("rules.published", "ana", now)


def test_hits_count_within_their_window(store: Store, now: datetime) -> None:
    with store.begin() as work:
        counts = [work.counters.hit("ana", now, 900) for _ in range(3)]
        assert work.counters.hit("eva", now, 900) == 1
        assert work.counters.hit("ana", now + timedelta(minutes=15), 900) == 1
        assert work.counters.seen("ana", now, 900) == 0
    assert counts == [1, 2, 3]


def test_the_right_password_starts_the_count_anew(store: Store, now: datetime) -> None:
    with store.begin() as work:
        work.counters.hit("ana", now, 900)
        work.counters.forget("ana")
        assert work.counters.seen("ana", now, 900) == 0
        assert work.counters.hit("ana", now, 900) == 1

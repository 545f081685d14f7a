"""A stay counts under one pattern at a time, and leaves no trace when it is counted out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.axis import Trait
from engine.domain.stays import House, Stay, StayDraft
from engine.errors import NotFoundError
from engine.store import Store, TraitRecord, Work

Draft = Callable[..., StayDraft]


def counted(work: Work) -> dict[str, int]:
    return {str(content["style"]): n for content, n in work.patterns.of_house("las_cabanas")}


def put(work: Work, stay: Stay, key: str) -> bool:
    return work.patterns.put(stay.id, key, {"style": key, "answers": {"welcome": 1}})


def test_a_stay_moves_from_one_pattern_to_the_next(store: Store, stay: Stay, draft: Draft) -> None:
    with store.begin() as work:
        other = work.stays.add(draft(ref="B-2"))
        assert put(work, stay, "a")
        assert put(work, other, "a")
        assert counted(work) == {"a": 2}
        assert put(work, stay, "b")
        assert counted(work) == {"a": 1, "b": 1}
        assert put(work, other, "b")
        assert counted(work) == {"b": 2}


def test_the_same_pattern_again_writes_nothing(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        put(work, stay, "a")
        before = work.connection.scalar(sa.text("SELECT total_changes()"))
        assert not put(work, stay, "a")
        assert work.connection.scalar(sa.text("SELECT total_changes()")) == before


def test_a_stay_counted_out_leaves_no_trace(store: Store, stay: Stay, draft: Draft) -> None:
    with store.begin() as work:
        other = work.stays.add(draft(ref="B-2"))
        put(work, other, "a")
        put(work, stay, "a")
        assert work.patterns.remove_stay(stay.id)
        assert not work.patterns.remove_stay(stay.id)
        assert counted(work) == {"a": 1}
        assert work.patterns.remove_stay(other.id)
        for table in ("pattern", "stay_pattern"):
            assert work.connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608  # a name from above


def test_counts_never_fall_below_zero(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        put(work, stay, "a")
        with pytest.raises(sa.exc.IntegrityError, match="n_not_negative"):
            work.connection.execute(sa.text("UPDATE pattern SET n = n - 2"))


def test_a_stay_that_is_not_here_is_not_counted(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        with pytest.raises(NotFoundError):
            put(work, replace(stay, id=99), "a")
        with pytest.raises(NotFoundError):
            work.patterns.remove_stay(99)


def test_what_is_remembered_comes_back_to_the_last_bit(store: Store, stay: Stay) -> None:
    first = TraitRecord(Trait(0.1 + 0.2, 1 / 3), date(2026, 6, 4), stay.id)
    then = TraitRecord(Trait(-0.7, 0.3), date(2027, 1, 2), stay.id, first.trait, first.at)
    with store.begin() as work:
        for record in (first, then):
            work.traits.keep(stay.guest.id, record)
            assert work.traits.of_guests([stay.guest.id, 99]) == {stay.guest.id: record}
        assert work.traits.forget(stay.guest.id)
        assert not work.traits.forget(stay.guest.id)
        assert work.traits.of_guests([stay.guest.id]) == {}


def test_a_house_that_goes_takes_its_counts_and_its_memory_along(
    store: Store, house: House, stay: Stay, draft: Draft
) -> None:
    record: Any = TraitRecord(Trait(0.5, 0.5), date(2026, 6, 4), stay.id)
    with store.begin() as work:
        work.houses.save(replace(house, id="demo", is_demo=True))
        shown = work.stays.add(draft(house="demo"))
        for one in (stay, shown):
            put(work, one, "a")
            work.traits.keep(one.guest.id, replace(record, stay_id=one.id))
        work.houses.remove("demo")
        assert counted(work) == {"a": 1}
        assert list(work.patterns.of_house("demo")) == []
        assert work.traits.of_guests([stay.guest.id, shown.guest.id]) == {stay.guest.id: record}
        assert work.connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []

"""Houses with their units, and how the demo leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.domain.evidence import Evidence
from engine.domain.people import Role
from engine.domain.stays import House, Stay, StayDraft
from engine.errors import NotFoundError
from engine.store import Store
from engine.store.ledger import erasing


def test_a_house_comes_back_with_its_units_in_their_order(store: Store, house: House) -> None:
    with store.begin() as work:
        work.houses.save(house)
    with store.read() as work:
        assert work.houses.get("las_cabanas") == house


def test_saving_again_replaces_the_house_and_its_units(store: Store, house: House) -> None:
    smaller = replace(house, name="La Cabaña", units=house.units[1:], values={})
    with store.begin() as work:
        work.houses.save(house)
        work.houses.save(smaller)
        work.houses.save(smaller)
        assert work.houses.all() == (smaller,)


def test_the_demo_comes_last(store: Store, house: House) -> None:
    with store.begin() as work:
        for id, name, is_demo in (("demo", "A demo", True), ("b", "B", False), ("a", "A", False)):
            work.houses.save(replace(house, id=id, name=name, is_demo=is_demo))
        assert [house.id for house in work.houses.all()] == ["a", "b", "demo"]


def test_a_house_that_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as work, pytest.raises(NotFoundError):
        work.houses.get("las_cabanas")


def test_removing_a_house_leaves_no_trace_of_it_and_all_of_the_others(
    store: Store,
    house: House,
    stay: Stay,
    draft: Callable[..., StayDraft],
    entry: Callable[..., Evidence],
    now: datetime,
) -> None:
    with store.begin() as work:
        work.houses.save(replace(house, id="demo", name="Traceless", is_demo=True))
        shown = work.stays.add(draft(house="demo", guest_name="Made Up"))
        work.stays.set_link(shown, "a" * 64, 1)
        work.ledger.append(shown.id, entry())
        kept = work.ledger.append(stay.id, entry())
        work.recommendations.add(shown.id, at=now, by="ana", inputs={}, output={}, versions={})
        work.sessions.open("t", None, Role.OWNER, "demo", now, now + timedelta(hours=1))
    with store.begin() as work:
        work.houses.remove("demo")
        work.houses.remove("demo")
    store.checkpoint()
    with store.read() as work:
        assert work.houses.all() == (house,)
        assert work.ledger.of(stay.id) == (kept,)
        session = work.sessions.get("t")
        assert session is not None
        assert session.house is None
        assert work.connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    assert store.path
    assert not [name for name in (b"Made Up", b"Traceless") if name in store.path.read_bytes()]


def test_after_an_erasure_the_ledger_is_closed_again(
    store: Store, stay: Stay, entry: Callable[..., Evidence]
) -> None:
    delete = sa.text("DELETE FROM evidence")
    with store.begin() as work:
        work.ledger.append(stay.id, entry())
        work.houses.remove("elsewhere")
        with pytest.raises(sa.exc.IntegrityError):
            work.connection.execute(delete)
        with pytest.raises(ZeroDivisionError), erasing(work.connection):
            _ = 1 / 0
        with pytest.raises(sa.exc.IntegrityError):
            work.connection.execute(delete)
        assert len(work.ledger.of(stay.id)) == 1


def test_the_number_of_an_erased_entry_is_never_given_again(
    store: Store,
    house: House,
    stay: Stay,
    entry: Callable[..., Evidence],
    draft: Callable[..., StayDraft],
) -> None:
    with store.begin() as work:
        erased = work.ledger.append(stay.id, entry())
        work.houses.remove("las_cabanas")
        work.houses.save(house)
        anew = work.stays.add(draft())
        assert anew.id > stay.id
        assert work.ledger.append(anew.id, entry()).seq > erased.seq

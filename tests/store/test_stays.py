"""Stays: kept once, found fast, never overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.stays import House, Stay, StayDraft, StayStatus
from engine.errors import ConflictError, LinkError, NotFoundError
from engine.store import Store

Draft = Callable[..., StayDraft]


def count(work: Any, table: str) -> int:
    return int(work.connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar())  # noqa: S608  # names of our own tables


def test_a_stay_comes_back_as_it_was_told(store: Store, stay: Stay, draft: Draft) -> None:
    with store.read() as work:
        assert work.stays.get("las_cabanas", "B-1") == work.stays.by_id(stay.id) == stay
    assert (stay.guest.name, stay.guest.language) == ("José Ruiz", "es")
    assert stay.facts == draft().facts
    assert [type(value) for value in stay.facts.values()] == [int, str, bool]
    assert (stay.version, stay.status, stay.expected_hour) == (1, StayStatus.EXPECTED, 15)


def test_a_stay_that_is_not_there_is_not_found(store: Store) -> None:
    with store.read() as work:
        with pytest.raises(NotFoundError):
            work.stays.get("las_cabanas", "B-1")
        with pytest.raises(NotFoundError):
            work.stays.by_id(1)


def test_the_same_booking_is_not_added_twice(store: Store, stay: Stay, draft: Draft) -> None:
    with pytest.raises(ConflictError), store.begin() as work:
        work.stays.add(draft())


def test_the_same_file_twice_changes_nothing(store: Store, house: House, draft: Draft) -> None:
    with store.begin() as work:
        work.houses.save(house)
        assert work.stays.upsert(draft())[1] == "created"
    with store.begin() as work:
        again, landing = work.stays.upsert(draft())
        assert (again.version, landing) == (1, "unchanged")
        assert (count(work, "stay"), count(work, "guest")) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"departure_on": date(2026, 6, 5)}, "departure_on"),
        ({"status": StayStatus.CANCELLED}, "status"),
        ({"unit": "C2"}, "unit"),
        ({"facts": {"nights": 4}}, "facts"),
        ({"facts": {"online_checkin": 1}}, "facts"),
    ],
)
def test_what_the_source_changed_is_updated(
    store: Store, stay: Stay, draft: Draft, changes: dict[str, Any], field: str
) -> None:
    with store.begin() as work:
        changed, landing = work.stays.upsert(draft(**changes))
        assert landing == "updated"
        assert changed == replace(stay, version=2, **{field: getattr(changed, field)})
        assert work.stays.upsert(draft(**changes))[1] == "unchanged"


def test_a_name_corrected_at_the_source_is_corrected_here(
    store: Store, stay: Stay, draft: Draft
) -> None:
    with store.begin() as work:
        changed, landing = work.stays.upsert(draft(guest_name="José Ruíz"))
        assert (landing, changed.guest.name, changed.guest.id) == (
            "updated",
            "José Ruíz",
            stay.guest.id,
        )


def test_what_the_source_does_not_say_stays_as_it_is(
    store: Store, stay: Stay, draft: Draft
) -> None:
    with store.begin() as work:
        seen = work.stays.change(stay, facts={**stay.facts, "unit_ready": False})
        silent = draft(language=None, email=None, unit=None, expected_hour=None, facts={})
        kept, landing = work.stays.upsert(silent)
    assert (kept, landing) == (seen, "unchanged")


def test_an_old_file_never_takes_back_a_check_in(
    store: Store, stay: Stay, draft: Draft, now: datetime
) -> None:
    with store.begin() as work:
        work.stays.change(stay, status=StayStatus.IN_HOUSE, checked_in_at=now, checked_in_by="ana")
        again, landing = work.stays.upsert(draft())
        gone, _ = work.stays.upsert(draft(status=StayStatus.DEPARTED))
    assert (again.status, landing) == (StayStatus.IN_HOUSE, "unchanged")
    assert gone.status is StayStatus.DEPARTED


def test_without_a_key_each_stay_has_its_own_guest(store: Store, stay: Stay, draft: Draft) -> None:
    with store.begin() as work:
        assert work.stays.add(draft(ref="B-2")).guest.id != stay.guest.id


def test_a_key_of_the_source_finds_the_guest_again_in_the_same_house_only(
    store: Store, house: House, draft: Draft
) -> None:
    with store.begin() as work:
        work.houses.save(house)
        work.houses.save(replace(house, id="town"))
        first = work.stays.add(draft(guest_key="G-7"))
        second = work.stays.add(draft(guest_key="G-7", ref="B-2", guest_name="José R."))
        elsewhere = work.stays.add(draft(guest_key="G-7", house="town"))
        assert second.guest.id == first.guest.id != elsewhere.guest.id
        assert work.stays.by_id(first.id).guest.name == "José R."


def test_a_guest_who_becomes_known_is_joined_to_the_earlier_stay(
    store: Store, stay: Stay, draft: Draft
) -> None:
    with store.begin() as work:
        known = work.stays.add(draft(ref="B-0", guest_key="G-7"))
        joined, landing = work.stays.upsert(draft(guest_key="G-7"))
        assert (joined.guest.id, landing) == (known.guest.id, "updated")
        assert work.stays.upsert(draft(guest_key="G-7"))[1] == "unchanged"


def test_arrivals_come_in_the_order_of_their_arrival(
    store: Store, stay: Stay, draft: Draft
) -> None:
    tomorrow = date(2026, 6, 2)
    with store.begin() as work:
        work.stays.add(draft(ref="late", expected_hour=21))
        work.stays.add(draft(ref="unknown", expected_hour=None))
        work.stays.add(draft(ref="early", expected_hour=0))
        work.stays.add(draft(ref="tomorrow", arrival_on=tomorrow))
        work.stays.add(draft(ref="after", arrival_on=date(2026, 6, 3)))
    with store.read() as work:
        found = work.stays.between("las_cabanas", stay.arrival_on, tomorrow)
        assert [stay.ref for stay in found] == ["early", "B-1", "late", "unknown", "tomorrow"]
        assert work.stays.between("elsewhere", stay.arrival_on, tomorrow) == ()


def test_cancelled_stays_and_guests_who_did_not_come_do_not_count_as_arrivals(
    store: Store, stay: Stay, draft: Draft
) -> None:
    later = date(2026, 6, 9)
    with store.begin() as work:
        work.stays.add(draft(ref="B-2"))
        work.stays.add(draft(ref="B-3", status=StayStatus.NO_SHOW))
        work.stays.add(draft(ref="B-4", status=StayStatus.CANCELLED, arrival_on=date(2026, 6, 5)))
        work.stays.add(draft(ref="B-5", arrival_on=later))
        assert work.stays.arrivals_count("las_cabanas", stay.arrival_on, later) == {
            stay.arrival_on: 2,
            later: 1,
        }
        assert work.stays.next_arrival_on("las_cabanas", stay.arrival_on) == later
        assert work.stays.next_arrival_on("las_cabanas", later) is None


def test_who_is_in_house_is_known_whenever_they_came(
    store: Store, stay: Stay, draft: Draft
) -> None:
    with store.begin() as work:
        long_here = work.stays.add(
            draft(ref="B-2", arrival_on=date(2026, 4, 1), status=StayStatus.IN_HOUSE)
        )
        assert work.stays.in_house("las_cabanas") == (long_here,)


@pytest.mark.parametrize("text", ["jose", "RUÍZ", "José  r", "b-1", "c1"])
def test_a_guest_is_found_by_name_ref_or_unit_without_case_and_accents(
    store: Store, stay: Stay, text: str
) -> None:
    with store.read() as work:
        assert work.stays.find("las_cabanas", text) == (stay,)


@pytest.mark.parametrize("text", ["", " ", "%", "_", "Maria", "jo%e"])
def test_a_search_finds_nothing_else(store: Store, stay: Stay, text: str) -> None:
    with store.read() as work:
        assert work.stays.find("las_cabanas", text) == ()
        assert work.stays.find("elsewhere", "jose") == ()


def test_a_person_changes_the_stay_that_she_sees(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        changed = work.stays.change(stay, unit="C2", name="Pepe Ruiz", language="en")
        assert changed == work.stays.by_id(stay.id)
        assert work.stays.find("las_cabanas", "pepe") == (changed,)
    assert (changed.unit, changed.version) == ("C2", 2)
    assert (changed.guest.name, changed.guest.language) == ("Pepe Ruiz", "en")


def test_the_second_of_two_desks_is_told_instead_of_overwriting(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        first = work.stays.change(stay, unit="C2")
    with pytest.raises(ConflictError, match="changed in the meantime"), store.begin() as work:
        work.stays.change(stay, unit="C3")
    with store.read() as work:
        assert work.stays.by_id(stay.id) == first


def test_who_was_faster_to_check_in_is_named_with_the_time_of_the_house(
    store: Store, stay: Stay
) -> None:
    at = datetime(2026, 6, 1, 12, 21, tzinfo=UTC)
    with store.begin() as work:
        work.stays.change(stay, status=StayStatus.IN_HOUSE, checked_in_at=at, checked_in_by="Maria")
    with (
        pytest.raises(ConflictError, match=r"^Maria checked this guest in at 14:21\.$"),
        store.begin() as work,
    ):
        work.stays.change(stay, status=StayStatus.IN_HOUSE, checked_in_at=at, checked_in_by="Ana")


def test_a_moment_keeps_its_instant_whatever_its_zone(store: Store, stay: Stay) -> None:
    at = datetime.fromisoformat("2026-06-01T23:30:00.000001+05:30")
    with store.begin() as work:
        changed = work.stays.change(stay, checked_in_at=at)
    assert changed.checked_in_at == at
    assert changed.checked_in_at.tzinfo is UTC


def test_only_what_a_stay_has_can_be_changed(store: Store, stay: Stay) -> None:
    with pytest.raises(TypeError, match="price"), store.begin() as work:
        work.stays.change(stay, price=1)


def test_a_new_link_kills_the_one_before(store: Store, stay: Stay) -> None:
    with store.begin() as work:
        assert work.stays.link_generation(stay) == 0
        work.stays.set_link(stay, "a" * 64, 1)
        assert work.stays.by_link("a" * 64) == stay
        work.stays.set_link(stay, "b" * 64, 2)
        assert work.stays.by_link("b" * 64) == stay
        assert work.stays.link_generation(stay) == 2
        with pytest.raises(LinkError):
            work.stays.by_link("a" * 64)


def test_the_board_of_a_day_costs_one_query_for_each_of_its_parts(
    store: Store, stay: Stay, draft: Draft
) -> None:
    with store.begin() as work:
        ids = [work.stays.add(draft(ref=f"C-{n}")).id for n in range(14)]
    statements: list[str] = []
    with store.read() as work:
        sa.event.listen(
            work.connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: statements.append(statement),
        )
        work.stays.between("las_cabanas", stay.arrival_on, stay.arrival_on)
        work.ledger.of_many(ids)
        work.recommendations.latest(ids[0])
        work.recommendations.latest_of_many(ids)
    assert len([text for text in statements if text.startswith("SELECT")]) == 4

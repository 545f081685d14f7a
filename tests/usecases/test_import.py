"""Importing takes in what can be used, tells what cannot, and never undoes what the desk did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.catalogue.load import load_catalogue
from engine.domain.consent import LegalBasis
from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.stays import Stay, StayStatus
from engine.errors import BadInputError, MappingError, NotFoundError, SeedError, UnreadableError
from engine.store import Store
from engine.usecases.context import Context
from engine.usecases.demo import DEMO, demo_house, remove_demo, seed_demo, start_own_house
from engine.usecases.stays import import_stays
from engine.usecases.stays.import_stays import ImportReport, import_csv

CATALOGUE = load_catalogue()
HOUSE = "las_cabanas"
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)

MAPPING = """
[stay]
ref = "ref"
arrival = "arrival"
nights = "nights"
guest_name = "guest"
unit = "unit"
[facts]
adults = "adults"
celebrating = "party"
asks_for_privacy = "quiet"
"""
STATUS = 'status = { column = "status", values = { ok = "expected", cxl = "cancelled" } }\n'
WITH_STATUS = MAPPING.replace("[facts]", STATUS + "[facts]")

HEADER = "ref,arrival,nights,guest,unit,adults,party,quiet,status\n"
ANA = "B1,2026-11-21,2,Ana,C7,2,,,ok\n"
BO = "B2,2026-11-22,1,Bo,,1,,,ok\n"


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    store = Store(f"sqlite:///{tmp_path / 'profiles.db'}")
    store.migrate()
    with store.begin() as work:
        work.houses.save(CATALOGUE.houses[HOUSE])
    yield Context(store, CATALOGUE, store.secret(), "http://localhost")
    store.close()


def imported(
    ctx: Context, rows: str, mapping: str = MAPPING, *, dry_run: bool = False
) -> ImportReport:
    data = (HEADER + rows).encode()
    return import_csv(ctx, data, mapping, house=HOUSE, dry_run=dry_run, now=NOW)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.cancelled, report.unchanged


def stay(ctx: Context, ref: str = "B1") -> Stay:
    with ctx.store.read() as work:
        return work.stays.get(HOUSE, ref)


def cues(ctx: Context, ref: str = "B1") -> list[Evidence]:
    with ctx.store.read() as work:
        return list(work.ledger.of(work.stays.get(HOUSE, ref).id))


def test_a_file_becomes_stays(ctx: Context) -> None:
    report = imported(ctx, ANA + BO)
    assert report.to_dict() == {
        "read": 2,
        "created": 2,
        "updated": 0,
        "cancelled": 0,
        "unchanged": 0,
        "skipped": [],
        "errors": [],
    }
    ana = stay(ctx)
    assert (ana.guest.name, ana.unit, ana.departure_on) == ("Ana", "C7", date(2026, 11, 23))
    assert ana.facts == {"adults": 2, "nights": 2}


def test_the_same_file_twice_changes_nothing(ctx: Context) -> None:
    imported(ctx, ANA + BO)
    before = stay(ctx)
    assert counts(imported(ctx, ANA + BO)) == (0, 0, 0, 2)
    assert stay(ctx) == before


def test_a_changed_row_updates_its_stay_only(ctx: Context) -> None:
    imported(ctx, ANA + BO)
    assert counts(imported(ctx, ANA.replace(",2,Ana", ",5,Ana") + BO)) == (0, 1, 0, 1)
    assert stay(ctx).facts["nights"] == 5


@pytest.mark.parametrize("known", ["", ANA])
def test_a_dry_run_tells_the_same_and_writes_nothing(ctx: Context, known: str) -> None:
    imported(ctx, known)
    rows = ANA.replace("C7", "C8") + BO + "B3\n"
    with ctx.store.read() as work:
        before = work.stays.between(HOUSE, date.min, date.max), work.history.all(10)
    rehearsed = imported(ctx, rows, dry_run=True)
    with ctx.store.read() as work:
        assert (work.stays.between(HOUSE, date.min, date.max), work.history.all(10)) == before
    assert imported(ctx, rows) == rehearsed


def test_one_bad_row_never_stops_the_rest(ctx: Context) -> None:
    report = imported(ctx, ANA + "B3,soon,1,Cy,,1,,,ok\nB4,2026-11-21,1,Di,X9,1,,,ok\n" + BO)
    assert counts(report) == (2, 0, 0, 0)
    assert [error["record"] for error in report.to_dict()["errors"]] == ["line 3", "line 4"]
    assert "unit 'X9'" in report.errors[1].message


def test_all_records_are_accounted_for(ctx: Context) -> None:
    report = imported(ctx, ANA + BO + ANA + ",,,,,,,,\nB5\n", WITH_STATUS)
    assert report.read == 5
    assert sum(counts(report)) + len(report.skipped) + len(report.errors) == report.read


def test_a_cancelled_stay_is_counted_once(ctx: Context) -> None:
    imported(ctx, ANA, WITH_STATUS)
    cancelled = ANA.replace(",ok", ",cxl")
    assert counts(imported(ctx, cancelled, WITH_STATUS)) == (0, 0, 1, 0)
    assert stay(ctx).status is StayStatus.CANCELLED
    assert counts(imported(ctx, cancelled, WITH_STATUS)) == (0, 0, 0, 1)


def test_who_was_never_expected_here_is_not_written_down(ctx: Context) -> None:
    report = imported(ctx, ANA.replace(",ok", ",cxl"), WITH_STATUS)
    assert report.to_dict()["skipped"] == [
        {"record": "B1", "reason": "cancelled, and not known here"}
    ]
    with pytest.raises(NotFoundError):
        stay(ctx)


def test_a_guest_who_is_in_house_is_not_expected_again(ctx: Context) -> None:
    imported(ctx, ANA, WITH_STATUS)
    with ctx.store.begin() as work:
        work.stays.change(work.stays.get(HOUSE, "B1"), status=StayStatus.IN_HOUSE)
    assert counts(imported(ctx, ANA, WITH_STATUS)) == (0, 0, 0, 1)
    assert stay(ctx).status is StayStatus.IN_HOUSE


def test_a_file_without_status_never_revives_what_staff_cancelled(ctx: Context) -> None:
    imported(ctx, ANA)
    with ctx.store.begin() as work:
        work.stays.change(work.stays.get(HOUSE, "B1"), status=StayStatus.CANCELLED)
    imported(ctx, ANA)
    assert stay(ctx).status is StayStatus.CANCELLED
    imported(ctx, ANA, WITH_STATUS)
    assert stay(ctx).status is StayStatus.EXPECTED


def test_a_file_without_names_keeps_the_names_that_are_known(ctx: Context) -> None:
    imported(ctx, ANA)
    assert counts(imported(ctx, ANA, MAPPING.replace('guest_name = "guest"\n', ""))) == (0, 0, 0, 1)
    assert stay(ctx).guest.name == "Ana"


def test_two_spellings_of_one_person_do_not_take_turns(ctx: Context) -> None:
    mapping = MAPPING.replace("[facts]", 'guest_key = "quiet"\n[facts]')
    mapping = mapping.replace('asks_for_privacy = "quiet"\n', "")
    rows = ANA.replace(",,,ok", ",,P1,ok") + BO.replace(",,,ok", ",,P1,ok")
    assert counts(imported(ctx, rows, mapping)) == (2, 0, 0, 0)
    assert counts(imported(ctx, rows, mapping)) == (0, 0, 0, 2)
    assert stay(ctx).guest == stay(ctx, "B2").guest


def test_cues_go_into_the_ledger_and_not_among_the_facts(ctx: Context) -> None:
    imported(ctx, ANA.replace(",,,ok", ",yes,yes,ok"))
    assert stay(ctx).facts == {"adults": 2, "nights": 2}
    told = {entry.key: entry for entry in cues(ctx)}
    assert set(told) == {"celebrating", "asks_for_privacy"}
    assert told["celebrating"].basis is LegalBasis.LEGITIMATE_INTEREST
    assert told["asks_for_privacy"].basis is LegalBasis.CONTRACT


def test_a_cue_that_staff_took_back_is_not_imported_again(ctx: Context) -> None:
    rows = ANA.replace(",,,ok", ",yes,,ok")
    imported(ctx, rows)
    (sighting,) = cues(ctx)
    back = replace(sighting, kind=EvidenceKind.RETRACTION, by="Maria", source="desk")
    with ctx.store.begin() as work:
        work.ledger.append(stay(ctx).id, replace(back, retracts=sighting.seq, value=None))
    assert counts(imported(ctx, rows)) == (0, 0, 0, 1)
    assert len(cues(ctx)) == 2


def test_a_cue_that_comes_later_is_an_update(ctx: Context) -> None:
    imported(ctx, ANA)
    assert counts(imported(ctx, ANA.replace(",,,ok", ",yes,,ok"))) == (0, 1, 0, 0)


def test_history_holds_numbers_and_no_guests(ctx: Context) -> None:
    imported(ctx, ANA + BO)
    imported(ctx, ANA + BO)
    with ctx.store.read() as work:
        (entry,) = work.history.all(10)
    assert (entry.what, entry.by, entry.at) == ("stays.imported", "csv", NOW)
    assert entry.detail == {"created": 2, "updated": 0, "cancelled": 0, "unchanged": 0}


def test_batches_change_no_figure_and_progress_is_told(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_stays, "BATCH", 2)
    rows = "".join(f"B{n},2026-11-21,1,Guest {n},,1,,,ok\n" for n in range(5))
    seen: list[int] = []
    report = import_csv(
        ctx,
        (HEADER + rows).encode(),
        MAPPING,
        house=HOUSE,
        dry_run=False,
        now=NOW,
        progress=seen.append,
    )
    assert (report.created, seen) == (5, [2, 4, 5])


@pytest.mark.parametrize(
    ("data", "mapping", "house", "error"),
    [
        (HEADER + ANA, MAPPING, "elsewhere", NotFoundError),
        (HEADER + ANA, MAPPING.replace('"guest"', '"gast"'), HOUSE, MappingError),
        ("", MAPPING, HOUSE, UnreadableError),
    ],
)
def test_what_cannot_begin_writes_nothing(
    ctx: Context, data: str, mapping: str, house: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        import_csv(ctx, data.encode(), mapping, house=house, dry_run=False, now=NOW)
    with ctx.store.read() as work:
        assert work.stays.between(HOUSE, date.min, date.max) == ()


@pytest.fixture
def demo(ctx: Context) -> Context:
    assert seed_demo(ctx, today=TODAY, now=NOW) == 357
    return ctx


def demo_stays(ctx: Context, first: date = date.min, last: date = date.max) -> tuple[Stay, ...]:
    with ctx.store.read() as work:
        return work.stays.between(DEMO, first, last)


def test_the_demo_fills_the_boards_of_today_and_tomorrow(demo: Context) -> None:
    today, tomorrow = TODAY, date(2026, 11, 22)
    assert len(demo_stays(demo, today, today)) >= 11
    assert len(demo_stays(demo, tomorrow, tomorrow)) >= 11
    arrivals = {stay.arrival_on for stay in demo_stays(demo)}
    assert (min(arrivals), max(arrivals)) == (date(2026, 9, 22), date(2026, 12, 21))


def test_demo_stays_stand_where_they_would_today(demo: Context) -> None:
    for one in demo_stays(demo):
        has_left = one.arrival_on < TODAY and one.departure_on <= TODAY
        assert (one.status is StayStatus.DEPARTED) == has_left
        assert (one.checked_in_at is not None) == (one.status is not StayStatus.EXPECTED)
        assert one.checked_in_at is None or one.checked_in_at <= NOW
    todays = [one.status for one in demo_stays(demo, TODAY, TODAY)]
    assert todays.count(StayStatus.IN_HOUSE) == 3
    assert todays.count(StayStatus.EXPECTED) >= 8


def test_no_two_demo_guests_share_a_name_or_a_cabin_and_night(demo: Context) -> None:
    stays = demo_stays(demo)
    assert len({one.guest.name for one in stays}) == len(stays)
    nights = [
        (one.unit, day)
        for one in stays
        if one.unit
        for day in range(one.arrival_on.toordinal(), one.departure_on.toordinal())
    ]
    assert len(set(nights)) == len(nights)


def test_demo_facts_are_what_the_source_tells_and_no_more(demo: Context) -> None:
    known = {fact for one in demo_stays(demo) for fact in one.facts}
    assert known == {
        *("purpose", "channel", "special_requests", "stays_before", "arrival_hour"),
        *("adults", "children", "nights", "lead_days", "party", "company_booking"),
    }
    assert all(13 <= (one.expected_hour or 0) <= 22 for one in demo_stays(demo))


def test_filling_the_demo_again_moves_it_to_the_new_day(demo: Context) -> None:
    tomorrow = date(2026, 11, 22)
    assert seed_demo(demo, today=tomorrow, now=NOW) == 357
    assert len(demo_stays(demo)) == 357
    assert max(one.arrival_on for one in demo_stays(demo)) == date(2026, 12, 22)


def test_starting_with_the_own_house_leaves_nothing_of_the_demo(demo: Context) -> None:
    own = replace(CATALOGUE.houses["stadthotel"], id="own", name="Own")
    ids = [one.id for one in demo_stays(demo)]
    start_own_house(demo, own, by="Ana", now=NOW)
    with demo.store.read() as work:
        assert [house.id for house in work.houses.all()] == [HOUSE, "own"]
        assert not any(work.ledger.of_many(ids).values())
        assert work.history.all(1)[0].what == "house.started"
    assert demo_stays(demo) == ()


def test_the_demo_house_cannot_become_the_own_one(demo: Context) -> None:
    with pytest.raises(BadInputError, match="cannot be your own"):
        start_own_house(demo, demo_house(CATALOGUE), by="Ana", now=NOW)
    assert len(demo_stays(demo)) == 357


def test_removing_the_demo_leaves_a_house_to_work_with(demo: Context) -> None:
    with demo.store.begin() as work:
        work.houses.remove(HOUSE)
    remove_demo(demo, by="Ana", now=NOW)
    with demo.store.read() as work:
        assert {house.id for house in work.houses.all()} == set(CATALOGUE.houses)


def test_a_demo_file_that_does_not_fit_is_a_fault_of_the_seed(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"demo/mapping\.toml"):
        seed_demo(ctx, today=TODAY, now=NOW, folder=tmp_path)

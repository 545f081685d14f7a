"""Words go after a week, names after a month, stays after a season; what was allowed stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.domain.consent import Purpose
from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import ClockAheadError
from engine.store.columns import DataClass, Row, behaviour, free_text, identity
from engine.store.erasing import columns_of
from engine.store.letting_go import forget_names, forget_words, rows_of_stays, thin_stays
from engine.usecases.advice.patterns import stats_of
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.privacy.retention import Gone, let_go
from engine.usecases.privacy.whose import opaque_ref
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import record_consent
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor, entry
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
REF, KEY, NAME, MAIL, NOTE = "QX-1", "P-1", "Zuleika Quist", "z@quist.example", "plays the theorbo"
GONE = NOW + timedelta(days=2)
"""When she leaves."""

Later = Callable[[int], Gone]


def draft(status: StayStatus = StayStatus.EXPECTED) -> StayDraft:
    return StayDraft(
        house=DEMO,
        ref=REF,
        guest_name=NAME,
        language="da",
        email=MAIL,
        unit=None,
        arrival_on=NOW.date(),
        departure_on=GONE.date(),
        status=status,
        facts={"nights": 2, "purpose": "business"},
        source="csv",
        guest_key=KEY,
    )


def take(ctx: Context, told: StayDraft) -> Importing:
    importing = Importing(ctx.catalogue.facts, NOW + timedelta(days=300), ctx.secret)
    with ctx.store.begin() as work:
        importing.take(work, told)
    return importing


@pytest.fixture
def stay(ctx: Context) -> int:
    """A stay of which everything is kept that can be."""
    take(ctx, draft())
    desk = Desk(ctx, REF, DEMO)
    desk.observe("tired", ANA)
    with ctx.store.begin() as work:
        id = work.stays.get(DEMO, REF).id
        work.ledger.append(id, entry(EvidenceKind.NOTE, "note", NOTE, ANA))
    desk.check_in("brief", ANA)
    take(ctx, draft(StayStatus.DEPARTED))
    record_outcome(ctx, DEMO, REF, 4, ANA)
    while work_one(ctx, now=NOW + timedelta(hours=1), tasks=TASKS):
        pass
    return id


@pytest.fixture
def later(ctx: Context) -> Later:
    """Let go of what is over so many days after she left, while people work here."""

    def go(days: int) -> Gone:
        now = GONE + timedelta(days=days)
        is_alive(ctx, now)
        return let_go(ctx, now=now)

    return go


def is_alive(ctx: Context, at: datetime) -> None:
    with ctx.store.begin() as work:
        work.history.add("stays.imported", "csv", at, {"created": 0})


def is_anywhere(ctx: Context, word: str) -> bool:
    ctx.store.checkpoint()
    folder = Path(ctx.store.place).parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(word.encode() in path.read_bytes() for path in files)


def n_rows(ctx: Context, id: int) -> dict[str, int]:
    with ctx.store.read() as work:
        counts = {
            table.name: work.connection.scalar(
                sa.select(sa.func.count()).select_from(table).where(which), {"stays": [id]}
            )
            for table, which in rows_of_stays().items()
        }
    return {name: n for name, n in counts.items() if n}


def test_before_its_time_nothing_goes(ctx: Context, stay: int, later: Later) -> None:
    before = n_rows(ctx, stay)
    later(7)
    assert n_rows(ctx, stay) == before
    assert is_anywhere(ctx, NOTE)


def test_words_go_after_a_week_and_the_rest_stays(ctx: Context, stay: int, later: Later) -> None:
    before = n_rows(ctx, stay)
    assert later(8).words > 0
    assert not is_anywhere(ctx, NOTE)
    assert n_rows(ctx, stay) == before | {"evidence": before["evidence"] - 1}
    assert is_anywhere(ctx, NAME)
    assert later(8).words == 0


def test_names_go_after_a_month_from_every_file(ctx: Context, stay: int, later: Later) -> None:
    later(31)
    for word in (NAME, NAME.lower(), MAIL, KEY, REF):
        assert not is_anywhere(ctx, word), word
    with ctx.store.read() as work:
        kept = work.stays.by_id(stay)
        assert kept.guest.name == ""
        assert kept.facts["purpose"] == "business"
        assert work.ledger.of(stay)
        advice = work.recommendations.latest(stay)
    assert advice is not None
    assert advice.inputs["ref"] == advice.output["ref"] == kept.ref


def test_the_same_booking_again_brings_no_name_back(ctx: Context, stay: int, later: Later) -> None:
    later(31)
    again = take(ctx, draft(StayStatus.DEPARTED))
    assert again.counts["unchanged"] == 1
    assert not is_anywhere(ctx, NAME)
    with ctx.store.read() as work:
        assert work.stays.get(DEMO, opaque_ref(ctx.secret, DEMO, REF)).id == stay


def test_who_comes_again_keeps_her_name_until_then(ctx: Context, stay: int, later: Later) -> None:
    soon = NOW.date() + timedelta(days=60)
    take(ctx, replace(draft(), ref="QX-2", arrival_on=soon, departure_on=soon + timedelta(days=1)))
    later(31)
    with ctx.store.read() as work:
        assert work.stays.get(DEMO, "QX-2").guest.name == NAME


def test_stays_go_after_a_season_and_the_learner_still_counts_them(
    ctx: Context, stay: int, later: Later
) -> None:
    with ctx.store.read() as work:
        before = stats_of(work, DEMO)
        guest = work.stays.by_id(stay).guest.id
    later(401)
    assert n_rows(ctx, stay) == {}
    with ctx.store.read() as work:
        assert not work.guests.has(guest)
        assert stats_of(work, DEMO) == before


def test_who_wants_to_be_remembered_keeps_name_and_trait_but_not_her_words(
    ctx: Context, stay: int, later: Later
) -> None:
    record_consent(ctx, REF, Purpose.REMEMBER_ME, ANA, is_allowed=True, house_id=DEMO)
    while work_one(ctx, now=NOW + timedelta(hours=2), tasks=TASKS):
        pass
    later(401)
    with ctx.store.read() as work:
        kept = work.stays.by_id(stay)
        assert kept.guest.name == NAME
        assert dict(kept.facts) == {}
        kinds = {told.kind for told in work.ledger.of(stay)}
    assert kinds == {EvidenceKind.CONSENT}
    assert n_rows(ctx, stay).keys() <= {"stay", "evidence", "consent_terms", "trait"}
    assert not is_anywhere(ctx, NOTE)


def test_after_two_years_her_yes_has_ended_and_all_goes(
    ctx: Context, stay: int, later: Later
) -> None:
    record_consent(ctx, REF, Purpose.REMEMBER_ME, ANA, is_allowed=True, house_id=DEMO)
    later(800)
    assert n_rows(ctx, stay) == {}
    assert not is_anywhere(ctx, NAME)


def test_who_lets_us_keep_her_words_loses_her_name_beside_them(
    ctx: Context, stay: int, later: Later
) -> None:
    record_consent(ctx, REF, Purpose.KEEP_WORDS, ANA, is_allowed=True, house_id=DEMO)
    later(401)
    assert is_anywhere(ctx, NOTE)
    assert not is_anywhere(ctx, NAME)


def test_a_clock_that_is_far_ahead_deletes_nothing(ctx: Context, stay: int) -> None:
    is_alive(ctx, GONE)
    with pytest.raises(ClockAheadError, match="401 days ahead"):
        let_go(ctx, now=GONE + timedelta(days=401))
    assert is_anywhere(ctx, NOTE)
    with ctx.store.begin() as work:
        work.history.add("data.let_go", "Tact", GONE + timedelta(days=400), {})
    with pytest.raises(ClockAheadError):
        let_go(ctx, now=GONE + timedelta(days=401))


def test_the_history_holds_numbers_and_no_name(ctx: Context, stay: int, later: Later) -> None:
    later(31)
    with ctx.store.read() as work:
        (told,) = work.history.of("data.let_go")
    assert told.detail.keys() == {"words", "names", "rows"}
    assert all(type(n) is int for n in told.detail.values())


def test_it_is_planned_every_day_and_made_up_stays_go_too(ctx: Context) -> None:
    now = NOW + timedelta(days=500)
    is_alive(ctx, now)
    TASKS["sweep"](ctx, {}, now)
    with ctx.store.read() as work:
        assert [job.kind for job in work.jobs.waiting()].count("retention") == 1
    TASKS["retention"](ctx, {}, now)
    with ctx.store.read() as work:
        assert work.stays.count() == 0


def test_a_table_added_later_goes_with_the_classes_of_its_columns(ctx: Context, stay: int) -> None:
    class ParcelRow(Row, table=True):
        __tablename__ = "parcel"

        id: int | None = identity(primary_key=True)
        stay_id: int = identity(foreign_key="stay.id")
        phone: str = identity()
        wish: str | None = free_text()
        weight: float = behaviour()

    table = Row.metadata.tables["parcel"]
    told = {"stay_id": stay, "phone": "555-0199", "wish": "gently", "weight": 2.0}
    try:
        with ctx.store.begin() as work:
            table.create(work.connection)
            work.connection.execute(sa.insert(table).values(told))
            forget_words(work.connection, [stay])
            forget_names(work.connection, {stay: (REF, "erased-1")}, [])
            (row,) = work.connection.execute(sa.select(table))
            assert (row.phone, row.wish, row.weight) == ("", None, 2.0)
            thin_stays(work.connection, [stay], [], with_words=False)
            assert work.connection.execute(sa.select(table)).first() is None
    finally:
        Row.metadata.remove(table)


def test_every_column_of_words_that_hangs_on_a_stay_is_known() -> None:
    words = {
        f"{table.name}.{column.name}"
        for table in rows_of_stays()
        for column in columns_of(table, DataClass.FREE_TEXT)
    }
    assert {"evidence.value", "voice.text"} <= words

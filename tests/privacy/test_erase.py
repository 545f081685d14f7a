"""A guest who is erased leaves no byte, no count, and does not come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayDraft, StayStatus
from engine.errors import NotFoundError
from engine.store import ObjectionKind
from engine.store.columns import Row, behaviour, identity
from engine.store.erasing import rows_of_guest
from engine.store.erasure_ledger import erasures
from engine.usecases.advice.patterns import recomputed, stats_of
from engine.usecases.advice.snapshots import stays_kept
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.privacy.erase import Receipt, erase_guest, find_guest
from engine.usecases.privacy.whose import hashes_of, opaque_ref
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import let_remember
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.outcomes import record_outcome
from engine.usecases.stays.recording import Actor, entry
from tests.usecases.conftest import NOW

ANA = Actor("Ana", NOW)
REF, KEY, NAME, MAIL = "QX-77103", "person-55192", "Zuleika Quistgaard", "Zuleika@quist.example"
NOTE = "plays the theorbo"
TRACES = (REF, KEY, NAME, "zuleika quistgaard", MAIL, MAIL.lower(), NOTE, "theorbo")


def draft(status: StayStatus = StayStatus.EXPECTED, ref: str = REF) -> StayDraft:
    return StayDraft(
        house=DEMO,
        ref=ref,
        guest_name=NAME,
        language="da",
        email=MAIL,
        unit=None,
        arrival_on=NOW.date(),
        departure_on=NOW.date() + timedelta(days=2),
        status=status,
        facts={"nights": 2, "purpose": "business"},
        source="csv",
        guest_key=KEY,
    )


def take(ctx: Context, told: StayDraft) -> None:
    with ctx.store.begin() as work:
        Importing(ctx.catalogue.facts, NOW, ctx.secret).take(work, told)


@pytest.fixture
def zuleika(ctx: Context) -> int:
    """A guest of whom everything is kept that can be: two stays, cues, a note, memory, a reply."""
    take(ctx, draft())
    desk = Desk(ctx, REF, DEMO)
    desk.observe("tired", ANA)
    with ctx.store.begin() as work:
        told = entry(EvidenceKind.NOTE, "note", NOTE, ANA)
        work.ledger.append(work.stays.get(DEMO, REF).id, told)
    let_remember(ctx, REF, ANA, is_allowed=True, house_id=DEMO)
    desk.check_in("brief", ANA)
    take(ctx, draft(StayStatus.DEPARTED))
    record_outcome(ctx, DEMO, REF, 4, ANA)
    take(ctx, replace(draft(ref="QX-77104"), arrival_on=date(2027, 1, 4)))
    with ctx.store.begin() as work:
        work.replies.put("post-1", f"/desk/{REF}?undo=3", NOW)
    while work_one(ctx, now=NOW + timedelta(hours=1), tasks=TASKS):
        pass
    stays_kept(ctx)
    with ctx.store.read() as work:
        return find_guest(work, DEMO, REF)


def erase(ctx: Context, guest: int) -> Receipt:
    return erase_guest(ctx, guest, by="Ana", now=NOW)


def traces(folder: Path) -> list[tuple[str, str]]:
    """Return which words of hers stand in which file."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = []
    for path in files:
        content = path.read_bytes()
        found += [(path.name, word) for word in TRACES if word.encode() in content]
    return found


def test_no_byte_of_an_erased_guest_is_left_in_any_file(ctx: Context, zuleika: int) -> None:
    folder = Path(ctx.store.place).parent
    assert {word for _, word in traces(folder)} >= {REF, KEY, NAME, MAIL, NOTE}
    erase(ctx, zuleika)
    assert traces(folder) == []
    backup = folder / "backup.db"
    with closing(sqlite3.connect(folder / "profiles.db")) as connection:
        connection.execute("VACUUM INTO ?", [str(backup)])
    assert backup.exists()
    assert traces(folder) == []


def test_every_row_of_hers_is_in_the_receipt_and_gone(ctx: Context, zuleika: int) -> None:
    receipt = erase(ctx, zuleika)
    assert receipt.rows["guest"] == 1
    assert receipt.rows["stay"] == 2
    assert receipt.rows["reply"] == 1
    assert {"evidence", "recommendation", "trait", "job"} <= receipt.rows.keys()
    with ctx.store.read() as work:
        for table, condition in rows_of_guest().items():
            left = sa.select(sa.func.count()).select_from(table).where(condition)
            assert work.connection.scalar(left, {"guest": zuleika}) == 0, table.name


def test_the_learner_counts_as_if_she_had_never_come(ctx: Context, zuleika: int) -> None:
    with ctx.store.read() as work:
        before = stats_of(work, DEMO)
    receipt = erase(ctx, zuleika)
    assert receipt.subtracted == 1
    with ctx.store.read() as work:
        after = stats_of(work, DEMO)
        assert after == recomputed(work, ctx.catalogue.facts, DEMO, now=NOW)
    assert after != before


def test_others_keep_all_that_is_theirs(ctx: Context, zuleika: int) -> None:
    with ctx.store.read() as work:
        before = work.stays.between(DEMO, date.min, date.max)
    erase(ctx, zuleika)
    with ctx.store.read() as work:
        after = work.stays.between(DEMO, date.min, date.max)
    assert after == tuple(stay for stay in before if stay.guest.id != zuleika)


def test_she_does_not_come_back_with_the_next_import(ctx: Context, zuleika: int) -> None:
    erase(ctx, zuleika)
    take(ctx, draft())
    take(ctx, replace(draft(ref="QX-2"), guest_key=None))
    with ctx.store.read() as work:
        kept = work.stays.get(DEMO, opaque_ref(ctx.secret, DEMO, REF))
        by_mail = work.stays.get(DEMO, opaque_ref(ctx.secret, DEMO, "QX-2"))
    for stay in (kept, by_mail):
        assert (stay.guest.name, stay.guest.language, dict(stay.facts)) == ("", None, {})
        assert stay.arrival_on == NOW.date()
    ctx.store.checkpoint()
    assert traces(Path(ctx.store.place).parent) == []


def test_the_same_booking_again_is_the_same_stay(ctx: Context, zuleika: int) -> None:
    erase(ctx, zuleika)
    importing = Importing(ctx.catalogue.facts, NOW, ctx.secret)
    with ctx.store.begin() as work:
        importing.take(work, draft())
        importing.take(work, draft())
    assert (importing.counts["created"], importing.counts["unchanged"]) == (1, 1)


def test_a_wish_says_nothing_to_whom_has_not_the_key(ctx: Context) -> None:
    ours = hashes_of(ctx.secret, DEMO, email=MAIL)
    assert ours == hashes_of(ctx.secret, DEMO, email=f" {MAIL.lower()}")
    assert ours != hashes_of(b"another key", DEMO, email=MAIL)
    assert ours != hashes_of(ctx.secret, "stadthotel", email=MAIL)


def test_the_ledger_of_erasures_names_nobody(ctx: Context, zuleika: int) -> None:
    erase(ctx, zuleika)
    (line,) = erasures(ctx.store.folder)
    assert (line.guest, line.house, line.at) == (zuleika, DEMO, NOW)
    with ctx.store.read() as work:
        kept = work.objections.of_house(DEMO)
    assert {(ObjectionKind.ERASED, whose) for whose in line.hashes} == kept


def test_a_line_cut_off_by_a_power_cut_is_passed_over(ctx: Context, zuleika: int) -> None:
    erase(ctx, zuleika)
    path = ctx.store.folder / "erasures.jsonl"
    path.write_bytes(path.read_bytes() + b'{"house": "las')
    assert len(list(erasures(ctx.store.folder))) == 1


def test_erasing_twice_says_that_there_is_no_such_guest(ctx: Context, zuleika: int) -> None:
    erase(ctx, zuleika)
    with pytest.raises(NotFoundError, match="no such guest"):
        erase(ctx, zuleika)


@pytest.mark.parametrize("named", [REF, KEY])
def test_a_guest_is_named_by_booking_person_or_number(
    ctx: Context, zuleika: int, named: str
) -> None:
    with ctx.store.read() as work:
        assert find_guest(work, DEMO, named) == find_guest(work, DEMO, str(zuleika)) == zuleika
        with pytest.raises(NotFoundError, match="Allowed"):
            find_guest(work, DEMO, "nobody")


def test_a_table_added_later_is_erased_without_a_word_here() -> None:
    class LaterRow(Row, table=True):
        __tablename__ = "later"

        id: int | None = identity(primary_key=True)
        stay_id: int = identity(foreign_key="stay.id")
        told: str = behaviour()

    later = Row.metadata.tables["later"]
    try:
        assert later in rows_of_guest()
    finally:
        Row.metadata.remove(later)


def test_what_is_of_nobody_in_particular_stays() -> None:
    names = {table.name for table in rows_of_guest()}
    assert not names & {"house", "unit", "pattern", "rule_set", "person", "pack_count", "objection"}
    assert {"guest", "stay", "evidence", "recommendation", "voice", "mail", "job"} <= names

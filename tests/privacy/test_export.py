"""An export holds every column that speaks of a guest; the record of processing holds the rest."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.domain.evidence import EvidenceKind
from engine.domain.stays import StayStatus
from engine.errors import NotFoundError
from engine.store.columns import DataClass, Row, behaviour, free_text, identity
from engine.store.erasing import columns_of, rows_of_guest
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.privacy.erase import find_guest
from engine.usecases.privacy.export import HERS, STAFF, export_of
from engine.usecases.privacy.export_page import page_of
from engine.usecases.privacy.processing import in_markdown, processing_record
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.consent import let_remember
from engine.usecases.stays.recording import Actor, entry
from tests.commands.conftest import Tact
from tests.usecases.conftest import NOW

ANA = Actor("Ana Reception", NOW)
NOTE = "<script>alert('theorbo')</script>"


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


@pytest.fixture
def guest(ctx: Context) -> int:
    """A guest who was met, noted and asked."""
    with ctx.store.read() as work:
        today = work.stays.between(DEMO, NOW.date(), NOW.date())
        stay = next(one for one in today if one.status is StayStatus.EXPECTED)
    desk = Desk(ctx, stay.ref, DEMO)
    desk.observe("tired", ANA)
    with ctx.store.begin() as work:
        work.ledger.append(stay.id, entry(EvidenceKind.NOTE, "note", NOTE, ANA))
    let_remember(ctx, stay.ref, ANA, is_allowed=True, house_id=DEMO)
    desk.check_in("brief", ANA)
    return stay.guest.id


def test_every_row_and_column_that_speaks_of_her_is_there(ctx: Context, guest: int) -> None:
    told = export_of(ctx, guest, now=NOW)
    with ctx.store.read() as work:
        for table, condition in rows_of_guest().items():
            here = sa.select(sa.func.count()).select_from(table).where(condition)
            rows = [row for row in told["kept"] if row["table"] == table.name]
            assert len(rows) == work.connection.scalar(here, {"guest": guest}), table.name
            for row in rows:
                columns = {column.name for column in columns_of(table, *HERS)}
                assert row["data"].keys() | STAFF | {"source", "basis"} >= columns
                assert row["source"]
                assert row["basis"]
    assert {"guest", "stay", "evidence", "recommendation"} <= {r["table"] for r in told["kept"]}
    assert NOTE in [row["data"].get("value") for row in told["kept"]]


def test_who_at_the_desk_noted_something_is_nobody_elses_business(ctx: Context, guest: int) -> None:
    assert "Ana Reception" not in json.dumps(export_of(ctx, guest, now=NOW))


def test_each_reason_is_told_in_words(ctx: Context, guest: int) -> None:
    advice = export_of(ctx, guest, now=NOW)["advice"]
    reasons = [reason for given in advice for reason in given["reasons"]]
    assert reasons
    for reason in reasons:
        assert " " in reason["words"], reason


def test_a_table_added_later_is_exported_without_a_word_here(ctx: Context, guest: int) -> None:
    class ParcelRow(Row, table=True):
        __tablename__ = "parcel"

        id: int | None = identity(primary_key=True)
        guest_id: int = identity(foreign_key="guest.id")
        wish: str = free_text()
        weight: float = behaviour()

    table = Row.metadata.tables["parcel"]
    try:
        with ctx.store.begin() as work:
            table.create(work.connection)
            told = {"guest_id": guest, "wish": "gently", "weight": 2.0}
            work.connection.execute(sa.insert(table).values(told))
        kept = export_of(ctx, guest, now=NOW)["kept"]
        (parcel,) = [row["data"] for row in kept if row["table"] == "parcel"]
        assert (parcel["wish"], parcel["weight"]) == ("gently", 2.0)
        record = processing_record(ctx, now=NOW)
        assert "parcel" in [one["table"] for one in record["data"]]
    finally:
        Row.metadata.remove(table)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_one_file_without_script_in_her_language(
    ctx: Context, guest: int, language: str
) -> None:
    with ctx.store.begin() as work:
        work.guests.rename(guest, language=language)
    document = export_of(ctx, guest, now=NOW)
    page = page_of(document, ctx.catalogue)
    tags = Tags(page).found
    assert "script" not in [tag for tag, _ in tags]
    assert not [given for _, given in tags if {"src", "href", "onclick"} & given.keys()]
    assert ("html", {"lang": language, "dir": "ltr"}) in tags
    assert "&lt;script&gt;" in page
    said = "Everything" if language == "en" else "Alles, was"
    assert (said in page) is (language == "de")
    assert not re.search(r"\bexport\.\w+|my_data\.\w+", page)


def test_nobody_is_exported_who_is_not_here(ctx: Context) -> None:
    with pytest.raises(NotFoundError):
        export_of(ctx, 10_000, now=NOW)


def test_the_record_names_every_column_of_guests_and_every_live_rule(ctx: Context) -> None:
    record = processing_record(ctx, now=NOW)
    told = {one["table"]: one["columns"] for one in record["data"]}
    for table in rows_of_guest():
        columns = {column.name for column in columns_of(table, *HERS)}
        assert columns == told.get(table.name, {}).keys()
    assert told["voice"]["text"] == DataClass.FREE_TEXT
    assert "person" in [one["table"] for one in record["data_of_staff"]]
    with ctx.store.read() as work:
        rules = [rule for rule in work.rule_sets.published().content["rules"] if rule.get("on", 1)]
    looked_at = {rule for one in record["rules"]["looks_at"] for rule in one["rules"]}
    assert {rule["id"] for rule in rules} >= looked_at
    assert len(looked_at) > len(rules) / 2
    assert record["erased_after_days"] == {"free_text": 7, "identity": 30, "behaviour": 400}
    markdown = "\n".join(in_markdown(record))
    assert markdown.count("\n## ") == 9
    assert "remember_me" in markdown


def test_the_commands_speak_one_document(tact: Tact, seeded: Path, tmp_path: Path) -> None:
    page = tmp_path / "guest.html"
    ran = tact("export", "1", "--house", DEMO, "--html", str(page))
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["guest"] == 1
    assert page.stat().st_mode & 0o077 == 0
    assert len(tact("records", "--json").lines) == 1
    assert tact("records").out.startswith("# Record of processing")
    wrong = tact("export", "nobody", "--house", DEMO)
    assert (wrong.status, wrong.out) == (2, "")
    nowhere = tact("export", "1", "--house", DEMO, "--html", str(tmp_path / "no" / "x.html"))
    assert (nowhere.status, nowhere.out) == (5, "")


def test_a_guest_is_found_by_the_number_of_the_booking(ctx: Context, guest: int) -> None:
    with ctx.store.read() as work:
        (stay, *_) = work.stays.of_guest(guest)
        assert find_guest(work, DEMO, stay.ref) == guest

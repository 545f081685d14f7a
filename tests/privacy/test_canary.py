"""A guest's name, address and words are in no log, no error and no traceback."""

from __future__ import annotations

import io
import re
import sqlite3
import traceback
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from engine.domain.evidence import Evidence, EvidenceKind
from engine.domain.people import Role
from engine.domain.private import MASK, Private
from engine.domain.stays import StayDraft, StayStatus
from engine.store import Work
from engine.usecases.accounts.sign_in import make_sign_in_link
from engine.usecases.context import Context
from engine.usecases.demo import DEMO
from engine.usecases.guests.links import guest_code
from engine.usecases.jobs import TASKS, work_one
from engine.usecases.stays.check_in import Desk
from engine.usecases.stays.import_stays import Importing
from engine.usecases.stays.recording import Actor, entry
from tests.usecases.conftest import NOW
from web import create_app
from web.policy import policies

BASE_URL = "http://localhost"
CANARIES = ("Zyzzyva Kanarek", "zyzzyva kanarek", "zyzzyva@kanarek.example", "KEY-55192", "theorbo")
REF = "QX-77103"
GONE = ("recommendation", "evidence", "stay", "guest")
SPOILT = (("stay", "facts"), ("evidence", "value"))


@pytest.fixture
def stay(ctx: Context) -> int:
    draft = StayDraft(
        house=DEMO,
        ref=REF,
        guest_name=CANARIES[0],
        language="da",
        email=CANARIES[2],
        unit=None,
        arrival_on=NOW.date(),
        departure_on=NOW.date() + timedelta(days=2),
        status=StayStatus.EXPECTED,
        facts={"nights": 2},
        source="csv",
        guest_key=CANARIES[3],
    )
    with ctx.store.begin() as work:
        Importing(ctx.catalogue.facts, NOW, ctx.secret).take(work, draft)
        kept = work.stays.get(DEMO, REF)
        told = entry(EvidenceKind.NOTE, "note", "plays the theorbo", Actor("Ana", NOW))
        work.ledger.append(kept.id, told)
    Desk(ctx, REF, DEMO).observe("tired", Actor("Ana", NOW))
    return kept.id


def sings(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def broken(ctx: Context, how: str) -> None:
    with closing(sqlite3.connect(ctx.store.place)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DROP TRIGGER evidence_never_changes")
        if how in GONE:
            connection.execute(f"ALTER TABLE {how} RENAME TO gone_{how}")
        else:
            table, column = how.split(".")
            said = "{zyzzyva kanarek plays the theorbo"
            connection.execute(f"UPDATE {table} SET {column} = ?", [said])  # noqa: S608  # ours


@pytest.mark.parametrize("how", [*GONE, *(".".join(one) for one in SPOILT)])
def test_no_route_tells_of_a_guest_when_the_database_is_broken(
    ctx: Context, stay: int, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    ctx, log = replace(ctx, base_url=BASE_URL), io.StringIO()
    settings = {"CONTEXT": ctx, "BASE_URL": BASE_URL, "NOW": lambda: NOW, "LOG_TO": log}
    app = create_app(settings)
    clients = {role.value: as_role(app, ctx, role) for role in (Role.OWNER, Role.DESK)}
    code = guest_code(ctx.secret, stay, 1)
    guest = clients["guest"] = app.test_client()
    guest.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert guest.post(f"/g/{code}").status_code == 303
    broken(ctx, how)
    n_failed = 0
    for rule in app.url_map.iter_rules():
        client = next((c for role, c in clients.items() if role in policies(app)[rule.rule]), guest)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(path_of(rule, code), method=method)
            if answer.status_code >= 500:
                n_failed += 1
                assert sings(answer.text) == [], rule.rule
    assert n_failed > 0
    assert sings(log.getvalue()) == []
    assert sings("".join(capfd.readouterr())) == []


def as_role(app: Flask, ctx: Context, role: Role) -> FlaskClient:
    link = make_sign_in_link(ctx, role, now=NOW)
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    answer = client.post(link.removeprefix(BASE_URL), base_url=BASE_URL)
    assert answer.status_code == 303, answer.text
    return client


def path_of(rule: Rule, code: str) -> str:
    """Return a path of a route, about our guest where it is about one."""

    def value(found: re.Match[str]) -> str:
        return {"ref": REF, "stay": REF, "code": code}.get(found[1], "1")

    return re.sub(r"<(?:\w+:)?(\w+)>", value, rule.rule)


@pytest.mark.parametrize("how", GONE)
def test_a_job_that_fails_tells_the_kind_of_error_and_no_more(
    ctx: Context, stay: int, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with ctx.store.begin() as work:
        work.jobs.add("remember", {"stay": stay}, key="r", due_at=NOW, at=NOW, stay_id=None)
        work.jobs.add("fairness", {"house": DEMO}, key="f", due_at=NOW, at=NOW)
    broken(ctx, how)
    while work_one(ctx, now=NOW, tasks=TASKS):
        pass
    with ctx.store.read() as work:
        told = [job.message for job in work.jobs.waiting() if job.message]
    assert told
    assert sings(" ".join(told)) == []
    assert all(" " not in message for message in told)
    assert sings("".join(capfd.readouterr())) == []


def fail(work: Work, stay: int) -> None:
    kept = work.stays.by_id(stay)
    person = work.guests.get(kept.guest.id)
    note = work.ledger.of(stay)[0]
    raise ValueError(f"{kept!r} {person!r} {note!r}")


def test_a_traceback_with_all_its_variables_shows_a_mask(ctx: Context, stay: int) -> None:
    with ctx.store.read() as work:
        try:
            fail(work, stay)
        except ValueError as error:
            shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(shown.format())
    assert MASK in text
    assert sings(text) == []


def test_a_log_line_that_holds_a_guest_shows_a_mask(ctx: Context, stay: int) -> None:
    with ctx.store.read() as work:
        kept = work.stays.by_id(stay)
    out = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(out), [structlog.processors.KeyValueRenderer()]
    )
    logger.info("seen", stay=kept, name=kept.guest.name)
    assert MASK in out.getvalue()
    assert sings(out.getvalue()) == []


def test_a_private_text_is_itself_for_whoever_uses_it() -> None:
    name = Private("Jonas Berg")
    assert name == "Jonas Berg"
    assert f"{name}" == str(name) == "Jonas Berg"
    assert f"{[name]}" == "[•••]"


def test_an_entry_that_is_no_note_is_shown_whole(ctx: Context) -> None:
    told = entry(EvidenceKind.CUE, "tired", True, Actor("Ana", NOW))
    assert isinstance(told, Evidence)
    assert "'tired', True" in repr(told)

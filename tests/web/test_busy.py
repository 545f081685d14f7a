"""A database that cannot be written is still read, and strangers learn nothing of it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from desk_stays import arrive, move_in
from flask.testing import FlaskClient

from engine.errors import StoreLockedError
from engine.store import Store
from engine.usecases.context import Context
from engine.usecases.guests.links import guest_code

AT_ONCE = 3.0
"""Seconds: far below the patience of a writer, far above a page."""


@pytest.fixture(autouse=True)
def house(context: Context, clock) -> None:
    move_in(context, clock())


@pytest.fixture
def stay(context: Context):
    return arrive(context, "A1")


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Hold the write lock as a program does that knows no queue."""
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def held_in_line(store: Store) -> Iterator[None]:
    """Hold the queue as another writer of Tact does."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with store.begin():
            is_held.set()
            may_go.wait(30)

    writer = threading.Thread(target=hold)
    writer.start()
    is_held.wait(30)
    try:
        yield
    finally:
        may_go.set()
        writer.join()


def damage(store: Store) -> None:
    """Make the database unreadable, as a failing disk does."""
    store.checkpoint()
    store.close()
    for file in store.path.parent.glob("profiles.db*"):
        file.write_bytes(b"no database" * 100)


@pytest.mark.parametrize("held", [held, held_in_line])
def test_the_desk_is_read_while_somebody_else_writes(desk: FlaskClient, context, clock, stay, held):
    clock.forward(minutes=2)
    start = time.monotonic()
    with held(context.store):
        for path in ("/desk", "/desk/A1"):
            assert desk.get(path).status_code == 200
    assert time.monotonic() - start < AT_ONCE


def test_who_reads_meanwhile_is_still_seen_afterwards(desk: FlaskClient, context, clock, stay):
    clock.forward(minutes=10)
    with held(context.store):
        desk.get("/desk")
    desk.get("/desk")
    clock.forward(minutes=10)
    assert desk.get("/desk").status_code == 200


def test_a_short_wait_leaves_the_patience_of_the_next_writer_as_it_was(context, clock):
    store = Store(f"sqlite:///{context.store.path}", patience=1.0)
    with held(store):
        assert not store.note(lambda work: work.counters.hit("a", clock(), 60))
        start = time.monotonic()
        with pytest.raises(StoreLockedError), store.begin():
            pass
        assert time.monotonic() - start > 0.9
    assert store.note(lambda work: work.counters.hit("a", clock(), 60))
    store.close()


def test_a_wrong_guest_link_gets_its_usual_reply_meanwhile(client: FlaskClient, context):
    with held(context.store):
        assert client.get("/g/wrong").status_code == 404


def test_wrong_pins_that_cannot_be_counted_are_not_judged(client: FlaskClient, desk, context):
    form = {"name": "Maria", "secret": "0000"}
    start = time.monotonic()
    with held(context.store):
        assert client.post("/account/sign-in", data=form).status_code == 503
    assert time.monotonic() - start < AT_ONCE
    assert client.post("/account/sign-in", data=form).status_code == 401


def test_guests_learn_what_to_do_and_not_where_the_data_lies(client: FlaskClient, context, stay):
    code = guest_code(context.secret, stay.id, 1)
    client.post(f"/g/{code}")
    damage(context.store)
    for path in (f"/g/{code}", "/g", "/p/C7"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "Ask at the desk, or try again in a minute." in answer.text
        assert "profiles.db" not in answer.text
    assert "Fragen Sie am Empfang" in client.get(f"/g/{code}?lang=de").text


def test_strangers_and_the_desk_do_not_see_the_path_of_the_database(
    client: FlaskClient, desk: FlaskClient, context, log
):
    damage(context.store)
    answers = (client.post("/account/sign-in", data={"name": "x"}), desk.get("/desk"))
    for answer in answers:
        assert answer.status_code == 503
        assert "profiles.db" not in answer.text
        assert "tell an owner" in answer.text
    assert "profiles.db" in log.getvalue(), "who runs Tact finds it in the log"


def test_an_owner_sees_what_is_wrong_and_what_to_do(owner: FlaskClient, context, clock):
    with held(context.store):
        context.store._patience = 0.1
        answer = owner.post("/owner/rules/discard-draft?lang=de")
    assert answer.status_code == 503
    assert "profiles.db wird von einem anderen Programm festgehalten" in answer.text

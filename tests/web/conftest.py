"""A real application: real SQLite file, the seed as shipped, a clock that stands still."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.load import load_catalogue
from engine.domain.catalogue import Catalogue
from engine.domain.people import Role
from engine.store import Store
from engine.usecases.accounts.people import add_person
from engine.usecases.context import Context
from web import create_app

BASE_URL = "http://localhost"
DESK = ("Maria", "4711")
OWNER = ("Ana", "a long pass phrase")


@dataclass
class Clock:
    """A clock that moves only when told."""

    time: datetime = datetime(2026, 6, 12, 14, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **step: float) -> None:
        self.time += timedelta(**step)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(tmp_path: Path, catalogue: Catalogue) -> Iterator[Context]:
    store = Store(f"sqlite:///{tmp_path / 'profiles.db'}")
    store.migrate()
    yield Context(store, catalogue, store.secret(), BASE_URL)
    store.close()


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def app(context: Context, clock: Clock, log: io.StringIO) -> Flask:
    settings = {"CONTEXT": context, "BASE_URL": BASE_URL, "NOW": clock, "LOG_TO": log}
    return create_app(settings)


def browser(app: Flask) -> FlaskClient:
    """Return a client that tells where its posts come from, as browsers do."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def sign_in(client: FlaskClient, name: str, secret: str) -> FlaskClient:
    answer = client.post("/account/sign-in", data={"name": name, "secret": secret})
    assert answer.status_code == 303, answer.text
    return client


@pytest.fixture
def new_client(app: Flask) -> Callable[[], FlaskClient]:
    """For a second browser in the same test."""
    return lambda: browser(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return browser(app)


@pytest.fixture
def desk(app: Flask, context: Context, clock: Clock) -> FlaskClient:
    """A client signed in as Maria of the desk."""
    add_person(context, DESK[0], Role.DESK, DESK[1], by="test", now=clock())
    return sign_in(browser(app), *DESK)


@pytest.fixture
def owner(app: Flask, context: Context, clock: Clock) -> FlaskClient:
    """A client signed in as Ana, the owner."""
    add_person(context, OWNER[0], Role.OWNER, OWNER[1], by="test", now=clock())
    return sign_in(browser(app), *OWNER)

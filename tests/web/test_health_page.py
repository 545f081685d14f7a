"""Health on its page: each thing with what it means, what failed in words, no false comfort."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.usecases import jobs
from engine.usecases.context import Context
from tests.web.demo_house import NOW, copied, made
from web.owner.house import health_cards
from web.owner.house.health_cards import WORDED_JOBS, error_in_words, job_name

ROOM = "/owner/health"
CARDS = (
    *("calibration", "score", "drift", "overrides", "exploration", "learning"),
    *("jobs", "backups", "database", "offline", "version"),
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


@pytest.fixture
def context(seeded: Path, tmp_path: Path) -> Iterator[Context]:
    yield from copied(seeded, tmp_path)


def card(page: str, id: str) -> str:
    return page.split(f'id="{id}"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_card_says_how_it_stands_and_what_it_means(owner: FlaskClient, language):
    page = owner.get(f"{ROOM}?lang={language}").text
    for id in CARDS:
        part = card(page, id)
        assert re.search(r'<span class="tag (ok|warn|muted)">\w', part), id
        assert '<p class="muted">' in part, id


def test_too_little_is_called_too_little(owner: FlaskClient):
    page = owner.get(ROOM).text
    assert "0 stays: too few to say. From 30 on it can be told." in card(page, "calibration")
    assert "Nothing was learned yet." in card(page, "learning")
    assert "Tact makes none by itself yet." in card(page, "backups")


def test_a_failed_job_is_told_in_words(owner: FlaskClient, context):
    with context.store.begin() as work:
        first = work.jobs.add("learn", {"house": "demo"}, key="x", due_at=NOW, at=NOW)
        work.jobs.fail(first, "OperationalError", NOW)
        second = work.jobs.add("sweep", {}, key="y", due_at=NOW, at=NOW)
        for _ in range(6):
            work.jobs.lease(NOW, 1.0)
        work.jobs.fail(second, "ValueError", NOW)
    told = card(owner.get(ROOM).text, "jobs")
    assert "Learning: failed at try" in told
    assert "The database did not answer in time, or the disk is full." in told
    assert "look here" in told


def test_every_kind_of_job_and_error_has_words(app: Flask):
    # kinds of jobs that other rooms add may be told by their name
    assert {"sweep", "count_stays", "remember", "learn", "fairness"} <= WORDED_JOBS
    assert set(jobs.TASKS) >= WORDED_JOBS
    with app.test_request_context("/"):
        assert all(str(job_name(kind)) != kind for kind in WORDED_JOBS)
        assert all(error_in_words(name) for name in health_cards.WORDED_ERRORS)
        assert "ZeroDivisionError" in error_in_words("ZeroDivisionError")
        assert "killed" in error_in_words("The worker ended silently.")


def test_the_rules_are_told_with_how_often_they_speak(owner: FlaskClient):
    rules = owner.get(ROOM).text.split('id="rules"', 1)[1]
    assert "Staying one night" in rules
    assert re.search(r"Holds: \d+ \(\d+ %\)\. Cannot be told: \d+ \(\d+ %\)\.", rules)


def test_offline_mode_says_why_it_is_off(app: Flask, tmp_path, monkeypatch):
    with app.test_request_context("/"):
        monkeypatch.setattr(health_cards, "FOLDER", tmp_path)
        assert "this version has none" in health_cards.offline_card().said
        (tmp_path / health_cards.WORKER).write_text("")
        assert health_cards.offline_card().said == "On."

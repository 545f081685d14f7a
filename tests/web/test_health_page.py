"""Health on its page: each thing with what it means, what failed in words, no false comfort."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.domain.exploration import Arm, Assignment, Draw, Exploration
from engine.store import LearningState
from engine.store.records import AssignmentRecord
from engine.usecases import jobs
from engine.usecases.context import Context
from engine.usecases.stays.arrivals import board
from tests.web.demo_house import NOW, copied, made
from web.owner.house import health_cards
from web.owner.house.health_cards import error_in_words, job_name

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
    assert "There is none yet." in card(page, "backups")


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


@pytest.mark.parametrize("kind", sorted(jobs.TASKS))
def test_a_kind_of_job_has_words_in_every_language(context: Context, kind: str):
    for words in context.catalogue.words.values():
        assert words.get(f"health.job_{kind}"), f"seed/words needs health.job_{kind}"


def test_errors_of_jobs_are_told_in_words(app: Flask):
    with app.test_request_context("/"):
        assert job_name("of_a_newer_tact") == "of_a_newer_tact"
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


def test_what_chance_cost_is_told_after_it_was_switched_off(owner: FlaskClient, context):
    assert "Off: every guest is served" in card(owner.get(ROOM).text, "exploration")
    given = Assignment("near", 0.5, Arm.TEST, {"near": 0.5, "brief": 0.5}, 2.5)
    draw = Draw(Exploration(is_on=True), "near", 0.0)
    stay = board(context, now=NOW).rows[0].stay
    with context.store.begin() as work:
        work.exploration.keep("demo", stay.id, AssignmentRecord("2026-06", given, draw, {}))
    told = card(owner.get(ROOM).text, "exploration")
    assert "Off now. Before that it cost 2.5 points in June 2026." in told


@pytest.mark.parametrize(("weeks", "is_told"), [(20, True), (52, False)])
def test_drift_says_where_there_is_no_season_to_compare_with(
    owner: FlaskClient, context, weeks: int, is_told: bool
):
    loss = {"raised": False, "since": None, "detail": ""}
    drift = {"weeks": weeks, "discount": 1.0, "loss": loss, "rules": []}
    document = {"stays": 400, "gates": [], "drift": drift, "rules": []}
    with context.store.begin() as work:
        at = {"by": "Tact", "at": NOW, "state": LearningState.KEPT}
        work.learning_runs.put("demo", NOW.date(), content={"document": document}, **at)
    told = card(owner.get(ROOM).text, "drift")
    assert f"looked at over {weeks} weeks" in told
    assert ("no same season last year" in told) is is_told

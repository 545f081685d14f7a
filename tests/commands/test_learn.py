"""`tact learn` says what the stays of a house taught."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.advice.advising import adviser_in_force
from tests.audit.taught_stays import stays_of
from tests.commands.conftest import PATIENCE, Ran, Tact, environment
from tests.usecases.own_stays import OWN, count, open_house

DAY = "2024-06-30"


@pytest.fixture(scope="module")
def not_yet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An own house with enough stays that has not learned yet."""
    path = tmp_path_factory.mktemp("own") / "profiles.db"
    now = datetime(2026, 6, 12, 12, tzinfo=UTC)
    ctx = open_context(f"sqlite:///{path}", now=now)
    open_house(ctx, now)
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work)
    count(ctx, stays_of(adviser, 80, seed=4, year=2024))
    ctx.store.close()
    return path


def run_tact(database: Path, *arguments: str) -> Ran:
    command = [sys.executable, "-m", "engine.cli", *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(database),
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def learned(not_yet: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The same after it has learned once, and what it said."""
    path = tmp_path_factory.mktemp("learned") / "profiles.db"
    copy(not_yet, path)
    return path, run_tact(path, "learn", "--until", DAY, "--json")


def copy(one: Path, other: Path) -> None:
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
        source.backup(target)


def test_one_document_on_stdout_and_progress_beside_it_and_again_the_same(
    learned: tuple[Path, Ran], tact: Tact, database: Path
) -> None:
    path, ran = learned
    assert ran.status == 0, ran.err
    (told,) = ran.lines
    assert (told["house"], told["until"], told["stays"]) == (OWN, DAY, 80)
    assert told["state"] in ("candidate", "kept")
    assert "all stays: 25 of 25 degrees of trust" in ran.err
    assert {gate["gate"] for gate in told["gates"]} >= {"converged", "not_worse"}
    copy(path, database)
    again = tact("learn", "--until", DAY, "--json")
    assert (again.status, again.out, again.err) == (0, ran.out, "")
    words = tact("learn", "--house", OWN, "--until", DAY)
    assert f"{OWN} until {DAY}: 80 stays." in words.out
    assert "you say" in words.out


def test_without_a_house_of_ones_own_it_says_so(tact: Tact) -> None:
    ran = tact("learn", "--json")
    assert ran.status != 0
    assert ran.out == ""
    assert "There is no house of your own yet." in ran.err
    named = tact("learn", "--house", "demo", "--json")
    (told,) = named.lines
    assert (told["house"], told["state"]) == ("demo", "kept")


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", ""])
def test_a_day_that_is_none_is_a_usage_error(tact: Tact, day: str) -> None:
    ran = tact("learn", "--until", day)
    assert (ran.status, ran.out) == (2, "")
    assert "is no day" in ran.err


def kept(database: Path, *gates: str) -> None:
    """Make the run of the day what it would be, had these gates failed; none: a candidate."""
    state = "kept" if gates else "candidate"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE learning_run SET state = ?", (state,))


def test_an_owner_accepts_once_or_twice_and_withdraws_once(
    learned: tuple[Path, Ran], tact: Tact, database: Path
) -> None:
    copy(learned[0], database)
    kept(database, "not_worse")
    refused = tact("learn", "--accept", "--until", DAY, "--json")
    assert (refused.status, refused.out) == (1, "")
    assert "gate" in refused.err
    kept(database)
    for _ in range(2):
        ran = tact("learn", "--accept", "--until", DAY, "--json")
        assert (ran.status, ran.err) == (0, "")
        assert ran.lines == [{"house": OWN, "in_force": DAY}]
    (told,) = tact("learn", "--history", "--json").lines
    assert [(run["until"], run["state"]) for run in told["runs"]] == [(DAY, "in_force")]
    ran = tact("learn", "--withdraw")
    assert (ran.status, ran.out) == (0, f"{OWN} is now advised by its owner's own numbers.\n")
    again = tact("learn", "--withdraw", "--json")
    assert (again.status, again.out) == (2, "")
    assert "No learned weights are in force" in again.err
    assert f"{OWN} until {DAY}: candidate, 80 stays" in tact("learn", "--history").out


@pytest.mark.parametrize("nod", ["--accept", "--withdraw"])
def test_without_a_house_of_ones_own_there_is_nothing_to_decide(tact: Tact, nod: str) -> None:
    ran = tact("learn", nod, "--json")
    assert (ran.status, ran.out) == (2, "")
    assert "There is no house of your own yet." in ran.err


def test_two_decisions_at_once_or_a_day_that_says_nothing_are_usage_errors(tact: Tact) -> None:
    assert tact("learn", "--accept", "--withdraw").status == 2
    ran = tact("learn", "--history", "--until", DAY)
    assert (ran.status, ran.out) == (2, "")
    assert "--until" in ran.err
    (told,) = tact("learn", "--house", "demo", "--history", "--json").lines
    assert told["runs"] == []


def test_a_run_that_is_killed_half_way_leaves_nothing_behind(
    not_yet: Path, tact: Tact, database: Path
) -> None:
    copy(not_yet, database)
    command = [sys.executable, "-m", "engine.cli", "learn", "--until", DAY]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment(database)) as running:
        assert running.stderr is not None
        assert b"degrees of trust" in running.stderr.readline()
        running.kill()
    (told,) = tact("learn", "--history", "--json").lines
    assert told["runs"] == []
    ran = tact("learn", "--accept", "--until", DAY)
    assert (ran.status, ran.out) == (2, "")
    assert "Nothing was learned yet" in ran.err

"""`tact learn` says what the stays of a house taught."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from engine.usecases.advising import adviser_in_force
from tests.audit.taught_stays import stays_of
from tests.commands.conftest import Tact
from tests.usecases.own_stays import OWN, count, open_house

DAY = "2024-06-30"


@pytest.fixture
def own(database: Path) -> None:
    """An own house with enough stays."""
    now = datetime(2026, 6, 12, 12, tzinfo=UTC)
    ctx = open_context(f"sqlite:///{database}", now=now)
    open_house(ctx, now)
    with ctx.store.read() as work:
        adviser = adviser_in_force(ctx, work)
    count(ctx, stays_of(adviser, 80, seed=4, year=2024))
    ctx.store.close()


@pytest.mark.usefixtures("own")
def test_one_document_on_stdout_and_progress_beside_it_and_again_the_same(tact: Tact) -> None:
    ran = tact("learn", "--until", DAY, "--json")
    assert ran.status == 0, ran.err
    (told,) = ran.lines
    assert (told["house"], told["until"], told["stays"]) == (OWN, DAY, 80)
    assert told["state"] in ("candidate", "kept")
    assert "all stays: 25 of 25 degrees of trust" in ran.err
    assert {gate["gate"] for gate in told["gates"]} >= {"converged", "not_worse"}
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

"""`tact explore` lets chance in, and says what it costs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import open_context
from tests.commands.conftest import Tact
from tests.usecases.own_stays import OWN, open_house


@pytest.fixture
def own(database: Path) -> None:
    now = datetime(2026, 6, 12, 12, tzinfo=UTC)
    ctx = open_context(f"sqlite:///{database}", now=now)
    open_house(ctx, now)
    ctx.store.close()


@pytest.mark.usefixtures("own")
def test_what_is_set_stands_until_it_is_changed(tact: Tact) -> None:
    ran = tact("explore", "--on", "--control", ".1", "--budget", "12", "--thompson", "--json")
    assert ran.status == 0, ran.err
    (told,) = ran.lines
    assert (told["house"], told["is_on"], told["has_thompson"]) == (OWN, True, True)
    assert (told["control_share"], told["test_share"], told["monthly_budget"]) == (0.1, 0.1, 12)
    (again,) = tact("explore", "--json").lines
    assert again == told
    words = tact("explore", "--house", OWN, "--off", "--no-thompson").out
    assert f"{OWN}: exploration is off." in words
    assert "10% of the guests" in words
    assert "0 of 12 points" in words


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--control", "1.5"], "must be a number from 0 to 1, not 1.5"),
        (["--budget", "nan"], "not nan"),
        (["--test", "half"], "invalid float value"),
        (["--on", "--off"], "not allowed with"),
        (["--house", "nowhere", "--on"], "There is no such house."),
    ],
)
def test_a_slip_is_told_and_changes_nothing(tact: Tact, arguments: list[str], told: str) -> None:
    ran = tact("explore", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    (now,) = tact("explore", "--json").lines
    assert now["is_on"] is False


def test_without_a_house_of_ones_own_it_says_so(tact: Tact) -> None:
    ran = tact("explore", "--on")
    assert (ran.status, ran.out) == (2, "")
    assert "There is no house of your own yet." in ran.err

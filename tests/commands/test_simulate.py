"""`tact simulate` tries the rules in force on made-up guests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.usecases.learning.simulate import in_words
from tests.commands.conftest import Tact

KEYS = [
    "guests",
    "seed",
    "misfit",
    "coverage",
    "regret",
    "questions_a_guest",
    "styles",
    "satisfaction",
]


def test_one_document_says_what_was_seen(tact: Tact, database: Path) -> None:
    ran = tact("simulate", "--guests", "200", "--seed", "7", "--json")
    assert (ran.status, ran.err) == (0, "")
    (told,) = ran.lines
    assert list(told) == KEYS
    assert (told["guests"], told["seed"], told["misfit"]) == (200, 7, 0)
    assert list(told["coverage"]) == ["before", "after"]
    assert list(told["regret"]) == ["never_asking", "engine", "always_three"]
    assert list(told["questions_a_guest"]) == ["all", "efficiency", "contact"]
    assert sum(told["styles"].values()) == 200
    assert list(told["satisfaction"]) == list(told["styles"])
    assert not database.exists()


def test_the_same_seed_gives_the_same_document_byte_for_byte(tact: Tact) -> None:
    first, second, other = (
        tact("simulate", "--guests", "100", "--seed", seed, "--json").out for seed in "334"
    )
    assert first == second
    assert first != other


def test_a_person_reads_sentences(tact: Tact) -> None:
    ran = tact("simulate", "--guests", "50")
    assert (ran.status, ran.err) == (0, "")
    assert "50 made-up guests, seed 1." in ran.out
    assert re.search(r"90 % bands that hold the truth: \d+\.\d % before a question", ran.out)
    assert "Questions a guest:" in ran.out


def test_rules_that_are_wrong_lose_more(tact: Tact) -> None:
    right, wrong = (
        json.loads(tact("simulate", "--guests", "400", "--misfit", misfit, "--json").out)
        for misfit in ("0", "2")
    )
    assert wrong["regret"]["engine"] > right["regret"]["engine"]
    assert wrong["coverage"]["before"] < right["coverage"]["before"]


def test_a_side_without_guests_is_said_with_a_dash() -> None:
    document = {
        "guests": 1,
        "seed": 1,
        "misfit": 0.0,
        "coverage": {"before": 1.0, "after": 1.0},
        "regret": {"never_asking": 0.0, "engine": 0.0, "always_three": 0.0},
        "questions_a_guest": {"all": 1.0, "efficiency": None, "contact": 1.0},
        "styles": {"near": 1, "brief": 0},
        "satisfaction": {"near": 5.0, "brief": None},
    }
    told = "\n".join(in_words(document))
    assert "– of guests on the efficiency side" in told
    assert "brief: 0 guests, satisfaction – of 5." in told


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--guests", "0"),
        ("--guests", "-5"),
        ("--guests", "many"),
        ("--guests", "1.5"),
        ("--guests", "1_000"),
        ("--guests", "1000001"),
        ("--guests", "9" * 5000),
        ("--seed", "-1"),
        ("--seed", "x"),
        ("--seed", ""),
        ("--misfit", "nan"),
        ("--misfit", "2.5"),
        ("--misfit", "inf"),
        ("--misfit", "wrong"),
    ],
)
def test_an_option_that_cannot_be_used_is_a_usage_error(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from engine.cli import main  # noqa: PLC0415  # argparse ends the process, and is caught here

    with pytest.raises(SystemExit) as ended:
        main(["simulate", option, value])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert f"argument {option}" in told.err

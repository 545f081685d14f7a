"""The benchmarks run, and give the numbers that docs/benchmarks.md explains."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import FIGURES
from benchmarks.adaptive_questions import bank
from benchmarks.contextual_choice import WORLDS
from benchmarks.next_question import N_QUESTIONS, with_tact
from benchmarks.peers import absent

ROOT = Path(__file__).parents[1]

DOCUMENT = ROOT / "docs" / "benchmarks.md"
FROM_BOOKINGS = ("hotel_bookings", "pooling", "learning_curve")
WITHOUT_BOOKINGS = [name for name in FIGURES if name not in FROM_BOOKINGS]
"""Figures whose data are drawn from seeds or lie in the repository."""


def benchmarks(*arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key != "TACT_BENCH_DATA"}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env={**inherited, **surroundings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def keys(numbers: dict[str, Any]) -> set[str]:
    """Every name of a report, at any depth; versions and absences name packages."""
    found = set(numbers)
    for key, value in numbers.items():
        if isinstance(value, dict) and key not in ("versions", "absent"):
            found |= keys(value)
    return found


def explained(figure: str) -> set[str]:
    """Names in the row of the document that explains the numbers of one figure."""
    rows = DOCUMENT.read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| `{figure}` | ")]
    return set(re.findall(r"`(\w[\w.]*)`", row)) - {figure}


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    done = benchmarks("--quick", "--json", *WITHOUT_BOOKINGS)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_report_says_where_and_how_the_numbers_were_made(quick: dict[str, Any]) -> None:
    assert set(quick) == {"machine", "is_quick", "figures", "skipped"}
    assert set(quick["figures"]) == set(WITHOUT_BOOKINGS)


@pytest.mark.parametrize("figure", WITHOUT_BOOKINGS)
def test_each_number_is_explained_in_the_document(quick: dict[str, Any], figure: str) -> None:
    assert keys(quick["figures"][figure]) <= explained(figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_each_figure_has_a_chapter_with_what_was_measured(figure: str) -> None:
    assert f"\n### {figure}\n" in DOCUMENT.read_text(encoding="utf-8")


def test_one_guest_is_as_hard_as_promised(quick: dict[str, Any]) -> None:
    guest = quick["figures"]["one_guest"]
    assert guest["rules"] >= 30
    assert guest["evidence"] == 15
    assert guest["candidates"] >= 15


def test_every_line_is_scored(quick: dict[str, Any]) -> None:
    scored = quick["figures"]["score_lines"]
    assert scored["lines_told"] == scored["lines"]


def test_the_likelihood_that_is_compared_is_the_one_that_r_reaches(quick: dict[str, Any]) -> None:
    answers = quick["figures"]["calibration"]["small"]
    assert answers["tact"]["loglik"] == pytest.approx(answers["r_mirt_loglik"], abs=0.01)


def test_nobody_does_better_than_who_knows_where_guests_stand(quick: dict[str, Any]) -> None:
    choice = quick["figures"]["contextual_choice"]
    for world in WORLDS:
        assert all(peer["regret"] > 0 for peer in choice[world].values())


def test_every_refit_ends_at_a_summit(quick: dict[str, Any]) -> None:
    assert all(refit["is_converged"] for refit in quick["figures"]["refit"].values())


def test_no_question_is_asked_twice_in_one_session() -> None:
    asked = with_tact(bank())([2] * len(bank()))
    assert len(asked) == len(set(asked)) == N_QUESTIONS


def test_a_peer_that_is_not_installed_is_told_in_a_sentence() -> None:
    told = absent(["numpy", "nobody_has_this"])
    assert told == {
        "nobody_has_this": "nobody_has_this is not installed; pip install 'tact[bench]' adds it."
    }


def test_without_its_data_a_figure_says_where_they_come_from() -> None:
    done = benchmarks("--quick", "hotel_bookings")
    assert done.returncode == 0
    assert re.search(r"hotel_bookings was skipped: TACT_BENCH_DATA is not set", done.stdout)
    assert "10.1016/j.dib.2018.11.126" in done.stdout


def test_bookings_are_read_from_the_folder_that_is_named(tmp_path: Path) -> None:
    done = benchmarks("--quick", "--json", "hotel_bookings", TACT_BENCH_DATA=str(tmp_path))
    assert "holds no hotel_bookings.csv.gz" in json.loads(done.stdout)["skipped"]["hotel_bookings"]


def test_an_unknown_figure_is_refused_with_the_known_ones() -> None:
    done = benchmarks("two_guests")
    assert done.returncode == 2
    assert all(name in done.stderr for name in ("one_guest", "score_lines", "erase", "replay"))

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

ROOT = Path(__file__).parents[1]

KEYS = {
    "one_guest": {
        "rules",
        "evidence",
        "candidates",
        "advice",
        "guest_us",
        "guest_us_lower_quartile",
        "guest_us_upper_quartile",
        "posterior_only_us",
        "posterior_only_us_lower_quartile",
        "posterior_only_us_upper_quartile",
    },
    "score_lines": {
        "lines",
        "lines_told",
        "is_pinned_to_one_core",
        "start_seconds",
        "seconds",
        "stays_a_second",
        "stays_a_second_after_the_start",
        "stays_a_second_fastest",
    },
}


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


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    done = benchmarks("--quick", "--json", "one_guest", "score_lines")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_each_figure_gives_the_documented_numbers(quick: dict[str, Any]) -> None:
    assert set(quick) == {"machine", "is_quick", "figures", "skipped"}
    assert {name: set(numbers) for name, numbers in quick["figures"].items()} == KEYS


def test_one_guest_is_as_hard_as_promised(quick: dict[str, Any]) -> None:
    guest = quick["figures"]["one_guest"]
    assert guest["rules"] >= 30
    assert guest["evidence"] == 15
    assert guest["candidates"] >= 15


def test_every_line_is_scored(quick: dict[str, Any]) -> None:
    scored = quick["figures"]["score_lines"]
    assert scored["lines_told"] == scored["lines"]


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
    assert "one_guest, score_lines, import_rows, hotel_bookings" in done.stderr

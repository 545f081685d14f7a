"""`tact score` as a whole process, from its start to its last line, on one core."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.made_up import stay_lines
from engine.catalogue.load import load_catalogue

N_LINES = 50_000
N_LINES_QUICK = 300
SHORTEST = 0.001
"""Seconds; a few lines may take no longer than the start varies."""
ROUNDS = 5
"""The median counts; the fastest is told beside it."""


def pin() -> Callable[[], None] | None:
    """Return what ties a child process to one core; None where the system has no such call."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, {core})


def timed(lines: Path, out: Path) -> float:
    """Score `lines` into `out` and return the seconds it took, start of Python included."""
    # a database that is not there: the rules of the seed are used
    surroundings = {**os.environ, "TACT_DATABASE_URL": f"sqlite:///{out.parent / 'none.db'}"}
    start = perf_counter()
    with lines.open("rb") as given, out.open("wb") as told:
        subprocess.run(
            [sys.executable, "-m", "engine.cli", "score"],
            stdin=given,
            stdout=told,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            preexec_fn=pin(),
            check=True,
        )
    return perf_counter() - start


def run(is_quick: bool) -> Numbers:
    """Score made-up stays and count them per second."""
    n_lines, rounds = (N_LINES_QUICK, 1) if is_quick else (N_LINES, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        lines, one, out = (Path(folder, name) for name in ("lines", "one", "out"))
        made = list(stay_lines(load_catalogue(), n_lines))
        lines.write_text("\n".join(made), encoding="utf-8")
        one.write_text(made[0], encoding="utf-8")
        to_start = min(timed(one, out) for _ in range(rounds))
        taken = []
        for number in range(rounds):
            taken.append(timed(lines, out))
            tell(f"round {number + 1} of {rounds}: {n_lines / taken[-1]:.0f} stays a second")
        n_told = len(out.read_bytes().splitlines())
    seconds = sorted(taken)[len(taken) // 2]
    return {
        "lines": n_lines,
        "lines_told": n_told,
        "is_pinned_to_one_core": pin() is not None,
        "start_seconds": round(to_start, 2),
        "seconds": round(seconds, 2),
        "stays_a_second": round(n_lines / seconds),
        "stays_a_second_after_the_start": round(n_lines / max(seconds - to_start, SHORTEST)),
        "stays_a_second_fastest": round(n_lines / min(taken)),
    }


FIGURE = Figure(
    "score_lines", f"`tact score` as a whole process over {N_LINES:,} lines on one core", run
)

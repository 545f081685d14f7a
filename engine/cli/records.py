"""Commands that take stays in and give advice out: import, score."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from engine.bootstrap import open_context, open_scorer
from engine.cli.speaking import (
    DONE,
    PROGRESS_EVERY,
    SOME_REFUSED,
    Commands,
    add,
    add_json,
    read_bytes,
    read_text,
    say_document,
    tell,
)
from engine.usecases.stays.import_stays import ImportReport, import_csv

COUNTED = ("created", "updated", "cancelled", "unchanged")
"""What the report counts, in the order it is told."""


def add_to(commands: Commands) -> None:
    """Add these commands."""
    add(commands, "score", score, "stays as JSON lines in, advice as JSON lines out")
    taken = add(commands, "import", import_file, "take in stays from another system")
    taken.add_argument("source", choices=["csv"], help="what wrote the file")
    taken.add_argument("file", type=Path)
    taken.add_argument("--mapping", type=Path, required=True, help="which column is what, TOML")
    taken.add_argument("--house", help="id of the house; its own one unless told otherwise")
    taken.add_argument("--dry-run", action="store_true", help="the same report, nothing written")
    add_json(taken)


def score(_options: argparse.Namespace) -> int:
    """Score standard input."""
    scorer = open_scorer(now=datetime.now(UTC))
    gc.freeze()  # catalogue and tables stay: looking through them for every few lines is waste
    lines = with_progress(sys.stdin.buffer)
    for advice in scorer.score(lines):
        sys.stdout.write(advice + "\n")
    return SOME_REFUSED if scorer.n_refused else DONE


def with_progress(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pass lines on, telling now and then how many there were."""
    start = perf_counter()
    for number, line in enumerate(lines, start=1):
        yield line
        if number % PROGRESS_EVERY == 0:
            tell(f"{number} stays scored, {number / (perf_counter() - start):.0f} a second")


def import_file(options: argparse.Namespace) -> int:
    """Take in a file and report every record that was not taken."""
    data, mapping = read_bytes(options.file), read_text(options.mapping)
    ctx, now = open_context(), datetime.now(UTC)
    report = import_csv(
        ctx,
        data,
        mapping,
        house=options.house,
        dry_run=options.dry_run,
        now=now,
        progress=lambda n: tell(f"{n} records read"),
        mapping_name=options.mapping.name,
    )
    lines = _in_words(report, is_rehearsal=options.dry_run)
    say_document(report.to_dict(), lines, as_json=options.json)
    return SOME_REFUSED if report.errors else DONE


def _in_words(report: ImportReport, *, is_rehearsal: bool) -> Iterator[str]:
    told = report.to_dict()
    yield from (f"{refused['record']}: {refused['message']}" for refused in told["errors"])
    numbers = ", ".join(f"{told[key]} {key}" for key in ("read", *COUNTED))
    yield f"{numbers}, {len(told['skipped'])} skipped, {len(told['errors'])} refused."
    if is_rehearsal:
        yield "Nothing was written: this was a dry run."

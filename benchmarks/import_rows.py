"""A season of bookings taken into a real database, twice."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure, Numbers, tell
from benchmarks.made_up import BOOKING_MAPPING, booking_file
from engine.bootstrap import open_context
from engine.usecases.context import Context
from engine.usecases.stays.import_stays import ImportReport, import_csv

N_ROWS = 20_000
N_ROWS_QUICK = 200
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def timed(ctx: Context, data: bytes) -> tuple[ImportReport, float]:
    """Take in `data` and return the report with the seconds it took."""
    start = perf_counter()
    report = import_csv(
        ctx,
        data,
        BOOKING_MAPPING,
        house=None,
        dry_run=False,
        now=NOW,
        progress=lambda n: tell(f"{n} rows") if n % 5_000 == 0 else None,
    )
    return report, perf_counter() - start


def run(is_quick: bool) -> Numbers:
    """Import the same file twice: all new, then all known."""
    data = booking_file(N_ROWS_QUICK if is_quick else N_ROWS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "profiles.db")
        ctx = open_context(f"sqlite:///{path}", with_demo=False, now=NOW)
        first, seconds = timed(ctx, data)
        again, seconds_again = timed(ctx, data)
        ctx.store.close()
        size = path.stat().st_size
    return {
        "rows": first.read,
        "created": first.created,
        "refused": len(first.errors),
        "seconds": round(seconds, 2),
        "rows_a_second": round(first.read / seconds),
        "unchanged_the_second_time": again.unchanged,
        "seconds_the_second_time": round(seconds_again, 2),
        "rows_a_second_the_second_time": round(again.read / seconds_again),
        "megabytes": round(size / 1e6, 1),
    }


FIGURE = Figure("import_rows", f"{N_ROWS:,} bookings from CSV into an SQLite file, twice", run)

"""One guest erased from a file of a million stays; the file backed up and put back."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.figure import Figure, Numbers, quartiles, tell
from engine.bootstrap import first_house, open_context
from engine.usecases.context import Context
from engine.usecases.privacy.backups import back_up, drill
from engine.usecases.privacy.erase import erase_guest

N_STAYS, N_STAYS_QUICK = 1_000_000, 2_000
N_ERASED = 40
STAYS_OF_REGULAR = 20
"""Every thousandth guest came so often."""
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADVICE = '{"what": "' + "x" * 600 + '"}'
"""As long as what is kept with one recommendation, inputs and output each."""

NUMBERS = """INSERT INTO n WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c
WHERE i < :n) SELECT i FROM c"""
ROWS = (
    """INSERT INTO guest (id, house_id, external_key, name, folded_name, language, email)
    SELECT i, :house, 'P' || i, 'Guest Number ' || i, 'guest number ' || i, 'en', i || '@x.example'
    FROM n""",
    """INSERT INTO stay (id, house_id, ref, guest_id, unit, arrival_on, departure_on, status, facts,
    source, version, link_sha256, link_generation)
    SELECT i, :house, 'B-' || i,
    CASE WHEN i % 1000 BETWEEN 1 AND :often THEN i - i % 1000 + 1 ELSE i END,
    'C1', date('2023-01-01', (i % 1000) || ' days'), date('2023-01-03', (i % 1000) || ' days'),
    'departed', '{"nights":2,"purpose":"business","children":0}', 'csv', 3,
    lower(hex(randomblob(32))), 1 FROM n""",
    """INSERT INTO evidence (stay_id, house_id, kind, key, value, "by", at, basis, source)
    SELECT i, :house, kind, kind, 'true', 'Ana', '2023-01-01 12:00:00', 'legitimate_interest',
    'desk' FROM n, (SELECT 'cue' AS kind UNION ALL SELECT 'note' UNION ALL SELECT 'arrival'
    UNION ALL SELECT 'outcome')""",
    """INSERT INTO recommendation (stay_id, at, "by", inputs, output, versions, propensity)
    SELECT i, '2023-01-01 12:00:00', 'Ana', :advice, :advice, '{"rules":1}', 1.0 FROM n""",
    """INSERT INTO pattern (house_id, hash, content, n)
    SELECT :house, 'h' || i, '{"style":"brief"}', :n / 500 + 1 FROM n WHERE i <= 500""",
    """INSERT INTO stay_pattern (stay_id, house_id, hash)
    SELECT i, :house, 'h' || (i % 500 + 1) FROM n""",
    """INSERT INTO job (kind, "key", payload, added_at, due_at, state, tries, stay_id)
    SELECT 'remember', 'remember:' || i, '{"stay":' || i || '}', '2023-01-01 12:00:00',
    '2023-01-01 12:00:00', 'done', 1, i FROM n WHERE i % 3 = 0""",
    """INSERT INTO reply ("key", text, at)
    SELECT 'k' || i, '/desk/B-' || i || '?undo=1', '2026-11-01 12:00:00' FROM n WHERE i % 20 = 0""",
)
"""What a house of many years has, of every sort that grows with its stays."""


def fill(path: Path, house: str, n: int) -> None:
    """Write the rows of `n` stays; nobody imports a million bookings for a figure."""
    told = {"house": house, "often": STAYS_OF_REGULAR, "advice": ADVICE, "n": n}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
        connection.execute(NUMBERS, told)
        for rows in ROWS:
            connection.execute(rows, told)
            tell(f"{rows.split()[2]}s written")


def seconds_to_erase(ctx: Context, guests: list[int]) -> tuple[list[float], int]:
    """Erase guests one by one; return how long each took, and how many rows went."""
    taken, n_rows = [], 0
    for place, guest in enumerate(guests):
        start = perf_counter()
        receipt = erase_guest(ctx, guest, by="benchmark", now=NOW + timedelta(seconds=place))
        taken.append(perf_counter() - start)
        n_rows += sum(receipt.rows.values())
    return taken, n_rows


def run(is_quick: bool) -> Numbers:
    """Erase guests who came once and guests who came often; then back up and restore."""
    n = N_STAYS_QUICK if is_quick else N_STAYS
    rng = np.random.default_rng(5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "profiles.db")
        ctx = open_context(f"sqlite:///{path}", with_demo=False, now=NOW)
        house = first_house(ctx.catalogue)
        with ctx.store.begin() as work:
            work.houses.save(house)
        fill(path, house.id, n)
        ctx.store.checkpoint()
        blocks = rng.permutation(n // 1000)
        often = [int(block) * 1000 + 1 for block in blocks[: N_ERASED // 8]]
        once = [int(block) * 1000 + 500 for block in np.resize(blocks, N_ERASED)]
        once = sorted({guest + place for place, guest in enumerate(once)})
        single, n_rows = seconds_to_erase(ctx, once)
        regular, _ = seconds_to_erase(ctx, often)
        start = perf_counter()
        backup = back_up(ctx, now=NOW)
        backed_up = perf_counter() - start
        ctx.store.close()
        tried = drill(f"sqlite:///{path}", backup.path, now=NOW)
    low, middle, high = quartiles(single)
    return {
        "stays": n,
        "gigabytes": round(backup.n_bytes / 1e9, 2),
        "rows_of_a_guest": round(n_rows / len(single), 1),
        "seconds": round(middle, 4),
        "quartiles": f"{low:.4f} to {high:.4f}",
        "slowest": round(max(single), 4),
        "seconds_with_20_stays": round(quartiles(regular)[1], 4),
        "seconds_of_backup": round(backed_up, 2),
        "seconds_of_restore": round(tried.seconds, 2),
    }


FIGURE = Figure(
    "erase", f"one guest erased from a file of {N_STAYS:,} stays; backup and restore", run
)

"""`tact erase` asks, erases all or nothing, and prints one receipt."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from engine.usecases.demo import DEMO
from tests.commands.conftest import Tact
from tests.privacy.test_backup import anybody, erased
from tests.privacy.test_restore_killed import killed_at

COUNTED = """SELECT (SELECT count(*) FROM guest WHERE id = :guest),
    (SELECT count(*) FROM stay WHERE guest_id = :guest),
    (SELECT count(*) FROM evidence JOIN stay ON stay.id = stay_id WHERE guest_id = :guest)"""


def n_of_guest(database: Path, guest: int) -> tuple[int, int, int]:
    """How many rows there are of a guest, of her stays and of what was said of them."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        found: tuple[int, int, int] = connection.execute(COUNTED, {"guest": guest}).fetchone()
    return found


def test_a_receipt_is_one_document_in_numbers(tact: Tact, seeded: Path) -> None:
    ref, name = anybody(seeded)
    (receipt,) = erased(tact, ref).lines
    assert receipt["rows"]["guest"] == 1
    assert {"house", "guest", "at", "subtracted", "refit_at"} <= receipt.keys()
    assert name not in json.dumps(receipt)
    assert ref not in json.dumps(receipt)


def test_it_shows_what_will_go_and_does_nothing_unasked(tact: Tact, seeded: Path) -> None:
    ref, name = anybody(seeded)
    ran = tact("erase", ref, "--house", DEMO, given="yes\n")
    assert (ran.status, ran.out) == (2, "")
    assert name in ran.err
    assert "to go:" in ran.err
    assert n_of_guest(seeded, 1)[0] == 1


def test_erasing_twice_and_erasing_nobody_say_so(tact: Tact, seeded: Path) -> None:
    ref, _ = anybody(seeded)
    erased(tact, ref)
    for named in (ref, "nobody", "0"):
        ran = tact("erase", named, "--house", DEMO, "--yes", "--json")
        assert (ran.status, ran.out) == (2, "")
        assert "has no guest" in ran.err
    assert tact("erase", ref, "--house", "nowhere", "--yes").status == 2


def test_killed_at_any_moment_all_is_there_or_all_is_gone(
    tact: Tact, seeded: Path, tmp_path: Path
) -> None:
    whole = n_of_guest(seeded, 1)
    assert min(whole) >= 1
    kept = tmp_path / "kept"
    shutil.copytree(seeded.parent, kept, ignore=shutil.ignore_patterns("kept"))
    ended, moment, seen = -signal.SIGKILL, 1, []
    while ended == -signal.SIGKILL:
        for path in seeded.parent.glob("profiles.db*"):
            path.unlink()
        shutil.copy(kept / "profiles.db", seeded)
        ended = killed_at(seeded, moment, "erase", "1", "--house", DEMO, "--yes")
        seen.append(n_of_guest(seeded, 1))
        assert seen[-1] in (whole, (0, 0, 0)), moment
        moment += 5
    assert ended == 0
    assert (seen[0], seen[-1]) == (whole, (0, 0, 0))
    assert len(seen) > 3

"""Keep copies of the database: made by hand or every night, put back, tried out."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from engine.store import Store, Work
from engine.store.backup import (
    ANY_TIME,
    Backup,
    backups_folder,
    check_pages,
    drop_old,
    file_of,
    make_backup,
    unpack,
)
from engine.store.erasing import never_give_again
from engine.store.erasure_ledger import Erasure, erasures, write_erasure
from engine.store.faults import files_told
from engine.store.folder import NAME as BESIDE
from engine.store.folder import Folder
from engine.store.private_file import write_private
from engine.store.swap import alone, fold_log, swap
from engine.usecases.context import Context
from engine.usecases.privacy.erase import erase_again

KEPT = 7
"""Nightly backups: a fault that nobody noticed for a week is no fault."""
NIGHT = time(3, 0)
"""At the first house: nobody arrives, nobody waits for the disk."""
NOTE = "backup.json"
"""In `.tact/`: when the last backup was made, whatever folder it went to."""
RESTORED = "backup.restored"
LONGEST_SESSION = timedelta(days=400)
"""Nobody stays signed in for so long: who was, before a restore, signs in again."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore."""

    database: Path
    aside: Path | None
    """Where the replaced file is kept; None where there was none."""
    erased_again: int
    """Guests whom the backup held and who were erased since it was made."""


@dataclass(frozen=True, slots=True)
class Drill:
    """What a rehearsal of a restore showed."""

    n_bytes: int
    n_stays: int
    erased_again: int
    seconds: float


def refuse_server(url: str) -> None:
    """Refuse a database that is no file, before anybody asks it.

    Raises
    ------
    EnvironmentFaultError
        Says what to use instead.
    """
    file_of(url)


def back_up(ctx: Context, folder: Path | None = None, *, now: datetime) -> Backup:
    """Make a backup, beside the database unless told otherwise, and note that there is one.

    Raises
    ------
    EnvironmentFaultError
        On a server; when the disk is full; when the database is damaged.
    """
    database = file_of(ctx.store.url)
    made = make_backup(ctx.store, folder or backups_folder(database), now)
    told = {"at": now.isoformat(), "file": str(made.path), "bytes": made.n_bytes}
    write_private(ctx.store.folder / NOTE, json.dumps(told).encode())
    return made


def back_up_nightly(ctx: Context, payload: Mapping[str, Any], now: datetime) -> None:
    """Make the backup of a night and keep the last few; a job. A server has its own means."""
    if ctx.store.path is not None:
        made = back_up(ctx, now=now)
        drop_old(made.path.parent, ctx.store.path.stem, KEPT)


def plan_backup(work: Work, now: datetime) -> None:
    """Plan the backup of the coming night, once."""
    houses = work.houses.all()
    here = now.astimezone(ZoneInfo(houses[0].time_zone)) if houses else now
    night = datetime.combine(here.date(), NIGHT, here.tzinfo)
    due_at = night if here <= night else night + timedelta(days=1)
    work.jobs.add("backup", {}, key=f"backup:{due_at:%Y-%m-%d}", due_at=due_at, at=now)


def last_backup(ctx: Context) -> datetime | None:
    """Return when the last backup was made; None where nobody knows of one."""
    try:
        told = json.loads((ctx.store.folder / NOTE).read_bytes())
        return datetime.fromisoformat(told["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def newest(url: str) -> Path | None:
    """Return the latest backup beside a database, None where there is none."""
    database = file_of(url)
    found = sorted(backups_folder(database).glob(f"{database.stem}-{ANY_TIME}.db"))
    return found[-1] if found else None


def restore(url: str, backup: Path, *, now: datetime) -> Restored:
    """Put a backup in the place of the database; who was erased since then stays erased.

    All is made ready in a folder beside the database and takes its place at the end, at once.

    Raises
    ------
    UnreadableError
        When the backup is not as it was when it was made.
    StoreLockedError
        When the server or another program has the database open.
    EnvironmentFaultError
        On a server; when the backup is of a newer Tact; when the disk is full.
    """
    database = file_of(url)
    own = Folder(database.parent / BESIDE).file("")
    room = database.with_name(f"{database.name}.restoring")
    with alone(database):
        try:
            made, n_erased = _make_ready(backup, room, list(erasures(own)), now)
            _keep_ledger(own, room / BESIDE)
            aside = swap(made, database, now)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    return Restored(database, aside, n_erased)


def drill(url: str, backup: Path, *, now: datetime) -> Drill:
    """Restore a backup into a folder of its own that is gone afterwards, and say how long it took.

    Raises
    ------
    UnreadableError, EnvironmentFaultError
        As for `restore`.
    """
    database, start = file_of(url), perf_counter()
    with files_told(tempfile.gettempdir()), tempfile.TemporaryDirectory(prefix="tact-") as folder:
        known = list(erasures(database.parent / BESIDE))
        made, n_erased = _make_ready(backup, Path(folder) / "drill", known, now)
        seconds = perf_counter() - start
        store = Store(f"sqlite:///{made}")
        try:
            with store.read() as work:
                n_stays = work.stays.count()
        finally:
            store.close()
        return Drill(made.stat().st_size, n_stays, n_erased, seconds)


def _make_ready(backup: Path, room: Path, known: list[Erasure], now: datetime) -> tuple[Path, int]:
    """Lay a backup out, bring it to this schema, erase again; return the file and how many."""
    made = unpack(backup, room)
    store = Store(f"sqlite:///{made}")
    try:
        store.migrate()
        gone = dict.fromkeys((*erasures(room / BESIDE), *known))
        with store.begin() as work:
            n_erased = _replay(work, store.secret(), list(gone), now)
            work.sessions.clear(now + LONGEST_SESSION)
            work.history.add(RESTORED, "tact restore", now, {"erased_again": n_erased})
    finally:
        store.close()
    fold_log(made)
    check_pages(made)  # the backup was checked through when it was made, and is still that file
    return made, n_erased


def _replay(work: Work, secret: bytes, gone: list[Erasure], now: datetime) -> int:
    if gone:
        never_give_again(work.connection, max(erasure.guest for erasure in gone))
    return sum(erase_again(work, secret, erasure, now=now) for erasure in gone)


def _keep_ledger(own: Path, restored: Path) -> None:
    """Add to our ledger what only the backup knows: it never loses a line."""
    known = set(erasures(own))
    for erasure in erasures(restored):
        if erasure not in known:
            write_erasure(own, erasure)

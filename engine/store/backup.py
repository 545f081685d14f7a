"""Backups of a database file: made whole, checked, with a checksum beside them.

A backup is one file of the database and, beside it under the same name, what a restore needs of
`.tact/`: the key and the ledger of erasures, and the checksums of all three as `sha256sum` writes
them, so that they can also be checked without Tact.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from engine.errors import EnvironmentFaultError, UnreadableError
from engine.store import erasure_ledger
from engine.store.faults import damaged, faults_told, files_told
from engine.store.folder import KEY
from engine.store.private_file import sync, write_private
from engine.store.store import Store, path_of

SUMS = ".sha256"
KEY_SUFFIX, LEDGER_SUFFIX = ".key", ".erasures"
BESIDE = {KEY_SUFFIX: KEY, LEDGER_SUFFIX: erasure_ledger.NAME}
"""What lies beside a backup, by the name that it has in `.tact/`."""
MADE, ANY_TIME = "%Y%m%dT%H%M%SZ", "????????T??????Z"
DRAFT = ".part"
PIECE = 1 << 22
"""Bytes copied at once."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup that was checked when it was made."""

    path: Path
    at: datetime
    n_bytes: int
    sha256: str


def backups_folder(database: Path) -> Path:
    """Return where backups of a database are kept unless told otherwise: beside it.

    Not in `.tact/`: what is erased is gone from there at once, and from backups in time.
    """
    return database.with_name(f"{database.name}.backups")


def file_of(url: str) -> Path:
    """Return the file of a database.

    Raises
    ------
    EnvironmentFaultError
        On a server, which has its own means.
    """
    path = path_of(url)
    if path is None:
        kind = url.partition(":")[0]
        raise EnvironmentFaultError(
            f"This database is on a server ({kind}): use pg_dump and pg_restore, and keep a copy "
            "of the folder .tact with each dump."
        )
    return path


def make_backup(store: Store, folder: Path, now: datetime) -> Backup:
    """Copy a database as it is at this moment, while others go on working with it.

    The copy has its name only once it is whole and checked; nobody else can read it.

    Raises
    ------
    EnvironmentFaultError
        When the disk is full, the folder cannot be written, or the database is damaged.
    """
    database = file_of(store.url)
    with files_told(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _free_name(folder, database.stem, now.astimezone(UTC))
    with _whole_or_gone(path) as draft:
        _copy(database, draft)
        check(draft, named=database)
        _keep_beside(store, path)
        sums = _sums(path, draft)
        lines = [f"{sha256}  {name}\n" for name, sha256 in sums.items()]
        write_private(_beside(path, SUMS), "".join(lines).encode())
    return Backup(path, now, path.stat().st_size, sums[path.name])


def drop_old(folder: Path, stem: str, kept: int) -> int:
    """Take all but the latest backups of a database away, and what was cut off before them."""
    whole = sorted(path.name for path in folder.glob(f"{stem}-{ANY_TIME}.db"))
    if len(whole) <= kept:
        return 0
    with files_told(str(folder)):
        for path in folder.glob(f"{stem}-{ANY_TIME}.db*"):
            if path.name < whole[-kept]:
                path.unlink(missing_ok=True)
    return len(whole) - kept


def unpack(path: Path, folder: Path) -> Path:
    """Lay a backup out in a folder as a database with its `.tact/`; return the database.

    Raises
    ------
    UnreadableError
        When it, or what lies beside it, is missing or is not as it was when it was made.
    EnvironmentFaultError
        When the folder cannot be written, or the disk is full.
    """
    told = _told_sums(path)
    database, beside = folder / "profiles.db", folder / ".tact"
    with files_told(str(folder)):
        if folder.exists():
            shutil.rmtree(folder)  # of a restore that was cut off
        for made in (folder, beside):
            made.mkdir(mode=0o700)
        places = {path.name: database}
        places |= {path.name + suffix: beside / name for suffix, name in BESIDE.items()}
        for name, sha256 in told.items():
            source = path.with_name(name)
            with _readable(source) as file:
                if _copied(file, places[name]) != sha256:
                    raise _changed(source)
    return database


def check(path: Path, *, named: Path | None = None) -> None:
    """See that a database is sound, from its pages to its keys.

    Raises
    ------
    StoreDamagedError
        When it is not; names `named` where that is another file.
    """
    _ask(path, named or path, ("PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"))


def check_pages(path: Path) -> None:
    """See that every page of a database can be read; its keys were checked before.

    Raises
    ------
    StoreDamagedError
        When one cannot.
    """
    _ask(path, path, ("PRAGMA quick_check(1)",))


def _ask(path: Path, named: Path, questions: tuple[str, ...]) -> None:
    with faults_told(str(named)), closing(_reader(path)) as connection:
        answers = [row for asked in questions for row in connection.execute(asked)]
    if answers != [("ok",)]:
        raise damaged(str(named))


def sha256_of(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_name(folder: Path, stem: str, at: datetime) -> Path:
    while True:
        path = folder / f"{stem}-{at:{MADE}}.db"
        if not path.exists() and not _beside(path, DRAFT).exists():
            return path
        at += timedelta(seconds=1)


@contextmanager
def _whole_or_gone(path: Path) -> Iterator[Path]:
    """Give a draft its name at the end; where anything goes wrong, leave nothing behind."""
    draft = _beside(path, DRAFT)
    try:
        with files_told(str(path)):
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            yield draft
            draft.replace(path)
            sync(path.parent)
    except BaseException:
        for each in (draft, *(_beside(path, suffix) for suffix in (SUMS, *BESIDE))):
            with suppress(OSError):
                each.unlink()
        raise


def _copy(database: Path, draft: Path) -> None:
    with faults_told(str(draft)), closing(_reader(database)) as connection:
        connection.execute("VACUUM INTO ?", [str(draft)])
    sync(draft)


def _keep_beside(store: Store, path: Path) -> None:
    for suffix, name in BESIDE.items():
        kept = store.folder / name
        if kept.exists():
            with kept.open("rb") as file:
                _copied(file, _beside(path, suffix))


def _sums(path: Path, draft: Path) -> dict[str, str]:
    beside = [_beside(path, suffix) for suffix in BESIDE]
    return {path.name: sha256_of(draft)} | {
        each.name: sha256_of(each) for each in beside if each.exists()
    }


def _told_sums(path: Path) -> dict[str, str]:
    sums = _beside(path, SUMS)
    try:
        lines = sums.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UnreadableError(
            f"{sums} is missing or cannot be read: without it nobody knows whether {path.name} is "
            "whole. Name a backup that `tact backup` made. Nothing was changed."
        ) from None
    told = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    if path.name not in told or told.keys() - {path.name + suffix for suffix in ("", *BESIDE)}:
        raise UnreadableError(f"{sums} does not speak of {path.name}. Nothing was changed.")
    return told


def _changed(path: Path) -> UnreadableError:
    return UnreadableError(
        f"{path} is not as it was when the backup was made; use another backup. "
        "Nothing was changed."
    )


def _readable(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from None


def _reader(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"  # even a reader needs the index of the log
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=15.0)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _copied(file: BinaryIO, target: Path) -> str:
    """Copy a file into a private one; return its checksum, taken from the same bytes."""
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as copy:
        while piece := file.read(PIECE):
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()

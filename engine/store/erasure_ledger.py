"""`.tact/erasures.jsonl`: who was erased, by number and hash only, kept apart from the database.

A backup from before an erasure holds the guest; whoever restores it erases her again by this
ledger. So it is written, and is on the disk, before the erasure is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from engine.store.faults import files_told

NAME = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One guest who was erased."""

    house: str
    guest: int
    """Her number, which is never given again."""
    hashes: tuple[str, ...]
    """Keyed hashes of what a source may name her by."""
    at: datetime


def write_erasure(folder: Path, erasure: Erasure) -> None:
    """Add a line and wait until it is on the disk."""
    told = asdict(erasure) | {"at": erasure.at.isoformat()}
    path = folder / NAME
    with files_told(str(path)):
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(json.dumps(told).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def erasures(folder: Path) -> Iterator[Erasure]:
    """Give every erasure, first one first; a line that was cut off by a power cut is passed over.

    Its erasure was not done either, since the line comes first.
    """
    path = folder / NAME
    if not path.exists():
        return
    with files_told(str(path)):
        lines = path.read_bytes().splitlines()
    for line in lines:
        told = _read(line)
        if told is not None:
            yield told


def _read(line: bytes) -> Erasure | None:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"])
        return Erasure(str(told["house"]), int(told["guest"]), tuple(told["hashes"]), at)
    except (ValueError, KeyError, TypeError):
        return None

"""Small files that only the owner of the process can read, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.store.faults import files_told


def write_private(path: Path, content: bytes) -> None:
    """Put a file in the place of whatever is there.

    Raises
    ------
    EnvironmentFaultError
        When it cannot be written; then the old one is still there.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with files_told(str(path)):
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink()


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""How far a long replay is, and what it told: one file beside the database, the latest replay."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

NAME = "replay.json"


class ReplayNote:
    """The note of one replay, which another one replaces.

    It can be lost without harm: whoever misses it asks for the replay once more.

    Parameters
    ----------
    folder : Path
        `.tact/` beside the database.
    key : str
        Names what is replayed.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._path = folder / NAME
        self._key = key

    def read(self) -> Mapping[str, Any] | None:
        """Return what was noted under this key; None where nothing was, or it is no use."""
        try:
            told = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return None
        is_ours = isinstance(told, dict) and told.get("key") == self._key
        return told if is_ours else None

    def write(self, **told: Any) -> None:
        """Note what JSON can hold, whole or not at all; where the disk is full, not at all."""
        draft = self._path.with_name(f"{NAME}.{secrets.token_hex(4)}")
        content = json.dumps({"key": self._key, **told}).encode()
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            draft.replace(self._path)
        except OSError:
            with suppress(OSError):
                draft.unlink()


def forget_replay(folder: Path) -> None:
    """Take the note away, for whoever erases a guest."""
    with suppress(FileNotFoundError):
        (folder / NAME).unlink()
